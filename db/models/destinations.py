"""Who is told: destinations, the chats that subscribed themselves, silences, and the people that are watched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Leased


class DestinationRow(Leased, Base):
    """A destination of the settings and its health. The address and the token are never stored."""

    __tablename__ = "destinations"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="enabled")  # enabled, disabled, orphan, left
    reason: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)  # destination faults in a row
    first_failure_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]  # the breaker: nothing is sent before, then one probe
    last_ok_at: Mapped[datetime | None]
    moved_to: Mapped[str | None]
    since: Mapped[datetime]


class SilenceRow(Base):
    """A silence: no messages on an event, or to a destination, until a time (D-28). Lifted, it ends at that moment."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    destination: Mapped[str | None] = mapped_column(String(80))
    until: Mapped[datetime]
    until_change: Mapped[bool] = mapped_column(default=False, server_default=false())  # a major change lifts it
    by: Mapped[str]
    created_at: Mapped[datetime]


class SubscriptionRow(Base):
    """A chat that subscribed itself: the one place where its number stands. Its title and its people are not stored."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("template", "chat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id"), unique=True)
    template: Mapped[str] = mapped_column(String(80))  # the destination of the settings that it came in by
    chat: Mapped[str] = mapped_column(String(24))
    listed_as: Mapped[str] = mapped_column(String(24))  # the number it was let in by; an upgraded group has a new one
    language: Mapped[str] = mapped_column(String(2))
    since: Mapped[datetime]


class WatchRow(Base):
    """A watched person."""

    __tablename__ = "watches"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    created_at: Mapped[datetime]
