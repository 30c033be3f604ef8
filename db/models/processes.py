"""The program itself: its processes, and what it remembers of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class WorkerRow(Base):
    """A running process and its last sign of life."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # service, crawl, read
    pid: Mapped[int]
    host: Mapped[str]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    status: Mapped[dict[str, Any]]


class NoteRow(Base):
    """A small remembered fact of the program itself (own outage since, baseline done); never a setting."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
