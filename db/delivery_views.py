"""Deliveries as people see them: where each stands, what holds it back, what was tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from db.deliveries import UNSENT, AttemptRecord
from db.models import DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.silences import Holds, held_back, is_held_anywhere
from db.uncertain import BEHIND, MAYBE_ARRIVED, stands_behind
from db.views import utc

Placed = Sequence[Row[DeliveryRow, DestinationRow]]
BY_A_PERSON = ("pending", "uncertain")  # the states in which a delivery may wait for a person's word


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """An alert at one destination. `attempts` counts all, `message_faults` those of the message itself (D-7).

    `held_by` is what keeps an unsent one back: a person's `approval`, or their word whether it arrived (`uncertain`) or an
    `earlier` message of the event did; the destination, `disabled`, `left` or an `orphan`; a `silence` or `quiet` hours; of the
    last two `held_until` says until when.
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
    alert: int
    event: int | None
    revision: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    """Which deliveries are held back: `behind` a message that may have arrived, and until when by silence or quiet."""

    behind: Collection[int] = ()
    until: Mapping[int, tuple[str, datetime]] = field(default_factory=dict)


def placed_deliveries() -> Select[DeliveryRow, DestinationRow]:
    """Return the question for deliveries with their destinations."""
    return select(DeliveryRow, DestinationRow).join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)


def is_in_state(state: str, holds: Holds | None) -> ColumnElement[bool]:
    """Return which deliveries are in a state ("held": by anything); for a query on them and their destinations."""
    if state != "held":
        return DeliveryRow.state == state
    by_a_person = (DeliveryRow.is_approved.is_(False) & (DeliveryRow.state != "sending")) | stands_behind()
    held = by_a_person | (DestinationRow.state != "enabled") | is_held_anywhere(holds)
    return DeliveryRow.state.in_(UNSENT) & held


def deliveries_of(session: Session, alerts: Sequence[int], holds: Holds | None) -> Mapping[int, list[DeliveryView]]:
    """Return by alert its deliveries, the oldest first."""
    query = placed_deliveries().where(DeliveryRow.alert_id.in_(alerts)).order_by(DeliveryRow.id)
    found: dict[int, list[DeliveryView]] = defaultdict(list)
    for view in delivery_views(session, session.execute(query).all() if alerts else (), holds):
        found[view.alert].append(view)
    return found


def delivery_views(session: Session, placed: Placed, holds: Holds | None) -> list[DeliveryView]:
    """Return deliveries in their order, in three questions however many they are.

    Without `holds` nothing is said of silences and quiet hours.
    """
    if not placed:
        return []
    numbers = [row.id for row, _ in placed]
    logs, held = _logs(session, numbers), _what_holds(session, placed, holds)
    return [_view(row, place, logs.get(row.id, ()), _held_by(row, place, held)) for row, place in placed]


def _view(
    row: DeliveryRow, place: DestinationRow, log: Sequence[AttemptRecord], held: tuple[str | None, datetime | None]
) -> DeliveryView:
    is_next = row.state in BY_A_PERSON and held[0] != MAYBE_ARRIVED
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
        next_attempt_at=row.next_attempt_at if is_next else None,
        first_at=row.first_at,
        sent_at=row.sent_at,
        sent_revision=row.sent_revision if row.state == "sent" else None,
        last_error=row.last_error_code,
        held_by=held[0],
        held_until=held[1],
        log=tuple(log),
        alert=row.alert_id,
        event=row.event_id,
        revision=row.revision,
        created_at=row.created_at,
    )


def _held_by(row: DeliveryRow, place: DestinationRow, held: _Held) -> tuple[str | None, datetime | None]:
    if row.state not in UNSENT:
        return None, None
    if not row.is_approved and row.state != "sending":
        return ("approval" if row.state == "pending" else MAYBE_ARRIVED), None
    if place.state != "enabled":
        return place.state, None
    if row.id in held.behind:
        return BEHIND, None
    return held.until.get(row.id, (None, None)) if row.state != "sending" else (None, None)


def _what_holds(session: Session, placed: Placed, holds: Holds | None) -> _Held:
    unsent = [row.id for row, _ in placed if row.state in UNSENT]
    if not unsent:
        return _Held()
    behind = session.scalars(select(DeliveryRow.id).where(DeliveryRow.id.in_(unsent), stands_behind()))
    return _Held(set(behind), held_back(session, placed, holds) if holds is not None else {})


def _logs(session: Session, numbers: Sequence[int]) -> dict[int, list[AttemptRecord]]:
    """Return by delivery what was tried, the oldest first."""
    query = select(DeliveryAttemptRow).where(DeliveryAttemptRow.delivery_id.in_(numbers))
    found: dict[int, list[AttemptRecord]] = defaultdict(list)
    for row in session.scalars(query.order_by(DeliveryAttemptRow.id)):
        found[row.delivery_id].append(attempt_record(row))
    return found


def attempt_record(row: DeliveryAttemptRow) -> AttemptRecord:
    """Return one attempt as a value."""
    return AttemptRecord(**{name: getattr(row, name) for name in AttemptRecord.__slots__})


def delivery_json(view: DeliveryView) -> dict[str, Any]:
    """Return one of the `deliveries` of `volya alerts list --json`: its destination by name, reasons without secrets."""
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
        "alert": view.alert,
        "event": view.event,
        "revision": view.revision,
        "created": utc(view.created_at),
    }


def _log_json(log: Sequence[AttemptRecord]) -> list[dict[str, Any]]:
    names = ("outcome", "status", "error", "milliseconds", "bytes", "response")
    return [{"at": utc(one.at), **{name: getattr(one, name) for name in names}} for one in log]
