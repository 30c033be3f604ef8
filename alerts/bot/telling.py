"""What a bot says: its own words, the newest events as a line each, and the whole message of one event.

Where alerts wait for a person's approval, only what was approved is told here, too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from alerts.channels.telegram_body import VISIBLE_LIMIT, cut_text, telegram_body
from alerts.destinations import ALERTING_KINDS, Destination, matches
from alerts.headline import headline
from alerts.message import Layout, Telling, event_page, render
from alerts.wording import wording
from db import Session
from db.announcing import announced_event, whole_event
from db.facts import EventChange
from db.queries import list_events
from db.subscriptions import approved_events
from db.views import EventView

SHOWN = 5
LOOKED_AT = 50
_NUMBER = re.compile(r"[eE#]?([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom something is read: the filters and the approval of a destination, a language, and when."""

    destination: Destination
    language: str
    at: datetime
    page: str | None = None


def words_body(language: str, word: str, *, chat: str = "") -> bytes:
    """Write one of the bot's own sentences."""
    return _plain(wording(language).say("bot", word, chat=chat))


def latest_body(session: Session, reading: Reading) -> bytes:
    """Write the newest events that the destination's filters let through: number, day and headline."""
    open_ones = _approved(session, reading.destination)
    found = [one for one in list_events(session, limit=LOOKED_AT) if open_ones is None or one.id in open_ones]
    wanted = [one for one in found if matches(reading.destination, one.facts, _languages(one))][:SHOWN]
    if not wanted:
        return words_body(reading.language, "nothing")
    told = [announced_event(session, one.id) or one for one in wanted]
    return _plain("\n".join(_line(one, reading.language) for one in told))


def event_body(session: Session, reading: Reading, asked: str) -> bytes:
    """Write the message of one event, by its number as people write it."""
    number = _NUMBER.fullmatch(asked)
    if number is None:
        return words_body(reading.language, "which")
    view = announced_event(session, int(number[1]))
    open_ones = _approved(session, reading.destination)
    if view is None or view.facts.kind not in ALERTING_KINDS or (open_ones is not None and view.id not in open_ones):
        return words_body(reading.language, "no_event")
    whole = whole_event(session, view.id)
    telling = Telling(
        type="created",
        change=EventChange("asked for"),
        previous_revision=None,
        at=reading.at,
        url=event_page(reading.page, view.id),
        whole=whole,
        whole_url=event_page(reading.page, whole.id) if whole else None,
    )
    return telegram_body(render(view, telling, reading.language), Layout.FULL)


def _approved(session: Session, destination: Destination) -> set[int] | None:
    """Return the events that may be told, None for all."""
    return approved_events(session, destination.name) if destination.approval else None


def _languages(view: EventView) -> set[str]:
    return {article.language for article in view.articles if article.language}


def _line(view: EventView, language: str) -> str:
    day = view.facts.event_date or view.first_seen.date()
    return f"{view.id} · {wording(language).day(day)} · {headline(view.facts, language)}"


def _plain(text: str) -> bytes:
    body = {"text": cut_text(text, VISIBLE_LIMIT), "link_preview_options": {"is_disabled": True}}
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")
