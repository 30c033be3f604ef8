"""A person's word on an event: confirmed, false or no news; a merge, a split. Stronger than any article, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.facts import Mark, Verdict
from db.models import EventMarkRow
from db.text import clean_line

SPLIT, MERGE = "split", "merge"
TAKING_BACK = (Verdict.FALSE, Verdict.NOT_NEWS)
NAME_LIMIT = 100
NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Word:
    """What people have said of an event by now: the last verdict, and the event it was split from."""

    mark: Mark | None = None
    split_from: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says and does: a `Verdict`, or the act `merge` or `split` with its details; who, why and when."""

    what: str
    by: str
    note: str
    at: datetime
    details: dict[str, Any] | None = None


def add_word(session: Session, event_id: int, said: Said) -> None:
    """Append a person's word to those on an event; nothing is ever taken back, the last verdict counts.

    Name and note become lines of messages and pages: they are cleaned and cut as any text is (SEC-12).
    """
    by, note = clean_line(said.by, NAME_LIMIT), clean_line(said.note, NOTE_LIMIT)
    session.add(EventMarkRow(event_id=event_id, verdict=said.what, by=by, note=note, details=said.details, at=said.at))
    session.flush()


def word_of(session: Session, event_id: int) -> Word:
    """Return what people say of an event; the last verdict counts."""
    query = select(EventMarkRow).where(EventMarkRow.event_id == event_id).order_by(EventMarkRow.at, EventMarkRow.id)
    word = Word()
    for row in session.scalars(query):
        if row.verdict == SPLIT:
            origin = (row.details or {}).get("from")
            word = Word(word.mark, origin if origin != event_id else None)  # merged back since
        elif row.verdict != MERGE:
            word = Word(Mark(Verdict(row.verdict), row.by, row.note, row.at), word.split_from)
    return word


def words_on(session: Session, event_id: int) -> tuple[Said, ...]:
    """Return all that people said of an event, the oldest first: of it, of what was split from it or merged with it."""
    acts = EventMarkRow.verdict.in_((SPLIT, MERGE))
    query = select(EventMarkRow).where((EventMarkRow.event_id == event_id) | acts)
    rows = session.scalars(query.order_by(EventMarkRow.at, EventMarkRow.id))
    return tuple(
        Said(row.verdict, row.by, row.note, row.at, {**(row.details or {}), "event": row.event_id})
        for row in rows
        if row.event_id == event_id or _names(row.details or {}, event_id)
    )


def _names(details: dict[str, Any], event_id: int) -> bool:
    return details.get("from") == event_id or event_id in details.get("events", ())
