"""Mentions, what they are looked up by, and the opinions that reading them asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class MentionRow(Base):
    """A mention, append-only per article revision. `is_current` is false for those of an older revision or lexicon."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index(
            "ix_mentions_current",
            "event_id",
            "id",
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    article_revision: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    modality: Mapped[str] = mapped_column(String(20))
    polarity: Mapped[str] = mapped_column(String(10))
    plover: Mapped[str] = mapped_column(String(10))
    event_date: Mapped[date | None] = mapped_column(index=True)
    root: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(12), default="report")  # first, report, copy, follow-up
    is_current: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[dict[str, Any]]
    spellings: Mapped[list[Any] | None]  # of people: [name, as the article writes it]; None where nobody is named
    match: Mapped[dict[str, Any]]  # why it joined its event or started one
    created_at: Mapped[datetime]


class OpinionRow(Base):
    """A second opinion as it was given, by the SHA-256 of what was asked: no question is asked twice."""

    __tablename__ = "opinions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]


class MentionKeyRow(Base):
    """A fact that a mention is looked up by where no date leads to it ("release:52", "person:…"): the matcher's index."""

    __tablename__ = "mention_keys"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class HeldCountRow(Base):
    """How many are held, as a mention tells it: whose figure, of which day. The history that the timeline draws."""

    __tablename__ = "held_counts"
    __table_args__ = (Index("ix_held_counts_history", "counter", "day", "value", "qualifier", "outlet", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    outlet: Mapped[str | None] = mapped_column(String(80))
    counter: Mapped[str | None]
    day: Mapped[date] = mapped_column(index=True)
    value: Mapped[int]
    qualifier: Mapped[str] = mapped_column(String(10))
