"""The crawl process: claims due entry points, feeds the spider, gives signs of life, ends in order.

Standard output carries one JSON object a line: {"beat": true} at least every five seconds, written by the loop
itself so that a frozen loop is seen, {"articles": n} after articles were stored, and {"recycle": true} when it ends
in order because of the pages it has done, to be started anew. Logs go to standard error.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.addresses import parse_allowed
from crawler.desk import Desk, DeskRules
from crawler.outlets import Outlet, select_outlets
from crawler.polling import DEFAULT_INTERVALS, Rhythm
from crawler.pool import ExtractionPool
from crawler.settings import USER_AGENT
from crawler.spiders.feed import FeedSpider
from crawler.work import Limits, OutletReport, Round, Work, utc_now
from db import Database, DatabaseError

log = logging.getLogger("crawler")
EXIT_IO = 74  # sysexits: the database failed
# Without any delay Scrapy starts all requests that wait for a site at once: each counts as in flight only later.
_SHORTEST_DELAY = 0.001
STOP_SECONDS = 7.0  # what is in flight may end in this time after SIGTERM; leases give back the rest


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How the crawl process works. Times are in seconds; `download_delay` None keeps the polite default.

    `known` are all outlets that are known, those too that are not crawled (default: these are all).
    """

    outlets: tuple[Outlet, ...]
    known: tuple[Outlet, ...] = ()
    contact: str = ""
    allow_addresses: tuple[str, ...] = ()
    proxy: str = ""
    download_delay: float | None = None
    concurrency: int = 32
    concurrency_per_outlet: int = 2
    extraction_workers: int = 2
    page_deadline: float = 20.0
    download_timeout: float = 30.0
    intervals: Mapping[int, int] = field(default_factory=lambda: DEFAULT_INTERVALS)
    retry_base: float = 30.0
    lease: int = 300
    tick: float = 1.0
    beat: float = 2.0
    dies_with_parent: bool = True
    most_pages: int = 5000  # extracted; then the process ends, and whatever leaked in it is gone


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one round did, an entry an outlet; `is_complete` is false if it was interrupted."""

    outlets: tuple[OutletReport, ...]
    is_complete: bool

    @property
    def articles(self) -> int:
        """How many articles were stored, new or revised."""
        return sum(report.articles for report in self.outlets)


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """A step of a round: polls done of `to_poll`, pages ended of those known so far, articles stored."""

    outlet: str
    polled: int
    to_poll: int
    pages: int
    to_fetch: int
    articles: int


def run_worker(database: Database, options: WorkerOptions) -> int:
    """Crawl until SIGTERM, SIGINT, or the end of the parent process; return the exit code.

    Raises AddressError if an exception of the address guard is not written as one, before anything is fetched.
    """
    process = _Process(database, options)
    code = process.run(_tell_nobody)
    if process.work.error is not None:
        log.error("%s", process.work.error)
    return code


def crawl_once(
    database: Database,
    options: WorkerOptions,
    outlets: Sequence[str] = (),
    on_progress: Callable[[CrawlProgress], None] | None = None,
) -> CrawlReport:
    """Poll the named outlets (all, if none is named) once now, then fetch and extract what is new, then return.

    One call a process: Twisted's reactor cannot start twice. Raises CatalogueError for an unknown name,
    DatabaseError if the database fails.
    """
    chosen = select_outlets(options.outlets, list(outlets) or "all")
    process = _Process(database, options, tuple(outlet.name for outlet in chosen))
    process.run(_progress_of(process, on_progress) if on_progress else _tell_nobody)
    work = process.work
    if work.error is not None:
        raise work.error
    reports = tuple(work.reports.get(outlet.name, OutletReport(outlet.name)) for outlet in chosen)
    return CrawlReport(reports, is_complete=not process.was_stopped)


def scrapy_settings(options: WorkerOptions) -> Settings:
    """Return Scrapy's settings with the operator's values over the constants of `crawler.settings`."""
    parse_allowed(options.allow_addresses)
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    contact = f" (+{options.contact})" if options.contact else ""
    chosen: dict[str, Any] = {
        "LOG_INSTALL_ROOT_HANDLER": False,
        "USER_AGENT": f"{USER_AGENT}{contact}",
        "VOLYA_ALLOW_ADDRESSES": list(options.allow_addresses),
        "VOLYA_PROXY": options.proxy,
        "VOLYA_OUTLET_PROXIES": [outlet.proxy for outlet in options.outlets if outlet.proxy],
        "DOWNLOAD_TIMEOUT": options.download_timeout,
        "CONCURRENT_REQUESTS": 2 * options.concurrency,
    }
    if options.download_delay is not None:
        delay = max(options.download_delay, _SHORTEST_DELAY)
        chosen |= {"DOWNLOAD_DELAY": delay, "DOWNLOAD_DELAY_JITTER": 0.0}
    for name, value in chosen.items():
        settings.set(name, value, priority="cmdline")
    return settings


class _Process:
    """One crawl process: its parts, its signals, its end."""

    def __init__(self, database: Database, options: WorkerOptions, only: tuple[str, ...] | None = None) -> None:
        rules = DeskRules(Rhythm(options.intervals), options.lease, options.retry_base)
        self.was_stopped = False
        self.to_poll = 0
        self.work: Work
        self._settings = scrapy_settings(options)
        self._options = options
        self._only = only
        self._parent = os.getppid()
        self._chance = random.Random()  # noqa: S311 (it spreads requests over time, nothing more)
        self._desk = Desk(database, rules, utc_now, self._chance.random)

    def run(self, on_change: Callable[[OutletReport], None]) -> int:
        """Run to the end; return the exit code."""
        self._desk.open(self._options.outlets, self._options.known)
        options = self._options
        pool = ExtractionPool(options.extraction_workers, options.page_deadline)
        limits = Limits(options.concurrency, options.concurrency, options.concurrency_per_outlet, options.tick)
        self.work = Work(self._desk, pool, limits, self._tell(on_change), self._round(), self._proxies())
        process = scrapy_process(self._settings)
        self._catch_signals()
        try:
            loop = asyncio.get_event_loop()
            process.crawl(FeedSpider, work=self.work)
            loop.call_soon(self._start_beating)
            process.start(install_signal_handlers=False)
        finally:
            pool.close()
            self._give_back()
        return EXIT_IO if self.work.error else 0

    def stop(self) -> None:
        """Stop claiming; the process ends when what is in flight has ended, at the latest in seven seconds."""
        if not self.was_stopped:
            self.was_stopped = True
            self.work.stop()
            asyncio.get_event_loop().call_later(STOP_SECONDS, self._end_now)

    def _round(self) -> Round | None:
        if self._only is None:
            return None
        self.to_poll = self._desk.make_due(self._only)
        return Round(self._only, utc_now())

    def _proxies(self) -> dict[str, str]:
        return {outlet.name: outlet.proxy for outlet in self._options.outlets if outlet.proxy}

    def _tell(self, on_change: Callable[[OutletReport], None]) -> Callable[[OutletReport], None]:
        """Pass changes on; in the long-lived worker also write a line when articles were stored."""
        stored: dict[str, int] = {}

        def tell(report: OutletReport) -> None:
            new = report.articles - stored.get(report.outlet, 0)
            stored[report.outlet] = report.articles
            if new and self._only is None:
                self._write({"articles": new})
            on_change(report)

        return tell

    def _start_beating(self) -> None:
        if self._only is None:
            self._beat(asyncio.get_event_loop())

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._write({"beat": True})
        if self._options.dies_with_parent and os.getppid() != self._parent:
            log.warning("the parent process has ended: stopping")
            self.stop()
        elif self.work.extracted >= self._options.most_pages and not self.was_stopped:
            self._write({"recycle": True})
            self.stop()
        loop.call_later(self._options.beat, self._beat, loop)

    def _write(self, line: dict[str, Any]) -> None:
        try:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, ValueError):  # nobody reads us any more
            self.stop()

    def _catch_signals(self) -> None:
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.stop))

    def _give_back(self) -> None:
        with suppress(DatabaseError):  # leases run out by themselves
            self._desk.close()

    def _end_now(self) -> None:
        """End although a server is still slow: what was claimed is given back, nothing half done is stored."""
        log.warning("some requests did not end in time: given back")
        self._give_back()
        os._exit(EXIT_IO if self.work.error else 0)


def _tell_nobody(report: OutletReport) -> None:
    """Take a change and do nothing: the worker's own lines are all that is needed."""


def _progress_of(process: _Process, on_progress: Callable[[CrawlProgress], None]) -> Callable[[OutletReport], None]:
    def tell(report: OutletReport) -> None:
        reports = process.work.reports.values()
        on_progress(
            CrawlProgress(
                outlet=report.outlet,
                polled=sum(r.polled for r in reports),
                to_poll=process.to_poll,
                pages=sum(r.pages + r.pages_failed for r in reports),
                to_fetch=sum(r.entries_new for r in reports),
                articles=sum(r.articles for r in reports),
            )
        )

    return tell


def scrapy_process(settings: Settings) -> AsyncCrawlerProcess:
    """Make Scrapy's process and keep its own lines out of the log: what matters is stored, and logged once by us."""
    level = logging.root.manager.disable
    logging.disable(logging.INFO)  # it introduces itself at length, before its loggers can be set
    process = AsyncCrawlerProcess(settings)
    logging.disable(level)
    for name in ("scrapy", "twisted"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("scrapy.downloadermiddlewares.robotstxt", "scrapy.core.downloader.handlers.http11"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # an outlet out of reach is told once, by `OutageWatch`
    return process
