"""Messages about several events, and about Volya itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from babel.dates import format_date

from alerts.addresses import is_link, shown_address
from alerts.headline import headline
from alerts.message import Item, Message, event_page, no_event
from alerts.wording import Wording, inert, wording
from db.digests import Digest
from db.facts import EventChange
from db.text import clean_line
from db.views import EventView

TITLE_LIMIT = 110
DETAIL_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """What a digest says besides its events: why it is one, how many it tells of, which page this is.

    `details` are those that `alerts.digests` stored with it.
    """

    digest: Digest
    details: Mapping[str, Any]
    at: datetime
    page: str | None = None
    is_possible_repeat: bool = False


def render_digest(heading: Heading, events: Sequence[EventView], language: str) -> Message:
    """Write a digest: a line for each event, with its time (D-27). Raises UnknownLanguageError."""
    words = wording(language)
    title = _title(heading, len(events), words)
    repeat = words.say("prefixes", "possible_repeat") if heading.is_possible_repeat else None
    return Message(
        type="digest",
        language=language,
        title=title,
        headline=title,
        lines=(repeat,) if repeat else (),
        repeat=repeat,
        sources=(),
        event=no_event(heading.at),
        change=EventChange(heading.digest),
        previous_revision=None,
        at=heading.at,
        items=tuple(_item(view, heading, words) for view in events),
    )


def _title(heading: Heading, events: int, words: Wording) -> str:
    told = _amount("events", heading.details.get("events", events), words)
    loaded = _amount("events", heading.details.get("loaded", 0), words)
    title = words.say("digests", heading.digest, events=told, loaded=loaded)
    page, pages = heading.details.get("page", 1), heading.details.get("pages", 1)
    return words.say("digests", "page", headline=title, page=str(page), pages=str(pages)) if pages > 1 else title


def _amount(table: str, number: int, words: Wording) -> str:
    return words.plural(table, number, words.decimal(number))


def _item(view: EventView, heading: Heading, words: Wording) -> Item:
    title = headline(view.facts, words.locale.language)
    link = next((shown_address(article.link) for article in view.articles if is_link(article.link)), None)
    line = f"{inert(clean_line(title, TITLE_LIMIT))} ({_time(view, words)})"
    return Item(view, title, line, event_page(heading.page, view.id) or link)


def _time(view: EventView, words: Wording) -> str:
    """Return when an event was first told of: the day and, if a report says it, the minute."""
    published = [article.published for article in view.articles if article.published is not None]
    at = min(published, default=view.first_seen)
    if view.facts.event_date is not None and view.facts.event_date != at.date():
        return words.day(view.facts.event_date, view.facts.date_precision)
    return f"{format_date(at, 'medium', locale=words.locale)}, {at:%H:%M} UTC"


@dataclass(frozen=True, slots=True)
class NoticeTelling:
    """A message about Volya itself: `code` names its template, `details` are its values."""

    code: str
    details: Mapping[str, str]
    at: datetime
    is_possible_repeat: bool = False


def render_notice(telling: NoticeTelling, language: str) -> Message:
    """Write a message about Volya itself. Raises UnknownLanguageError."""
    words = wording(language)
    values = {name: clean_line(str(value), DETAIL_LIMIT) for name, value in telling.details.items()}
    if "loaded" in telling.details:
        values["loaded"] = _amount("events", int(telling.details["loaded"]), words)
    text = f"Volya: {words.say('notices', telling.code, **values)}"
    repeat = (words.say("prefixes", "possible_repeat"),) if telling.is_possible_repeat else ()
    nothing, change = no_event(telling.at), EventChange(telling.code)
    return Message("system", language, text, text, repeat, (), nothing, change, None, telling.at)


def as_question(message: Message) -> Message:
    """Return a message that waits for a person's word as the question whether it may go out."""
    words = wording(message.language)
    return replace(message, headline=words.say("approval", "question", headline=message.headline))


def buttons(language: str) -> dict[str, str]:
    """Return what the buttons under a question say, by what they mean."""
    words = wording(language)
    return {act: words.say("approval", act) for act in ("approve", "drop")}
