"""What stands at an address that somebody would add: its type, what it calls itself, which feeds it names. Pure.

Runs in the extraction pool, behind the guards of what it finds (SEC-3 to SEC-5): every body here is a stranger's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.bodies import find_class, read_html
from crawler.errors import FeedError
from crawler.feeds import FeedHead, looks_like_feed, plain_line, read_head
from crawler.guard import MAX_FEED_BYTES
from crawler.json_feeds import read_json_head
from crawler.sites import site_of
from crawler.urls import is_web_address

MOST_FEEDS = 5  # that one page names and that are tried
_SNIFFED_BYTES = 2048
_TITLE_LENGTH = 80
_GZIP = b"\x1f\x8b"
_SITEMAP_START = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_FEED_PATH = re.compile(r"(?:^|/)(?:rss|feed|feeds|atom)/?$|\.(?:rss|atom)$|(?:^|/)(?:rss|feed|atom)[\w-]{0,20}\.xml$")
_COMMENTS = re.compile(r"/comments?/|[?&]comments?\b", re.IGNORECASE)
_OFFSET = re.compile(
    rb"([+-])(\d\d):?([0-5]\d)\s*(?:</(?:\w+:)?(?:pubDate|published|updated|date|publication_date)>|[\"'])"
)
_MOST_OFFSETS = 50
_MOST_LINKS = 5_000
_SEPARATOR = re.compile(r"\s+[|—–·•:-]\s+")


@dataclass(frozen=True, slots=True)
class Look:
    """What a body is and tells. `type` is that of the entry point that it would make.

    `name` is how the whole site calls itself, `title` how this part of it does. `feeds` are addresses that it names, in its order; `offset` the minutes by which its times are ahead of UTC.
    """

    type: str
    name: str | None = None
    title: str | None = None
    language: str | None = None
    homepage: str | None = None
    feeds: tuple[str, ...] = ()
    offset: int | None = None


def look_at(body: bytes, url: str, content_type: str | None = None) -> Look:
    """Return what stands at `url`. Raises FeedError for what is no feed, no sitemap and no page."""
    start = body[:_SNIFFED_BYTES].lstrip()
    if body.startswith(_GZIP) or _SITEMAP_START.search(start):
        return Look("news_sitemap", offset=_offset(body))
    if looks_like_feed(body):
        return _of_feed(read_head(body, url, content_type), body)
    if start.startswith((b"{", b"\xef\xbb\xbf{")) and len(body) <= MAX_FEED_BYTES:
        return _of_feed(read_json_head(body, url, content_type), body)
    if content_type and not _is_page(content_type):
        raise FeedError(url, f"no feed, no sitemap and no page but {content_type[:80]}")
    return _of_page(read_html(body, url, content_type), url, body)


def _is_page(content_type: str) -> bool:
    kind = content_type.lower()
    return "html" in kind or "xml" in kind or kind.startswith("text/")


def _of_feed(head: FeedHead, body: bytes) -> Look:
    title = _first_part(head.title) if head.title else None
    return Look(head.type, None, title, _language(head.language), head.homepage, offset=_offset(body))


def _of_page(root: Any, url: str, body: bytes) -> Look:
    is_channel = bool(find_class(root, "tgme_channel_info"))
    return Look(
        type="telegram" if is_channel else "section",
        name=_meta(root, "og:title" if is_channel else "og:site_name") or _meta(root, "application-name"),
        title=_first_part(plain_line(str(root.xpath("string(//head/title)")))),
        language=_language(root.get("lang")),
        homepage=url,
        feeds=() if is_channel else _feeds(root, url),
        offset=_offset(body),
    )


def _meta(root: Any, name: str) -> str | None:
    stated = root.xpath("//meta[@property=$name or @name=$name]/@content", name=name)[:1]
    return plain_line(str(stated[0]))[:_TITLE_LENGTH] or None if stated else None


def _first_part(title: str) -> str | None:
    """Return what stands before the slogan in a title: "Outlet | News of the day"."""
    return _SEPARATOR.split(title, maxsplit=1)[0][:_TITLE_LENGTH].strip() or None


def _feeds(root: Any, url: str) -> tuple[str, ...]:
    """Return the feeds that a page announces, wherever they are, then those it links to on its own site."""
    base = str((root.xpath("//base/@href") or [""])[0])
    announced = [
        _absolute(str(link.get("href")), base, url)
        for link in root.xpath("//link[@href]")
        if "alternate" in (link.get("rel") or "").lower().split()
        and _is_feed_type(link.get("type"))
        and "comment" not in (link.get("title") or "").lower()
    ]
    hrefs = map(str, root.xpath("//a/@href")[:_MOST_LINKS])
    linked = [_absolute(href, base, url) for href in hrefs if _FEED_PATH.search(_path_of(href))]
    own = [link for link in linked if link and _site(link) == _site(url)]
    usable = [link for link in (*announced, *own) if link and not _COMMENTS.search(link)]
    return tuple(dict.fromkeys(usable))[:MOST_FEEDS]


def _is_feed_type(stated: str | None) -> bool:
    return (stated or "").partition(";")[0].strip().lower() in _FEED_TYPES


def _path_of(href: str) -> str:
    """Return the path of a link of any form; nothing for one that cannot be read."""
    try:
        return urlsplit(href[:2000]).path.lower()
    except ValueError:
        return ""


def _absolute(href: str, base: str, url: str) -> str | None:
    try:
        link = urljoin(urljoin(url, base), "".join(href.split()))
    except ValueError:
        return None
    return link.partition("#")[0] if is_web_address(link) else None


def _site(url: str) -> str:
    return site_of(urlsplit(url).hostname or "")


def _language(stated: str | None) -> str | None:
    code = (stated or "").replace("_", "-").split("-")[0].strip().lower()
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else None


def _offset(body: bytes) -> int | None:
    """Return the minutes ahead of UTC that most of the times in a body have; None where none is told."""
    found = _OFFSET.finditer(body)
    counts = Counter(_minutes(one) for one, _ in zip(found, range(_MOST_OFFSETS), strict=False))
    return counts.most_common(1)[0][0] if counts else None


def _minutes(found: re.Match[bytes]) -> int:
    ahead = int(found[2]) * 60 + int(found[3])
    return -ahead if found[1] == b"-" else ahead
