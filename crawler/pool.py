"""Parsing in processes that can be killed: a deadline a task, a memory limit, recycling (house: never in the loop).

Workers are spawned, not forked: the crawl process has threads and a reactor. A page that hangs or crashes its
worker costs only itself: pebble kills that worker, starts another, and goes on.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import multiprocessing
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.doors import Context, read_body
from crawler.errors import ExtractionError, PageError
from crawler.items import ExtractedArticle, Listing

Result = TypeVar("Result")
TASKS_PER_WORKER = 200  # then a worker is replaced, whatever its libraries have kept
# RLIMIT_DATA counts what a process allocates; RLIMIT_AS would also count address space that libraries only reserve.
MEMORY_LIMIT = 768 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to extract, as bytes, with what the outlet and the feed tell of it."""

    body: bytes
    url: str
    charset: str | None = None
    timezone: str = "UTC"
    languages: tuple[str, ...] = ()
    feed_title: str | None = None


class ExtractionPool:
    """Processes that parse feeds and pages. Use it from one event loop; close it at the end."""

    def __init__(self, workers: int = 2, deadline: float = 20.0, memory_limit: int = MEMORY_LIMIT) -> None:
        self.workers = workers
        self.deadline = deadline
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=TASKS_PER_WORKER,
            initializer=_prepare_worker,
            initargs=(memory_limit,),
            context=multiprocessing.get_context("spawn"),
        )

    async def read_body(self, type_: str, body: bytes, url: str, context: Context) -> Listing:
        """Read the body of an entry point (`crawler.doors`). Raises FeedError, or ExtractionError if it hung or crashed."""
        return await self.run(url, read_body, (type_, body, url, context))

    async def extract(self, task: PageTask) -> ExtractedArticle:
        """Extract an article. Raises PageError, also if there is none, or ExtractionError if the page hung or crashed."""
        return await self.run(task.url, _extract, (task,))

    async def run(self, subject: str, function: Callable[..., Result], arguments: Sequence[Any]) -> Result:
        """Run an importable function in the pool; its own exceptions come back as they are."""
        future = self._pool.schedule(function, args=list(arguments), timeout=self.deadline)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise ExtractionError(subject, f"took longer than {self.deadline:g} s and was killed") from error
        except ProcessExpired as error:
            raise ExtractionError(subject, f"crashed its process (exit code {error.exitcode})") from error
        except (MemoryError, RecursionError) as error:
            raise ExtractionError(subject, f"needed too much memory ({type(error).__name__})") from error

    def close(self) -> None:
        """Kill the workers; what they were at is lost, and its lease brings it back."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble's
        self._pool.join()


def _prepare_worker(memory_limit: int) -> None:
    """Bound a new worker, tie its life to the crawl process, and load the parsers before any deadline runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl process, which then stops its pool
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_limit, memory_limit))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    logging.disable(logging.CRITICAL)  # parsers complain of every page; what went wrong comes back as an error
    gc.disable()  # what is loaded here stays: neither now nor with every page is garbage looked for in it
    import crawler.extract  # noqa: PLC0415 (loaded in the worker only, before its first task)
    import crawler.sitemaps  # noqa: F401, PLC0415 (the same, and crawler.feeds with it)

    gc.freeze()
    gc.enable()


def _extract(task: PageTask) -> ExtractedArticle:
    from crawler.extract import extract_article  # noqa: PLC0415 (the crawl process must not load the parsers)

    found = extract_article(
        task.body,
        task.url,
        charset=task.charset,
        timezone=task.timezone,
        languages=task.languages,
        feed_title=task.feed_title,
    )
    if not found.is_article:
        raise PageError(task.url, "no article in it")
    return found
