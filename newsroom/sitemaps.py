"""The sitemaps of a made-up outlet, as search engines want them: its news of two days, and all it published (pure)."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from newsroom.press import HALVES, MadeUpOutlet, Publication

SITEMAP_TYPE = "application/xml; charset=utf-8"
_SCOPE = timedelta(days=2)
_MOST = 1_000
_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">\n'
)


def render_news_sitemap(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], now: datetime) -> bytes:
    """Return the sitemap of `publications` (newest first); without any it is empty, which is legitimate.

    The prefix of the news elements is not the usual one: readers have to go by the namespace.
    """
    fresh = [one for one in publications if now - one.published_at <= _SCOPE][:_MOST]
    return render_news(outlet, url, fresh)


def render_news(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> bytes:
    """Return the sitemap of exactly these publications."""
    return f"{_OPENING}{''.join(_url(outlet, url, one) for one in publications)}</urlset>\n".encode(errors=HALVES)


def _url(outlet: MadeUpOutlet, url: str, publication: Publication) -> str:
    written = publication.local_time(outlet).isoformat()
    return (
        f"<url><loc>{escape(url + publication.path)}</loc><lastmod>{written}</lastmod><n:news>"
        f"<n:publication><n:name>{escape(outlet.title)}</n:name><n:language>{outlet.language}</n:language>"
        f"</n:publication><n:publication_date>{written}</n:publication_date>"
        f"<n:title>{escape(publication.story.title)}</n:title></n:news></url>\n"
    )


def render_sitemap(url: str, publications: Sequence[Publication]) -> bytes:
    """Return the ordinary sitemap of `publications`, packed: addresses and when each was changed, no titles."""
    pages = "".join(
        f"<url><loc>{escape(url + one.path)}</loc><lastmod>{one.published_at.isoformat()}</lastmod></url>\n"
        for one in publications
    )
    return gzip.compress(f"{_OPENING}<url><loc>{url}/about</loc></url>{pages}</urlset>\n".encode(), mtime=0)


def render_index(url: str, paths: Sequence[str], *, is_packed: bool = False) -> bytes:
    """Return an index of the sitemaps at `paths`."""
    listed = "".join(f"<sitemap><loc>{escape(url + path)}</loc></sitemap>" for path in paths)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{space}">{listed}</sitemapindex>\n'.encode()
    return gzip.compress(body, mtime=0) if is_packed else body
