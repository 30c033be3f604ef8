"""How things stand, for people: outlets as JSON, the queues with their age and what was given up, what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from db.leases import UNFINISHED_ATTEMPTS
from db.models import AlertRow, ArticleRow, EntryPointRow, EventRow, FeedEntryRow, OutletRow, PageRow, PollRow
from db.outlets import EntryPointView, OutletView
from db.pages import EXTRACT_ATTEMPTS
from db.standing_in import is_polled
from db.views import utc

# From well to worst: an outlet is as well as the best of its entry points.
OUTLET_STATES = (
    "alive",
    "moved",
    "quiet",
    "new",
    "stale",
    "zombie",
    "degraded",
    "broken",
    "challenged",
    "blocked",
    "robots-denied",
    "gone",
)


@dataclass(frozen=True, slots=True)
class QueueView:
    """A step's queue: how many wait, since when the first of them is due, how many were given up after all attempts."""

    name: str
    waiting: int
    oldest_at: datetime | None
    parked: int = 0


@dataclass(frozen=True, slots=True)
class PollView:
    """How one poll of an entry point (its address is `url`) went; `outcome` as in `db.polls.PollResult`."""

    url: str
    at: datetime
    outcome: str
    status: int | None
    error: str | None
    items_seen: int
    items_new: int
    bytes: int
    milliseconds: int


def list_queues(session: Session, now: datetime) -> list[QueueView]:
    """Return the queues between outlets and alerts, in the order of the path; only what is due by `now` waits."""
    return list(_queues(session, now))


def _queues(session: Session, now: datetime) -> Iterator[QueueView]:
    polls = is_polled() & (EntryPointRow.next_check_at <= now)
    yield _queue(session, "entry points", polls, EntryPointRow.next_check_at)
    unfetched = FeedEntryRow.fetched_at.is_(None)
    entries = unfetched & (FeedEntryRow.attempts <= UNFINISHED_ATTEMPTS) & (FeedEntryRow.next_attempt_at <= now)
    given_up = unfetched & (FeedEntryRow.attempts > UNFINISHED_ATTEMPTS)
    yield _queue(session, "entries", entries, FeedEntryRow.next_attempt_at, given_up)
    pages = PageRow.extracted_at.is_(None) & (PageRow.attempts <= UNFINISHED_ATTEMPTS)
    parked_pages = (PageRow.attempts >= EXTRACT_ATTEMPTS) & PageRow.last_error.is_not(None)
    yield _queue(session, "pages", pages, PageRow.fetched_at, parked_pages)
    unread = ArticleRow.read_at.is_(None)
    articles = unread & (ArticleRow.read_attempts < UNFINISHED_ATTEMPTS)
    parked_articles = unread & (ArticleRow.read_attempts >= UNFINISHED_ATTEMPTS)
    yield _queue(session, "articles", articles, ArticleRow.first_seen_at, parked_articles)
    events = EventRow.announced_revision < EventRow.revision
    yield _queue(session, "events", events, EventRow.updated_at)


def _queue(
    session: Session, name: str, queue: ColumnElement[bool], since: Any, parked: ColumnElement[bool] | None = None
) -> QueueView:
    waiting, oldest = session.execute(select(func.count(), func.min(since)).where(queue)).one()
    given_up = session.scalar(select(func.count()).select_from(since.class_).where(parked)) if parked is not None else 0
    return QueueView(name, waiting, oldest, given_up or 0)


def count_stored(session: Session) -> dict[str, int]:
    """Return how many outlets, articles and events are stored."""
    tables = {"outlets": OutletRow, "articles": ArticleRow, "events": EventRow}
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}


def database_version(session: Session) -> str:
    """Return the version of the database's tables."""
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def database_size(session: Session) -> int:
    """Return the size of the database in bytes."""
    if session.get_bind().dialect.name == "sqlite":
        pages, size = session.scalar(text("PRAGMA page_count")), session.scalar(text("PRAGMA page_size"))
        return int(pages or 0) * int(size or 0)
    return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def alert_ids_of(session: Session, event_id: int) -> list[int]:
    """Return the alerts of an event, the oldest first."""
    return list(session.scalars(select(AlertRow.id).where(AlertRow.event_id == event_id).order_by(AlertRow.id)))


def article_id_of(session: Session, url_key: str) -> int | None:
    """Return the article at an address, however the address was written; or None."""
    return session.scalar(select(ArticleRow.id).where(ArticleRow.url_key == url_key))


def outlet_zones(session: Session) -> dict[str, str]:
    """Return each stored outlet's time zone."""
    return {outlet.name: outlet.timezone for outlet in session.scalars(select(OutletRow))}


def is_failing(view: OutletView) -> bool:
    """Say whether an outlet was asked and none of its entry points answers."""
    watched = [point for point in view.entry_points if point.is_enabled and not point.is_waiting]
    asked = [point for point in watched if point.last_checked_at is not None]
    return view.is_enabled and bool(asked) and all(point.failures > 0 for point in asked)


def outlet_state(outlet: OutletView) -> str | None:
    """Return the best state of an outlet's entry points that were asked; None where none was, or it is not watched."""
    watched = [point for point in outlet.entry_points if point.is_enabled and not point.is_waiting]
    asked = [point.state for point in watched if point.last_checked_at is not None]
    known = [state for state in OUTLET_STATES if state in asked]
    return known[0] if known and outlet.is_enabled else None


def last_polls(session: Session, outlet: str, limit: int) -> list[PollView]:
    """Return the newest `limit` polls of each entry point of an outlet: by entry point, the newest first."""
    points = session.scalars(
        select(EntryPointRow).where(EntryPointRow.outlet == outlet).order_by(EntryPointRow.position)
    ).all()
    return [view for point in points for view in _polls(session, point, limit)]


def _polls(session: Session, point: EntryPointRow, limit: int) -> Iterator[PollView]:
    names = [name for name in PollView.__dataclass_fields__ if name != "url"]
    query = select(PollRow).where(PollRow.entry_point_id == point.id).order_by(PollRow.id.desc()).limit(limit)
    for row in session.scalars(query):
        yield PollView(url=point.url, **{name: getattr(row, name) for name in names})


def poll_json(view: PollView) -> dict[str, Any]:
    """Return one poll as `volya outlets show --json` tells it."""
    names = [name for name in PollView.__dataclass_fields__ if name not in ("url", "at")]
    return {"at": utc(view.at), **{name: getattr(view, name) for name in names}}


def outlet_json(view: OutletView) -> dict[str, Any]:
    """Return the object of `volya outlets list --json`."""
    return {
        "name": view.name,
        "title": view.title,
        "kind": view.kind,
        "languages": list(view.languages),
        "timezone": view.timezone,
        "country": view.country,
        "priority": view.priority,
        "enabled": view.is_enabled,
        "failing": is_failing(view),
        "state": outlet_state(view),
        "entry_points": [_entry_point_json(point) for point in view.entry_points],
    }


def _entry_point_json(view: EntryPointView) -> dict[str, Any]:
    return {
        "type": view.type,
        "url": view.url,
        "state": view.state,
        "enabled": view.is_enabled,
        "stand_in": view.is_stand_in,
        "waiting": view.is_waiting,
        "failures": view.failures,
        "last_status": view.last_status,
        "last_error": view.last_error,
        "last_checked": utc(view.last_checked_at),
        "last_success": utc(view.last_success_at),
        "last_new": utc(view.last_new_at),
        "items": view.items,
        "newest": utc(view.newest_at),
        "redirects_to": view.redirects_to,
        "moved_to": view.moved_to,
        "next_check": utc(view.next_check_at),
    }
