"""The other doors of a made-up outlet, beside its feed and its news sitemap: which address gives which list (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from newsroom.json_feeds import render_json_feed
from newsroom.press import NEWS_SITEMAP, Dialect, MadeUpOutlet, Publication
from newsroom.previews import render_preview
from newsroom.sections import render_section
from newsroom.sitemaps import render_index, render_sitemap

SECTION = "/news/"
JSON_FEED = "/feed.json"
SITEMAP_INDEX = "/sitemap-index.xml"
NEWS_INDEX = "/news-index.xml"  # leads to the news sitemap
_INNER_INDEX = "/sitemaps/news-index.xml.gz"
_SITEMAP = "/sitemaps/news-1.xml.gz"
_HTML = "text/html; charset=utf-8"
_GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class DoorBody:
    """The body of a list and its Content-Type."""

    body: bytes
    kind: str


def preview_path(outlet: MadeUpOutlet) -> str:
    """Return the path of the preview of its channel, which stands at this outlet's own address here."""
    return f"/s/{outlet.name.replace('-', '_')}"


def door_path(outlet: MadeUpOutlet) -> str:
    """Return the path of the list that an outlet of its dialect is known by."""
    paths = {
        Dialect.SECTION: SECTION,
        Dialect.TELEGRAM: preview_path(outlet),
        Dialect.JSON_FEED: JSON_FEED,
        Dialect.SITEMAP: SITEMAP_INDEX,
    }
    return paths.get(outlet.dialect, outlet.feed_path)


def open_door(
    outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], path: str, query: str = ""
) -> DoorBody | None:
    """Return what stands at an address of this table; None if it is none. `publications` come newest first."""
    if path == SECTION:
        return DoorBody(render_section(outlet, url, publications), _HTML)
    if path == preview_path(outlet):
        before = parse_qs(query).get("before", ["0"])[0]
        return DoorBody(render_preview(outlet, url, publications, int(before) if before.isdecimal() else 0), _HTML)
    if path == JSON_FEED:
        return DoorBody(render_json_feed(outlet, url, publications), "application/feed+json; charset=utf-8")
    return _sitemap(url, publications, path)


def _sitemap(url: str, publications: Sequence[Publication], path: str) -> DoorBody | None:
    if path == SITEMAP_INDEX:
        return DoorBody(render_index(url, (_INNER_INDEX,)), "application/xml; charset=utf-8")
    if path == NEWS_INDEX:
        return DoorBody(render_index(url, (NEWS_SITEMAP,)), "application/xml; charset=utf-8")
    if path == _INNER_INDEX:
        return DoorBody(render_index(url, (_SITEMAP,), is_packed=True), _GZIP)
    if path == _SITEMAP:
        return DoorBody(render_sitemap(url, publications), _GZIP)
    return None
