"""The table of doors: what is known of each type of entry point. A new type is a parser and a row here.

A parser is pure: `(body, url, context) -> Listing`, where `url` is the address the body came from, after redirects. It
raises FeedError for what is not of its type, and runs in the extraction pool under `max_bytes` (SEC-4, SEC-5). It is
named "module:function" and loaded where it runs, for the crawl process itself must not load parsers.

A status of 200 proves nothing, and neither does a body without entries: "empty" needs a positive marker of the format,
which the parser names in `Listing.empty_by`. Without entries, further addresses and marker a body is broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from w3lib.encoding import http_content_type_encoding

from crawler.errors import FeedError
from crawler.guard import MAX_FEED_BYTES, MAX_PAGE_BYTES, MAX_SITEMAP_BYTES
from crawler.items import Listing


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser is told beside the body. `asked` is the address before redirects.

    `links` is the selector (CSS) that the catalogue names for this entry point.
    """

    asked: str = ""
    timezone: str = "UTC"
    content_type: str | None = None
    links: str | None = None

    @property
    def charset(self) -> str | None:
        """The encoding that the header declares."""
        return http_content_type_encoding(self.content_type) if self.content_type else None


@dataclass(frozen=True, slots=True)
class DoorType:
    """How entry points of one type are asked and read.

    `levels`: how deep the addresses that a listing names in its place (`Listing.children`) are followed.
    `are_articles`: its entries are articles by themselves, told whole; their links are not fetched.
    `stands_in`: asked only while what is listed before it is dead, unless the catalogue says otherwise.
    `headers`, `meta`: what its requests carry beside what all do; `meta` is Scrapy's (`download_timeout` …).
    """

    parser: str
    max_bytes: int = MAX_FEED_BYTES
    levels: int = 0
    are_articles: bool = False
    stands_in: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


_FEED = DoorType("crawler.feeds:read_feed")

DOORS: Mapping[str, DoorType] = MappingProxyType({
    "rss": _FEED,
    "atom": _FEED,
    "rdf": _FEED,
    "json_feed": DoorType("crawler.json_feeds:read_json_feed", headers={"Accept": "application/feed+json, application/json"}),
    "news_sitemap": DoorType("crawler.sitemaps:read_news_sitemap", MAX_SITEMAP_BYTES, levels=2),
    "sitemap": DoorType("crawler.sitemaps:read_sitemap", MAX_SITEMAP_BYTES, levels=2, stands_in=True),
    "section": DoorType("crawler.sections:read_section", MAX_PAGE_BYTES, stands_in=True),
    "telegram": DoorType(
        "crawler.previews:read_preview",
        MAX_PAGE_BYTES,
        are_articles=True,
        stands_in=True,
        headers={"Accept-Language": "en"},  # "edited" is a word of the page
    ),
})  # fmt: skip


def read_body(type_: str, body: bytes, url: str, context: Context) -> Listing:
    """Return what a body lists. Raises FeedError: too large, not of its type, or nothing in it and no proof of that."""
    door = DOORS[type_]
    if len(body) > door.max_bytes:
        raise FeedError(url, f"{len(body):,} bytes, more than {door.max_bytes:,}")
    listing: Listing = load_parser(door)(body, url, context)
    if not (listing.entries or listing.children or listing.empty_by):
        raise FeedError(url, "nothing in it, and nothing that says so")
    return listing


def load_parser(door: DoorType) -> Any:
    """Return the function that reads bodies of this type."""
    module, _, name = door.parser.partition(":")
    return getattr(import_module(module), name)
