"""Polls of entry points: who is due, and what came of it. Queue: `next_check_at <= now`, enabled, lease free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from db.answers import WELL, not_found_since
from db.leases import Lease, LeaseRequest, claim, finish, lease_of
from db.models import EntryPointRow, FeedEntryRow, GapRow, OutletRow, PageRow, PollRow
from db.publishing import Advice
from db.pushed import pushed_forward
from db.standing_in import is_polled

GONE = 410  # an entry point that answered so is not asked again (F-10)


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets the next poll find out cheaply that nothing changed: ETag, Last-Modified, SHA-256 of the body."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class DueEntryPoint:
    """An entry point claimed for a poll. `is_first` says that no poll of it has succeeded yet (baseline, D-26).

    `url` is the address to ask: where it has moved for good, if that was believed (F-9). `not_found` is how often it
    answered 404 since it was last well (F-8).
    """

    lease: Lease
    id: int
    outlet: str
    type: str
    url: str
    priority: int
    check_every: int | None
    state: str
    failures: int
    validators: Validators
    last_full_fetch_at: datetime | None
    is_first: bool
    timezone: str = "UTC"
    links: str | None = None
    is_stand_in: bool = False
    last_success_at: datetime | None = None
    not_found: int = 0


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll came to, and where it leaves the entry point.

    `outcome` is new, same, unmodified, failed, refused or blocked ("new" is stored as "same" if nothing was).
    `validators` only for a body whose entries are all stored, in this transaction or before (D-1a). `fresh_for` is in
    seconds; `advice` None leaves what was last known: the answer had no feed in it. `is_read` says that `items_seen` and
    `newest_at` are of a body that was read, as are `hubs` and `topic` (`db.pushes`). `redirects_to`: where redirects for good
    led.
    """

    at: datetime
    outcome: str
    state: str
    failures: int
    next_check_at: datetime
    status: int | None = None
    error: str | None = None
    items_seen: int = 0
    items_new: int = 0
    bytes: int = 0
    milliseconds: int = 0
    retry_after: int | None = None
    fresh_for: int | None = None
    advice: Advice | None = None
    validators: Validators | None = None
    is_read: bool = False
    newest_at: datetime | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    redirects_to: str | None = None


def make_due(session: Session, outlets: Sequence[str], now: datetime) -> int:
    """Let the entry points of these outlets be polled at once, whatever their state; return how many will be.

    Stand-ins that wait are not counted, though they are asked in the same round if one before them turns out dead.
    """
    rows = session.scalars(_enabled().where(EntryPointRow.outlet.in_(outlets))).all()
    for row in rows:
        row.next_check_at = now
        row.last_status = None if row.last_status == GONE else row.last_status
    return session.scalar(select(func.count()).where(is_polled(), EntryPointRow.outlet.in_(outlets))) or 0


def claim_entry_points(session: Session, by: LeaseRequest, outlets: Sequence[str] | None = None) -> list[DueEntryPoint]:
    """Claim entry points that are due, the longest due first; of `outlets` only, if given."""
    queue = is_polled() & (EntryPointRow.next_check_at <= by.now)
    queue &= or_(EntryPointRow.last_status.is_(None), EntryPointRow.last_status != GONE)
    if outlets is not None:
        queue &= EntryPointRow.outlet.in_(outlets)
    rows = claim(session, EntryPointRow, queue, [EntryPointRow.next_check_at, EntryPointRow.id], by)
    for row in rows:
        row.pushed_at = None  # what is pushed from now on may be newer than what this poll finds
    known = _outlets(session) if rows else {}
    return [_due(row, known[row.outlet], not_found_since(session, row)) for row in rows]


def _outlets(session: Session) -> dict[str, OutletRow]:
    return {row.name: row for row in session.scalars(select(OutletRow))}


def _due(row: EntryPointRow, outlet: OutletRow, not_found: int) -> DueEntryPoint:
    return DueEntryPoint(
        lease=lease_of(row),
        id=row.id,
        outlet=row.outlet,
        type=row.type,
        url=row.moved_to or row.url,
        priority=outlet.priority,
        check_every=row.check_every,
        state=row.state,
        failures=row.failures,
        validators=Validators(row.etag, row.last_modified, row.body_hash),
        last_full_fetch_at=row.last_full_fetch_at,
        is_first=row.last_success_at is None,
        timezone=outlet.timezone,
        links=row.links,
        is_stand_in=row.is_stand_in,
        last_success_at=row.last_success_at,
        not_found=not_found,
    )


def finish_poll(session: Session, entry_point: DueEntryPoint, result: PollResult) -> bool:
    """Leave the queue with the outcome, and store validators last. False if the lease was lost: roll back."""
    if not finish(session, EntryPointRow, entry_point.lease):
        return False
    session.add(_poll(entry_point, result))
    row = session.get_one(EntryPointRow, entry_point.id)
    row.state, row.failures, row.next_check_at = result.state, result.failures, result.next_check_at
    row.last_checked_at, row.last_status = result.at, result.status
    row.last_error = result.error[:1000] if result.error else None
    if result.outcome in WELL:
        row.last_success_at, row.redirects_to = result.at, result.redirects_to
    elif result.state == "gone" and row.moved_to is not None:
        # What was believed is of no use: the declared address is asked again.
        row.moved_to, row.last_status = None, None
    if result.is_read:
        row.items, row.newest_at = result.items_seen, result.newest_at
        row.hubs, row.topic = list(result.hubs) or None, result.topic
    if result.items_new:
        row.last_new_at = result.at
    if result.advice is not None:
        row.ttl, row.skipped_hours = result.advice.ttl, list(result.advice.skipped_hours) or None
    if result.validators is not None:
        row.etag, row.last_modified = result.validators.etag, result.validators.last_modified
        row.body_hash, row.last_full_fetch_at = result.validators.body_hash, result.at
    if result.failures:
        row.pushed_at = None  # whoever keeps us away keeps a hub's word away as well
    elif row.pushed_at is not None:
        row.next_check_at = pushed_forward(row, result.at)
    return True


def _poll(entry_point: DueEntryPoint, result: PollResult) -> PollRow:
    names = (
        "at",
        "outcome",
        "status",
        "items_seen",
        "items_new",
        "bytes",
        "milliseconds",
        "retry_after",
        "redirects_to",
        "fresh_for",
    )
    values = {name: getattr(result, name) for name in names}
    return PollRow(entry_point_id=entry_point.id, error=result.error[:1000] if result.error else None, **values)


def next_check_of(session: Session, outlets: Sequence[str] | None = None) -> datetime | None:
    """Return when the next entry point is due; None if none is enabled."""
    query = select(func.min(EntryPointRow.next_check_at)).where(is_polled())
    if outlets is not None:
        query = query.where(EntryPointRow.outlet.in_(outlets))
    return session.scalar(query)


def release_leases(session: Session, owner: str) -> None:
    """Give back all crawling work of an owner that stops in order: what it had only begun counts as no attempt."""
    free: dict[str, Any] = {"lease_owner": None, "lease_until": None}
    session.execute(update(EntryPointRow).where(EntryPointRow.lease_owner == owner).values(**free))
    for table in (FeedEntryRow, PageRow, GapRow):
        held: ColumnElement[bool] = table.lease_owner == owner
        session.execute(update(table).where(held).values(**free, attempts=table.attempts - 1))


def _enabled() -> Any:
    return select(EntryPointRow).where(EntryPointRow.is_enabled)
