"""The one long-lived spider: due entry points -> entries -> pages; and pages of archives -> entries.

In the crawl process it awaits `Work.jobs()` and yields one outcome a request. Alone (`scrapy crawl feed -a
outlet=NAME -o -:json`) it needs no database: it yields the outlet's entries and articles as items.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.answers import headers_of, page_failure, page_of, poll_failure, redirects_to
from crawler.archives import MOST_ROBOTS_BYTES, ROBOTS, sitemap_steps
from crawler.articles import is_front_page
from crawler.errors import CrawlerError, PageError
from crawler.freshness import advice_of, fresh_for
from crawler.guard import MAX_PAGE_BYTES
from crawler.items import ArticleItem, EntryItem, article_json
from crawler.outcomes import FetchedItem, GapItem, Outcome, PollItem, UnchangedItem, UnfetchedItem
from crawler.outlets import Outlet, load_catalogue, read_outlets, select_outlets
from crawler.polling import Answer, answer_of_status, is_challenge
from crawler.pool import ExtractionPool, PageTask
from crawler.reading import Door, Reading, read_entries
from crawler.work import Job, Work, utc_now
from db.entries import ClaimedEntry
from db.gaps import ClaimedGap
from db.polls import DueEntryPoint, Validators

log = logging.getLogger("crawler")
_NOT_MODIFIED = 304
_LONGEST_URL = 4000  # characters; servers refuse much shorter ones
_FULL_FETCH_SECONDS = 24 * 3600  # a cache that says 304 for ever is seen through once a day (F-14)


class FeedSpider(scrapy.Spider):
    """See the module. `work` comes from the crawl process.

    From the command line come `outlet`, a name or "all", and `file`, a catalogue file of one's own to look in first.
    """

    name = "feed"

    def __init__(self, work: Work | None = None, outlet: str = "all", file: str | None = None, **named: Any) -> None:
        super().__init__(**named)
        self.work = work
        own = read_outlets(Path(file).read_text("utf-8"), file) if file else ()
        self._outlets = () if work else select_outlets((*own, *load_catalogue()), outlet)
        self.pool = work.pool if work else ExtractionPool(workers=1)

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each job, for as long as there is work; alone, for each entry point but the stand-ins."""
        if self.work is None:
            for outlet in self._outlets:
                for point in outlet.entry_points:
                    if point.is_enabled and not point.is_stand_in:
                        door = Door(point.type, outlet.timezone, outlet.proxy, point.links)
                        request = Request(point.url, self.parse_feed_alone, headers=door.headers, dont_filter=True)
                        yield request.replace(meta=door.meta, cb_kwargs={"outlet": outlet, "door": door})
            return
        async for job in self.work.jobs():
            yield self._request_for(job)

    def closed(self, reason: str) -> None:  # noqa: ARG002 (Scrapy's signature)
        """Close the pool that was made for a run alone."""
        if self.work is None:
            self.pool.close()

    def _request_for(self, job: Job) -> Request:
        if isinstance(job, DueEntryPoint):
            return self._poll_request(job)
        return self._gap_request(job) if isinstance(job, ClaimedGap) else self._page_request(job)

    def _poll_request(self, job: DueEntryPoint) -> Request:
        known = job.validators
        door = Door(job.type)
        meta = {**door.meta, "handle_httpstatus_list": [304], "started": time.monotonic()}
        last = job.last_full_fetch_at
        is_conditional = last is not None and (utc_now() - last).total_seconds() < _FULL_FETCH_SECONDS
        if is_conditional:
            meta["validators"] = (known.etag, known.last_modified)
        request = self._request(job.url, job.outlet, job, meta, self.parse_feed)
        request.headers.update(door.headers if is_conditional else {**door.headers, "Cache-Control": "no-cache"})
        return request

    def _page_request(self, job: ClaimedEntry) -> Request:
        meta: dict[str, Any] = {"download_maxsize": MAX_PAGE_BYTES}
        if job.validators is not None:
            meta |= {"validators": (job.validators.etag, job.validators.last_modified), "handle_httpstatus_list": [304]}
        return self._request(job.entry.url, job.outlet, job, meta, self.parse_page)

    def _gap_request(self, job: ClaimedGap) -> Request:
        if job.step.type == ROBOTS:
            meta = {"download_maxsize": MOST_ROBOTS_BYTES}
            return self._request(job.step.address, job.outlet, job, meta, self.parse_archive)
        door = self._archive_door(job)
        request = self._request(job.step.address, job.outlet, job, door.meta, self.parse_archive)
        request.headers.update(door.headers)
        return request

    def _archive_door(self, job: ClaimedGap) -> Door:
        proxy = self.work.proxies.get(job.outlet) if self.work else None
        return Door(job.step.type, job.timezone, proxy, job.step.links)

    def _request(self, url: str, outlet: str, job: Job, meta: dict[str, Any], callback: Any) -> Request:
        assert self.work is not None  # noqa: S101 (only the crawl process makes jobs)
        proxy = self.work.proxies.get(outlet)
        given = {**meta, "proxy": proxy} if proxy else meta
        named = {"job": job}
        refused = f"invalid:{url[:200]}"
        try:
            address = url if len(url) <= _LONGEST_URL else refused
            return Request(address, callback, errback=self.fail, meta=given, cb_kwargs=named, dont_filter=True)
        except ValueError:  # an address that only looked like one: refused by the guard as any other
            return Request(refused, callback, errback=self.fail, meta=given, cb_kwargs=named, dont_filter=True)

    async def parse_feed(self, response: Response, job: DueEntryPoint) -> AsyncIterator[Outcome]:
        """First 304, then the body's hash, then parse: most polls find nothing new and must cost nothing."""
        try:
            answer, reading = await self._read_feed(response, job)
        except CrawlerError as error:
            is_bot_check = is_challenge(headers_of(response), response.body)
            answer, reading = Answer("failed", response.status, error.trouble), Reading(())
            if is_bot_check:
                answer = answer_of_status(response.status, is_challenge=True)
        except Exception as error:
            log.exception("poll of %s failed", job.url)
            answer, reading = Answer("failed", response.status, f"{type(error).__name__}: {error}"), Reading(())
        is_whole = answer.error is None and response.status != _NOT_MODIFIED and reading.is_whole
        yield PollItem(
            entry_point=job,
            answer=answer,
            entries=reading.entries,
            validators=_validators(response) if is_whole else None,
            size=len(response.body),
            milliseconds=_milliseconds(response.meta),
            fresh_for=fresh_for(headers_of(response)) if answer.error is None else None,
            advice=advice_of(response.body) if answer.outcome == "new" else None,
            older=reading.older,
            announced=reading.announced,
        )

    async def parse_archive(self, response: Response, job: ClaimedGap) -> AsyncIterator[Outcome]:
        """Read a page of an archive for a gap; one that cannot be read is not asked for again."""
        size = len(response.body)
        if is_challenge(headers_of(response), response.body):
            yield UnfetchedItem(job, "a challenge page instead of the archive", is_final=True)
        elif job.step.type == ROBOTS:
            yield GapItem(job, size=size, steps=sitemap_steps(response.body))
        else:
            try:
                reading = await self._read(response, self._archive_door(job))
            except CrawlerError as error:
                yield UnfetchedItem(job, error.trouble, is_final=True)
            else:
                yield GapItem(job, reading.entries, reading.older, size)

    async def _read_feed(self, response: Response, job: DueEntryPoint) -> tuple[Answer, Reading]:
        moved = redirects_to(response)
        if response.status == _NOT_MODIFIED:
            return Answer("unmodified", response.status, redirects_to=moved), Reading(())
        if _hash(response.body) == job.validators.body_hash:
            return Answer("same", response.status, redirects_to=moved), Reading(())
        proxy = self.work.proxies.get(job.outlet) if self.work else None
        reading = await self._read(response, Door(job.type, job.timezone, proxy, job.links))
        return Answer("new", response.status, redirects_to=moved), reading

    async def _read(self, response: Response, door: Door) -> Reading:
        assert self.crawler.engine is not None  # noqa: S101 (a response came through it)
        return await read_entries(response, door, self.pool, self.crawler.engine.download_async)

    async def parse_page(self, response: Response, job: ClaimedEntry) -> AsyncIterator[Outcome]:
        """Take a page as it is; what can be no article (a bot check, a front page, a film) is given up."""
        headers = headers_of(response)
        if response.status == _NOT_MODIFIED:
            yield UnchangedItem(job)
        elif is_challenge(headers, response.body):
            yield UnfetchedItem(job, "a challenge page instead of the article", is_final=True)
        elif is_front_page(job.entry.url, response.url):
            yield UnfetchedItem(job, f"redirected to a front page: {response.url}", is_final=True)
        elif not _is_markup(headers):
            yield UnfetchedItem(job, f"no HTML but {headers['content-type'][:80]}", is_final=True)
        else:
            yield FetchedItem(job, page_of(response, job.entry.url))

    async def fail(self, failure: Failure) -> AsyncIterator[Outcome]:
        """Turn a failed request into its outcome."""
        request: Any = failure.request  # type: ignore[attr-defined] # Scrapy adds it
        job: Job = request.cb_kwargs["job"]
        if isinstance(job, DueEntryPoint):
            yield PollItem(job, poll_failure(failure.value, request), milliseconds=_milliseconds(request.meta))
        else:
            yield page_failure(failure.value, request, job)

    async def parse_feed_alone(self, response: Response, outlet: Outlet, door: Door) -> AsyncIterator[Any]:
        """Yield a feed's entries, and a request for the page of each; or the article that an entry is by itself."""
        for entry in (await self._read(response, door)).entries:
            yield entry
            if entry.is_article:
                yield _article_alone(outlet, entry)
                continue
            named = {"outlet": outlet, "entry": entry}
            meta = {"download_maxsize": MAX_PAGE_BYTES, "proxy": door.proxy}
            yield Request(entry.url, self.parse_page_alone, cb_kwargs=named, meta=meta)

    async def parse_page_alone(self, response: Response, outlet: Outlet, entry: EntryItem) -> AsyncIterator[Any]:
        """Yield the article of a page."""
        page = page_of(response, entry.url)
        task = PageTask(page.body, page.final_url, page.charset, outlet.timezone, outlet.languages, entry.title)
        try:
            found = article_json(await self.pool.extract(task))
        except PageError as error:
            log.warning("%s", error)
            return
        plain = {name: found[name]["value"] for name in ("title", "text", "author", "published", "language")}
        yield ArticleItem(outlet=outlet.name, url=page.final_url, **plain)


def _article_alone(outlet: Outlet, entry: EntryItem) -> ArticleItem:
    language = outlet.languages[0] if len(outlet.languages) == 1 else None
    published = entry.published_at.isoformat() if entry.published_at else None
    return ArticleItem(outlet.name, entry.url, entry.title, entry.content or "", entry.author, published, language)


def _is_markup(headers: dict[str, str]) -> bool:
    kind = headers.get("content-type", "text/html").lower()
    return "html" in kind or "xml" in kind or kind.startswith("text/plain")


def _validators(response: Response) -> Validators:
    headers = headers_of(response)
    return Validators(headers.get("etag"), headers.get("last-modified"), _hash(response.body))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _milliseconds(meta: dict[str, Any]) -> int:
    return round((time.monotonic() - meta["started"]) * 1000) if "started" in meta else 0
