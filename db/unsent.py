"""Deliveries that were not sent yet: queued, giving way to newer news, to be written anew, called off.

Who is told what is decided in `alerts.policy`; the caller writes what was decided in one transaction an event (D-1c).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.models import DeliveryRow
from db.upsert import insert_new

WITHDRAWN_UNSENT = "withdrawn before it was sent"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One alert for one destination. `key` is made once and never changes (D-3); what `is_urgent` passes quiet hours.

    `digest`: why it is told in one only.
    """

    alert_id: int
    destination_id: int
    event_id: int
    revision: int
    type: str
    key: str
    next_attempt_at: datetime
    is_approved: bool = True
    is_urgent: bool = True
    digest: str | None = None


def add_delivery(session: Session, new: NewDelivery, now: datetime) -> bool:
    """Queue a delivery; unsent older news of the same event gives way to it (D-23). False if it was there (D-2).

    It tells of what gave way to it, too: where that was urgent, it is, and it is due no later than that.
    """
    is_reply = new.type == "reply"
    due_at = _due_at_of_older(session, new, is_reply=is_reply)
    was_urgent = supersede_older(session, new.destination_id, new.event_id, new.revision, is_reply=is_reply)
    values = {
        **{name: getattr(new, name) for name in NewDelivery.__slots__},
        "is_urgent": new.is_urgent or was_urgent,
        "next_attempt_at": min(new.next_attempt_at, due_at or new.next_attempt_at),
        "state": "pending",
        "attempts": 0,
        "created_at": now,
    }
    return insert_new(session, DeliveryRow, values) is not None


def supersede_older(session: Session, destination_id: int, event_id: int, revision: int, *, is_reply: bool) -> bool:
    """Take unsent updates that are older than `revision` out of the queue; answers give way to answers only.

    Return whether something urgent was among them.

    The `created` stays: it must arrive first (P5). One that may have been accepted gives way too: the newer message
    carries the whole state (W-4). One in flight is left to its sender.
    """
    older = _older(destination_id, event_id, revision, is_reply=is_reply)
    was_urgent = (
        session.scalars(select(DeliveryRow.id).where(older, DeliveryRow.is_urgent).limit(1)).first() is not None
    )
    session.execute(update(DeliveryRow).where(older).values(state="superseded", body=None))
    return was_urgent


def _older(destination_id: int, event_id: int, revision: int, *, is_reply: bool) -> ColumnElement[bool]:
    return (
        (DeliveryRow.destination_id == destination_id)
        & (DeliveryRow.event_id == event_id)
        & (DeliveryRow.type != "created")
        & (DeliveryRow.type == "reply" if is_reply else DeliveryRow.type != "reply")
        & DeliveryRow.state.in_(("pending", "uncertain"))
        & (DeliveryRow.revision < revision)
    )


def _due_at_of_older(session: Session, new: NewDelivery, *, is_reply: bool) -> datetime | None:
    older = _older(new.destination_id, new.event_id, new.revision, is_reply=is_reply)
    return session.scalars(select(func.min(DeliveryRow.next_attempt_at)).where(older)).one()


def restart_created(
    session: Session,
    destination_id: int,
    event_id: int,
    next_attempt_at: datetime | None = None,
    *,
    is_urgent: bool,
    waits_for_digest: bool = True,
) -> bool:
    """Let the unsent `created` be written anew, at the newest revision; with a time, put it back into the queue.

    One that waits and is urgent stays so. One that waits for a digest and need not any more, for somebody tells of it as
    news, is told at once.
    """
    if not waits_for_digest:
        _free_of_digest(session, destination_id, event_id)
    values: dict[str, object] = {"body": None, "sent_revision": None, "attempts": 0}
    if is_urgent or next_attempt_at is not None:
        values["is_urgent"] = is_urgent
    if next_attempt_at is not None:
        values |= {"state": "pending", "next_attempt_at": next_attempt_at, "last_error_code": None}
        values |= {"first_at": None}  # D-11 counts the age of this text
    return _change_created(session, destination_id, event_id, ("pending", "superseded", "dead"), values)


def _free_of_digest(session: Session, destination_id: int, event_id: int) -> None:
    waiting = (DeliveryRow.destination_id == destination_id) & (DeliveryRow.event_id == event_id)
    waiting &= (DeliveryRow.type == "created") & (DeliveryRow.state == "pending") & DeliveryRow.digest_id.is_(None)
    session.execute(update(DeliveryRow).where(waiting).values(digest=None))


def call_off_created(session: Session, destination_id: int, event_id: int) -> bool:
    """Take a `created` that was never sent out of the queue: its event is no longer so."""
    values = {"state": "superseded", "body": None, "last_error_code": WITHDRAWN_UNSENT}
    return _change_created(session, destination_id, event_id, ("pending",), values)


def _change_created(
    session: Session, destination_id: int, event_id: int, states: Iterable[str], values: Mapping[str, object]
) -> bool:
    created = (
        (DeliveryRow.destination_id == destination_id)
        & (DeliveryRow.event_id == event_id)
        & (DeliveryRow.type == "created")
        & DeliveryRow.state.in_(tuple(states))
    )
    result = session.execute(update(DeliveryRow).where(created).values(**values))
    return isinstance(result, CursorResult) and result.rowcount == 1
