"""A JSON Feed's bytes to entries, 1.0 and 1.1 (jsonfeed.org). Pure; runs in the extraction pool.

What the format calls needed at the top is needed here (version, items); an item that lacks something is left out
alone. `language` is not believed: generators of such feeds write their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urljoin

from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES, FeedHead, once_each, plain_line, plain_text
from crawler.hubs import Link, announced_by
from crawler.items import EntryItem, Listing
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.[01])?")
_HUB_TYPES = ("websub", "pubsubhubbub")  # its name now, and its first
_TITLE_LENGTH = 1000
_SUMMARY_LENGTH = 5000


def read_json_feed(body: bytes, url: str, context: Context) -> Listing:
    """Return the items of a feed in its order, at most 500, each with a link; `older` is its `next_url`.

    A link is the item's `url`, else its `external_url`, else an `id` that is an address. Raises FeedError: no JSON,
    another format or version, no list of items, items but none with a link.
    """
    feed = _feed(as_utf8(body, context.content_type), url)
    items = feed.get("items")
    if not isinstance(items, list):
        raise FeedError(url, "a JSON Feed without a list of items")
    found = (_entry(item, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    entries = once_each([entry for entry in found if entry is not None])
    empty_by = None if items else "a list of no items"
    return Listing(entries, older=_next(feed, url), empty_by=empty_by, announced=announced_by(_links(feed), url))


def read_json_head(body: bytes, url: str, content_type: str | None = None) -> FeedHead:
    """Return what a feed says of itself. Raises FeedError as `read_json_feed` does."""
    feed = _feed(as_utf8(body, content_type), url)
    title = plain_line(_text(feed.get("title")))[:_TITLE_LENGTH] or None
    return FeedHead("json_feed", title, homepage=_address(feed.get("home_page_url"), url))


def _feed(body: bytes, url: str) -> Mapping[str, Any]:
    """Return the feed as an object of JSON.

    Raises FeedError also for what only a hostile body holds: nested too deep, numbers of thousands of digits.
    """
    try:
        feed = json.loads(body.lstrip())
    except (ValueError, RecursionError) as error:
        raise FeedError(url, f"no JSON: {' '.join(str(error).split())[:200]}") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise FeedError(url, "not a JSON Feed of version 1.0 or 1.1")
    known: Mapping[str, Any] = feed
    return known


def _entry(item: Mapping[str, Any], url: str) -> EntryItem | None:
    link = _address(item.get("url"), url) or _address(item.get("external_url"), url) or _address(item.get("id"), None)
    if link is None:
        return None
    content = _text(item.get("content_text")) or plain_text(_text(item.get("content_html")))
    stated = parse_time(_text(item.get("date_published")), UTC)
    return EntryItem(
        url=link,
        url_key=url_key(link),
        guid=_identity(item.get("id")),
        title=plain_line(_text(item.get("title")))[:_TITLE_LENGTH] or None,
        summary=plain_text(_text(item.get("summary")))[:_SUMMARY_LENGTH] or None,
        content=content or None,
        author=_authors(item),
        published_at=stated[0] if stated else None,
        published_precision=stated[1] if stated else "instant",
    )


def _authors(item: Mapping[str, Any]) -> str | None:
    """Return the names of 1.1's `authors`, else of 1.0's `author`."""
    listed = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [plain_line(_text(one.get("name"))) for one in listed or () if isinstance(one, dict)]
    return ", ".join(name for name in names if name)[:300] or None


def _links(feed: Mapping[str, Any]) -> Iterator[Link]:
    """Yield the feed's hubs of the one kind that is asked, and its own address."""
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and _text(hub.get("type")).lower() in _HUB_TYPES:
            yield "hub", _text(hub.get("url"))
    yield "self", _text(feed.get("feed_url"))


def _next(feed: Mapping[str, Any], url: str) -> str | None:
    """Return the address of the next page; never this one again, or that of the feed itself."""
    following = _address(feed.get("next_url"), url)
    return following if following not in (url, _address(feed.get("feed_url"), url)) else None


def _address(value: Any, base: str | None) -> str | None:
    stated = "".join(_text(value).split())
    try:
        link = urljoin(base, stated) if stated and base else stated
    except ValueError:
        return None
    return link if is_web_address(link) else None


def _identity(value: Any) -> str | None:
    """Return an id as text: some feeds write numbers."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return _text(str(value) if is_number else value)[:_TITLE_LENGTH] or None


def _text(value: Any) -> str:
    """Return a text that every other part can hold: a lone surrogate, which JSON can spell, is none."""
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""
