"""Keeping house in the database: signs of life of processes, the heads of the queues, and what may be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from db.database import Database
from db.leases import UNFINISHED_ATTEMPTS, is_dead
from db.models import ArticleRow, EntryPointRow, EventRow, PageRow, PollRow, WorkerRow
from db.standing_in import is_polled
from db.upsert import upsert

FORGOTTEN_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """That a process runs, and how it is. `kind` is service, crawl or read; `status` is shown to people as it is."""

    name: str
    kind: str
    pid: int
    host: str
    started_at: datetime
    heartbeat_at: datetime
    status: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueHead:
    """A queue of the path: how many wait, and the row (its id) that is next. A head that stays is a stuck queue."""

    name: str
    length: int
    head: int | None


def ask(database: Database) -> None:
    """Do nothing but ask the database for an answer; raises DatabaseError if there is none."""
    with database.read() as session:
        session.execute(text("SELECT 1"))


def give_sign_of_life(session: Session, sign: SignOfLife) -> None:
    """Write that a process runs, over its earlier sign."""
    upsert(session, WorkerRow, ["name"], {name: getattr(sign, name) for name in SignOfLife.__slots__})


def forget_worker(session: Session, name: str) -> None:
    """Take out a process that has ended of its own accord; one that was killed leaves its last sign to be seen."""
    session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def forget_dead(session: Session, kind: str) -> None:
    """Take out processes of a kind that have died on this machine: one is starting in the place of them.

    Their names end in the owner names of their leases (`db.leases.owner_name`).
    """
    for name in session.scalars(select(WorkerRow.name).where(WorkerRow.kind == kind)).all():
        if is_dead(name.partition("@")[2]):
            forget_worker(session, name)


def signs_of_life(session: Session) -> tuple[SignOfLife, ...]:
    """Return the last sign of every process, by name."""
    rows = session.scalars(select(WorkerRow).order_by(WorkerRow.name))
    return tuple(SignOfLife(**{name: getattr(row, name) for name in SignOfLife.__slots__}) for row in rows)


def queue_heads(session: Session, now: datetime) -> tuple[QueueHead, ...]:
    """Return the queues of crawling, reading and announcing, in the order of the path."""
    is_free = or_(EntryPointRow.lease_until.is_(None), EntryPointRow.lease_until <= now)
    due = (EntryPointRow.next_check_at <= now, is_polled(), is_free)
    unread = (ArticleRow.read_at.is_(None), ArticleRow.read_attempts < UNFINISHED_ATTEMPTS)
    return (
        _head(session, "entry points", EntryPointRow, due, EntryPointRow.next_check_at),
        _head(session, "articles", ArticleRow, unread, ArticleRow.id),
        _head(session, "events", EventRow, (EventRow.announced_revision < EventRow.revision,), EventRow.id),
    )


def _head(session: Session, name: str, table: Any, queue: tuple[Any, ...], order: Any) -> QueueHead:
    length = session.scalar(select(func.count()).select_from(table).where(*queue)) or 0
    return QueueHead(name, length, session.scalar(select(table.id).where(*queue).order_by(order, table.id).limit(1)))


def forget_pages(session: Session, before: datetime) -> int:
    """Drop body and headers of pages fetched `before` that no mention rests on; return how many, at most 200.

    A page stays whole while it waits for extraction, and while its article waits to be read or is parked: it
    may become evidence yet. Address, time and SHA-256 stay for ever.
    """
    is_waiting = exists().where(ArticleRow.page_id == PageRow.id, ArticleRow.read_at.is_(None))
    old = (PageRow.fetched_at < before, PageRow.body.is_not(None), PageRow.extracted_at.is_not(None))
    some = select(PageRow.id).where(*old, ~PageRow.is_evidence, ~is_waiting).limit(FORGOTTEN_AT_ONCE)
    return _rowcount(
        session.execute(
            update(PageRow).where(PageRow.id.in_(session.scalars(some).all())).values(body=None, headers={})
        )
    )


def forget_polls(session: Session, before: datetime) -> int:
    """Delete planned polls older than `before`; return how many, at most 200."""
    some = select(PollRow.id).where(PollRow.at < before, PollRow.planned_at.is_not(None)).limit(FORGOTTEN_AT_ONCE)
    return _rowcount(session.execute(delete(PollRow).where(PollRow.id.in_(session.scalars(some).all()))))


def forget_signs(session: Session, before: datetime) -> int:
    """Delete the last signs of processes that have been silent since `before`; return how many."""
    return _rowcount(session.execute(delete(WorkerRow).where(WorkerRow.heartbeat_at < before)))


def _rowcount(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
