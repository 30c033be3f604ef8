"""The outbox: which delivery is next at a destination, and what is known before its first byte leaves.

What came of it is in `db.attempts`.

One message at a time is in flight at a destination, in any process: the destination's row is leased for that long
(D-14). A row that is `sending` while the lease is free was left by a process that died: it may have been accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.digests import take_parts
from db.leases import Lease, LeaseRequest, claim, finish, lease_of
from db.models import DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.silences import Holds, held_until, is_held
from db.told import is_told_by

UNSENT = ("pending", "sending", "uncertain")
_DESTINATIONS = 256  # many more than anybody has; what is beyond is put together anew each time


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
        session.add(attempt_row(row.id, lost))
    session.flush()


def _next(session: Session, place: DestinationRow, now: datetime, is_due: ColumnElement[bool]) -> DeliveryRow | None:
    if place.state != "enabled" or (place.open_until is not None and place.open_until > now):
        return None
    return session.scalars(select(DeliveryRow).where(is_due).order_by(DeliveryRow.id).limit(1)).first()


@lru_cache(2 * _DESTINATIONS)  # to put it together takes longer than to ask it
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


def attempt_row(delivery_id: int, attempt: AttemptRecord) -> DeliveryAttemptRow:
    """Return the row of an attempt (D-6)."""
    values = {name: getattr(attempt, name) for name in AttemptRecord.__slots__}
    return DeliveryAttemptRow(delivery_id=delivery_id, **values)
