"""An event as a message: a headline in the reader's language, lines of facts, links. Pure.

Everything is written from the facts; nothing is translated from an outlet's own headline. What an outlet gave
(names, addresses) is cleaned and cut, because it is a stranger's text (SEC-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from alerts.addresses import is_link, shown_address
from alerts.headline import TAKEN_BACK, headline_in
from alerts.lines import change_line, fact_lines, word_lines
from alerts.wording import Wording, wording
from db.facts import EventChange, EventFacts, Kind, Polarity, Status
from db.text import clean_line
from db.views import EventArticle, EventView

LINKS = 6
SHORT_LIMIT = 500


class Layout(IntEnum):
    """The rungs of the ladder that a refused message goes down (D-13)."""

    FULL = 0
    PLAIN = 1
    SHORT = 2


class Form(StrEnum):
    """How a message reaches its reader: as a new one, in the place of a sent one, or as an answer to it (D-22)."""

    NEW = "new"
    EDIT = "edit"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a report. `label` is the outlet as people call it; None where we do not know it."""

    label: str | None
    url: str

    def __str__(self) -> str:
        return f"{self.label}: {self.url}" if self.label else self.url


@dataclass(frozen=True, slots=True)
class Item:
    """One of the events that a digest tells of: in one sentence, as a line with its time, and where more stands."""

    event: EventView
    title: str
    line: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert. `type` is created, updated or withdrawn; `url` is the event's page of ours, if there is one.

    `title` is the event in one sentence, `headline` the same behind "UPDATE:" where it is one.
    `sources` are the links that are shown, `more` says how many are not.
    `previous_revision` is the newest revision the destination has acknowledged, and `change` what came since.
    `repeat` is the line, among the others, that says that it may have come before.
    A `digest` tells of its `items`, a `system` message of Volya itself; their `event` is `no_event`.
    """

    type: str
    language: str
    title: str
    headline: str
    lines: tuple[str, ...]
    sources: tuple[Link, ...]
    event: EventView
    change: EventChange
    previous_revision: int | None
    at: datetime
    url: str | None = None
    more: str | None = None
    items: tuple[Item, ...] = ()
    repeat: str | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """What the message tells under its headline, as lines of text."""
        return (*self.lines, *(item.line for item in self.items))

    @property
    def links(self) -> tuple[str, ...]:
        """The links as lines of text, and how many are left."""
        return (*map(str, self.sources), *([self.more] if self.more else []))

    @property
    def text(self) -> str:
        """The whole message as plain text."""
        return "\n".join([self.headline, *self.facts, *self.links])

    @property
    def short(self) -> str:
        """Headline and first link, at most 500 characters: the last rung of the ladder (D-13).

        A digest still names all of its events there, and a possible repeat says so (D-12).
        """
        link = self.url or (str(self.sources[0]) if self.sources else "")
        last = [self.repeat] if self.repeat else []
        if self.items:
            room = SHORT_LIMIT // (len(self.items) + 2) - 1
            return "\n".join([*(line[:room] for line in (self.headline, *(one.line for one in self.items))), *last])
        free = SHORT_LIMIT - sum(len(one) + 1 for one in last)
        with_link = [link] if 0 < len(link) < free - 1 else []
        room = free - sum(len(one) + 1 for one in with_link)
        return "\n".join([self.headline[:room], *with_link, *last])


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message tells besides the event: as what, what changed since which revision, when, and our page of it.

    `whole` is the event that a merged one is part of, and `whole_url` our page of that.
    """

    type: str
    change: EventChange
    previous_revision: int | None
    at: datetime
    url: str | None = None
    is_possible_repeat: bool = False
    form: Form = Form.NEW
    whole: EventView | None = None
    whole_url: str | None = None


def no_event(now: datetime) -> EventView:
    """Return what stands for the event in a message that is about none, or about several."""
    return EventView(0, 0, now, now, EventFacts(Kind.RELATED, Status.REPORTED, Polarity.POSITIVE), ())


def event_page(page: str | None, event_id: int) -> str | None:
    """Return where an event stands on our page, whose address `page` is; None where others cannot open it."""
    return f"{page.rstrip('/')}/events/{event_id}" if page else None


def render(view: EventView, telling: Telling, language: str) -> Message:
    """Write the message of an event. Raises UnknownLanguageError."""
    words = wording(language)
    title = headline_in(view.facts, words)
    sources, left = _sources(view.articles, words)
    if telling.whole is not None and telling.whole_url is not None:
        sources = (Link(f"Volya {telling.whole.id}", telling.whole_url), *sources)
    return Message(
        type=telling.type,
        language=language,
        title=title,
        headline=title if view.facts.status in TAKEN_BACK else _prefixed(title, telling, words),
        lines=_lines(view, telling, words),
        sources=sources[:1] if telling.form == Form.REPLY else sources,
        more=words.plural("more", left, str(left)) if left > 0 and telling.form != Form.REPLY else None,
        event=view,
        change=telling.change,
        previous_revision=telling.previous_revision,
        at=telling.at,
        url=telling.url,
        repeat=words.say("prefixes", "possible_repeat") if telling.is_possible_repeat else None,
    )


def _prefixed(title: str, telling: Telling, words: Wording) -> str:
    """Put "UPDATE:" before a headline; not where the new text stands in the place of the old one."""
    if telling.form == Form.EDIT and telling.type == "updated":
        return title
    return words.tables["prefixes"].get(telling.type, "{headline}").format(headline=title)


def _lines(view: EventView, telling: Telling, words: Wording) -> tuple[str, ...]:
    """Return the facts; an answer to the message that holds them says only what changed, and on whose word.

    A merged event has no facts any more: they are those of the event that it is part of.
    """
    repeat = [words.say("prefixes", "possible_repeat")] if telling.is_possible_repeat else []
    said = _said(view, telling.whole, words)
    if view.facts.same_as is not None:
        return (*said.values(), *repeat)
    changed = change_line(telling.change, words) if telling.type != "created" else None
    facts = fact_lines(view.facts, words, _titles(view.articles))
    if telling.form == Form.REPLY:
        fields = {one.field for one in telling.change.fields}
        new = [line for field, line in said.items() if field in fields or telling.type == "withdrawn"]
        return (changed or facts[0], *new, *repeat)
    return (*([changed] if changed else []), *said.values(), *facts, *repeat)


def _said(view: EventView, whole: EventView | None, words: Wording) -> dict[str, str]:
    """Return what people made of an event; what it is part of by the number that this goes by now."""
    if whole is None:
        return word_lines(view.facts, words)
    return word_lines(replace(view.facts, same_as=whole.id), words, headline_in(whole.facts, words))


def _titles(articles: Sequence[EventArticle]) -> dict[str, str]:
    """Return what people call the outlets of an event, by the names that facts carry."""
    return {one.outlet: one.outlet_title for one in articles if one.outlet and one.outlet_title}


def render_short(view: EventView, telling: Telling, language: str) -> Message:
    """Write a message of little more than kind, number and link, for events whose facts we fail to write (F-38)."""
    links = tuple(Link(None, shown_address(article.link)) for article in view.articles if is_link(article.link))[:1]
    title = clean_line(f"{view.facts.kind.value}, {view.facts.status.value}: event {view.id}")
    return Message(
        telling.type,
        language,
        title,
        title,
        (),
        links,
        view,
        telling.change,
        telling.previous_revision,
        telling.at,
        telling.url,
    )


def _sources(articles: Sequence[EventArticle], words: Wording) -> tuple[tuple[Link, ...], int]:
    """Return up to six links, an outlet's own reports before copies, and how many are left."""
    ordered = sorted(articles, key=lambda article: article.role == "copy")
    links = [Link(_label(article, words), shown_address(article.link)) for article in ordered if is_link(article.link)]
    return tuple(links[:LINKS]), len(links) - LINKS


def _label(article: EventArticle, words: Wording) -> str | None:
    name = article.outlet_title or article.outlet
    return words.name(name) if name else None
