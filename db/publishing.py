"""How an entry point publishes: what its feed says of it, and what was learned from its entries, anew once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import FeedEntryRow, PollRow, PublishingRow
from db.upsert import upsert


@dataclass(frozen=True, slots=True)
class Advice:
    """What a feed says of when to come back: seconds for which a copy may be kept, hours of the week to stay away."""

    ttl: int | None = None
    skipped_hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Publishing:
    """An entry point's habits. `rate` is new items an hour in the mean.

    `by_hour` (24, UTC) and `by_weekday` (7, Monday first) are multiples of it; `quiet_since` is when the newest item was
    published, or since when none was.
    """

    rate: float
    by_hour: tuple[float, ...]
    by_weekday: tuple[float, ...]
    quiet_since: datetime
    learned_at: datetime

    def at(self, time: datetime) -> float:
        """Return the rate expected at a time in UTC."""
        return self.rate * self.by_hour[time.hour] * self.by_weekday[time.weekday()]


def publishing_of(session: Session, entry_points: Sequence[int]) -> dict[int, Publishing]:
    """Return what is known of these entry points, by id; those never learned of are left out."""
    rows = session.scalars(select(PublishingRow).where(PublishingRow.entry_point_id.in_(entry_points)))
    return {
        row.entry_point_id: Publishing(
            row.rate, tuple(row.by_hour), tuple(row.by_weekday), row.quiet_since, row.learned_at
        )
        for row in rows
    }


def item_times(session: Session, entry_point: int, since: datetime) -> list[datetime]:
    """Return when the items found `since` came: as published where that is told to the minute, else as found.

    An item of the first poll was found long after it came: without a time of its own it tells nothing.
    """
    columns = (FeedEntryRow.published_at, FeedEntryRow.published_precision, FeedEntryRow.found_at)
    query = select(*columns, FeedEntryRow.is_baseline).where(
        FeedEntryRow.entry_point_id == entry_point, FeedEntryRow.found_at >= since
    )
    times = []
    for published_at, precision, found_at, is_baseline in session.execute(query):
        if published_at is not None and precision != "day":
            times.append(min(published_at, found_at))
        elif not is_baseline:
            times.append(found_at)
    return times


def first_poll_of(session: Session, entry_point: int) -> datetime | None:
    """Return when the first poll that is still kept was made."""
    query = select(PollRow.at).where(PollRow.entry_point_id == entry_point).order_by(PollRow.id).limit(1)
    return session.scalar(query)


def store_publishing(session: Session, entry_point: int, learned: Publishing) -> None:
    """Write what was learned over what was known."""
    values = {
        "entry_point_id": entry_point,
        "rate": learned.rate,
        "by_hour": list(learned.by_hour),
        "by_weekday": list(learned.by_weekday),
        "quiet_since": learned.quiet_since,
        "learned_at": learned.learned_at,
    }
    upsert(session, PublishingRow, ["entry_point_id"], values)
