"""Where a made-up outlet keeps what its feed no longer shows: by page and by date (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

from newsroom.feeds import feed_type, render_feed
from newsroom.press import Archive, MadeUpOutlet, Publication
from newsroom.sections import render_section
from newsroom.sitemaps import SITEMAP_TYPE, render_index, render_news

SECTION = "/archive"
DAYS_INDEX = "/sitemaps/index.xml"
_DAYS = "/sitemaps/"
_HTML = "text/html; charset=utf-8"
_FEED_PAGE = "paged"


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A page of an archive and its Content-Type; without a body there is no such page."""

    body: bytes
    kind: str


def archive_page(
    outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], path: str, query: str
) -> ArchivePage | None:
    """Return the page at `path`, of `publications` (newest first); None where no archive of the outlet is asked for."""
    asked = parse_qs(query)
    if Archive.FEED_PAGES in outlet.archives and path == outlet.feed_path and _FEED_PAGE in asked:
        shown = _page_of(outlet, publications, asked[_FEED_PAGE][0])
        return ArchivePage(render_feed(outlet, url, shown) if shown else b"", feed_type(outlet))
    if Archive.SECTION in outlet.archives and path == SECTION:
        shown = _page_of(outlet, publications, asked.get("page", ["1"])[0])
        return ArchivePage(render_section(outlet, url, shown) if shown else b"", _HTML)
    if Archive.DAYS in outlet.archives and path.startswith(_DAYS):
        return ArchivePage(_days(outlet, url, publications, path), SITEMAP_TYPE)
    return None


def archive_urls(outlet: MadeUpOutlet, url: str) -> tuple[tuple[str, str], ...]:
    """Return type and address of the outlet's archives as a catalogue would name them, with {page} or {date}."""
    known = {
        Archive.FEED_PAGES: (str(outlet.dialect), f"{url}{outlet.feed_path}?{_FEED_PAGE}={{page}}"),
        Archive.SECTION: ("section", f"{url}{SECTION}?page={{page}}"),
        Archive.DAYS: ("news_sitemap", f"{url}{_DAYS}{{date:%Y-%m-%d}}.xml"),
    }
    return tuple(known[archive] for archive in Archive if archive in outlet.archives)


def _page_of(outlet: MadeUpOutlet, publications: Sequence[Publication], page: str) -> Sequence[Publication]:
    first = (int(page) - 1) * outlet.window if page.isdecimal() else len(publications)
    return publications[max(0, first) : max(0, first) + outlet.window]


def _days(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], path: str) -> bytes:
    days = dict.fromkeys(one.local_time(outlet).date() for one in publications)
    if path == DAYS_INDEX:
        return render_index(url, [f"{_DAYS}{day}.xml" for day in days])
    asked = path.removeprefix(_DAYS).removesuffix(".xml")
    shown = [one for one in publications if date.isoformat(one.local_time(outlet).date()) == asked]
    return render_news(outlet, url, shown) if shown else b""
