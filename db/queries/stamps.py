"""Stamps of events: to know, without reading an event, whether what was made of it before still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import EventRow, MentionRow
from db.queries.events import EventFilter, EventPlace, related_to, rows_after


@dataclass(frozen=True, slots=True)
class EventStamp:
    """An event's place in the list, and what changes whenever anything does that an `EventView` or a `Naming` tells.

    `newest` is its newest mention, of `mentions`: an article that is attached in silence changes no revision.
    """

    place: EventPlace
    revision: int
    updated_at: datetime
    related: frozenset[int]
    newest: int = 0
    mentions: int = 0

    @property
    def id(self) -> int:
        """The number of the event."""
        return self.place.id


def stamps_after(
    session: Session, wanted: EventFilter, after: EventPlace | None, limit: int | None
) -> list[EventStamp]:
    """Return the stamps of what `events_after` returns, in the same order. Without a limit of all."""
    columns = (EventRow.id, EventRow.day, EventRow.revision, EventRow.updated_at)
    rows = session.execute(rows_after(wanted, after, limit).with_only_columns(*columns)).all()
    numbers = [row.id for row in rows]
    mentions, related = _mentions_of(session, numbers), related_to(session, numbers) if rows else {}
    return [
        EventStamp(
            EventPlace(row.day, row.id),
            row.revision,
            row.updated_at,
            frozenset(related.get(row.id, ())),
            *mentions.get(row.id, ()),
        )
        for row in rows
    ]


def _mentions_of(session: Session, events: list[int]) -> dict[int | None, tuple[int, int]]:
    """Return by event its newest mention and how many it has."""
    query = (
        select(MentionRow.event_id, func.max(MentionRow.id), func.count())
        .where(MentionRow.event_id.in_(events), MentionRow.is_current)
        .group_by(MentionRow.event_id)
    )
    return {event: (newest, number) for event, newest, number in session.execute(query)}
