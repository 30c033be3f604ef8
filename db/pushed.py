"""What hubs tell: that they agree, that they refuse, and that there is news. The questions of the web page's one open door."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import EntryPointRow, PushRow
from db.pushes import Push, push_of

SOONEST = timedelta(seconds=30)  # after the last poll, whoever pushes how often (SEC-28)
RENEWED_AT = 0.75  # of what a hub has promised; the rest is for attempts that fail
DENIED_FOR = timedelta(days=1)  # until a hub that refused is asked again; twice as long each time, up to eight days
_MOST_DOUBLINGS = 3


def find_push(session: Session, number: int) -> Push | None:
    """Return the push of this number; None if there is none."""
    query = select(PushRow, EntryPointRow).join(EntryPointRow).where(PushRow.id == number)
    found = session.execute(query).one_or_none()
    return push_of(*found) if found is not None else None


def note_agreement(session: Session, push: Push, lasts: timedelta, now: datetime) -> None:
    """Note that a hub has agreed: to tell for so long, or to tell no more; then the push is no more."""
    row = session.get(PushRow, push.id)
    if row is None:
        return
    if row.state == "leaving":
        session.delete(row)
        return
    row.state, row.failures, row.last_error = "verified", 0, None
    row.verified_at, row.ends_at, row.next_attempt_at = now, now + lasts, now + lasts * RENEWED_AT


def note_denial(session: Session, push: Push, reason: str, now: datetime) -> None:
    """Note that a hub refuses, or tells no more; it may do so at any time."""
    row = session.get(PushRow, push.id)
    if row is None:
        return
    if row.state == "leaving":
        session.delete(row)
        return
    row.state, row.ends_at, row.last_error = "denied", None, reason[:300] or None
    row.next_attempt_at = now + DENIED_FOR * 2 ** min(row.failures, _MOST_DOUBLINGS)
    row.failures += 1


def note_push(session: Session, push: Push, algorithm: str, now: datetime) -> None:
    """Note that news was pushed, and let the entry point be asked now; not within half a minute of the last time.

    One in trouble keeps its time: whoever it keeps away keeps us away as well. What is being asked at this moment is asked
    again, for the answer may be from before the news (`EntryPointRow.pushed_at`).
    """
    same = update(PushRow).where(PushRow.id == push.id)
    session.execute(same.values(pushed_at=now, pushes=PushRow.pushes + 1, algorithm=algorithm))
    point = session.get_one(EntryPointRow, push.entry_point)
    if point.is_enabled and not point.failures:
        point.pushed_at, point.next_check_at = now, pushed_forward(point, now)


def note_forged(session: Session, push: Push) -> None:
    """Count a push that the hub cannot have signed."""
    session.execute(update(PushRow).where(PushRow.id == push.id).values(forged=PushRow.forged + 1))


def pushed_forward(point: EntryPointRow, now: datetime) -> datetime:
    """Return when an entry point is due that a hub has told of."""
    soonest = max(now, point.last_checked_at + SOONEST) if point.last_checked_at is not None else now
    return min(point.next_check_at, soonest)
