"""Who works on which row: leases with a fencing number, on both databases by one code path.

A worker claims rows until a time; if it dies, the lease runs out and another takes the work over. `generation`
rises with each claim, so a worker that was only paused finds its lease gone when it comes to finish (measured
with two workers and random kills: no overlap, nothing lost).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.models import Leased

Row = TypeVar("Row", bound=Leased)


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of a claim on one row."""

    id: int
    owner: str
    generation: int


@dataclass(frozen=True, slots=True)
class LeaseRequest:
    """Who claims, at what time, until when, and how many rows at most."""

    owner: str
    now: datetime
    until: datetime
    limit: int


def claim(
    session: Session,
    table: type[Row],
    queue: ColumnElement[bool],
    order: Sequence[Any],
    by: LeaseRequest,
) -> list[Row]:
    """Claim up to `by.limit` rows of `queue` whose lease is free; the rows are live in `session`."""
    free = or_(table.lease_until.is_(None), table.lease_until <= by.now)
    statement = select(table).where(and_(queue, free)).order_by(*order).limit(by.limit)
    rows = list(session.scalars(statement.with_for_update(skip_locked=True)))
    for row in rows:
        row.lease_owner, row.lease_until, row.generation = by.owner, by.until, row.generation + 1
    session.flush()
    return rows


def lease_of(row: Leased) -> Lease:
    """Return the proof that the row's present owner carries away."""
    return Lease(id=row.id, owner=str(row.lease_owner), generation=row.generation)


def renew(session: Session, table: type[Leased], lease: Lease, until: datetime) -> bool:
    """Prolong a lease; False if it has been taken over, and then the work must be dropped."""
    return _update_if_held(session, table, lease, lease_until=until)


def finish(session: Session, table: type[Leased], lease: Lease) -> bool:
    """Give a row back; False if it has been taken over: then the result must be dropped (roll back)."""
    return _update_if_held(session, table, lease, lease_until=None, lease_owner=None)


def _update_if_held(session: Session, table: type[Leased], lease: Lease, **values: Any) -> bool:
    held = and_(table.id == lease.id, table.lease_owner == lease.owner, table.generation == lease.generation)
    result = session.execute(update(table).where(held).values(**values))
    return isinstance(result, CursorResult) and result.rowcount == 1
