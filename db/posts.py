"""Entries that are articles by themselves: they leave the queue of pages in the poll that found them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import FeedEntryRow, OutletRow
from db.pages import StoredEntry, stored_entry


def take_posts(session: Session, entry_point_id: int, edited: Collection[str], now: datetime) -> list[StoredEntry]:
    """Let no page of this entry point's new entries be fetched; return them, and those with the keys of `edited`.

    In the transaction that stored them: no entry is left behind without its article.
    """
    is_new = FeedEntryRow.fetched_at.is_(None)
    of_point = FeedEntryRow.entry_point_id == entry_point_id
    wanted = of_point & (is_new | FeedEntryRow.url_key.in_(edited))
    rows = session.scalars(select(FeedEntryRow).where(wanted).order_by(FeedEntryRow.id)).all()
    for row in rows:
        row.fetched_at = row.fetched_at or now
    return [stored_entry(row, session.get(OutletRow, row.outlet)) for row in rows]
