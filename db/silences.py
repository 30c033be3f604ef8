"""What holds deliveries back for a time: silences, which a person keeps, and the quiet hours of destinations (D-28).

Nothing is lost by either: what is held stays in the queue, newer news takes its place there (D-23), and the newest
state goes out when the time is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from db.facts import EventChange, from_json
from db.models import DeliveryRow, DestinationRow, EventChangeRow, EventRow, SilenceRow
from db.views import utc

Name = str | ColumnElement[str]


@dataclass(frozen=True, slots=True)
class Hush:
    """What a silence is to cover: an event (None: all), a destination (None: all), until when, and who says so.

    `until_change`: a major change of the event ends it before that.
    """

    event: int | None
    destination: str | None
    until: datetime
    by: str
    until_change: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that a person keeps."""

    id: int
    hush: Hush
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Holds:
    """The moment at which it is asked what is held back; `quiet` holds until when, of destinations that are quiet."""

    now: datetime
    quiet: Mapping[str, datetime] = field(default_factory=dict)


def add_silence(session: Session, hush: Hush, now: datetime) -> Silence:
    """Store a silence. It holds from now on, also what waits already; a message on its way still arrives."""
    row = SilenceRow(event_id=hush.event, destination=hush.destination, until=hush.until, by=hush.by, created_at=now)
    row.until_change = hush.until_change
    session.add(row)
    session.flush()
    return _silence(row)


def list_silences(session: Session, now: datetime) -> list[Silence]:
    """Return the silences that hold now, the oldest first."""
    rows = session.scalars(select(SilenceRow).where(SilenceRow.until > now).order_by(SilenceRow.id))
    return [_silence(row) for row in rows]


def lift_silence(session: Session, silence_id: int, now: datetime) -> bool:
    """End a silence; False where none of this number holds."""
    row = session.get(SilenceRow, silence_id)
    if row is None or row.until <= now:
        return False
    row.until = now
    session.flush()
    return True


def lift_by_change(session: Session, event_id: int, upto: int, now: datetime) -> int:
    """End the silences of an event that a major change ends, where one came after them; return how many.

    `upto` is the newest revision that was decided on.
    """
    asked = (SilenceRow.event_id == event_id) & SilenceRow.until_change & (SilenceRow.until > now)
    rows = session.scalars(select(SilenceRow).where(asked)).all()
    lifted = [row for row in rows if _has_major_change(session, event_id, upto, row.created_at)]
    for row in lifted:
        row.until = now
    session.flush()
    return len(lifted)


def _has_major_change(session: Session, event_id: int, upto: int, since: datetime) -> bool:
    query = select(EventChangeRow.change).where(
        EventChangeRow.event_id == event_id, EventChangeRow.revision <= upto, EventChangeRow.at > since
    )
    return any(from_json(EventChange, change).is_major for change in session.scalars(query))


def is_held(destination: Name, now: datetime, *, is_quiet: bool) -> ColumnElement[bool]:
    """Return which deliveries of a destination are held back now; for a query on deliveries."""
    return or_(is_silenced(destination, now), is_kept_quiet()) if is_quiet else is_silenced(destination, now)


def is_silenced(destination: Name, now: datetime) -> ColumnElement[bool]:
    """Return which deliveries of a destination a silence covers now; for a query on deliveries."""
    return exists().where(SilenceRow.until > now, _is_there(destination), _is_about())


@cache
def is_kept_quiet() -> ColumnElement[bool]:
    """Return which deliveries quiet hours hold; one that may have arrived is finished whatever the hour."""
    return and_(DeliveryRow.state == "pending", DeliveryRow.is_urgent.is_(False))


def held_until(session: Session, queue: ColumnElement[bool], place: DestinationRow, holds: Holds) -> datetime | None:
    """Return when the first of what is held in a destination's queue may go on; None where nothing is held."""
    covered = exists().where(queue, _is_about())
    ends = select(func.min(SilenceRow.until)).where(SilenceRow.until > holds.now, _is_there(place.name), covered)
    moments = [moment for moment in session.scalars(ends) if moment is not None]
    kept = select(DeliveryRow.id).where(queue, is_kept_quiet()).limit(1)
    if place.name in holds.quiet and session.scalars(kept).first() is not None:
        moments.append(holds.quiet[place.name])
    return min(moments, default=None)


def held_back(
    session: Session, placed: Sequence[Row[DeliveryRow, DestinationRow]], holds: Holds
) -> dict[int, tuple[str, datetime]]:
    """Return what holds unsent deliveries back, by number: `silence` or `quiet`, and until when."""
    query = (
        select(DeliveryRow.id, func.max(SilenceRow.until))
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .join(SilenceRow, and_(_is_there(DestinationRow.name.expression), _is_about()))
        .where(SilenceRow.until > holds.now, DeliveryRow.id.in_([row.id for row, _ in placed]))
        .group_by(DeliveryRow.id)
    )
    silent = {number: ("silence", until) for number, until in session.execute(query)}
    quiet = {
        row.id: ("quiet", holds.quiet[place.name])
        for row, place in placed
        if place.name in holds.quiet and row.state == "pending" and not row.is_urgent
    }
    return quiet | silent


def is_held_anywhere(holds: Holds | None) -> ColumnElement[bool]:
    """Return which deliveries are held back; for a query on deliveries and their destinations."""
    if holds is None:
        return false()
    quiet = and_(DestinationRow.name.in_(list(holds.quiet)), is_kept_quiet())
    return and_(DeliveryRow.state != "sending", or_(is_silenced(DestinationRow.name.expression, holds.now), quiet))


def _is_there(destination: Name) -> ColumnElement[bool]:
    return or_(SilenceRow.destination.is_(None), SilenceRow.destination == destination)


@cache
def _is_about() -> ColumnElement[bool]:
    """Return whether a silence covers a delivery's event; that of an event covers those that are part of it, too."""
    whole = select(EventRow.merged_into).where(EventRow.id == DeliveryRow.event_id).correlate(DeliveryRow)
    same = or_(SilenceRow.event_id == DeliveryRow.event_id, SilenceRow.event_id == whole.scalar_subquery())
    return or_(SilenceRow.event_id.is_(None), same)


def _silence(row: SilenceRow) -> Silence:
    return Silence(row.id, Hush(row.event_id, row.destination, row.until, row.by, row.until_change), row.created_at)


def silence_json(silence: Silence) -> dict[str, Any]:
    """Return one silence as JSON; `event` and `destination` are null where it covers all."""
    hush = silence.hush
    return {
        "id": silence.id,
        "event": hush.event,
        "destination": hush.destination,
        "until": utc(hush.until),
        "until_change": hush.until_change,
        "by": hush.by,
        "created": utc(silence.created_at),
    }
