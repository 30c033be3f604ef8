"""Bursts: an event broke in the last hours, so more news of it is near, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from db.models import ArticleRow, EntryPointRow, EventRow, MentionRow, OutletRow
from db.standing_in import is_polled

TOLD_FOR = timedelta(hours=3)  # so long after an event broke, the outlets that tell of it are asked at the floor
ALL_FOR = timedelta(hours=1)  # and so long all outlets of the first priority
FIRST_PRIORITY = 1
OLD_NEWS = timedelta(days=3)  # what happened longer ago and is told only now is no burst


@dataclass(frozen=True, slots=True)
class Burst:
    """The outlets that tell of an event that broke lately, and whether one broke within the hour."""

    outlets: frozenset[str] = frozenset()
    is_fresh: bool = False

    def __bool__(self) -> bool:
        """Whether there is any burst."""
        return self.is_fresh or bool(self.outlets)

    def holds(self, outlet: str, priority: int) -> bool:
        """Tell whether an outlet is to be asked at the floor."""
        return outlet in self.outlets or (self.is_fresh and priority <= FIRST_PRIORITY)


@dataclass(frozen=True, slots=True)
class WaitingEntryPoint:
    """An entry point that is well and waits for its time."""

    id: int
    priority: int
    last_checked_at: datetime
    next_check_at: datetime


def burst_at(session: Session, now: datetime) -> Burst:
    """Return the burst of this moment. Events told only by articles that must not alert make none, nor does old news."""
    recent = select(EventRow.id, EventRow.first_seen_at).where(
        EventRow.first_seen_at > now - TOLD_FOR,
        EventRow.merged_into.is_(None),
        EventRow.revision > 0,
        ~EventRow.is_baseline,
        or_(EventRow.event_date.is_(None), EventRow.event_date >= (now - OLD_NEWS).date()),
    )
    events = {row.id: row.first_seen_at for row in session.execute(recent)}
    if not events:
        return Burst()
    telling = (
        select(ArticleRow.outlet)
        .join(MentionRow, MentionRow.article_id == ArticleRow.id)
        .where(MentionRow.event_id.in_(events), MentionRow.is_current, ArticleRow.outlet.is_not(None))
        .distinct()
    )
    is_fresh = max(events.values()) > now - ALL_FOR
    return Burst(frozenset(outlet for outlet in session.scalars(telling) if outlet), is_fresh)


def waiting_entry_points(session: Session, burst: Burst, now: datetime) -> list[WaitingEntryPoint]:
    """Return the entry points in a burst whose time is yet to come. In trouble or at a fixed interval, none is hurried."""
    hurried: list[ColumnElement[bool]] = [EntryPointRow.outlet.in_(burst.outlets)]
    if burst.is_fresh:
        hurried.append(OutletRow.priority <= FIRST_PRIORITY)
    columns = (EntryPointRow.id, OutletRow.priority, EntryPointRow.last_checked_at, EntryPointRow.next_check_at)
    query = (
        select(*columns)
        .join(OutletRow, EntryPointRow.outlet == OutletRow.name)
        .where(or_(*hurried), _can_be_hurried(now), is_polled())
    )
    return [
        WaitingEntryPoint(entry_point, priority, last, due)
        for entry_point, priority, last, due in session.execute(query)
        if last is not None
    ]


def bring_forward(session: Session, checks: Sequence[tuple[int, datetime]], now: datetime) -> None:
    """Let entry points be checked at a sooner time; one that got into trouble meanwhile keeps its own."""
    for entry_point, at in checks:
        sooner = and_(EntryPointRow.id == entry_point, EntryPointRow.next_check_at > at, _can_be_hurried(now))
        session.execute(update(EntryPointRow).where(sooner).values(next_check_at=at))


def _can_be_hurried(now: datetime) -> ColumnElement[bool]:
    return and_(
        EntryPointRow.is_enabled,
        EntryPointRow.check_every.is_(None),
        EntryPointRow.failures == 0,
        EntryPointRow.next_check_at > now,
    )
