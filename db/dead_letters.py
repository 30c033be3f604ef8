"""What a person does with deliveries that did not go out, or may have: try them again, count them as sent, drop them.

Dead and held ones singly or by range, also what was sent, under a new key (D-3, D-11, D-12).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import DeliveryAttemptRow, DeliveryRow, DestinationRow, EventRow
from db.told import forget_messages
from db.uncertain import awaits_word

RETRIED = ("dead", "cancelled")
DROPPED = ("pending", "uncertain", "dead")
BY_HAND = "dropped by hand"
ARRIVED = "counted as sent by hand"
AGAIN = "sent again by hand"
ORPHANED = "its destination left the settings long ago"


def retry_deliveries(session: Session, alert_id: int, destination: str | None, now: datetime) -> tuple[str, ...]:
    """Put what is dead, dropped or held as uncertain of an alert back into the queue, with the same key (D-3).

    Return the destinations. What newer news of the event has overtaken stays: that told the whole state (P5). One that
    may have been accepted goes on as uncertain, so that it is marked as a possible repeat.
    """
    is_retried = or_(DeliveryRow.state.in_(RETRIED), awaits_word())
    chosen = _chosen(session, alert_id, destination, is_retried, ~_is_overtaken())
    for row, _ in chosen:
        _put_back(session, row, now)
    session.flush()
    return tuple(name for _, name in chosen)


def _put_back(session: Session, row: DeliveryRow, now: datetime) -> None:
    """Queue a delivery again; a digest with its parts, and a part of one by itself."""
    if row.state == "uncertain" or row.sent_revision is not None:
        row.state, row.is_approved = "uncertain", True
    else:
        row.state = "pending"
    row.digest, row.digest_id = None, None
    row.attempts, row.first_at, row.last_error_code = 0, None, None  # D-11 counts the age from here
    row.next_attempt_at, row.is_urgent = now, True  # a person wants it now: quiet hours do not hold it
    for part in _parts(session, row):
        part.state, part.last_error_code = row.state, None


def _parts(session: Session, row: DeliveryRow) -> Sequence[DeliveryRow]:
    """Return the first messages that a digest tells and that are not settled, or were given up or dropped with it."""
    left = DeliveryRow.state.in_(("pending", "uncertain", "dead", "cancelled"))
    return session.scalars(select(DeliveryRow).where(DeliveryRow.digest_id == row.id, left)).all()


def count_as_sent(session: Session, alert_id: int, destination: str | None, now: datetime) -> tuple[str, ...]:
    """Take a person's word that what may have been accepted of an alert was; return the destinations (D-12).

    Where the message stands is not known, so what follows of the event comes as new messages.
    """
    may_have = or_(DeliveryRow.state == "uncertain", and_(DeliveryRow.state == "dead", DeliveryRow.sent_revision > 0))
    chosen = _chosen(session, alert_id, destination, may_have)
    for row, _ in chosen:
        tried_at = _last_tried_at(session, row) or now
        for one in (row, *_parts(session, row)):
            one.state, one.is_approved, one.last_error_code, one.sent_at = "sent", True, ARRIVED, tried_at
    session.flush()
    return tuple(name for _, name in chosen)


def _last_tried_at(session: Session, row: DeliveryRow) -> datetime | None:
    tried = select(DeliveryAttemptRow.at).where(DeliveryAttemptRow.delivery_id == row.id)
    return session.scalars(tried.order_by(DeliveryAttemptRow.id.desc()).limit(1)).first()


def drop_deliveries(session: Session, alert_id: int, destination: str | None) -> tuple[str, ...]:
    """Take an alert's deliveries out of the queue for good; return their destinations.

    What is in flight or was sent cannot be dropped. With the first message of an event goes what waits behind it:
    nothing of that event is sent there any more. With a digest go the events that it was to tell.
    """
    chosen = _chosen(session, alert_id, destination, DeliveryRow.state.in_(DROPPED))
    for row, _ in chosen:
        for one in (row, *_parts(session, row)):
            _drop(session, one)
    session.flush()
    return tuple(name for _, name in chosen)


def _drop(session: Session, row: DeliveryRow) -> None:
    if row.type == "created":
        dropped = {"state": "cancelled", "body": None, "last_error_code": BY_HAND}
        session.execute(update(DeliveryRow).where(_waits_behind(row)).values(dropped))
    row.is_approved |= row.state == "uncertain"
    row.state, row.body, row.last_error_code = "cancelled", None, BY_HAND


def _waits_behind(row: DeliveryRow) -> ColumnElement[bool]:
    same = and_(DeliveryRow.destination_id == row.destination_id, DeliveryRow.event_id == row.event_id)
    return and_(same, DeliveryRow.id > row.id, DeliveryRow.state.in_(("pending", "uncertain")))


def replay_unsent(session: Session, destination: str, since: datetime, now: datetime) -> tuple[int, ...]:
    """Try again what is dead or held as uncertain at a destination since a time; return the alerts (D-11)."""
    is_unsent = or_(DeliveryRow.state == "dead", awaits_word())
    found = session.scalars(_at(destination, since).where(is_unsent, ~_is_overtaken())).all()
    digests = {row.id for row in found if row.type == "digest"}
    rows = [row for row in found if row.digest_id not in digests]  # the others follow their digest
    for row in rows:
        _put_back(session, row, now)
    session.flush()
    return tuple(dict.fromkeys(row.alert_id for row in rows))


def send_again(
    session: Session, destination: str, since: datetime, now: datetime, make_key: Callable[[], str]
) -> tuple[int, ...]:
    """Send each event again that a destination was told of since a time, at its newest state; return the events.

    Under a new key, so that no receiver takes it for what it has (D-3). It stands for all that was sent of the event.
    """
    told = _at(destination, since).where(DeliveryRow.state.in_(("sent", "dead", "uncertain")))
    events = {row.event_id for row in session.scalars(told)}
    stands = select(EventRow.id).where(EventRow.merged_into.is_(None))
    first = _at(destination).where(DeliveryRow.type == "created", DeliveryRow.event_id.in_(stands))
    is_over = or_(DeliveryRow.state.in_(("sent", "dead")), awaits_word())
    rows = [row for row in session.scalars(first.where(is_over)) if row.event_id in events]
    for row in rows:
        _begin_anew(session, row, now, make_key())
    session.flush()
    return tuple(row.event_id for row in rows if row.event_id is not None)


def _begin_anew(session: Session, row: DeliveryRow, now: datetime, key: str) -> None:
    same = and_(DeliveryRow.destination_id == row.destination_id, DeliveryRow.event_id == row.event_id)
    left = and_(same, DeliveryRow.id != row.id, or_(DeliveryRow.state == "dead", awaits_word()))
    session.execute(update(DeliveryRow).where(left).values(state="superseded", body=None))
    forget_messages(session, row)
    row.key, row.state, row.is_approved, row.is_urgent = key, "uncertain", True, True
    row.body, row.sent_revision, row.attempts, row.first_at, row.sent_at = None, None, 0, None, None
    row.next_attempt_at, row.last_error_code = now, AGAIN
    row.digest, row.digest_id = None, None


def _at(destination: str, since: datetime | None = None) -> Select[DeliveryRow]:
    query = select(DeliveryRow).join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
    query = query.where(DestinationRow.name == destination).order_by(DeliveryRow.id)
    return query.where(DeliveryRow.created_at >= since) if since is not None else query


def expire_orphans(session: Session, before: datetime) -> int:
    """Drop the queues of destinations that left the settings `before`; return how many messages those were (F-33)."""
    gone = select(DestinationRow.id).where(DestinationRow.state == "orphan", DestinationRow.since < before)
    unsent = DeliveryRow.state.in_(("pending", "sending", "uncertain"))
    dropped = update(DeliveryRow).where(DeliveryRow.destination_id.in_(gone), unsent)
    result = session.execute(dropped.values(state="cancelled", body=None, last_error_code=ORPHANED))
    return result.rowcount if isinstance(result, CursorResult) else 0


def _chosen(
    session: Session, alert_id: int, destination: str | None, *which: ColumnElement[bool]
) -> list[tuple[DeliveryRow, str]]:
    query = (
        select(DeliveryRow, DestinationRow.name)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DeliveryRow.alert_id == alert_id, *which)
        .order_by(DeliveryRow.id)
    )
    if destination is not None:
        query = query.where(DestinationRow.name == destination)
    return [(row, name) for row, name in session.execute(query)]


def _is_overtaken() -> ColumnElement[bool]:
    newer = aliased(DeliveryRow)
    return exists().where(
        newer.destination_id == DeliveryRow.destination_id,
        newer.event_id == DeliveryRow.event_id,
        newer.id > DeliveryRow.id,
        newer.revision > DeliveryRow.revision,
        newer.state.in_(("sent", "sending")),
    )
