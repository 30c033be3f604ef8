"""Events, their history, and the words of people on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class EventRow(Base):
    """An event at its newest revision, folded from its mentions. Queue: `announced_revision < revision`."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_queue", "announced_revision", "revision"),
        Index("ix_events_listed", "day", "id"),
        Index("ix_events_counted", "kind", "status", "merged_into", "revision", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(12))
    polarity: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    announced_revision: Mapped[int] = mapped_column(default=0)
    event_date: Mapped[date | None] = mapped_column(index=True)
    last_date: Mapped[date | None]  # the end of a day, week or month known no better
    first_published_at: Mapped[datetime | None]
    day: Mapped[date] = mapped_column(server_default="1970-01-01")  # lists go by it: its date, else first report
    released: Mapped[int | None]  # the most people that anybody says were released
    first_seen_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    is_baseline: Mapped[bool] = mapped_column(default=False)  # told only by articles that must not alert
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("events.id"))


class PinRow(Base):
    """A person's word on where an article belongs (merge or split); no match moves it from there."""

    __tablename__ = "pins"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    at: Mapped[datetime]


class EventChangeRow(Base):
    """What one revision of an event changed, and its full state then: the event's history."""

    __tablename__ = "event_changes"
    __table_args__ = (UniqueConstraint("event_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    revision: Mapped[int]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    change: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


class EventRelationRow(Base):
    """Two events that belong together (steps of one deal); stored once, smaller id first."""

    __tablename__ = "event_relations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    reason: Mapped[str]


class EventMarkRow(Base):
    """A person's word on an event: confirmed, false, not-news, a merge or a split. Stronger than any article."""

    __tablename__ = "event_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    by: Mapped[str]
    note: Mapped[str]
    details: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
