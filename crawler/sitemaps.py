"""A sitemap's bytes to entries, or an index's to the sitemaps it lists; gzipped or plain. Pure; in the extraction pool.

Elements are told by their namespace, never by their prefix, which is the outlet's free choice. In a news sitemap only
what carries a `news` block is news: it also lists pages that are none, and images with titles of their own. An ordinary
sitemap has no such word for it: there the shape of an address tells an article from other pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import once_each, plain_line
from crawler.guard import MAX_SITEMAP_BYTES
from crawler.items import EntryItem, Listing
from crawler.paths import is_furniture, path_points
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key

MAX_NEWS = 1_000  # what the format itself allows in one file
MAX_PAGES = 200  # of an ordinary sitemap, which lists all that an outlet ever published
MAX_CHILDREN = 3  # of an index, the newest: news are in the newest
_NEWS_NAMESPACE = "www.google.com/schemas/sitemap-news/0.9"
_TITLE_LENGTH = 1000
_GZIP = b"\x1f\x8b"
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_Reader = Callable[[Element, str, str, tzinfo], tuple[EntryItem, ...]]


def read_news_sitemap(body: bytes, url: str, context: Context) -> Listing:
    """Return the news of a news sitemap, or the sitemaps of an index (`crawler.doors`). Raises FeedError."""
    return parse_sitemap(body, url, context.timezone, context.content_type)


def read_sitemap(body: bytes, url: str, context: Context) -> Listing:
    """Return the newest articles of an ordinary sitemap, or the sitemaps of an index. Raises FeedError.

    At most 200: those changed last, or where nothing is dated the first and the last hundred, for files grow at one of
    their ends. `lastmod` is when a page was changed, and is not taken for when it was published.
    """
    return _read(body, url, context, _pages)


def parse_sitemap(body: bytes, url: str, timezone: str, content_type: str | None = None) -> Listing:
    """Return the newest 1,000 news of a news sitemap, or the newest three sitemaps of an index.

    An empty one is legitimate: nothing was published for two days. A date without a time has precision "day" and
    is read in `timezone`, the outlet's. Raises FeedError: over 8 MiB, no sitemap, none with news, broken.
    """
    return _read(body, url, Context(timezone=timezone, content_type=content_type), _entries)


def _read(body: bytes, url: str, context: Context, read: _Reader) -> Listing:
    plain = _unpacked(body, url)
    if len(plain) > MAX_SITEMAP_BYTES:
        raise FeedError(url, f"{len(plain):,} bytes, more than {MAX_SITEMAP_BYTES:,}")
    root = _root(as_utf8(plain, context.content_type), url)
    namespace, _, kind = root.tag.rpartition("}")
    namespace += "}" if namespace else ""
    zone = ZoneInfo(context.timezone)
    if kind == "sitemapindex":
        children = _children(root, namespace, url, zone)
        return Listing(children=children, is_index=True, empty_by=None if len(root) else "a sitemapindex of nothing")
    if kind != "urlset":
        raise FeedError(url, "not a sitemap")
    return Listing(read(root, namespace, url, zone), empty_by=None if len(root) else "a urlset of nothing")


def _unpacked(body: bytes, url: str) -> bytes:
    """Return the file itself, one byte over the cap at most: sitemaps are often stored as `.xml.gz` (SEC-4)."""
    plain = b""
    try:
        while body.startswith(_GZIP) and len(plain) <= MAX_SITEMAP_BYTES:
            member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            plain += member.decompress(body, MAX_SITEMAP_BYTES + 1 - len(plain))
            if not member.eof and len(plain) <= MAX_SITEMAP_BYTES:
                raise FeedError(url, "broken: the gzipped file ends early")
            body = member.unused_data
    except zlib.error as error:
        raise FeedError(url, f"broken: {error}") from error
    return plain or body


def _root(body: bytes, url: str) -> Element:
    """Parse without entities, DTD or anything from elsewhere (SEC-3)."""
    try:
        root: Element = fromstring(body.lstrip(), forbid_dtd=True)
    except ParseError as error:
        raise FeedError(url, f"broken: {error}") from error
    except DefusedXmlException as error:
        raise FeedError(url, f"refused: {type(error).__name__}") from error
    except (ValueError, LookupError) as error:  # an encoding that expat does not know
        raise FeedError(url, f"broken: {type(error).__name__}: {error}") from error
    return root


def _entries(root: Element, namespace: str, url: str, zone: tzinfo) -> tuple[EntryItem, ...]:
    listed = root.findall(f"{namespace}url")
    found = [_entry(element, namespace, url, zone) for element in listed]
    entries = [entry for entry in found if entry is not None]
    if listed and not entries:
        raise FeedError(url, "a sitemap without news")
    entries.sort(key=lambda entry: entry.published_at or _BEGINNING, reverse=True)
    return once_each(entries)[:MAX_NEWS]


def _entry(element: Element, namespace: str, url: str, zone: tzinfo) -> EntryItem | None:
    link = _location(element, namespace, url)
    news = next((child for child in element if _is_news(child, "news")), None)
    if link is None or news is None:
        return None
    stated = parse_time(_news_text(news, "publication_date"), zone)
    return EntryItem(
        url=link,
        url_key=url_key(link),
        title=plain_line(_news_text(news, "title"))[:_TITLE_LENGTH] or None,
        published_at=stated[0] if stated else None,
        published_precision=stated[1] if stated else "instant",
    )


def _pages(root: Element, namespace: str, url: str, zone: tzinfo) -> tuple[EntryItem, ...]:
    listed = root.findall(f"{namespace}url")
    dated = [(_modified(element, namespace, zone), entry) for element in listed
             if (entry := _page(element, namespace, url, zone)) is not None]  # fmt: skip
    if listed and not dated:
        raise FeedError(url, "a sitemap without articles")
    if all(at is None for at, _ in dated):
        ends = dated[: MAX_PAGES // 2] + dated[MAX_PAGES // 2 :][-MAX_PAGES // 2 :]
        return once_each(entry for _, entry in ends)
    dated.sort(key=lambda one: one[0] or _BEGINNING, reverse=True)
    return once_each(entry for _, entry in dated[:MAX_PAGES])


def _page(element: Element, namespace: str, url: str, zone: tzinfo) -> EntryItem | None:
    """Return what an ordinary sitemap lists, if it is news or has the address of an article."""
    news = _entry(element, namespace, url, zone)
    link = _location(element, namespace, url)
    if news is not None or link is None:
        return news
    parts = urlsplit(link)
    is_article = path_points(parts) > 0 and not is_furniture(parts)
    return EntryItem(link, url_key(link)) if is_article else None


def _modified(element: Element, namespace: str, zone: tzinfo) -> datetime | None:
    stated = parse_time(element.findtext(f"{namespace}lastmod"), zone)
    return stated[0] if stated else None


def _children(root: Element, namespace: str, url: str, zone: tzinfo) -> tuple[str, ...]:
    dated = []
    for element in root.findall(f"{namespace}sitemap"):
        link = _location(element, namespace, url)
        stated = parse_time(element.findtext(f"{namespace}lastmod"), zone)
        if link is not None:
            dated.append((stated[0] if stated else _BEGINNING, link))
    newest = sorted(dated, key=lambda child: child[0], reverse=True)
    return tuple(dict.fromkeys(link for _, link in newest))[:MAX_CHILDREN]


def _location(element: Element, namespace: str, url: str) -> str | None:
    stated = "".join((element.findtext(f"{namespace}loc") or "").split())
    try:
        link = urljoin(url, stated) if stated else ""
    except ValueError:
        return None
    return link if is_web_address(link) else None


def _news_text(news: Element, name: str) -> str:
    parts: Iterable[str] = next((child.itertext() for child in news if _is_news(child, name)), ())
    return "".join(parts)


def _is_news(element: Element, name: str) -> bool:
    namespace, _, found = str(element.tag).rpartition("}")
    return found == name and namespace.rpartition("://")[2].rstrip("/") == _NEWS_NAMESPACE
