"""Who works on which row: leases with a fencing number, on both databases by one code path.

A worker claims rows until a time; if it dies, the lease runs out and another takes the work over. `generation`
rises with each claim, so a worker that was only paused finds its lease gone when it comes to finish (measured
with two workers and random kills: no overlap, nothing lost). Work of a process of this machine that has died is
freed at the next start (`free_dead`), so that a restart waits for no lease.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.models import Leased

Row = TypeVar("Row", bound=Leased)


# Attempts are counted when work is claimed, so those that ended by the death of the process count too. Few of these
# are the work's own fault (a restart, a power cut): it takes ten of them to park a piece of work, but three failures.
UNFINISHED_ATTEMPTS = 10


def owner_name() -> str:
    """Return a name for this process that tells where it runs, so that others can see when it has died."""
    return f"{_host()}:{os.getpid()}:{secrets.token_hex(4)}"


def _host() -> str:
    return socket.gethostname().replace(":", "-")[:40]


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


def free_dead(session: Session, own: str) -> None:
    """Free what processes of this machine left claimed when they died; `own` is the caller's owner name.

    The attempts they had begun stay counted, for the work itself may have ended them (poison rule).
    """
    for table in Leased.__subclasses__():
        owners = session.scalars(select(table.lease_owner).where(table.lease_owner.is_not(None)).distinct()).all()
        for owner in owners:
            if owner is not None and owner != own and is_dead(owner):
                free = update(table).where(table.lease_owner == owner)
                session.execute(free.values(lease_owner=None, lease_until=None))


def is_dead(owner: str) -> bool:
    """Tell whether a lease's owner was a process of this machine that is no more."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != _host() or not number.isdecimal():
        return False
    if int(number) == os.getpid():  # our number, another life: containers give the same one at every start
        return True
    with suppress(PermissionError):  # it lives and belongs to somebody else
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False
