"""Pages of a made-up outlet: an article between navigation, boxes, headlines, comments and scripts (pure).

A page weighs 60 to 150 kB, as real ones do; less than a tenth of it is the story.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from newsroom.ballast import script_ballast, style_ballast
from newsroom.press import HALVES, Box, MadeUpOutlet, Publication, furniture
from newsroom.stories import is_heading

_READ_ALSO_AFTER = 2  # paragraphs of the story before the first box in its middle
_NEWSLETTER_AFTER = 5


def render_article(outlet: MadeUpOutlet, url: str, publication: Publication, others: Sequence[Publication]) -> bytes:
    """Return the page of `publication`; `others` are what the outlet has published by now, newest first.

    Today's other headlines stand beside an article however old it is (domain rule 8).
    """
    told = publication.story
    page = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}" prefix="og: https://ogp.me/ns#">\n'
        f'{_head(outlet, url, publication)}\n<body class="page page--article">\n{_header(outlet)}\n'
        f'<div class="layout"><main class="layout__main">{_article(outlet, publication, others)}{_comments(outlet)}</main>\n'
        f"{_sidebar(outlet, others)}</div>\n{_footer(outlet)}\n"
        f"<script>window.__STATE__ = {script_ballast(told.name)};</script>\n</body>\n</html>\n"
    )
    return page.encode(errors=HALVES)


def render_home(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> bytes:
    """Return the front page: the titles of `publications` (newest first) as links, and the furniture."""
    cards = "".join(_card(one.story.title, one.path, number) for number, one in enumerate(publications))
    has_feed = outlet.dialect.is_feed
    link = f'<link rel="alternate" type="application/{outlet.dialect}+xml" href="{url}{outlet.feed_path}">'
    page = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8"><title>{escape(outlet.title)}</title>'
        f"{link if has_feed else ''}"
        f"<style>{style_ballast(outlet.name)}</style></head>\n<body>{_header(outlet)}\n"
        f'<main class="front">{cards}</main>\n{_footer(outlet)}</body></html>\n'
    )
    return page.encode(errors=HALVES)


def sidebar_headlines(outlet: MadeUpOutlet, others: Sequence[Publication]) -> tuple[str, ...]:
    """Return the headlines that stand around an article, in their order on the page."""
    return (*(one.story.title for one in others), *furniture(outlet.language)["headlines"])


def _head(outlet: MadeUpOutlet, url: str, publication: Publication) -> str:
    told, address = publication.story, f"{url}{publication.path}"
    written = publication.local_time(outlet).isoformat()
    metas = {
        "og:type": "article",
        "og:site_name": outlet.title,
        "og:title": told.title,
        "og:description": told.teaser,
        "og:url": address,
        "og:image": f"{url}/img/{told.name}-1200x630.jpg",
        "article:published_time": written,
        "article:modified_time": written,
        "article:section": told.section,
    }
    tags = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in metas.items())
    return (
        f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(told.title)} — {escape(outlet.title)}</title>"
        f'<meta name="description" content="{escape(told.teaser)}"><meta name="author" content="{escape(told.author)}">'
        f'<link rel="canonical" href="{address}">{tags}\n'
        f'<script type="application/ld+json">{_json_ld(outlet, address, publication)}</script>\n'
        f"<style>{style_ballast(told.name)}</style></head>"
    )


def _json_ld(outlet: MadeUpOutlet, address: str, publication: Publication) -> str:
    told = publication.story
    written = publication.local_time(outlet).isoformat()
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": address},
        "headline": told.title,
        "description": told.teaser,
        "articleSection": told.section,
        "inLanguage": outlet.language,
        "datePublished": written,
        "dateModified": written,
        "author": {"@type": "Person", "name": told.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.title},
    }
    return json.dumps(article, ensure_ascii=False).encode(errors="backslashreplace").decode().replace("</", "<\\/")


def _header(outlet: MadeUpOutlet) -> str:
    words = furniture(outlet.language)
    links = "".join(
        f'<li class="nav__item"><a href="/section/{n}">{escape(w)}</a></li>' for n, w in enumerate(words["menu"])
    )
    return (
        f'<div class="cookie-banner" role="dialog"><p>{escape(words["cookies"])}</p><button>OK</button></div>'
        f'<header class="header"><a class="logo" href="/">{escape(outlet.title)}</a>'
        f'<nav class="nav"><ul>{links}</ul></nav></header>'
    )


def _article(outlet: MadeUpOutlet, publication: Publication, others: Sequence[Publication]) -> str:
    told = publication.story
    local = publication.local_time(outlet)
    return (
        f'<article class="article"><h1 class="article__title">{escape(told.title)}</h1>'
        f'<div class="article__meta"><span class="author">{escape(told.author)}</span> '
        f'<time datetime="{local.isoformat()}">{local:%d.%m.%Y, %H:%M}</time></div>{_share(outlet)}'
        f'<p class="article__lead-in visually-hidden" aria-hidden="true"></p>'
        f'<figure class="article__photo"><img src="/img/{told.name}.jpg" alt="" width="1200" height="800">'
        f"<figcaption>{escape(told.caption)}</figcaption></figure>\n"
        f'<div class="article__body" itemprop="articleBody">{_body(outlet, publication, others)}</div>'
        f"{_tags(outlet, publication)}{_share(outlet)}</article>\n"
    )


def _body(outlet: MadeUpOutlet, publication: Publication, others: Sequence[Publication]) -> str:
    parts: list[str] = []
    told = 0
    for block in publication.story.blocks:
        if is_heading(block):
            parts.append(f"<h2>{escape(block.removeprefix('## '))}</h2>")
            continue
        parts.append(f"<p>{escape(block)}</p>")
        told += 1
        if told == _READ_ALSO_AFTER:
            parts.append(_read_also(outlet, others))
        if told == _NEWSLETTER_AFTER:
            parts.append(_newsletter(outlet))
    return "\n".join(parts)


def _read_also(outlet: MadeUpOutlet, others: Sequence[Publication]) -> str:
    if Box.READ_ALSO not in outlet.boxes:
        return ""
    links = "".join(f'<li><a href="#">{escape(line)}</a></li>' for line in sidebar_headlines(outlet, others)[:3])
    return f'<aside class="read-also"><span class="read-also__title">{furniture(outlet.language)["read_also"]}</span><ul>{links}</ul></aside>'


def _newsletter(outlet: MadeUpOutlet) -> str:
    if Box.NEWSLETTER not in outlet.boxes:
        return ""
    words = furniture(outlet.language)
    return (
        f'<div class="newsletter-box"><form action="/account/subscribe"><strong>{escape(words["newsletter"])}</strong>'
        f'<span>{escape(words["newsletter_text"])}</span><input type="email" name="email">'
        f"<button>{escape(words['newsletter_button'])}</button></form></div>"
    )


def _share(outlet: MadeUpOutlet) -> str:
    if Box.SHARE not in outlet.boxes:
        return ""
    buttons = "".join(
        f'<a class="share__button" href="#">{escape(word)}</a>' for word in furniture(outlet.language)["share"]
    )
    return f'<div class="share social-share">{buttons}</div>'


def _tags(outlet: MadeUpOutlet, publication: Publication) -> str:
    if Box.TAGS not in outlet.boxes:
        return ""
    word = furniture(outlet.language)["tags"]
    return f'<div class="tags">{escape(word)}: <a rel="tag" href="#">{escape(publication.story.section)}</a></div>'


def _comments(outlet: MadeUpOutlet) -> str:
    if Box.COMMENTS not in outlet.boxes:
        return ""
    words = furniture(outlet.language)
    lines = "".join(
        f'<li class="comment"><div class="comment__text">{escape(line)}</div></li>' for line in words["comments"]
    )
    return (
        f'<section class="comments" id="comments"><h3>{escape(words["comments_title"])}</h3><ol>{lines}</ol></section>'
    )


def _sidebar(outlet: MadeUpOutlet, others: Sequence[Publication]) -> str:
    words = furniture(outlet.language)
    headlines = sidebar_headlines(outlet, others)
    latest = "".join(_card(line, f"/latest/{number}", number) for number, line in enumerate(headlines))
    popular = "".join(_card(line, f"/popular/{number}", number) for number, line in enumerate(reversed(headlines)))
    most_read = f'<section class="sidebar__block"><h3>{escape(words["popular"])}</h3>{popular}</section>'
    return (
        f'<aside class="sidebar"><section class="sidebar__block"><h3>{escape(words["latest"])}</h3>{latest}</section>'
        f"{most_read if Box.POPULAR in outlet.boxes else ''}</aside>"
    )


def _card(headline: str, path: str, number: int) -> str:
    sizes = ", ".join(f"/img/cards/{number:04d}-{width}.webp {width}w" for width in range(160, 1440, 80))
    return (
        f'<div class="card"><a class="card__link" href="{path}"><picture><source type="image/webp" srcset="{sizes}">'
        f'<img loading="lazy" alt="" src="/img/cards/{number:04d}.jpg"></picture>'
        f'<span class="card__title">{escape(headline)}</span></a></div>\n'
    )


def _footer(outlet: MadeUpOutlet) -> str:
    words = furniture(outlet.language)
    return f'<footer class="footer"><p>{escape(words["footer"])}</p><p>{escape(words["made_up"])}</p></footer>'
