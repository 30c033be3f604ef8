"""What people ask of the outbox: alerts with their deliveries and attempts, and the figures that `check` judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.announcing import LEFT
from db.deliveries import UNSENT, AttemptRecord
from db.models import AlertRow, DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.silences import Holds, held_back, is_held_anywhere
from db.views import utc

FINE = ("ok", "noop")  # the outcomes of an attempt after which nothing is left to do


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """An alert at one destination. `attempts` counts all, `message_faults` those of the message itself (D-7).

    `held_by` is what keeps an unsent one back: a person's `approval`, the destination, `disabled`, `left` or an `orphan`, a
    `silence` or `quiet` hours; of the last two `held_until` says until when.
    """

    id: int
    destination: str
    channel: str
    type: str
    key: str
    state: str
    is_approved: bool
    attempts: int
    message_faults: int
    next_attempt_at: datetime | None
    first_at: datetime | None
    sent_at: datetime | None
    sent_revision: int | None
    last_error: str | None
    held_by: str | None
    held_until: datetime | None
    log: tuple[AttemptRecord, ...]


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

    `held` of those `pending` are held back by a silence or quiet hours. `oldest_pending_at`: since when the oldest of
    the others waits.
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
    dead: int
    oldest_pending_at: datetime | None


def list_alerts(
    session: Session, *, limit: int | None = None, state: str | None = None, holds: Holds | None = None
) -> list[AlertView]:
    """Return alerts, the newest first; with a state those with a delivery in it ("held": by anything).

    Without `holds` nothing is said of silences and quiet hours.
    """
    query = select(AlertRow).order_by(AlertRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(AlertRow.id.in_(_alerts_with(state, holds)))
    return [_alert_view(session, row, holds) for row in session.scalars(query).all()]


def _alerts_with(state: str, holds: Holds | None) -> Select[int]:
    query = select(DeliveryRow.alert_id)
    if state != "held":
        return query.where(DeliveryRow.state == state)
    held = DeliveryRow.is_approved.is_(False) | (DestinationRow.state != "enabled") | is_held_anywhere(holds)
    return query.join(DestinationRow).where(DeliveryRow.state.in_(UNSENT), held)


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
    return [_attempt_record(row) for row in rows if row.outcome not in FINE]


def waiting_for_approval(session: Session) -> list[AlertView]:
    """Return the alerts with a delivery that waits for a person's word, the newest first."""
    held = select(DeliveryRow.alert_id).where(DeliveryRow.is_approved.is_(False), DeliveryRow.state.in_(UNSENT))
    rows = session.scalars(select(AlertRow).where(AlertRow.id.in_(held)).order_by(AlertRow.id.desc())).all()
    return [_alert_view(session, row, None) for row in rows]


def get_alert(session: Session, alert_id: int, holds: Holds | None = None) -> AlertView | None:
    """Return one alert, or None; without `holds` nothing is said of silences and quiet hours."""
    row = session.get(AlertRow, alert_id)
    return _alert_view(session, row, holds) if row is not None else None


def list_destinations(session: Session, holds: Holds | None = None) -> list[DestinationView]:
    """Return every destination, those removed from the settings included, with the figures of its queue.

    Not those of chats that have left.
    """
    there = select(DestinationRow).where(DestinationRow.state != LEFT)
    rows = session.scalars(there.order_by(DestinationRow.name)).all()
    return [_destination_view(session, row, holds) for row in rows]


def _alert_view(session: Session, row: AlertRow, holds: Holds | None) -> AlertView:
    query = (
        select(DeliveryRow, DestinationRow)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DeliveryRow.alert_id == row.id)
        .order_by(DeliveryRow.id)
    )
    deliveries = tuple(_delivery_view(session, one, place, holds) for one, place in session.execute(query))
    return AlertView(row.id, row.event_id, row.revision, row.type, row.reason, row.change, row.created_at, deliveries)


def _delivery_view(session: Session, row: DeliveryRow, place: DestinationRow, holds: Holds | None) -> DeliveryView:
    query = select(DeliveryAttemptRow).where(DeliveryAttemptRow.delivery_id == row.id).order_by(DeliveryAttemptRow.id)
    log = tuple(_attempt_record(attempt) for attempt in session.scalars(query))
    held_by, until = _held(session, row, place, holds)
    return DeliveryView(
        id=row.id,
        destination=place.name,
        channel=place.channel,
        type=row.type,
        key=row.key,
        state=row.state,
        is_approved=row.is_approved,
        attempts=len(log),
        message_faults=row.attempts,
        next_attempt_at=row.next_attempt_at if row.state in ("pending", "uncertain") else None,
        first_at=row.first_at,
        sent_at=row.sent_at,
        sent_revision=row.sent_revision if row.state == "sent" else None,
        last_error=row.last_error_code,
        held_by=held_by,
        held_until=until,
        log=log,
    )


def _held(
    session: Session, row: DeliveryRow, place: DestinationRow, holds: Holds | None
) -> tuple[str | None, datetime | None]:
    if row.state not in UNSENT:
        return None, None
    if not row.is_approved:
        return "approval", None
    if place.state != "enabled":
        return place.state, None
    held = held_back(session, row, place, holds) if holds is not None and row.state != "sending" else None
    return held or (None, None)


def _attempt_record(row: DeliveryAttemptRow) -> AttemptRecord:
    return AttemptRecord(**{name: getattr(row, name) for name in AttemptRecord.__slots__})


def _destination_view(session: Session, row: DestinationRow, holds: Holds | None) -> DestinationView:
    here = DeliveryRow.destination_id == row.id
    unsent = here & DeliveryRow.state.in_(UNSENT)
    pending = session.scalars(select(func.count()).select_from(DeliveryRow).where(unsent)).one()
    of_time = select(func.count(), func.min(DeliveryRow.created_at)).join(DestinationRow).where(unsent)
    free, oldest = session.execute(of_time.where(~is_held_anywhere(holds))).one()
    dead = session.scalars(select(func.count()).select_from(DeliveryRow).where(here, DeliveryRow.state == "dead")).one()
    return DestinationView(
        name=row.name,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        failures=row.failures,
        open_until=row.open_until,
        last_ok_at=row.last_ok_at,
        pending=pending,
        held=pending - free,
        dead=dead,
        oldest_pending_at=oldest,
    )


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
        "deliveries": [_delivery_json(delivery) for delivery in view.deliveries],
    }


def _delivery_json(view: DeliveryView) -> dict[str, Any]:
    return {
        "id": view.id,
        "destination": view.destination,
        "channel": view.channel,
        "type": view.type,
        "key": view.key,
        "state": view.state,
        "approved": view.is_approved,
        "attempts": view.attempts,
        "next_attempt": utc(view.next_attempt_at),
        "first_attempt": utc(view.first_at),
        "sent": utc(view.sent_at),
        "sent_revision": view.sent_revision,
        "last_error": view.last_error,
        "held_by": view.held_by,
        "held_until": utc(view.held_until),
        "log": _log_json(view.log),
    }


def _log_json(log: Sequence[AttemptRecord]) -> list[dict[str, Any]]:
    names = ("outcome", "status", "error", "milliseconds", "bytes", "response")
    return [{"at": utc(one.at), **{name: getattr(one, name) for name in names}} for one in log]


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
        "dead": view.dead,
        "oldest_pending": utc(view.oldest_pending_at),
    }
