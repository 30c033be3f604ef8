"""The feeds that Google News and Bing News answer a query with, to entries. Pure; runs in the extraction pool.

Both hide where an article is behind an address of their own. Bing writes the outlet's address into it, Google does so in
old links only: the token of a new one is opaque, its page is a script, and nothing here tries to undo that. Such an
article is known by its headline and its outlet alone, and is an article by itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import once_each, parse_feed, plain_line
from crawler.items import EntryItem, Listing
from crawler.urls import is_web_address, site_of, url_key

_TOKEN = re.compile(r"(?:/rss|/__i/rss/rd)?/(?:articles|read)/([A-Za-z0-9_-]{8,4096})/?")
_TOKEN_START = b"\x08\x13\x22"  # what every token decodes to; then the length of what it holds, then that
_CHANNEL_TITLE = re.compile(rb"<title>([^<]{1,2000})</title>")
_GENERATOR = b"<generator>NFE/"
_BING_TITLE = b"BingNews"
_ITEM = b"<item"
_LOOKED_AT = 8_192
_REDIRECT = re.compile(r"/news/apiclick\.aspx", re.IGNORECASE)


def read_google_news(body: bytes, url: str, context: Context) -> Listing:
    """Return the articles found, each with its outlet; those whose address is hidden are articles by themselves.

    A refused query, edition or topic is answered by one item that says so, in some language, and names no outlet: that
    is an error. A channel that names the query and has no items is empty. Raises FeedError.
    """
    told = parse_feed(body, url, context.content_type)
    entries = once_each(_google_entry(entry, url) for entry in told if entry.publisher_url)
    if told and not entries:
        raise FeedError(url, f"refused: {(told[0].title or 'an item without outlet')[:200]!r}")
    is_answer = b" - " in _channel_title(body, context) and _GENERATOR in body[:_LOOKED_AT] and _ITEM not in body
    return Listing(entries, empty_by="a channel of the query without items" if is_answer else None)


def read_bing_news(body: bytes, url: str, context: Context) -> Listing:
    """Return the articles found, under the addresses of their outlets; those that name none are left out.

    A channel of BingNews without items is empty. Raises FeedError.
    """
    told = parse_feed(body, url, context.content_type)
    entries = once_each(entry for one in told if (entry := _bing_entry(one, url)) is not None)
    if told and not entries:
        raise FeedError(url, "items without the address of an outlet")
    is_answer = _BING_TITLE in _channel_title(body, context) and _ITEM not in body
    return Listing(entries, empty_by="a channel of BingNews without items" if is_answer else None)


def hidden_address(link: str) -> str | None:
    """Return the address that a link of Google News holds; None where it is opaque, or no such link."""
    found = _TOKEN.fullmatch(urlsplit(link).path)
    if found is None:
        return None
    try:
        token = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except (binascii.Error, ValueError):
        return None
    if not token.startswith(_TOKEN_START):
        return None
    length, start = _length(token, len(_TOKEN_START))
    address = token[start : start + length].decode("utf-8", "replace")
    is_whole = length == len(token[start : start + length]) and address.isprintable() and " " not in address
    return address if is_whole and is_web_address(address) else None


def _length(token: bytes, position: int) -> tuple[int, int]:
    """Return the number that stands at `position`, seven bits a byte, and where it ends."""
    number = 0
    for shift, byte in enumerate(token[position : position + 3]):
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:  # noqa: PLR2004 (the last byte of a number has no high bit)
            return number, position + shift + 1
    return 0, position


def _google_entry(entry: EntryItem, url: str) -> EntryItem:
    title = _without_publisher(entry.title or "", entry.publisher)
    told = replace(entry, title=title or None, summary=None, content=None)  # of an article's text nothing is told
    address = hidden_address(entry.url)
    if address is not None:
        return replace(told, url=address, url_key=url_key(address), guid=None)
    return replace(told, is_article=site_of(entry.url) == site_of(url))


def _without_publisher(title: str, publisher: str | None) -> str:
    return title.removesuffix(f" - {publisher}").strip() if publisher else title


def _bing_entry(entry: EntryItem, url: str) -> EntryItem | None:
    parts = urlsplit(entry.url)
    if not _REDIRECT.fullmatch(parts.path):
        return entry if site_of(entry.url) != site_of(url) else None
    try:
        address = parse_qs(parts.query, max_num_fields=50).get("url", [""])[0]
    except ValueError:
        return None
    if not is_web_address(address):
        return None
    return replace(entry, url=address, url_key=url_key(address), guid=None)


def _channel_title(body: bytes, context: Context) -> bytes:
    found = _CHANNEL_TITLE.search(as_utf8(body[:_LOOKED_AT], context.content_type))
    return plain_line(found[1].decode("utf-8", "replace")).encode() if found else b""
