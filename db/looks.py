"""Looking again at pages of articles that matter, for desks rewrite what they have published (F-18).

The page of an article on our subject goes back into the queue of entries an hour, six hours and a day after it was
first seen; what has changed by then becomes a revision and is read again. So it is where the page could not be had and the
article is what the list told of it (F-7, F-11). No row of its own: the entry is the queue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.leases import Lease, finish
from db.models import ArticleRow, FeedEntryRow, PageRow

LOOK_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
FORGET_AFTER = timedelta(hours=48)  # what could not be looked at by then, in a downtime of ours, is left alone
AT_ONCE = 50
_DECISIONS = ("event", "related")


def queue_looks(session: Session, now: datetime) -> int:
    """Let pages be fetched again whose time has come, at most 50; return how many.

    Where two times have passed, one look serves both.
    """
    left = AT_ONCE
    for number in range(len(LOOK_AFTER), 0, -1):
        for entries in (_of_pages(), _given_up()):
            left -= _queue(session, entries, number, left, now)
    return AT_ONCE - left


def last_page(session: Session, entry_id: int) -> PageRow | None:
    """Return the newest page of an entry, with the validators that its headers keep."""
    query = select(PageRow).where(PageRow.feed_entry_id == entry_id).order_by(PageRow.id.desc()).limit(1)
    return session.scalars(query).first()


def key_of_look(session: Session, entry: FeedEntryRow) -> str:
    """Return the key of the article that an entry has: that of one of its pages, or its own where the list told it."""
    keys = select(PageRow.url_key).where(PageRow.feed_entry_id == entry.id)
    return session.scalar(select(ArticleRow.url_key).where(ArticleRow.url_key.in_(keys)).limit(1)) or entry.url_key


def keep_page(session: Session, lease: Lease, now: datetime) -> bool:
    """Take an entry out of the queue whose page has not changed. False if the lease was lost."""
    if not finish(session, FeedEntryRow, lease):
        return False
    entry = session.get_one(FeedEntryRow, lease.id)
    entry.fetched_at, entry.last_error = now, None
    return True


def _of_pages() -> Select[Any]:
    return (
        select(FeedEntryRow.id)
        .join(PageRow, PageRow.feed_entry_id == FeedEntryRow.id)
        .join(ArticleRow, ArticleRow.page_id == PageRow.id)
    )


def _given_up() -> Select[Any]:
    """Return the entries whose pages could not be had; one that is an article by itself was never asked for one."""
    query = select(FeedEntryRow.id).join(ArticleRow, ArticleRow.url_key == FeedEntryRow.url_key)
    return query.where(ArticleRow.page_id.is_(None), FeedEntryRow.last_error.is_not(None))


def _queue(session: Session, entries: Select[Any], number: int, limit: int, now: datetime) -> int:
    some = entries.where(_is_due(number, now)).order_by(ArticleRow.id.desc()).limit(limit)
    ids = session.scalars(some).all()
    again: dict[str, Any] = {"looks": number, "fetched_at": None, "attempts": 0, "next_attempt_at": now}
    result = session.execute(update(FeedEntryRow).where(FeedEntryRow.id.in_(ids)).values(**again)) if ids else None
    return result.rowcount if isinstance(result, CursorResult) else 0


def _is_due(number: int, now: datetime) -> ColumnElement[bool]:
    return (
        ArticleRow.decision.in_(_DECISIONS)
        & (ArticleRow.first_seen_at <= now - LOOK_AFTER[number - 1])
        & (ArticleRow.first_seen_at > now - FORGET_AFTER)
        & FeedEntryRow.fetched_at.is_not(None)
        & (FeedEntryRow.looks < number)
    )
