"""What changed last: the revisions of events as they come, for whoever watches, and the last of each event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.facts import EventChange, from_json
from db.models import EventChangeRow, EventRow
from db.views import ChangeView


@dataclass(frozen=True, slots=True)
class Turned:
    """A revision of an event. `place` grows with every revision that is committed, of whatever event."""

    place: int
    event: int
    revision: int


def newest_place(session: Session) -> int:
    """Return the place of the newest revision of all; 0 where there is none.

    Whoever writes revisions holds the lock "events" until the commit: no smaller place comes up later.
    """
    return session.scalar(select(func.max(EventChangeRow.id))) or 0


def turned_after(session: Session, place: int, limit: int) -> list[Turned]:
    """Return the newest revision of each event that has turned since `place`, in their order; the newest `limit` of them."""
    latest = func.max(EventChangeRow.id).label("place")
    query = select(latest, EventChangeRow.event_id, func.max(EventChangeRow.revision)).where(EventChangeRow.id > place)
    rows = session.execute(query.group_by(EventChangeRow.event_id).order_by(latest.desc()).limit(limit)).all()
    return [Turned(*row) for row in reversed(rows)]


def last_changes(session: Session, events: Sequence[int]) -> dict[int, ChangeView]:
    """Return by event what its last revision changed, in one question however many events are given."""
    is_last = (EventChangeRow.event_id == EventRow.id) & (EventChangeRow.revision == EventRow.revision)
    query = select(EventChangeRow).join(EventRow, is_last).where(EventRow.id.in_(events))
    return {
        row.event_id: ChangeView(row.revision, row.at, row.article_id, from_json(EventChange, row.change))
        for row in (session.scalars(query) if events else ())
    }
