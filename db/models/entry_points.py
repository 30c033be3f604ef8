"""Entry points, and what came of asking them: polls, pushes, their rhythm, and the gaps in what they told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Leased


class EntryPointRow(Leased, Base):
    """A feed, sitemap, section page or channel. Queue: `next_check_at <= now`, enabled, lease free."""

    __tablename__ = "entry_points"
    __table_args__ = (UniqueConstraint("outlet", "url"),)

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"))
    type: Mapped[str] = mapped_column(String(30))
    url: Mapped[str]
    position: Mapped[int]
    is_enabled: Mapped[bool]
    is_stand_in: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # asked while those before are dead
    links: Mapped[str | None]  # a selector of the links of a section page
    check_every: Mapped[int | None]  # seconds, fixed by the outlet; None: the rhythm adapts
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None] = mapped_column(String(64))
    last_full_fetch_at: Mapped[datetime | None]
    ttl: Mapped[int | None]  # seconds for which the feed says a copy may be kept
    skipped_hours: Mapped[list[Any] | None]  # hours of the week (0: Monday 0:00 UTC) in which it says it is not updated
    next_check_at: Mapped[datetime] = mapped_column(index=True)
    # How it answered last: new, alive, moved, degraded, challenged, robots-denied, blocked, gone; or zombie, where it
    # answers as if it lived. What else time adds (quiet, stale) is judged when somebody looks (`scheduler.health`).
    state: Mapped[str] = mapped_column(String(20), default="new")
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_checked_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_new_at: Mapped[datetime | None]
    items: Mapped[int | None]  # in the newest body that was read
    newest_at: Mapped[datetime | None]  # when the newest dated item in it was published
    redirects_to: Mapped[str | None]  # where the last answer came from, after redirects for good (301, 308)
    moved_to: Mapped[str | None]  # the address that is asked in the place of `url` (F-9)
    hubs: Mapped[list[Any] | None]  # that the newest body announced, in its order
    topic: Mapped[str | None]  # what that body calls itself, and hubs call it
    pushed_at: Mapped[datetime | None]  # a hub told of something new since it was last claimed


class PollRow(Base):
    """The outcome of one poll; the history the rhythm learns from. Queue of `plan`: `planned_at IS NULL`."""

    __tablename__ = "polls"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(20))  # new, same, unmodified, failed, refused, blocked
    status: Mapped[int | None]
    error: Mapped[str | None]
    items_seen: Mapped[int] = mapped_column(default=0)
    items_new: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    retry_after: Mapped[int | None]  # seconds the server asked for
    redirects_to: Mapped[str | None]  # as in the entry point
    fresh_for: Mapped[int | None]  # seconds for which a cache may repeat this answer
    planned_at: Mapped[datetime | None] = mapped_column(index=True)


class PushRow(Base):
    """What a hub was asked to tell us of an entry point, and what came of it (`db.pushes`). Queue: `next_attempt_at`.

    `token` is the part of the callback that nobody can guess, `secret` the key by which the hub signs. Both are ours alone,
    made for this row, and worth no more than a poll of a public feed.
    """

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), unique=True)
    hub: Mapped[str]
    topic: Mapped[str]
    address: Mapped[str]  # of our page, as the hub was told it
    token: Mapped[str] = mapped_column(String(60))
    secret: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))  # new, asked, verified, denied, failed, leaving
    asked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]  # so long the hub has promised to tell
    next_attempt_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_error: Mapped[str | None]
    pushed_at: Mapped[datetime | None]  # when the last well signed push came
    pushes: Mapped[int] = mapped_column(default=0)  # of these
    forged: Mapped[int] = mapped_column(default=0)  # pushes that were not signed by the secret
    algorithm: Mapped[str | None] = mapped_column(String(10))  # by which the last one was signed


class PublishingRow(Base):
    """How an entry point publishes, learned anew once a day: new items an hour, and their share by hour and weekday."""

    __tablename__ = "publishing"

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), primary_key=True)
    rate: Mapped[float]
    by_hour: Mapped[list[Any]]
    by_weekday: Mapped[list[Any]]
    quiet_since: Mapped[datetime]
    learned_at: Mapped[datetime]


class GapRow(Leased, Base):
    """A time that an entry point may have told of while nobody listened. Queue: open, `next_attempt_at <= now`."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_queue", "state", "next_attempt_at"),)

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), index=True)
    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), index=True)
    start: Mapped[str]  # the archive it is filled from, as its first address
    reason: Mapped[str] = mapped_column(String(20))  # no overlap, downtime
    since: Mapped[datetime]  # the entry point was last heard then
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  # open, filled, given up
    note: Mapped[str | None]
    steps: Mapped[list[Any]]  # what is to be read, the next page first (`db.gaps.Step`)
    pages: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)  # that were new
    attempts: Mapped[int] = mapped_column(default=0)  # at the next page
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str | None]
    closed_at: Mapped[datetime | None]
