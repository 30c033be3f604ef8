"""What came of a delivery that was taken: its bytes fixed before the first attempt, its state after each one.

The other side of the outbox, taking a delivery, is in `db.deliveries`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.deliveries import AttemptRecord, DueDelivery, Verdict, attempt_row
from db.digests import release_parts, settle_parts
from db.leases import finish
from db.models import DeliveryRow, DestinationRow
from db.told import forget_messages
from db.unsent import WITHDRAWN_UNSENT, supersede_older

ALREADY_TOLD = "told already, or too small for a message that rings"
ERROR_LIMIT = 60  # of the column


def fix_body(session: Session, delivery: DueDelivery, body: bytes, revision: int | None) -> None:
    """Keep the bytes that every attempt will send (W-1), and which revision they tell."""
    row = session.get_one(DeliveryRow, delivery.id)
    row.body, row.sent_revision = body, revision
    session.flush()


def give_up_unwritten(session: Session, delivery: DueDelivery, error_code: str) -> None:
    """Park a delivery that we could not even write, so that it does not hold up the queue (F-38)."""
    _leave_unsent(session, delivery, "dead", error_code)


def pass_over(session: Session, delivery: DueDelivery) -> None:
    """Take a delivery out of the queue that has nothing left to tell."""
    _leave_unsent(session, delivery, "superseded", ALREADY_TOLD)


def _leave_unsent(session: Session, delivery: DueDelivery, state: str, error_code: str) -> None:
    row = session.get_one(DeliveryRow, delivery.id)
    row.state, row.last_error_code = state, error_code
    release_parts(session, row.id)
    finish(session, DestinationRow, delivery.lease)
    session.flush()


def finish_attempt(session: Session, delivery: DueDelivery, attempt: AttemptRecord, verdict: Verdict) -> bool:
    """Record an attempt and what follows from it, in one transaction.

    False if the lease was lost meanwhile: the attempt is recorded, the rest is left to the process that took over.
    """
    session.add(attempt_row(delivery.id, attempt))
    if not finish(session, DestinationRow, delivery.lease):
        return False
    place = session.get_one(DestinationRow, delivery.lease.id)
    if place.state == "enabled" and verdict.health.state != "enabled":
        place.state, place.reason, place.since = verdict.health.state, verdict.health.reason, attempt.at
    for name in ("failures", "first_failure_at", "open_until", "last_ok_at", "moved_to"):
        setattr(place, name, getattr(verdict.health, name))
    _apply(session, session.get_one(DeliveryRow, delivery.id), verdict, attempt.at)
    return True


def _apply(session: Session, row: DeliveryRow, verdict: Verdict, at: datetime) -> None:
    row.state, row.attempts, row.is_approved = verdict.state, verdict.attempts, not verdict.is_held
    row.next_attempt_at, row.last_error_code = verdict.next_attempt_at, (verdict.error_code or "")[:ERROR_LIMIT] or None
    if verdict.state == "sent":
        row.sent_at, row.remote_channel, row.remote_id = at, verdict.remote_channel, verdict.remote_id
    elif not verdict.keeps_body or verdict.state == "dead":
        row.body = None
        if not verdict.may_be_accepted:  # else it stays: the revision that the receiver may know
            row.sent_revision = None
    if verdict.is_edit_lost:
        forget_messages(session, row)
    session.flush()
    told = settle_parts(session, row, may_be_accepted=verdict.may_be_accepted) if row.type == "digest" else [row]
    if verdict.state != "sent":
        for one in told:
            _give_way(session, one)


def _give_way(session: Session, row: DeliveryRow) -> None:
    """Let newer news of the event, queued while this message was in flight, take its place (D-23, P5)."""
    newer = (
        (DeliveryRow.destination_id == row.destination_id)
        & (DeliveryRow.event_id == row.event_id)
        & (DeliveryRow.id > row.id)
        & (DeliveryRow.state == "pending")
    )
    waiting = session.scalars(select(DeliveryRow).where(newer).order_by(DeliveryRow.id.desc())).all()
    is_reply = row.type == "reply"
    alike = [one for one in waiting if one.type != "created" and (one.type == "reply") == is_reply]
    if not alike or alike[0].revision is None or row.event_id is None:
        return
    if row.type != "created":
        was_urgent = supersede_older(session, row.destination_id, row.event_id, alike[0].revision, is_reply=is_reply)
        alike[0].is_urgent |= was_urgent  # it tells of that, too
        alike[0].next_attempt_at = min(alike[0].next_attempt_at, row.next_attempt_at)
    elif row.state == "pending" or (row.state == "dead" and row.sent_revision is None):
        # Certainly not accepted: it tells the newest revision itself.
        row.is_urgent = row.is_urgent or any(one.is_urgent for one in alike)
        _rewrite_created(row, is_withdrawn=alike[0].type == "withdrawn")
        session.execute(update(DeliveryRow).where(newer).values(state="superseded", body=None))
    session.flush()


def _rewrite_created(row: DeliveryRow, *, is_withdrawn: bool) -> None:
    row.body, row.sent_revision, row.attempts, row.first_at = None, None, 0, None
    row.state = "superseded" if is_withdrawn else "pending"
    if is_withdrawn:
        row.last_error_code = WITHDRAWN_UNSENT
