"""What destinations know of an event: by its own messages, or by those of an event that is part of it now.

Two events may turn out to be one after both were alerted. Whoever was told only of the one that is merged knows the
other by it, and must not hear of it as of something new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from db.models import DeliveryRow, EventRow

_HEARD = ("sent", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Told:
    """What a destination knows of an event: the state of its `created` row, and the newest revision it was given.

    `part` is the merged event that it was told of instead; then the state is that of its row, and no revision counts.
    """

    created_state: str
    revision: int | None
    part: int | None = None


def told_of(session: Session, event_id: int) -> dict[int, Told]:
    """Return what each destination (by id) knows of an event; those that were never to hear of it are left out."""
    parts = select(EventRow.id).where(EventRow.merged_into == event_id)
    of_either = or_(DeliveryRow.event_id == event_id, DeliveryRow.event_id.in_(parts))
    rows = session.scalars(select(DeliveryRow).where(of_either).order_by(DeliveryRow.id)).all()
    told = _told_by_parts(row for row in rows if row.event_id != event_id)
    for destination_id, own in _told_by_itself([row for row in rows if row.event_id == event_id]).items():
        if own.created_state != "superseded" or destination_id not in told:
            told[destination_id] = own
    return told


def _told_by_itself(rows: Sequence[DeliveryRow]) -> dict[int, Told]:
    newest: dict[int, int] = {}
    for row in rows:
        if row.sent_revision is not None and row.state in _HEARD:
            newest[row.destination_id] = max(newest.get(row.destination_id, 0), row.sent_revision)
    created = (row for row in rows if row.type == "created")
    return {row.destination_id: Told(_known_state(row), newest.get(row.destination_id)) for row in created}


def _told_by_parts(rows: Iterable[DeliveryRow]) -> dict[int, Told]:
    created = [row for row in rows if row.type == "created" and _known_state(row) in _HEARD]
    return {row.destination_id: Told(_known_state(row), None, row.event_id) for row in created}


def _known_state(row: DeliveryRow) -> str:
    """Return the state of a `created`; one that is dead but may have been accepted counts as uncertain (P4)."""
    return "uncertain" if row.state == "dead" and row.sent_revision is not None else row.state


@dataclass(frozen=True, slots=True)
class Adoption:
    """A destination that was told of `part` knows `event_id` from now on; `alert_id` and `key` are for its row."""

    destination_id: int
    event_id: int
    revision: int
    part: int
    alert_id: int
    key: str


def adopt(session: Session, adoption: Adoption, now: datetime) -> None:
    """Let the message on a merged event count as the first one on the event that it is part of.

    What is told of that from now on edits and answers this message. The row says under which number it was told; which
    revision it told is not known, so the next message carries the whole state.
    """
    shown = _message_of(session, adoption.destination_id, adoption.part)
    row = _created(session, adoption.destination_id, adoption.event_id)
    if row is None:
        row = DeliveryRow(type="created", key=adoption.key, created_at=now, attempts=0)
        row.destination_id, row.event_id = adoption.destination_id, adoption.event_id
    row.alert_id, row.revision, row.state = adoption.alert_id, adoption.revision, "sent"
    row.sent_at, row.next_attempt_at, row.last_error_code = now, now, f"told as event {adoption.part}"
    row.sent_revision, row.body = None, None
    if shown is not None:
        row.remote_channel, row.remote_id = shown.remote_channel, shown.remote_id
    session.add(row)
    session.flush()


def hand_over_created(session: Session, destination_id: int, event_id: int, alert_id: int, to: tuple[int, int]) -> bool:
    """Let a `created` that waits, never sent, tell of the event and revision `to` instead; False if none waits."""
    row = _created(session, destination_id, event_id)
    if row is None or row.state != "pending":
        return False
    row.alert_id, (row.event_id, row.revision) = alert_id, to
    row.body, row.sent_revision, row.attempts, row.last_error_code = None, None, 0, None
    session.flush()
    return True


def _created(session: Session, destination_id: int, event_id: int) -> DeliveryRow | None:
    query = select(DeliveryRow).where(DeliveryRow.destination_id == destination_id, DeliveryRow.event_id == event_id)
    return session.scalars(query.where(DeliveryRow.type == "created")).one_or_none()


def _message_of(session: Session, destination_id: int, event_id: int) -> DeliveryRow | None:
    """Return the newest sent row whose message stands where it can be edited or answered."""
    query = select(DeliveryRow).where(DeliveryRow.destination_id == destination_id, DeliveryRow.event_id == event_id)
    shown = (DeliveryRow.state == "sent") & (DeliveryRow.type != "reply") & DeliveryRow.remote_id.is_not(None)
    return session.scalars(query.where(shown).order_by(DeliveryRow.id.desc()).limit(1)).first()


def is_told_by(one: DeliveryRow, next_type: str, sent: Sequence[DeliveryRow]) -> bool:
    """Say whether `one` of the `sent` messages of an event counts for what the next has to tell.

    An answer follows what rang: the first message, answers, and an update that came as a message of its own.
    """
    if next_type != "reply":
        return one.type != "reply"
    return one.type in ("created", "reply") or _is_own_message(one, sent)


def _is_own_message(one: DeliveryRow, sent: Sequence[DeliveryRow]) -> bool:
    """Say whether an update was no edit: an edit leaves the message where an earlier row has it."""
    earlier = [(row.remote_channel, row.remote_id) for row in sent if row.id < one.id and row.type != "reply"]
    return one.remote_id is None or (one.remote_channel, one.remote_id) not in earlier


def forget_messages(session: Session, row: DeliveryRow) -> None:
    """Forget where the messages of a delivery's event stand at its destination: they are gone, the next is a new one."""
    shown = (DeliveryRow.destination_id == row.destination_id) & (DeliveryRow.event_id == row.event_id)
    session.execute(update(DeliveryRow).where(shown, DeliveryRow.type != "reply").values(remote_id=None))


def has_update_waiting(session: Session, delivery_id: int) -> bool:
    """Say whether an update of a delivery's event waits behind it at its destination."""
    row, behind = session.get_one(DeliveryRow, delivery_id), DeliveryRow.type.in_(("updated", "withdrawn"))
    same = (DeliveryRow.destination_id == row.destination_id) & (DeliveryRow.event_id == row.event_id)
    waits = DeliveryRow.state.in_(("pending", "uncertain"))
    return session.scalars(select(DeliveryRow.id).where(same, behind, waits).limit(1)).first() is not None


def last_told_at(session: Session, destination_id: int, event_id: int) -> datetime | None:
    """Return when a destination was last sent something about an event; None where it was never."""
    same = (DeliveryRow.destination_id == destination_id) & (DeliveryRow.event_id == event_id)
    return session.scalars(select(func.max(DeliveryRow.sent_at)).where(same)).one()
