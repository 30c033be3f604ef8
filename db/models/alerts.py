"""Alerts and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class AlertRow(Base):
    """The decision to tell of an event's revision; its deliveries are made in the same transaction."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("event_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    revision: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(20))  # created, updated, withdrawn, digest, system
    reason: Mapped[str]
    change: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """One alert to one destination (D-2). Queue: state pending or uncertain, `next_attempt_at <= now`."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("destination_id", "event_id", "type", "revision"),
        Index(
            "uq_deliveries_created",
            "destination_id",
            "event_id",
            unique=True,
            sqlite_where=text("type = 'created'"),
            postgresql_where=text("type = 'created'"),
        ),
        Index("ix_deliveries_queue", "destination_id", "state", "next_attempt_at"),
        Index("ix_deliveries_by_state", "state", "id"),
        Index("ix_deliveries_by_destination", "destination_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    revision: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(12))  # created, updated, reply, withdrawn, digest, system
    key: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)  # faults of this message only (D-7)
    next_attempt_at: Mapped[datetime]
    first_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error_code: Mapped[str | None] = mapped_column(String(60))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # the bytes of the first attempt, kept for retries (W-1)
    is_approved: Mapped[bool] = mapped_column(default=True)
    is_urgent: Mapped[bool] = mapped_column(default=True, server_default=true())  # goes out in quiet hours too (D-28)
    digest: Mapped[str | None] = mapped_column(String(12))  # why a `created` is told in a digest only
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)  # the digest that tells it
    remote_channel: Mapped[str | None]
    remote_id: Mapped[str | None]
    sent_revision: Mapped[int | None]
    created_at: Mapped[datetime]


class DeliveryAttemptRow(Base):
    """One attempt at a delivery (D-6); `response` is at most 1 kB, redacted."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    status: Mapped[int | None]
    error: Mapped[str | None]
    milliseconds: Mapped[int]
    bytes: Mapped[int]
    response: Mapped[str | None]
