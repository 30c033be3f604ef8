"""The flow of work through the crawl process: claims become requests, outcomes are stored, pages are extracted.

One `Work` belongs to one event loop. The database is asked in a thread and pages are parsed in the pool, so the
loop itself only waits: a frozen loop would stop the heartbeat, and the process would be killed for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from crawler.desk import Desk, LeaseLostError
from crawler.errors import CrawlerError, ExtractionError, PageError
from crawler.outcomes import FetchedItem, GapItem, Outcome, PollItem, UnchangedItem, UnfetchedItem
from crawler.polling import OutageWatch
from crawler.pool import ExtractionPool, PageTask
from db import DatabaseError
from db.articles import StoredArticle
from db.entries import ClaimedEntry
from db.gaps import ClaimedGap
from db.hosts import HostBackOff
from db.pages import ClaimedPage
from db.polls import DueEntryPoint

log = logging.getLogger("crawler")
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Job = DueEntryPoint | ClaimedEntry | ClaimedGap
_SPENT = "given up: the crawl process ended at each attempt"


@dataclass(frozen=True, slots=True)
class OutletReport:
    """What a crawl did for one outlet; `trouble` is the last thing that went wrong."""

    outlet: str
    polled: int = 0
    failed: int = 0
    entries_new: int = 0
    pages: int = 0
    pages_failed: int = 0
    articles: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is in flight at once: polls, pages in all and of one outlet; and the seconds between looks."""

    polls: int = 32
    pages: int = 32
    pages_each: int = 2
    tick: float = 1.0


@dataclass(frozen=True, slots=True)
class Round:
    """One round in the foreground: these outlets, each entry point that is due at `due_at` once, then the end."""

    outlets: tuple[str, ...]
    due_at: datetime


class Work:
    """Hands out jobs (`jobs`), takes outcomes (`store`), extracts on the side; `on_change` is told of each step.

    `proxies` is by outlet, for those that have their own.
    """

    def __init__(
        self,
        desk: Desk,
        pool: ExtractionPool,
        limits: Limits,
        on_change: Callable[[OutletReport], None],
        round_: Round | None = None,
        proxies: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.pool = pool
        self.proxies = proxies
        self.reports: dict[str, OutletReport] = {}
        self.error: DatabaseError | None = None
        self.extracted = 0  # pages, also those that could not be
        self._desk = desk
        self._limits = limits
        self._on_change = on_change
        self._round = round_
        self._watch = OutageWatch()
        self._polling = 0
        self._fetching: Counter[str] = Counter()
        self._extracting: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._threads = ThreadPoolExecutor(1, "database")  # one writer a process: it never waits for itself

    def stop(self) -> None:
        """Claim nothing more; what is in flight may end."""
        self._is_stopping = True
        self._wake.set()

    async def jobs(self) -> AsyncIterator[Job]:
        """Yield what is due, as long as there is room; until stopped, or until a round has nothing left."""
        try:
            while not self._is_stopping:
                was_idle = self._is_idle()
                found = await self._claim()
                for job in found:
                    yield job
                # Idle before the claim, too: an outcome stored while it ran may have left work it did not see.
                if self._round and was_idle and not found and self._is_idle():
                    break
                await self._pause()
        except DatabaseError as error:
            self.error = error
        finally:
            await self._end()

    @property
    def hosts(self) -> Mapping[str, HostBackOff]:
        """The hosts that had asked to be left alone when this process started."""
        return self._desk.hosts

    async def keep_away(self, host: str, back_off: HostBackOff | None) -> None:
        """Store that a host asked to be left alone, or answers again. A broken database stops the work."""
        try:
            await self._in_thread(self._desk.keep_away, host, back_off)
        except DatabaseError as error:
            self._fail(error)

    async def store(self, outcome: Outcome) -> None:
        """Store what a request came to. A lost lease drops it; a broken database stops the work."""
        try:
            await self._store(outcome)
        except LeaseLostError as error:
            log.warning("dropped, another worker has taken over: %s", error)
        except DatabaseError as error:
            self._fail(error)
        finally:
            self._release(outcome)

    async def _store(self, outcome: Outcome) -> None:
        if isinstance(outcome, PollItem):
            await self._store_poll(outcome)
        elif isinstance(outcome, FetchedItem):
            await self._in_thread(self._desk.store_fetched, outcome)
            self._report(outcome.claimed.outlet, pages=1)
        elif isinstance(outcome, UnchangedItem):
            await self._in_thread(self._desk.store_unchanged, outcome)
        elif isinstance(outcome, GapItem):
            stored = await self._in_thread(self._desk.store_gap_page, outcome)
            self._report(outcome.claimed.outlet, entries_new=stored.new, articles=stored.articles)
        else:
            await self._store_unfetched(outcome)

    async def _store_poll(self, item: PollItem) -> None:
        stored = await self._in_thread(self._desk.store_poll, item, is_own_outage=self._is_own_outage())
        self._watch.note(item.entry_point, item.answer, stored.state)
        trouble = item.answer.error
        counts = {"failed": int(trouble is not None), "entries_new": stored.new, "articles": stored.articles}
        self._report(item.entry_point.outlet, polled=1, trouble=trouble, **counts)

    async def _store_unfetched(self, item: UnfetchedItem) -> None:
        stored = await self._in_thread(self._desk.store_unfetched, item, is_own_outage=self._is_own_outage())
        is_page = isinstance(item.claimed, ClaimedEntry) and item.wait is None
        self._report(item.claimed.outlet, pages_failed=int(is_page), trouble=item.error)
        self._note_article(item.claimed.outlet, stored)

    def _is_own_outage(self) -> bool:
        return self._watch.is_outage or self._watch.seems_outage

    def _release(self, outcome: Outcome) -> None:
        if isinstance(outcome, PollItem):
            self._polling -= 1
            if not self._polling:
                for line in self._watch.settle():
                    log.warning("%s", line)
        else:
            self._fetching[outcome.claimed.outlet] -= 1
        self._wake.set()

    async def _claim(self) -> list[Job]:
        outlets = self._round.outlets if self._round else None
        jobs: list[Job] = []
        if (free := self._limits.polls - self._polling) > 0:
            due_at = self._round.due_at if self._round else None
            polls = await self._in_thread(self._desk.claim_polls, free, outlets, due_at)
            self._polling += len(polls)
            jobs += polls
        if (free := self._limits.pages - self._fetching.total()) > 0:
            each = self._limits.pages_each
            fetches = await self._in_thread(self._desk.claim_fetches, dict(self._fetching), each, free, outlets)
            self._fetching.update(claimed.outlet for claimed in fetches)
            jobs += [claimed for claimed in fetches if not claimed.is_spent]
            for claimed in fetches:
                if claimed.is_spent:
                    await self.store(UnfetchedItem(claimed, _SPENT, is_final=True))
        await self._claim_pages()
        return jobs

    async def _claim_pages(self) -> None:
        """Start extracting as many pages as the pool has processes for; bodies stay in the database until then."""
        free = self.pool.workers - len(self._extracting)
        if free <= 0 or self._is_stopping:
            return
        for page in await self._in_thread(self._desk.claim_pages, free):
            task = asyncio.ensure_future(self._extract(page))
            self._extracting.add(task)
            task.add_done_callback(self._extracted)

    def _extracted(self, task: asyncio.Task[None]) -> None:
        self._extracting.discard(task)
        self.extracted += 1
        self._wake.set()

    async def _extract(self, page: ClaimedPage) -> None:
        trouble = await self._trouble_of(self._extract_and_store(page))
        if trouble is not None:
            trouble = await self._trouble_of(self._note_page_error(page, trouble))
        if trouble is not None:
            log.error("page could not be given back, its lease must run out: %s: %s", page.url, trouble)

    async def _trouble_of(self, step: Awaitable[None]) -> Exception | None:
        """Await one step on one page; return what went wrong with the page itself, None if it went well.

        A lost lease drops the page; a broken database stops the work.
        """
        try:
            await step
        except LeaseLostError as error:
            log.warning("dropped, another worker has taken over: %s", error)
        except DatabaseError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 (one page: whatever a parser raises costs that page only)
            return error
        return None

    async def _extract_and_store(self, page: ClaimedPage) -> None:
        entry = page.entry
        if page.is_spent:
            raise ExtractionError(page.url, _SPENT)
        task = PageTask(page.body, page.final_url, page.encoding, entry.timezone, entry.languages, entry.title)
        found = await self.pool.extract(task)
        self._note_article(entry.outlet, await self._in_thread(self._desk.store_article, page, found))

    async def _note_page_error(self, page: ClaimedPage, error: Exception) -> None:
        trouble = str(error) if isinstance(error, CrawlerError) else f"{type(error).__name__}: {error}"
        log.warning("page not extracted (attempt %d): %s: %r", page.attempts, page.url, trouble[:300])
        is_final = isinstance(error, PageError)
        stored = await self._in_thread(self._desk.store_page_error, page, trouble, is_final=is_final)
        self._report(page.entry.outlet, pages_failed=1, trouble=trouble)
        self._note_article(page.entry.outlet, stored)

    def _fail(self, error: DatabaseError) -> None:
        self.error = self.error or error
        self.stop()

    def _note_article(self, outlet: str, stored: StoredArticle | None) -> None:
        if stored is not None and stored.outcome != "same":
            self._report(outlet, articles=1)

    def _report(self, outlet: str, *, trouble: str | None = None, **counts: int) -> None:
        known = self.reports.get(outlet, OutletReport(outlet))
        sums = {name: getattr(known, name) + count for name, count in counts.items()}
        self.reports[outlet] = replace(known, trouble=trouble or known.trouble, **sums)
        self._on_change(self.reports[outlet])

    def _is_idle(self) -> bool:
        return not (self._polling or self._fetching.total() or self._extracting)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._limits.tick):
                await self._wake.wait()
        except TimeoutError:
            return  # time to look whether something has become due
        finally:
            self._wake.clear()

    async def _end(self) -> None:
        """Let the pages in the pool end; each has a deadline there."""
        if self._extracting:
            await asyncio.wait(set(self._extracting), timeout=5)

    async def _in_thread(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*arguments, **named))


def utc_now() -> datetime:
    """Return the time, aware, in UTC: the clock of the real worker."""
    return datetime.now(UTC)
