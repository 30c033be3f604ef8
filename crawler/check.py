"""Asks each entry point once and says how it is: what `volya outlets check` prints. Stores nothing.

The requests pass the same guards and manners as a crawl (`crawler.settings`): robots.txt, the address guard, one
request at a time a site. Bodies are parsed in the pool.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.answers import headers_of, poll_failure, redirects_to
from crawler.errors import CrawlerError
from crawler.items import EntryItem
from crawler.outlets import EntryPoint, Outlet, select_outlets
from crawler.polling import Answer, answer_of_status, is_challenge
from crawler.pool import ExtractionPool
from crawler.reading import Door, Reading, read_entries
from crawler.work import utc_now
from crawler.worker import WorkerOptions, scrapy_process, scrapy_settings
from db.answers import NOT_FOUND
from db.polls import GONE

Verdict = Literal["alive", "moved", "stale", "zombie", "challenged", "robots-denied", "blocked", "gone", "broken"]
STALE_AFTER = timedelta(days=14)
NEVER_EMPTY = (
    "rss",
    "atom",
    "rdf",
    "json_feed",
    "section",
    "telegram",
)  # a news sitemap holds two days, a search finds nothing


@dataclass(frozen=True, slots=True)
class CheckedEntryPoint:
    """How one entry point answered.

    `status` is None where no answer came; `newest_at` where no item is dated; `final_url` is where redirects led,
    set also if that is the address itself; `trouble` says in words what is wrong, None if nothing is.
    """

    outlet: str
    type: str
    url: str
    verdict: Verdict
    status: int | None = None
    items: int = 0
    newest_at: datetime | None = None
    final_url: str | None = None
    trouble: str | None = None


def check_outlets(
    options: WorkerOptions,
    names: Sequence[str] = (),
    on_progress: Callable[[CheckedEntryPoint], None] | None = None,
) -> list[CheckedEntryPoint]:
    """Fetch each entry point of the named outlets (all, if none is named) once; return them in catalogue order.

    `on_progress` is told of each as it ends. One call a process: Twisted's reactor cannot start twice. An entry
    point that the end of the process (Ctrl-C) left unasked is not in the list. Raises CatalogueError for an
    unknown name, AddressError for an exception of the address guard that is not written as one.
    """
    chosen = select_outlets(options.outlets, list(names) or "all")
    points = [(outlet, point) for outlet in chosen for point in outlet.entry_points if point.is_enabled]
    checked: dict[tuple[str, str], CheckedEntryPoint] = {}

    def note(found: CheckedEntryPoint) -> None:
        checked[found.outlet, found.url] = found
        if on_progress is not None:
            on_progress(found)

    settings = scrapy_settings(options)
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    pool = ExtractionPool(options.extraction_workers, options.page_deadline)
    try:
        process = scrapy_process(settings)
        process.crawl(CheckSpider, points=points, pool=pool, note=note)
        process.start()
    finally:
        pool.close()
    return [checked[key] for outlet, point in points if (key := (outlet.name, point.url)) in checked]


def verdict_of(
    type_: str, entries: Sequence[EntryItem], now: datetime, *, is_moved: bool
) -> tuple[Verdict, str | None]:
    """Return the verdict on an entry point that could be read, and what is wrong with it.

    One without dates cannot be called stale. One without items is a zombie where its type always has some.
    """
    if not entries and type_ in NEVER_EMPTY:
        return "zombie", "it answers, and nothing is in it"
    newest = newest_of(entries)
    if newest is not None and now - newest > STALE_AFTER:
        return "stale", f"nothing new for {(now - newest).days} days"
    return ("moved", "it redirects for good") if is_moved else ("alive", None)


def failed_verdict(answer: Answer) -> Verdict:
    """Return the verdict on an entry point that could not be had or not be read."""
    if answer.status in (GONE, NOT_FOUND):
        return "gone"
    if answer.outcome in ("blocked", "refused"):
        return answer.refusal or "blocked"
    return "broken"


def newest_of(entries: Sequence[EntryItem]) -> datetime | None:
    """Return when the newest dated item was published."""
    return max((entry.published_at for entry in entries if entry.published_at), default=None)


class CheckSpider(scrapy.Spider):
    """Asks each of `points` once and tells `note` what came of it."""

    name = "check"

    def __init__(
        self,
        points: Sequence[tuple[Outlet, EntryPoint]],
        pool: ExtractionPool,
        note: Callable[[CheckedEntryPoint], None],
        **named: Any,
    ) -> None:
        super().__init__(**named)
        self._points = points
        self._pool = pool
        self._note = note

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each entry point."""
        for outlet, point in self._points:
            door = Door(point.type, outlet.timezone, outlet.proxy, point.links)
            named = {"outlet": outlet, "point": point, "door": door}
            request = Request(point.url, self.read, errback=self.fail, headers=door.headers, dont_filter=True)
            yield request.replace(cb_kwargs=named, meta=door.meta)

    async def read(self, response: Response, outlet: Outlet, point: EntryPoint, door: Door) -> None:
        """Parse what came and judge it."""
        try:
            entries = (await self._read(response, door)).entries
        except CrawlerError as error:
            self._note(unreadable(outlet.name, point.type, point.url, response, error))
        else:
            self._note(readable(outlet.name, point.type, point.url, response, entries))

    async def _read(self, response: Response, door: Door) -> Reading:
        assert self.crawler.engine is not None  # noqa: S101 (a response came through it)
        return await read_entries(response, door, self._pool, self.crawler.engine.download_async)

    async def fail(self, failure: Failure) -> None:
        """Judge a request that failed."""
        request: Any = failure.request  # type: ignore[attr-defined] # Scrapy adds it
        response: Response | None = getattr(failure.value, "response", None)
        outlet, point = request.cb_kwargs["outlet"], request.cb_kwargs["point"]
        answer = poll_failure(failure.value, request)
        self._note(failed(outlet.name, point.type, point.url, answer, response.url if response else None))


def readable(outlet: str, type_: str, url: str, response: Response, entries: Sequence[EntryItem]) -> CheckedEntryPoint:
    """Judge an entry point that could be read."""
    verdict, trouble = verdict_of(type_, entries, utc_now(), is_moved=redirects_to(response) is not None)
    return CheckedEntryPoint(
        outlet=outlet,
        type=type_,
        url=url,
        verdict=verdict,
        status=response.status,
        items=len(entries),
        newest_at=newest_of(entries),
        final_url=response.url,
        trouble=trouble,
    )


def unreadable(outlet: str, type_: str, url: str, response: Response, error: CrawlerError) -> CheckedEntryPoint:
    """Judge an entry point that answered, but not with what it should."""
    answer = Answer("failed", response.status, error.trouble)
    if is_challenge(headers_of(response), response.body):
        answer = answer_of_status(response.status, is_challenge=True)
    return failed(outlet, type_, url, answer, response.url)


def failed(outlet: str, type_: str, url: str, answer: Answer, final_url: str | None = None) -> CheckedEntryPoint:
    """Judge an entry point that could not be had."""
    return CheckedEntryPoint(
        outlet=outlet,
        type=type_,
        url=url,
        verdict=failed_verdict(answer),
        status=answer.status,
        final_url=final_url,
        trouble=answer.error,
    )
