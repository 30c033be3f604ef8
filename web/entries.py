"""An event as an entry of a feed: its identity, its title, and its facts with the sources, as HTML of ours. Pure.

Words of others are cleaned, then escaped; an address of others becomes a link only if it is one of the web (SEC-9, SEC-10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from markupsafe import Markup

from alerts.addresses import is_link, shown_address
from alerts.headline import headline
from alerts.lines import fact_lines, word_lines
from alerts.wording import Wording, wording
from db.text import clean_line
from db.views import EventArticle, EventView

REPORTS = 20  # that an entry names, the first ones; how many more there are is said
_TITLE_LIMIT = 200
_NAMESPACE = UUID("b7a1f0f4-5d0e-4c1c-9d51-7f3f0a6d2c58")  # drawn once for the events of all installations


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in a feed. `url` is its page, None where others cannot open that; `links` are its reports on the web."""

    id: str
    event: int
    kind: str
    status: str
    title: str
    content: str
    url: str | None
    links: tuple[str, ...]
    published_at: datetime
    updated_at: datetime


def identity_of(view: EventView) -> str:
    """Return the name of an event for ever, wherever its database moves and whatever its page is called (RFC 4287 §4.2.6).

    It is drawn from what is never written again: the number, and the microsecond in which the event was first seen.
    """
    return uuid5(_NAMESPACE, f"event {view.id} {view.first_seen.isoformat(timespec='microseconds')}").urn


def entry_of(view: EventView, changed_at: datetime, page: str | None, language: str) -> Entry:
    """Return an event as an entry; `page` is where our pages are found, `changed_at` when its newest revision came."""
    words = wording(language)
    links = {one.id: shown_address(one.link) for one in view.articles[:REPORTS] if is_link(one.link)}
    return Entry(
        id=identity_of(view),
        event=view.id,
        kind=view.facts.kind.value,
        status=view.facts.status.value,
        title=clean_line(headline(view.facts, language), _TITLE_LIMIT),
        content=_content(view, links, words),
        url=f"{page}/events/{view.id}" if page is not None else None,
        links=tuple(dict.fromkeys(links.values())),
        published_at=view.first_seen,
        updated_at=changed_at,
    )


def facts_of(view: EventView, words: Wording) -> list[str]:
    """Return the facts of an event, a clean line each: what people said of it, its status, its figures, its sources."""
    titles = {one.outlet: one.outlet_title for one in view.articles if one.outlet and one.outlet_title}
    lines = (*word_lines(view.facts, words).values(), *fact_lines(view.facts, words, titles))
    return [clean_line(line) for line in lines]


def _content(view: EventView, links: Mapping[int, str], words: Wording) -> str:
    facts = Markup("").join(Markup("<li>{}</li>").format(line) for line in facts_of(view, words))
    told = [_report(one, links.get(one.id)) for one in view.articles[:REPORTS]]
    left = len(view.articles) - len(told)
    if left > 0:
        told.append(Markup("<li>{}</li>").format(words.plural("more", left, words.decimal(left))))
    return f"<ul>{facts}</ul>" + (f"<ol>{Markup('').join(told)}</ol>" if told else "")


def _report(article: EventArticle, link: str | None) -> Markup:
    title = clean_line(article.title or article.url, _TITLE_LIMIT) or "–"
    outlet = clean_line(article.outlet_title or article.outlet or "", _TITLE_LIMIT)
    language = Markup(' lang="{}"').format(article.language) if article.language else Markup("")
    if link is None:
        text = Markup("<span{}>{}</span>").format(language, title)
    else:
        anchor = Markup('<a href="{}" rel="noopener noreferrer nofollow"{}>{}</a>')
        text = anchor.format(link, language, title)
    return Markup("<li>{}{}</li>").format(text, f" ({outlet})" if outlet else "")
