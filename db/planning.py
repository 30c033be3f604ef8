"""Planning in the database: polls that nobody has drawn a conclusion from yet, and the times of the next checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from db.models import DeliveryRow, DestinationRow, EntryPointRow, OutletRow, PollRow

HISTORY = 12
PLANNED_AT_ONCE = 200
OUTAGE_SHARE = 0.8
OUTAGE_OUTLETS = 3


@dataclass(frozen=True, slots=True)
class PastPoll:
    """What one poll found. `outcome` is new, same, unmodified, failed, refused or blocked; `retry_after` and `fresh_for` in seconds."""

    at: datetime
    outcome: str
    items_seen: int = 0
    items_new: int = 0
    retry_after: int | None = None
    fresh_for: int | None = None


@dataclass(frozen=True, slots=True)
class PolledEntryPoint:
    """An entry point with polls not yet planned on; `history` is newest first, at most HISTORY polls of any age.

    `ttl` and `skipped` (hours of the week) are what its feed says of when to come back.
    """

    id: int
    outlet: str
    priority: int
    check_every: timedelta | None
    ttl: timedelta | None
    skipped: frozenset[int]
    newest_poll: int
    history: tuple[PastPoll, ...]


# Made once and run without the unit of work: planning costs a third. A name of a parameter must be none of a column,
# which an UPDATE would set.
_NEWEST_POLLS = (
    select(PollRow.id, *(getattr(PollRow, name) for name in PastPoll.__slots__))
    .where(PollRow.entry_point_id == bindparam("entry_point"))
    .order_by(PollRow.id.desc())
    .limit(HISTORY)
)
_SET_NEXT_CHECK = (
    update(EntryPointRow)
    .where(EntryPointRow.id == bindparam("entry_point"), EntryPointRow.pushed_at.is_(None))
    .values(next_check_at=bindparam("check_at"))
)
_MARK_PLANNED = (
    update(PollRow)
    .where(PollRow.entry_point_id == bindparam("entry_point"), PollRow.id <= bindparam("newest"))
    .where(PollRow.planned_at.is_(None))
    .values(planned_at=bindparam("now"))
)


def is_unplanned(session: Session) -> bool:
    """Whether any poll waits: asked without a write lock, because the answer is mostly no."""
    return bool(session.scalar(select(exists().where(PollRow.planned_at.is_(None)))))


def unplanned_entry_points(session: Session) -> list[PolledEntryPoint]:
    """Return entry points with polls that nobody planned on, at most PLANNED_AT_ONCE."""
    waiting = select(PollRow.entry_point_id).where(PollRow.planned_at.is_(None)).distinct().limit(PLANNED_AT_ONCE)
    query = (
        select(EntryPointRow, OutletRow.priority)
        .join(OutletRow, EntryPointRow.outlet == OutletRow.name)
        .where(EntryPointRow.id.in_(waiting))
        .order_by(EntryPointRow.id)
    )
    return [_polled(session, row, priority) for row, priority in session.execute(query).all()]


def _polled(session: Session, row: EntryPointRow, priority: int) -> PolledEntryPoint:
    polls = session.connection().execute(_NEWEST_POLLS, {"entry_point": row.id}).all()
    return PolledEntryPoint(
        id=row.id,
        outlet=row.outlet,
        priority=priority,
        check_every=_seconds(row.check_every),
        ttl=_seconds(row.ttl),
        skipped=frozenset(row.skipped_hours or ()),
        newest_poll=polls[0][0],
        history=tuple(PastPoll(*poll[1:]) for poll in polls),
    )


def _seconds(number: int | None) -> timedelta | None:
    return timedelta(seconds=number) if number else None


def set_next_checks(session: Session, checks: Sequence[tuple[PolledEntryPoint, datetime]], now: datetime) -> None:
    """Write when to look again and mark the polls this was drawn from; a poll stored since then waits on.

    Who is due because a hub told of news stays due.
    """
    if checks:
        times = [{"entry_point": point.id, "check_at": at} for point, at in checks]
        seen = [{"entry_point": point.id, "newest": point.newest_poll, "now": now} for point, _ in checks]
        session.connection().execute(_SET_NEXT_CHECK, times)
        session.connection().execute(_MARK_PLANNED, seen)


def is_own_outage(session: Session) -> bool:
    """Whether the network here is down rather than the outlets (F-2): at least 80 % of three or more give no answer.

    An outlet gives no answer when all its entry points that were ever tried failed last time without an HTTP status.
    Stand-ins are not looked at: what they answered long ago says nothing of today.
    One that robots.txt or our own address guard forbids was not asked, so it tells nothing.
    """
    is_unasked = EntryPointRow.last_status.is_(None) & EntryPointRow.state.in_(("robots-denied", "blocked"))
    tried = select(EntryPointRow.outlet, EntryPointRow.failures, EntryPointRow.last_status).where(
        EntryPointRow.is_enabled,
        ~EntryPointRow.is_stand_in,
        EntryPointRow.last_checked_at.is_not(None),
        ~is_unasked,
    )
    unanswered: dict[str, bool] = defaultdict(lambda: True)
    for outlet, failures, status in session.execute(tried):
        unanswered[outlet] &= failures > 0 and status is None
    return len(unanswered) >= OUTAGE_OUTLETS and sum(unanswered.values()) >= OUTAGE_SHARE * len(unanswered)


def move_sends(session: Session, by: timedelta, after: datetime) -> None:
    """Move what delivery waits for, where it is later than `after`, by `by`: see `move_checks`."""
    for row in session.scalars(select(DeliveryRow).where(DeliveryRow.next_attempt_at > after)):
        row.next_attempt_at += by
    for place in session.scalars(select(DestinationRow)):
        if place.open_until is not None and place.open_until > after:
            place.open_until += by
    session.flush()


def move_checks(session: Session, by: timedelta, after: datetime) -> int:
    """Move every next check later than `after` by `by`: the clock was set, and the waits were meant as durations."""
    rows = session.scalars(select(EntryPointRow).where(EntryPointRow.next_check_at > after)).all()
    for row in rows:
        row.next_check_at += by
    return len(rows)
