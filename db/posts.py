"""Entries that are articles by themselves: they leave the queue of pages in the poll that found them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.entries import StoredEntry, stored_entry
from db.models import ArticleRow, FeedEntryRow, OutletRow
from db.text import clean_line


def take_posts(
    session: Session, entry_point_id: int, keys: Collection[str], edited: Collection[str], now: datetime
) -> list[StoredEntry]:
    """Let no page of this entry point's new entries with these `keys` be fetched; return them, and those of `edited`.

    In the transaction that stored them: no entry is left behind without its article.
    """
    is_new = FeedEntryRow.url_key.in_(keys) & FeedEntryRow.fetched_at.is_(None)
    of_point = FeedEntryRow.entry_point_id == entry_point_id
    wanted = of_point & (is_new | FeedEntryRow.url_key.in_(edited))
    rows = session.scalars(select(FeedEntryRow).where(wanted).order_by(FeedEntryRow.id)).all()
    for row in rows:
        row.fetched_at = row.fetched_at or now
    return [stored_entry(session, row, session.get(OutletRow, row.outlet)) for row in rows]


def is_told(session: Session, outlet: str, title: str, since: datetime, but: int) -> bool:
    """Say whether an outlet has told under this headline since then: in an article, or in an entry that waits for its page.

    The entry that asks (`but`) does not count.
    """
    line = clean_line(title)
    article = select(ArticleRow.id).where(
        ArticleRow.outlet == outlet, ArticleRow.title == line, ArticleRow.first_seen_at >= since
    )
    entry = select(FeedEntryRow.id).where(
        FeedEntryRow.outlet == outlet,
        FeedEntryRow.title == line,
        FeedEntryRow.found_at >= since,
        FeedEntryRow.id != but,
    )
    return any(session.scalar(query.limit(1)) is not None for query in (article, entry))


def last_guid(session: Session, entry_point_id: int) -> str | None:
    """Return the guid of the newest entry of an entry point."""
    of_point = select(FeedEntryRow.guid).where(FeedEntryRow.entry_point_id == entry_point_id)
    return session.scalar(of_point.order_by(FeedEntryRow.id.desc()).limit(1))
