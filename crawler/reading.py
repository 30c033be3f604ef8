"""What was fetched from an entry point, to its entries, by the table of doors; what an index lists is fetched too.

Shared by the crawl, by `scrapy crawl feed` alone and by `outlets check`, which differ in what they do with them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.answers import headers_of, reason_of
from crawler.doors import DOORS, Context, DoorType
from crawler.errors import CrawlerError, FeedError
from crawler.hubs import announced_by, links_of_header
from crawler.items import NOTHING_ANNOUNCED, Announced, EntryItem, Listing
from crawler.pool import ExtractionPool
from crawler.work import utc_now

Download = Callable[[Request], Awaitable[Response]]
_FOUND = 200
_TAIL = 2000  # bytes in which the last element of a list ends; comments and scripts may follow
_ENDS = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|urlset|sitemapindex|html)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Door:
    """What reading needs to know of an entry point: its type, its selector, and time zone and proxy of its outlet."""

    type: str
    timezone: str = "UTC"
    proxy: str | None = None
    links: str | None = None

    @property
    def kind(self) -> DoorType:
        """How entry points of this type are asked and read."""
        return DOORS[self.type]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request to it, beside those of every request."""
        return dict(self.kind.headers)

    @property
    def meta(self) -> dict[str, Any]:
        """What a request to it carries: the most bytes it may have (SEC-4), what its type asks for, and the proxy."""
        proxy = {"proxy": self.proxy} if self.proxy else {}
        return {"download_maxsize": self.kind.max_bytes, **self.kind.meta, **proxy}

    def context(self, response: Response) -> Context:
        """Return what the parser is told beside the body."""
        asked = response.meta.get("redirect_urls", [response.url])[0]
        return Context(asked, self.timezone, headers_of(response).get("content-type"), self.links, utc_now())


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries, and whether the body alone told them: then its hash tells whether anything is new.

    `older` is the address of the next older page, where there is one; `announced` the hubs that tell of news.
    """

    entries: tuple[EntryItem, ...]
    is_whole: bool = True
    older: str | None = None
    announced: Announced = NOTHING_ANNOUNCED


def has_end(body: bytes) -> bool:
    """Say whether a list ends as it began; of one that breaks off the rest is still to come.

    So nothing may be stored by which the next poll would be told "unmodified" (D-1a). Told by markup and JSON alone.
    """
    text = body.strip()
    if text.startswith(b"<"):
        return _ENDS.search(text[-_TAIL:]) is not None
    return not text.startswith((b"{", b"[")) or text.endswith((b"}", b"]"))


async def read_entries(response: Response, door: Door, pool: ExtractionPool, download: Download) -> Reading:
    """Parse a body in the pool; what an index lists is fetched too. Raises FeedError, ExtractionError."""
    listing = await _parsed(response, door, pool)
    if not listing.is_index:
        told = announced_by(links_of_header(headers_of(response).get("link")), response.url)
        announced = told if told.hubs else listing.announced
        return Reading(listing.entries, has_end(response.body), listing.older, announced)
    levels = door.kind.levels
    return Reading(await _read_children(listing.children, levels, door, pool, download), is_whole=False)


async def _read_children(
    urls: Sequence[str], levels: int, door: Door, pool: ExtractionPool, download: Download
) -> tuple[EntryItem, ...]:
    """Return the entries of those that can be read. Raises the error of the last if none can."""
    read: list[EntryItem] = []
    trouble: CrawlerError | None = None
    is_any = False
    for url in urls:
        try:
            read += await _read_child(url, levels, door, pool, download)
            is_any = True
        except CrawlerError as error:
            trouble = error
    if trouble is not None and not is_any:
        raise trouble
    return tuple({entry.url_key: entry for entry in read}.values())


async def _read_child(
    url: str, levels: int, door: Door, pool: ExtractionPool, download: Download
) -> tuple[EntryItem, ...]:
    try:
        request = Request(url, NO_CALLBACK, headers=door.headers, meta=door.meta, dont_filter=True)
        response = await download(request)
    except Exception as error:  # Scrapy's download errors have no class of their own; this costs one sitemap
        raise FeedError(url, reason_of(error)) from error
    if response.status != _FOUND:
        raise FeedError(url, f"HTTP {response.status} for a sitemap of the index")
    listing = await _parsed(response, door, pool)
    if not listing.is_index:
        return listing.entries
    if levels <= 1:
        raise FeedError(url, "an index within an index")
    return await _read_children(listing.children, levels - 1, door, pool, download)


async def _parsed(response: Response, door: Door, pool: ExtractionPool) -> Listing:
    return await pool.read_body(door.type, response.body, response.url, door.context(response))
