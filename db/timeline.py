"""Events by the day on which they happened, for the timeline: their facts alone, without articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, or_, select, text, type_coerce
from sqlalchemy.orm import Session

from db.facts import EventFacts, from_json
from db.models import EventRow, HeldCountRow
from db.types import Json

Version = tuple[int, datetime]

_BATCH = 100  # rows in memory at a time; their JSON is the most of it


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event as it stands, its figures without their sources, and the day on which it was first told.

    That day is all that is known of when, where no day is told.
    """

    id: int
    facts: EventFacts
    told_on: date


def events_between(session: Session, first: date | None = None, last: date | None = None) -> Iterator[DatedEvent]:
    """Yield the events whose day, week or month meets these days, and those without a day that were first told then."""
    yield from _dated_events(session, _within(first, last))


def versions_between(session: Session, first: date | None = None, last: date | None = None) -> dict[int, Version]:
    """Return the same events by number, each with what is another as soon as it has changed: the cheap question."""
    query = select(EventRow.id, EventRow.revision, EventRow.updated_at).where(*_within(first, last))
    return {number: (revision, updated) for number, revision, updated in session.execute(query)}


def events_among(session: Session, numbers: Collection[int]) -> Iterator[DatedEvent]:
    """Yield these events."""
    for some in batched(sorted(numbers)):
        yield from _dated_events(session, [EventRow.id.in_(some)])


def batched(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield numbers in pieces: a question has room for so many."""
    return (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))


def _within(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    told = func.coalesce(EventRow.first_published_at, EventRow.first_seen_at)
    meets = or_(_dated(first, last), and_(EventRow.event_date.is_(None), *_told(told, first, last)))
    return [EventRow.merged_into.is_(None), EventRow.revision > 0, meets]


def _dated_events(session: Session, which: Sequence[ColumnElement[bool]]) -> Iterator[DatedEvent]:
    query = select(EventRow.id, _slim(session), EventRow.first_published_at, EventRow.first_seen_at).where(*which)
    for number, facts, published, seen in session.execute(query.execution_options(yield_per=_BATCH)):
        yield DatedEvent(number, from_json(EventFacts, facts), (published or seen).date())


def _slim(session: Session) -> ColumnElement[Any]:
    """Return the facts of an event without the sources of its figures: of a hundred articles they are nearly all of it."""
    facts = EventRow.facts
    if session.get_bind().dialect.name == "postgresql":
        each = func.jsonb_array_elements(facts["counts"]).table_valued("value", name="one")
        counts = select(func.coalesce(func.jsonb_agg(each.c.value.op("-")("sources")), text("'[]'::jsonb")))
        return type_coerce(func.jsonb_set(facts, text("'{counts}'"), counts.select_from(each).scalar_subquery()), Json)
    each = func.json_each(facts, "$.counts").table_valued("value", name="one")
    counts = select(func.json_group_array(func.json_remove(each.c.value, "$.sources")))
    return type_coerce(func.json_set(facts, "$.counts", counts.select_from(each).scalar_subquery()), Json)


def _dated(first: date | None, last: date | None) -> ColumnElement[bool]:
    """Return that an event has a day within these; its index is asked for the days from a month before on."""
    parts: list[ColumnElement[bool]] = [EventRow.event_date.is_not(None)]
    if last is not None:
        parts.append(EventRow.event_date <= last)
    if first is not None:
        longest = timedelta(days=31)  # a date known to the month
        parts += [EventRow.event_date >= first - longest, EventRow.last_date >= first]
    return and_(*parts)


def _told(told: ColumnElement[datetime], first: date | None, last: date | None) -> Iterator[ColumnElement[bool]]:
    if first is not None:
        yield told >= datetime.combine(first, time(0), UTC)
    if last is not None:
        yield told < datetime.combine(last + timedelta(days=1), time(0), UTC)


def state_told(session: Session) -> tuple[object, ...]:
    """Return what is another as soon as any event or any figure of those held is."""
    events = session.execute(select(func.count(), func.max(EventRow.updated_at), func.sum(EventRow.revision))).one()
    held = session.execute(select(func.count(), func.max(HeldCountRow.id))).one()
    return (*events, *held)


def years_told(session: Session, counter: str) -> list[int]:
    """Return the years in which something happened or that the figures of `counter` reach over, the oldest first."""
    shown = (EventRow.merged_into.is_(None), EventRow.revision > 0)
    happened = select(extract("year", EventRow.event_date)).where(EventRow.event_date.is_not(None), *shown).distinct()
    told = select(extract("year", func.coalesce(EventRow.first_published_at, EventRow.first_seen_at)))
    undated = told.where(EventRow.event_date.is_(None), *shown).distinct()
    years = {int(year) for query in (happened, undated) for year in session.scalars(query)}
    mine = HeldCountRow.counter == counter
    first, last = (session.scalar(select(of(HeldCountRow.day)).where(mine)) for of in (func.min, func.max))
    return sorted(years | set(range(first.year, last.year + 1))) if first and last else sorted(years)
