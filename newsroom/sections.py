"""The section page of a made-up outlet: its headlines as cards between menu, tags, popular ones and footer (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from newsroom.ballast import style_ballast
from newsroom.press import MadeUpOutlet, Publication, furniture

_CARDS = 25


def render_section(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> bytes:
    """Return the page of `publications` (newest first), as desks build them: each card links its article twice."""
    cards = "".join(_card(outlet, one) for one in publications[:_CARDS])
    words = furniture(outlet.language)
    menu = "".join(f'<li><a href="/section/{n}">{escape(word)}</a></li>' for n, word in enumerate(words["menu"]))
    tags = "".join(f'<a class="tag" href="/tag/{n}">{escape(word)}</a> ' for n, word in enumerate(words["menu"]))
    footer = f'<a href="/about-us-and-our-rules-of-work">{escape(outlet.title)}</a> <a href="/contacts">@</a>'
    page = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8"><title>{escape(outlet.title)}</title>'
        f'<link rel="canonical" href="{url}/news/"><style>{style_ballast(outlet.name)}</style></head>\n<body>'
        f'<header><a class="logo" href="/">{escape(outlet.title)}</a><nav><ul>{menu}</ul></nav></header>\n'
        f'<main><h1>{escape(outlet.title)}</h1><div class="list">{cards}</div>'
        f'<div class="pager"><a href="/news/?page=2">2</a> <a href="/news/?page=3">3</a></div></main>\n'
        f'<div class="tags">{tags}</div><footer>{footer}</footer></body></html>\n'
    )
    return page.encode()


def _card(outlet: MadeUpOutlet, publication: Publication) -> str:
    told, local = publication.story, publication.local_time(outlet)
    link = escape(publication.path)
    return (
        f'<div class="card"><a class="card__photo" href="{link}"><img src="/img/{told.name}.jpg" alt=""></a>'
        f'<div class="card__body"><h3><a href="{link}#read">{escape(told.title)}</a></h3>'
        f'<time datetime="{local.isoformat()}">{local:%H:%M}</time><p>{escape(told.teaser)}</p></div></div>\n'
    )
