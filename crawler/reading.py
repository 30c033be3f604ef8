"""What was fetched from an entry point, to its entries: a feed, a news sitemap, or an index of those, one level deep.

Shared by the crawl, by `scrapy crawl feed` alone and by `outlets check`, which differ in what they do with them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.answers import headers_of, reason_of
from crawler.errors import CrawlerError, FeedError
from crawler.guard import MAX_FEED_BYTES, MAX_SITEMAP_BYTES
from crawler.items import EntryItem, Sitemap
from crawler.pool import ExtractionPool

Download = Callable[[Request], Awaitable[Response]]
_FOUND = 200


@dataclass(frozen=True, slots=True)
class Door:
    """What reading needs to know of an entry point: its type, and the time zone and proxy of its outlet."""

    type: str
    timezone: str = "UTC"
    proxy: str | None = None

    @property
    def meta(self) -> dict[str, Any]:
        """What a request to it carries: the most bytes it may have (SEC-4), and the proxy."""
        most = MAX_SITEMAP_BYTES if self.type == "news_sitemap" else MAX_FEED_BYTES
        return {"download_maxsize": most, **({"proxy": self.proxy} if self.proxy else {})}


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries, and whether the body alone told them: then its hash tells whether anything is new."""

    entries: tuple[EntryItem, ...]
    is_whole: bool = True


async def read_entries(response: Response, door: Door, pool: ExtractionPool, download: Download) -> Reading:
    """Parse a body in the pool; what an index lists is fetched too. Raises FeedError, ExtractionError."""
    if door.type != "news_sitemap":
        content_type = headers_of(response).get("content-type")
        return Reading(await pool.parse_feed(response.body, response.url, content_type))
    sitemap = await _parsed(response, door, pool)
    if not sitemap.is_index:
        return Reading(sitemap.entries)
    return Reading(await _read_children(sitemap.children, door, pool, download), is_whole=False)


async def _read_children(
    urls: Sequence[str], door: Door, pool: ExtractionPool, download: Download
) -> tuple[EntryItem, ...]:
    """Return the entries of those that can be read. Raises the error of the last if none can."""
    read: list[Sitemap] = []
    trouble: CrawlerError | None = None
    for url in urls:
        try:
            read.append(await _read_child(url, door, pool, download))
        except CrawlerError as error:
            trouble = error
    if trouble is not None and not read:
        raise trouble
    entries = (entry for sitemap in read for entry in sitemap.entries)
    return tuple({entry.url_key: entry for entry in entries}.values())


async def _read_child(url: str, door: Door, pool: ExtractionPool, download: Download) -> Sitemap:
    try:
        response = await download(Request(url, NO_CALLBACK, meta=door.meta, dont_filter=True))
    except Exception as error:  # Scrapy's download errors have no class of their own; this costs one sitemap
        raise FeedError(url, reason_of(error)) from error
    if response.status != _FOUND:
        raise FeedError(url, f"HTTP {response.status} for a sitemap of the index")
    sitemap = await _parsed(response, door, pool)
    if sitemap.is_index:
        raise FeedError(url, "an index within an index")
    return sitemap


async def _parsed(response: Response, door: Door, pool: ExtractionPool) -> Sitemap:
    content_type = headers_of(response).get("content-type")
    return await pool.parse_sitemap(response.body, response.url, door.timezone, content_type)
