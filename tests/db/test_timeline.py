"""Events by their days: which of them a span of days takes in, and when anything of it is another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db import Database, Session
from db.claims import Claim
from db.events import EventUpdate, merge_into, save_event, start_event
from db.facts import (
    ClaimSource,
    Conflict,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mention,
    Modality,
    Polarity,
    Precision,
    Status,
)
from db.timeline import events_between, state_told, years_told

COUNTS = (
    EventCount(CountRole.RELEASED, 52, sources=(ClaimSource(1, "freed 52", "tsn"), ClaimSource(2, "52", None))),
    EventCount(CountRole.SUBSET, 2, nationality="PL", of_count=52, as_of=date(2025, 9, 11)),
)
FACTS = EventFacts(
    Kind.RELEASE,
    Status.CONFIRMED,
    Polarity.POSITIVE,
    counts=COUNTS,
    conflicts=(Conflict("subset.PL", 2, 3, ("tsn: 2",)),),
    nationalities={"PL": 2},
)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def make(database: Database, day: date | None, precision: Precision = Precision.DAY, told: date | None = None) -> int:
    facts = replace(FACTS, event_date=day, date_precision=precision if day else None)
    at = noon(told or day or date(2025, 1, 1))
    claim = Claim(0, "urn:x", None, None, "en", at, Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, ""))
    with database.begin() as session:
        number = start_event(session, facts, claim, at)
        save(session, number, facts, at)
    return number


def save(session: Session, number: int, facts: EventFacts, at: datetime) -> None:
    change = EventChange("x", (), is_material=True)
    save_event(session, EventUpdate(number, facts, change, None, at, may_alert=False), at)


@pytest.mark.parametrize(
    ("day", "precision", "told", "is_in"),
    [
        (date(2025, 1, 1), Precision.DAY, None, True),
        (date(2025, 12, 31), Precision.DAY, None, True),
        (date(2024, 12, 31), Precision.DAY, None, False),
        (date(2026, 1, 1), Precision.DAY, None, False),
        (date(2024, 12, 30), Precision.WEEK, None, True),
        (date(2024, 12, 1), Precision.MONTH, None, False),
        (date(2025, 12, 1), Precision.MONTH, None, True),
        (None, Precision.DAY, date(2025, 12, 31), True),
        (None, Precision.DAY, date(2025, 1, 1), True),
        (None, Precision.DAY, date(2024, 12, 31), False),
        (None, Precision.DAY, date(2026, 1, 1), False),
    ],
)
def test_a_year_takes_in_what_happened_in_it_and_what_has_no_day_but_was_told_in_it(
    database: Database, day: date | None, precision: Precision, told: date | None, is_in: bool
) -> None:
    number = make(database, day, precision, told)
    with database.read() as session:
        found = list(events_between(session, date(2025, 1, 1), date(2025, 12, 31)))
        assert [one.id for one in found] == ([number] if is_in else [])
        assert [one.id for one in events_between(session)] == [number]


def test_an_event_comes_whole_but_for_the_sources_of_its_figures(database: Database) -> None:
    make(database, date(2025, 9, 11), told=date(2025, 9, 12))
    with database.read() as session:
        (event,) = events_between(session)
    slim = tuple(replace(count, sources=()) for count in COUNTS)
    assert event.facts == replace(FACTS, counts=slim, event_date=date(2025, 9, 11), date_precision=Precision.DAY)
    assert event.told_on == date(2025, 9, 12)


def test_an_event_without_figures_comes_too(database: Database) -> None:
    facts = replace(FACTS, counts=(), conflicts=())
    number = make(database, date(2025, 9, 11))
    with database.begin() as session:
        save(session, number, facts, noon(date(2025, 9, 12)))
    with database.read() as session:
        assert [one.facts for one in events_between(session)] == [facts]


def test_a_merged_event_does_not_come(database: Database) -> None:
    first, second = make(database, date(2025, 9, 11)), make(database, date(2025, 9, 11))
    with database.begin() as session:
        merge_into(session, second, first)
    with database.read() as session:
        assert [one.id for one in events_between(session)] == [first]
        assert years_told(session, "Viasna") == [2025]


def test_years_are_those_of_events_and_all_that_the_figures_reach_over(database: Database) -> None:
    make(database, date(2020, 12, 15))
    make(database, None, told=date(2018, 5, 1))
    with database.read() as session:
        assert years_told(session, "Viasna") == [2018, 2020]


def test_without_events_there_are_no_years(database: Database) -> None:
    with database.read() as session:
        assert (years_told(session, "Viasna"), list(events_between(session))) == ([], [])


def test_the_state_is_another_when_an_event_comes_changes_or_is_told_of_once_more(database: Database) -> None:
    states = [_state(database)]
    number = make(database, date(2025, 9, 11))
    states.append(_state(database))
    with database.begin() as session:
        save(session, number, replace(FACTS, status=Status.RETRACTED), noon(date(2025, 9, 13)))
    states.append(_state(database))
    assert len(set(states)) == 3
    assert states[-1] == _state(database)


def _state(database: Database) -> tuple[object, ...]:
    with database.read() as session:
        return state_told(session)


def test_the_events_of_a_year_are_found_by_their_index(plans_of: Callable[..., str]) -> None:
    plan = plans_of(lambda session: list(events_between(session, date(2025, 1, 1), date(2025, 12, 31))))
    assert "events USING INDEX ix_events_event_date (event_date>? AND event_date<?)" in plan
    assert "SCAN events" not in plan
