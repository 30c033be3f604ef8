"""Outlets as they were declared, what is remembered of their health, and the hosts they live at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class OutletRow(Base):
    """An outlet of the catalogue or of the settings, copied here at start so that every step can know it."""

    __tablename__ = "outlets"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    timezone: Mapped[str] = mapped_column(String(60))
    country: Mapped[str | None] = mapped_column(String(2))
    priority: Mapped[int]
    is_enabled: Mapped[bool]


class OutletHealthRow(Base):
    """What is remembered of an outlet to judge its silence and its yield by (F-15, F-16); grown once an hour.

    `marks`: when it published, in tens of minutes since 1970. `yields`: for each day how many articles came, and how
    many of them were whole. `last_entry`, `last_article`: up to where both were counted.
    """

    __tablename__ = "outlet_health"

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), primary_key=True)
    marks: Mapped[list[Any]]
    yields: Mapped[dict[str, Any]]
    last_entry: Mapped[int]
    last_article: Mapped[int]
    learned_at: Mapped[datetime]


class OutletAlarmRow(Base):
    """A trouble with an outlet, from its beginning until its end was told: a restart repeats nothing."""

    __tablename__ = "outlet_alarms"

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # unreachable, blocked, gone, moved, silent, unread
    since: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    told_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]  # well again; the row goes when that was told


class HostRow(Base):
    """What we know of a host across outlets and workers: until when to keep away, its crawl-delay, its robots.txt."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    not_before: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    crawl_delay: Mapped[float | None]
    robots: Mapped[str | None]
    robots_at: Mapped[datetime | None]
