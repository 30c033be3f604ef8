"""The outbox: which delivery is next at a destination, what is known before its first byte leaves, and what came of it.

One message at a time is in flight at a destination, in any process: the destination's row is leased for that long
(D-14). A row that is `sending` while the lease is free was left by a process that died: it may have been accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.announcing import WITHDRAWN_UNSENT, supersede_older
from db.digests import release_parts, settle_parts, take_parts
from db.leases import Lease, LeaseRequest, claim, finish, lease_of
from db.models import DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.silences import Holds, held_until, is_held
from db.told import forget_messages, is_told_by

ALREADY_TOLD = "told already, or too small for a message that rings"
ERROR_LIMIT = 60  # of the column
UNSENT = ("pending", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Health:
    """How a destination fares: faults in a row since when, and until when nothing is sent there (the breaker)."""

    state: str = "enabled"
    reason: str | None = None
    failures: int = 0
    first_failure_at: datetime | None = None
    open_until: datetime | None = None
    last_ok_at: datetime | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery claimed for sending.

    `attempts` counts this message's own faults, `tries` every attempt so far. `body` is None before the first one.
    `told_revision` is the newest revision the destination has acknowledged: for an answer, the newest that rang there.
    `remote_*` is the message to edit or to answer.
    """

    lease: Lease
    id: int
    key: str
    type: str
    event_id: int | None
    attempts: int
    tries: int
    first_at: datetime | None
    body: bytes | None = field(repr=False)
    is_uncertain: bool
    told_revision: int | None
    remote_channel: str | None
    remote_id: str | None
    health: Health


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt (D-6). `error` and `response` are redacted; `response` is at most 1 kB."""

    at: datetime
    outcome: str
    status: int | None = None
    error: str | None = None
    milliseconds: int = 0
    bytes: int = 0
    response: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state after an attempt: of the delivery, and of its destination.

    `keeps_body` holds W-1 over a retry. `may_be_accepted`: some attempt so far ended without a clear answer; where it
    `is_held` a person says whether it is sent again (D-12). `is_edit_lost`: the message to edit is gone.
    """

    state: str
    attempts: int
    next_attempt_at: datetime
    error_code: str | None
    health: Health
    keeps_body: bool = True
    may_be_accepted: bool = False
    is_held: bool = False
    is_edit_lost: bool = False
    remote_channel: str | None = None
    remote_id: str | None = None


def next_due_at(
    session: Session, destination: str, holds: Holds, *, is_capped: bool = False, gathered_at: datetime | None = None
) -> datetime | None:
    """Return when the next delivery of a destination is due (perhaps in the past); None: nothing waits for time.

    What is held back is due when the first hold ends. `gathered_at` is when something else comes due there: a digest, or
    the end of a cap. A read only: an idle destination never takes the write lock.
    """
    row = session.scalars(select(DestinationRow).where(DestinationRow.name == destination)).one_or_none()
    if row is None or row.state != "enabled":
        return None
    queue = _queue(row.id, is_capped=is_capped)
    held = is_held(row.name, holds.now, is_quiet=row.name in holds.quiet)
    in_flight = and_(DeliveryRow.destination_id == row.id, DeliveryRow.state == "sending")
    earliest = select(func.min(DeliveryRow.next_attempt_at)).where(or_(and_(queue, ~held), in_flight))
    moments = (session.scalars(earliest).one(), held_until(session, queue, row, holds), gathered_at)
    due = [one for one in moments if one is not None]
    return max([min(due), *filter(None, (row.open_until, row.lease_until))]) if due else None


def claim_delivery(
    session: Session, destination: str, by: LeaseRequest, *, is_quiet: bool = False, is_capped: bool = False
) -> DueDelivery | None:
    """Claim the next due delivery of a destination and mark it `sending`, a digest with its parts; None if none is due.

    Nothing that a silence covers is taken, while it `is_quiet` there nothing that can wait (D-28), and while it
    `is_capped` no first message that a digest could tell (D-25). The caller commits before the first byte leaves (D-5), with the body fixed by `fix_body` where it is None.
    """
    rows = claim(session, DestinationRow, DestinationRow.name == destination, [DestinationRow.id], by)
    if not rows:
        return None
    place = rows[0]
    _recover(session, place, by.now)
    is_due = and_(DeliveryRow.next_attempt_at <= by.now, ~is_held(place.name, by.now, is_quiet=is_quiet))
    row = _next(session, place, by.now, and_(_queue(place.id, is_capped=is_capped), is_due))
    if row is None:
        finish(session, DestinationRow, lease_of(place))
        return None
    was_uncertain = row.state == "uncertain"
    row.state, row.first_at = "sending", row.first_at or by.now
    session.flush()
    if row.type == "digest":
        take_parts(session, row.id, by.now)
    return _due(session, place, row, is_uncertain=was_uncertain)


def _recover(session: Session, place: DestinationRow, now: datetime) -> None:
    left = (DeliveryRow.destination_id == place.id) & (DeliveryRow.state == "sending")
    for row in session.scalars(select(DeliveryRow).where(left)):
        row.state, row.next_attempt_at = "uncertain", now
        if row.digest_id is not None:
            continue  # the attempt was that of its digest
        lost = AttemptRecord(at=now, outcome="uncertain", error="the sender ended before the answer")
        session.add(_attempt_row(row.id, lost))
    session.flush()


def _next(session: Session, place: DestinationRow, now: datetime, is_due: ColumnElement[bool]) -> DeliveryRow | None:
    if place.state != "enabled" or (place.open_until is not None and place.open_until > now):
        return None
    return session.scalars(select(DeliveryRow).where(is_due).order_by(DeliveryRow.id).limit(1)).first()


def _queue(destination_id: int, *, is_capped: bool) -> ColumnElement[bool]:
    """Return what may be sent: approved, unsent, and for one event in order: the `created`, then the rest (P5).

    A `created` that a digest tells, or is to tell, is not sent by itself. One that may have been accepted is finished.

    A `created` that is dead but may have been accepted is followed too: what it told must be put right (P4).
    """
    older, created = aliased(DeliveryRow), aliased(DeliveryRow)
    same_event = (older.destination_id == destination_id) & (older.event_id == DeliveryRow.event_id)
    waits = exists().where(same_event, older.id < DeliveryRow.id, older.state.in_(UNSENT))
    was_created = exists().where(
        created.destination_id == destination_id,
        created.event_id == DeliveryRow.event_id,
        created.type == "created",
        or_(created.state == "sent", and_(created.state == "dead", created.sent_revision.is_not(None))),
    )
    is_alone = and_(DeliveryRow.type == "created", DeliveryRow.digest.is_(None), DeliveryRow.digest_id.is_(None))
    if is_capped:
        is_alone = and_(is_alone, DeliveryRow.state == "uncertain")
    return and_(
        DeliveryRow.destination_id == destination_id,
        DeliveryRow.state.in_(("pending", "uncertain")),
        DeliveryRow.is_approved,
        ~waits,
        or_(is_alone, DeliveryRow.event_id.is_(None), was_created),
    )


def _due(session: Session, place: DestinationRow, row: DeliveryRow, *, is_uncertain: bool) -> DueDelivery:
    acknowledged = select(DeliveryRow).where(
        DeliveryRow.destination_id == place.id, DeliveryRow.event_id == row.event_id, DeliveryRow.state == "sent"
    )
    sent = session.scalars(acknowledged.order_by(DeliveryRow.id)).all() if row.event_id is not None else ()
    target = next((one for one in reversed(sent) if one.type != "reply" and one.remote_id is not None), None)
    told = [one for one in sent if is_told_by(one, row.type, sent)]
    counted = select(func.count()).where(DeliveryAttemptRow.delivery_id == row.id)
    return DueDelivery(
        lease=lease_of(place),
        id=row.id,
        key=row.key,
        type=row.type,
        event_id=row.event_id,
        attempts=row.attempts,
        tries=session.scalars(counted).one(),
        first_at=row.first_at,
        body=row.body,
        is_uncertain=is_uncertain,
        told_revision=max((one.sent_revision for one in told if one.sent_revision is not None), default=None),
        remote_channel=target.remote_channel if target else None,
        remote_id=target.remote_id if target else None,
        health=health_of(place),
    )


def health_of(place: DestinationRow) -> Health:
    """Return a destination's health as a value."""
    return Health(**{name: getattr(place, name) for name in Health.__slots__})


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
    session.add(_attempt_row(delivery.id, attempt))
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


def _attempt_row(delivery_id: int, attempt: AttemptRecord) -> DeliveryAttemptRow:
    values = {name: getattr(attempt, name) for name in AttemptRecord.__slots__}
    return DeliveryAttemptRow(delivery_id=delivery_id, **values)
