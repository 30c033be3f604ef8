"""A feed's bytes to entries: RSS, Atom, RDF by feedparser. Pure; runs in the extraction pool.

A body is a feed only if it looks like one (formats: `<rss`, `<feed` or `<rdf:RDF` near the start): feedparser
reads an HTML page or an 11-byte error as an empty feed, and an outlet would seem silent instead of broken.
"""

from __future__ import annotations

import calendar
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import html as lxml_html
from lxml.etree import LxmlError

from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.guard import MAX_FEED_BYTES, MAX_PAGE_BYTES
from crawler.hubs import announced_by
from crawler.items import EntryItem, Listing
from crawler.urls import is_web_address, url_key

MAX_ENTRIES = 500
_SNIFFED_BYTES = 2048
_FEED_START = re.compile(r"<(?:\w+:)?(rss|feed|rdf)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAKING = re.compile(r"<(?:br|/p|/div|/li|/h\d|/blockquote)\b[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
_SPACES = re.compile(r"[^\S\n]+")
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,20}|[0-9]{1,20});")
# Feeds are served as text/html and in other encodings than declared, and are feeds all the same.
_HARMLESS = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
_VISIBLE = "//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
_TITLE_LENGTH = 1000
_SUMMARY_LENGTH = 5000


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. `type` is told by its root element; `homepage` is an absolute http(s) address."""

    type: str
    title: str | None = None
    language: str | None = None
    homepage: str | None = None


def read_head(body: bytes, url: str, content_type: str | None = None) -> FeedHead:
    """Return what a feed says of itself. Raises FeedError: not a feed, or one that its parser fails on."""
    root = _root_element(body)
    if root is None or len(body) > MAX_FEED_BYTES:
        raise FeedError(url, "not a feed")
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    told = _parsed(_REFERENCE.sub(_possible_reference, as_utf8(body, content_type)), url, headers).feed
    return FeedHead(
        type={"rss": "rss", "feed": "atom"}.get(root, "rdf"),
        title=plain_line(str(told.get("title") or ""))[:_TITLE_LENGTH] or None,
        language=_one_line(told.get("language") or "")[:20] or None,
        homepage=_link(told, url),
    )


def read_feed(body: bytes, url: str, context: Context) -> Listing:
    """Return what a feed lists (`crawler.doors`). Without items its root element is proof enough. Raises FeedError."""
    parsed = _feed(body, url, context.content_type)
    entries = _entries(parsed, url)
    links = ((str(link.get("rel") or ""), str(link.get("href") or "")) for link in parsed.feed.get("links", ()))
    return Listing(entries, empty_by=None if entries else "a feed without items", announced=announced_by(links, url))


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> tuple[EntryItem, ...]:
    """Return the entries of a feed in its order, at most 500, each with an absolute http(s) link.

    Entries without a usable link are left out. Raises FeedError: over 5 MiB, not a feed, broken with no entry.
    """
    return _entries(_feed(body, url, content_type), url)


def _feed(body: bytes, url: str, content_type: str | None) -> Any:
    if len(body) > MAX_FEED_BYTES:
        raise FeedError(url, f"{len(body):,} bytes, more than {MAX_FEED_BYTES:,}")
    if not looks_like_feed(body):
        raise FeedError(url, "not a feed")
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    parsed = _parsed(_REFERENCE.sub(_possible_reference, as_utf8(body, content_type)), url, headers)
    trouble = parsed.get("bozo_exception")
    if trouble is not None and not isinstance(trouble, _HARMLESS) and not parsed.entries:
        raise FeedError(url, f"broken: {_one_line(str(trouble))}")
    return parsed


def _entries(parsed: Any, url: str) -> tuple[EntryItem, ...]:
    entries = [_entry(entry, url) for entry in parsed.entries[:MAX_ENTRIES]]
    return once_each([entry for entry in entries if entry is not None])


def _parsed(body: bytes, url: str, headers: Mapping[str, str]) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=dict(headers)
        )
    except Exception as error:  # one feed: feedparser raises whatever a hostile body makes it raise
        raise FeedError(url, f"broken: {type(error).__name__}: {_one_line(str(error))}") from error


def _possible_reference(found: re.Match[bytes]) -> bytes:
    """Return a character reference, or a replacement for one that names no character: feedparser fails on those."""
    digits = found[1]
    number = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    is_character = 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 (Unicode's own limits)
    return found[0] if is_character else b"&#xFFFD;"


def looks_like_feed(body: bytes) -> bool:
    """Tell whether a feed's root element stands in the first 2 kB after BOM and comments."""
    return _root_element(body) is not None


def _root_element(body: bytes) -> str | None:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    start = _COMMENT.sub("", body[: 4 * _SNIFFED_BYTES].decode(encoding, "ignore"))
    found = _FEED_START.search(start[:_SNIFFED_BYTES])
    return found[1].lower() if found else None


def _entry(entry: Mapping[str, Any], feed_url: str) -> EntryItem | None:
    link = _link(entry, feed_url)
    if link is None:
        return None
    content = max((str(part.get("value") or "") for part in entry.get("content", ())), key=len, default="")
    publisher, publisher_url = _publisher(entry.get("source"))
    return EntryItem(
        url=link,
        url_key=url_key(link),
        guid=_one_line(entry.get("id") or "") or None,
        title=plain_line(entry.get("title") or "")[:_TITLE_LENGTH] or None,
        summary=plain_text(entry.get("summary") or "")[:_SUMMARY_LENGTH] or None,
        content=plain_text(content or _full_text(entry)) or None,
        author=plain_line(entry.get("author") or "")[:300] or None,
        published_at=_time(entry.get("published_parsed")) or _time(_updated(entry)),
        publisher=publisher,
        publisher_url=publisher_url,
    )


def _publisher(source: Any) -> tuple[str, str] | tuple[None, None]:
    """Return whom RSS names as the source of an item: the feeds of searches do (`crawler.news_search`)."""
    if not isinstance(source, Mapping):
        return None, None
    name, address = plain_line(str(source.get("title") or ""))[:300], str(source.get("href") or "").strip()
    return (name, address) if name and is_web_address(address) else (None, None)


def _full_text(entry: Mapping[str, Any]) -> str:
    """Return the text of `yandex:full-text`, by local name: the prefix may be undeclared."""
    for name in ("yandex_full-text", "full-text"):
        if entry.get(name):
            return str(entry[name])
    return ""


def _link(entry: Mapping[str, Any], feed_url: str) -> str | None:
    """Return the entry's link made absolute; a guid serves where it is an address and there is no link (SEC-10)."""
    for candidate in (entry.get("link"), entry.get("id")):
        address = "".join(str(candidate or "").split())
        if not address:
            continue
        try:
            absolute = urljoin(feed_url, address) if candidate is entry.get("link") else address
        except ValueError:
            continue
        if is_web_address(absolute):
            return absolute
    return None


def _updated(entry: Mapping[str, Any]) -> Any:
    """Return the time of the last change, where the feed has one (feedparser would make one up with a warning)."""
    return entry.get("updated_parsed") if "updated_parsed" in entry else None


def _time(parsed: Any) -> datetime | None:
    """Return feedparser's struct_time, which is UTC, as an aware datetime; None for an impossible one."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def plain_line(markup: str) -> str:
    """Return text on one line, tags and entities gone; an escaped tag is a tag (SEC-9: titles are hostile text)."""
    return _one_line(plain_text(markup))


def plain_text(markup: str) -> str:
    """Return the text of a piece of HTML with its paragraphs as lines; plain text comes back as it is."""
    if not _MARKUP.search(markup):
        return _tidy(markup)
    spaced = _BREAKING.sub(lambda found: f"{found[0]}\n", markup[:MAX_PAGE_BYTES])
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8")
        # Not lxml's fragment_fromstring: that fails on a description that holds a whole document.
        root = lxml_html.document_fromstring(f"<div>{spaced}</div>".encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError):
        return _tidy(html.unescape(re.sub(r"<[^<>]*>", " ", spaced)))
    return _tidy("".join(root.xpath(_VISIBLE)))


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _one_line(text: str) -> str:
    return " ".join(str(text).split())


def once_each(entries: Iterable[EntryItem]) -> tuple[EntryItem, ...]:
    """Drop later entries with the key of an earlier one: feeds repeat themselves (F-17)."""
    first: dict[str, EntryItem] = {}
    for entry in entries:
        first.setdefault(entry.url_key, entry)
    return tuple(first.values())
