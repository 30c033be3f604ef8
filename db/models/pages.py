"""Entries of feeds, and the pages behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Leased
from db.types import CompressedBytes


class FeedEntryRow(Leased, Base):
    """One entry of a feed. Queue: no page yet, not parked, `next_attempt_at <= now`, lease free."""

    __tablename__ = "feed_entries"
    __table_args__ = (
        Index("ix_feed_entries_queue", "fetched_at", "next_attempt_at"),
        Index("ix_feed_entries_found", "entry_point_id", "found_at"),
    )

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"))
    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"))
    url: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    guid: Mapped[str | None]
    title: Mapped[str | None]
    summary: Mapped[str | None]
    content: Mapped[str | None]
    author: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_precision: Mapped[str | None] = mapped_column(String(10))  # instant or day
    found_at: Mapped[datetime]
    is_baseline: Mapped[bool] = mapped_column(default=False)  # found by the first poll of its entry point
    fetched_at: Mapped[datetime | None]  # set when its page is stored or the entry is given up
    looks: Mapped[int] = mapped_column(default=0, server_default="0")  # how often it was fetched again (F-18)
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class PageRow(Leased, Base):
    """A fetched page. Queue: no article, not parked. Pages with a mention are evidence and are never pruned."""

    __tablename__ = "pages"
    __table_args__ = (
        Index(
            "ix_pages_parked",
            "attempts",
            sqlite_where=text("last_error IS NOT NULL"),
            postgresql_where=text("last_error IS NOT NULL"),
        ),
    )

    feed_entry_id: Mapped[int | None] = mapped_column(ForeignKey("feed_entries.id"), index=True)
    outlet: Mapped[str]
    url: Mapped[str]
    final_url: Mapped[str]
    url_key: Mapped[str] = mapped_column(index=True)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes | None] = mapped_column(CompressedBytes)
    encoding: Mapped[str | None] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime]
    extracted_at: Mapped[datetime | None] = mapped_column(index=True)  # set with its article, or when parked
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    is_evidence: Mapped[bool] = mapped_column(default=False)
