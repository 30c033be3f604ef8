"""Feeds of a made-up outlet: RSS 2.0, Atom and RDF (RSS 1.0), newest first, as the desks of the region write them (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from html import escape

from newsroom.press import HALVES, Dialect, MadeUpOutlet, Publication


def render_feed(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> bytes:
    """Return the feed of `publications` (newest first); `url` is the outlet's root address.

    The bytes depend on the publications only, so that equal feeds have equal validators.
    """
    return _RENDERERS[outlet.dialect](outlet, url, publications[: outlet.window]).encode(errors=HALVES)


def feed_type(outlet: MadeUpOutlet) -> str:
    """Return the Content-Type of the outlet's feed."""
    return f"application/{outlet.dialect}+xml; charset=utf-8"


def _rss(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> str:
    items = "".join(_rss_item(outlet, url, publication) for publication in publications)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel><title>{escape(outlet.title)}</title><link>{url}/</link>"
        f"<description>{escape(outlet.title)}</description><language>{outlet.language}</language>"
        f'<atom:link href="{url}{outlet.feed_path}" rel="self" type="application/rss+xml"/>\n'
        f"{_hub(outlet, 'atom:link')}{items}</channel></rss>\n"
    )


def _rss_item(outlet: MadeUpOutlet, url: str, publication: Publication) -> str:
    told = publication.story
    link = f"{url}{publication.path}?utm_source=rss&utm_medium=feed"
    return (
        f"<item><title>{escape(told.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="true">{url}{publication.path}</guid>'
        f"<pubDate>{format_datetime(publication.local_time(outlet))}</pubDate>"
        f"<dc:creator>{escape(told.author)}</dc:creator><category>{escape(told.section)}</category>"
        f"<description><![CDATA[<p>{escape(told.teaser)}</p>]]></description></item>\n"
    )


def _atom(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> str:
    updated = publications[0].local_time(outlet).isoformat() if publications else "2000-01-01T00:00:00Z"
    entries = "".join(_atom_entry(outlet, url, publication) for publication in publications)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.title)}</title><id>{url}/</id><updated>{updated}</updated>"
        f'<link rel="alternate" type="text/html" href="{url}/"/>'
        f'<link rel="self" href="{url}{outlet.feed_path}"/>\n{_hub(outlet, "link")}{entries}</feed>\n'
    )


def _hub(outlet: MadeUpOutlet, tag: str) -> str:
    return f'<{tag} rel="hub" href="{escape(outlet.hub)}"/>\n' if outlet.hub is not None else ""


def _atom_entry(outlet: MadeUpOutlet, url: str, publication: Publication) -> str:
    told = publication.story
    written = publication.local_time(outlet).isoformat()
    return (
        f'<entry><title type="text">{escape(told.title)}</title><id>{url}{publication.path}</id>'
        f'<link rel="alternate" type="text/html" href="{url}{publication.path}"/>'
        f"<published>{written}</published><updated>{written}</updated>"
        f"<author><name>{escape(told.author)}</name></author>"
        f'<category term="{escape(told.section)}"/><summary type="text">{escape(told.teaser)}</summary></entry>\n'
    )


def _rdf(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{url}{one.path}"/>' for one in publications)
    items = "".join(_rdf_item(outlet, url, publication) for publication in publications)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{url}/"><title>{escape(outlet.title)}</title><link>{url}/</link>'
        f"<description>{escape(outlet.title)}</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>\n"
    )


def _rdf_item(outlet: MadeUpOutlet, url: str, publication: Publication) -> str:
    told = publication.story
    return (
        f'<item rdf:about="{url}{publication.path}"><title>{escape(told.title)}</title>'
        f"<link>{url}{publication.path}</link><description>{escape(told.teaser)}</description>"
        f"<dc:creator>{escape(told.author)}</dc:creator>"
        f"<dc:date>{publication.local_time(outlet).isoformat()}</dc:date></item>\n"
    )


_RENDERERS: Mapping[Dialect, Callable[[MadeUpOutlet, str, Sequence[Publication]], str]] = {
    Dialect.RSS: _rss,
    Dialect.ATOM: _atom,
    Dialect.RDF: _rdf,
}
