"""What people ask of the outbox: alerts with their deliveries and attempts, and the figures that `check` judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from db.announcing import LEFT
from db.deliveries import UNSENT, AttemptRecord
from db.delivery_views import DeliveryView, attempt_record, deliveries_of, delivery_json, is_in_state
from db.models import AlertRow, DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.silences import Holds, is_held_anywhere
from db.uncertain import awaits_word, stands_behind
from db.views import utc

FINE = ("ok", "noop")  # the outcomes of an attempt after which nothing is left to do
PIECE = 500  # alerts whose deliveries are read at once


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert: which event at which revision, why, and what became of it at each destination."""

    id: int
    event: int | None
    revision: int | None
    type: str
    reason: str
    change: dict[str, Any]
    created_at: datetime
    deliveries: tuple[DeliveryView, ...]


@dataclass(frozen=True, slots=True)
class DestinationView:
    """A destination's health and queue.

    `held` of those `pending` are held back by a silence or quiet hours, `uncertain` by the question whether they arrived
    (what stands behind these is in neither). `oldest_pending_at`: since when the oldest of the others waits.
    """

    name: str
    channel: str
    state: str
    reason: str | None
    failures: int
    open_until: datetime | None
    last_ok_at: datetime | None
    pending: int
    held: int
    uncertain: int
    dead: int
    oldest_pending_at: datetime | None


@dataclass(slots=True)
class _Queue:
    """The figures of a destination's queue: `waiting` for their time, of these `free`: held back by nothing."""

    unsent: int = 0
    waiting: int = 0
    free: int = 0
    uncertain: int = 0
    dead: int = 0
    oldest_at: datetime | None = None


def list_alerts(
    session: Session, *, limit: int | None = None, state: str | None = None, holds: Holds | None = None
) -> list[AlertView]:
    """Return alerts, the newest first; with a state those with a delivery in it ("held": by anything).

    Without `holds` nothing is said of silences and quiet hours.
    """
    query = select(AlertRow).order_by(AlertRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(AlertRow.id.in_(_alerts_with(state, holds)))
    return _alert_views(session, session.scalars(query).all(), holds)


def _alerts_with(state: str, holds: Holds | None) -> Select[int]:
    return select(DeliveryRow.alert_id).join(DestinationRow).where(is_in_state(state, holds))


def troubles_between(session: Session, destination: str, since: datetime, until: datetime) -> list[AttemptRecord]:
    """Return what went wrong at a destination in a time, whatever was being sent: it held up what stood behind.

    The last attempt before that time is among them if it failed: what followed of it (a pause) may have lasted.
    """
    query = (
        select(DeliveryAttemptRow)
        .join(DeliveryRow, DeliveryAttemptRow.delivery_id == DeliveryRow.id)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DestinationRow.name == destination)
    )
    earlier = query.where(DeliveryAttemptRow.at < since).order_by(DeliveryAttemptRow.id.desc()).limit(1)
    within = query.where(DeliveryAttemptRow.at >= since, DeliveryAttemptRow.at <= until)
    rows = [*session.scalars(earlier), *session.scalars(within.order_by(DeliveryAttemptRow.id))]
    return [attempt_record(row) for row in rows if row.outcome not in FINE]


def waiting_for_approval(session: Session) -> list[AlertView]:
    """Return the alerts with a delivery that waits for a person's approval, the newest first."""
    held = select(DeliveryRow.alert_id).where(DeliveryRow.is_approved.is_(False), DeliveryRow.state == "pending")
    rows = session.scalars(select(AlertRow).where(AlertRow.id.in_(held)).order_by(AlertRow.id.desc())).all()
    return _alert_views(session, rows, None)


def get_alert(session: Session, alert_id: int, holds: Holds | None = None) -> AlertView | None:
    """Return one alert, or None; without `holds` nothing is said of silences and quiet hours."""
    row = session.get(AlertRow, alert_id)
    return _alert_views(session, [row], holds)[0] if row is not None else None


def list_destinations(session: Session, holds: Holds | None = None) -> list[DestinationView]:
    """Return every destination, those removed from the settings included, with the figures of its queue.

    Not those of chats that have left.
    """
    there = select(DestinationRow).where(DestinationRow.state != LEFT)
    rows = session.scalars(there.order_by(DestinationRow.name)).all()
    queues = _queues(session, holds)
    return [_destination_view(row, queues.get(row.id, _Queue())) for row in rows]


def _alert_views(session: Session, rows: Sequence[AlertRow], holds: Holds | None) -> list[AlertView]:
    """Return alerts with their deliveries, in the same few questions for each piece of them."""
    pieces = (rows[start : start + PIECE] for start in range(0, len(rows), PIECE))
    return [_alert_view(row, found) for piece in pieces for row, found in _with_deliveries(session, piece, holds)]


def _with_deliveries(
    session: Session, rows: Sequence[AlertRow], holds: Holds | None
) -> Iterator[tuple[AlertRow, Sequence[DeliveryView]]]:
    views = deliveries_of(session, [row.id for row in rows], holds)
    return ((row, views.get(row.id, ())) for row in rows)


def _alert_view(row: AlertRow, deliveries: Sequence[DeliveryView]) -> AlertView:
    told = (row.event_id, row.revision, row.type, row.reason, row.change, row.created_at)
    return AlertView(row.id, *told, deliveries=tuple(deliveries))


def _destination_view(row: DestinationRow, queue: _Queue) -> DestinationView:
    return DestinationView(
        name=row.name,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        failures=row.failures,
        open_until=row.open_until,
        last_ok_at=row.last_ok_at,
        pending=queue.unsent,
        held=queue.waiting - queue.free,
        uncertain=queue.uncertain,
        dead=queue.dead,
        oldest_pending_at=queue.oldest_at,
    )


def _queues(session: Session, holds: Holds | None) -> dict[int, _Queue]:
    """Return by destination the figures of its queue, in the same few questions however many there are."""
    unsent, is_asked = DeliveryRow.state.in_(UNSENT), awaits_word() | stands_behind()
    waiting, free = unsent & ~is_asked, unsent & ~is_asked & ~is_held_anywhere(holds)
    found: dict[int, _Queue] = {}
    asked = {
        "unsent": unsent,
        "waiting": waiting,
        "free": free,
        "uncertain": awaits_word(),
        "dead": DeliveryRow.state == "dead",
    }
    for name, which in asked.items():
        for place, number, oldest in _counted(session, which):
            queue = found.setdefault(place, _Queue())
            setattr(queue, name, number)
            queue.oldest_at = oldest if name == "free" else queue.oldest_at
    return found


def _counted(session: Session, which: ColumnElement[bool]) -> Sequence[Row[int, int, datetime]]:
    """Return how many deliveries are so by destination, and when the oldest of them was made."""
    query = select(DeliveryRow.destination_id, func.count(), func.min(DeliveryRow.created_at)).join(DestinationRow)
    return session.execute(query.where(which).group_by(DeliveryRow.destination_id)).all()


def alert_json(view: AlertView) -> dict[str, Any]:
    """Return the object of `volya alerts list --json`."""
    return {
        "id": view.id,
        "event": view.event,
        "revision": view.revision,
        "type": view.type,
        "reason": view.reason,
        "change": view.change,
        "created": utc(view.created_at),
        "deliveries": [delivery_json(delivery) for delivery in view.deliveries],
    }


def destination_json(view: DestinationView) -> dict[str, Any]:
    """Return one destination's health and queue as JSON."""
    return {
        "name": view.name,
        "channel": view.channel,
        "state": view.state,
        "reason": view.reason,
        "failures": view.failures,
        "open_until": utc(view.open_until),
        "last_ok": utc(view.last_ok_at),
        "pending": view.pending,
        "held": view.held,
        "uncertain": view.uncertain,
        "dead": view.dead,
        "oldest_pending": utc(view.oldest_pending_at),
    }
