"""What the answers of an entry point tell together: that it has moved (F-9), or that it is gone (F-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import EntryPointRow, PollRow

NOT_FOUND = 404
WELL = ("new", "same", "unmodified")


@dataclass(frozen=True, slots=True)
class Redirects:
    """How often in a row an entry point redirected for good to one address, and since when."""

    number: int
    since: datetime


def not_found_since(session: Session, row: EntryPointRow) -> int:
    """Return how often an entry point answered 404 since it was last well; asked of those alone that did so last time."""
    if row.last_status != NOT_FOUND:
        return 0
    same = (PollRow.entry_point_id == row.id) & (PollRow.status == NOT_FOUND)
    if row.last_success_at is not None:
        same &= PollRow.at > row.last_success_at
    return session.scalar(select(func.count()).select_from(PollRow).where(same)) or 0


def redirects_of(session: Session, entry_point: int, address: str) -> Redirects | None:
    """Return how often in a row good answers came by a redirect for good to this address; None if none has."""
    mine = (PollRow.entry_point_id == entry_point) & PollRow.outcome.in_(WELL)
    other = select(func.max(PollRow.id)).where(mine, PollRow.redirects_to.is_distinct_from(address))
    since = session.scalar(other) or 0
    number, first = session.execute(select(func.count(), func.min(PollRow.at)).where(mine, PollRow.id > since)).one()
    return Redirects(number, first) if number else None


def believe_move(session: Session, entry_point: int, address: str) -> None:
    """Ask this address from now on in the place of the declared one (F-9)."""
    row = session.get_one(EntryPointRow, entry_point)
    row.moved_to, row.redirects_to = address, None
