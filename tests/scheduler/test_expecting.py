"""What planning goes by beside the polls: what an outlet publishes, and events that break; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from db import Database
from db.bursts import burst_at
from db.models import EntryPointRow
from db.publishing import item_times, publishing_of
from scheduler.planning import plan_due

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_an_entry_point_publishes_is_learned_at_its_first_planning_and_again_a_day_later(
    database: Database, catalogue: Any
) -> None:
    entry_point = catalogue.add("a", last_success_at=NOON)
    for number in range(1, 9):
        catalogue.item(entry_point, number, published_at=NOON - number * 3 * MINUTE, found_at=NOON, is_baseline=True)
    rates = []
    for at in (NOON, NOON + timedelta(hours=23), NOON + timedelta(hours=25)):
        catalogue.poll(entry_point, at=at)
        plan_due(database, at, Random(1))
        with database.read() as session:
            known = publishing_of(session, [entry_point])[entry_point]
        rates.append((known.learned_at, known.rate))
    assert [at for at, _ in rates] == [NOON, NOON, NOON + timedelta(hours=25)]
    assert rates[0][1] > 3 * rates[2][1]


def test_what_was_learned_and_advised_decides_the_wait(database: Database, catalogue: Any) -> None:
    busy, quiet = catalogue.add("busy"), catalogue.add("quiet")
    advised = catalogue.add("advised", ttl=600, skipped_hours=[3 * 24 + 12])
    for number in range(1, 60):
        for entry_point in (busy, advised):
            times = {"published_at": NOON - number * 3 * MINUTE, "found_at": NOON, "is_baseline": True}
            catalogue.item(entry_point, number, **times)
    catalogue.item(quiet, 1, published_at=NOON - timedelta(days=20), found_at=NOON, is_baseline=True)
    for entry_point in (busy, quiet, advised):
        catalogue.poll(entry_point)
    plan_due(database, NOON, Random(1))
    assert catalogue.next_check(busy) - NOON < 3 * MINUTE
    assert 15 * MINUTE < catalogue.next_check(quiet) - NOON < 60 * MINUTE
    assert 60 * MINUTE <= catalogue.next_check(advised) - NOON < 63 * MINUTE


def test_an_item_came_when_it_was_published_or_else_when_it_was_found(database: Database, catalogue: Any) -> None:
    entry_point, other = catalogue.add("a"), catalogue.add("b")
    hour = 60 * MINUTE
    catalogue.item(entry_point, 1, published_at=NOON - hour, published_precision="instant", found_at=NOON)
    catalogue.item(entry_point, 2, published_at=NOON + hour, published_precision="instant", found_at=NOON)
    catalogue.item(entry_point, 3, published_at=NOON - hour, published_precision="day", found_at=NOON - MINUTE)
    catalogue.item(entry_point, 4, found_at=NOON - 2 * MINUTE)
    catalogue.item(entry_point, 5, found_at=NOON, is_baseline=True)
    catalogue.item(entry_point, 6, found_at=NOON - 30 * hour)
    catalogue.item(other, 7, found_at=NOON)
    with database.read() as session:
        found = item_times(session, entry_point, NOON - 24 * hour)
    assert sorted(found) == [NOON - hour, NOON - 2 * MINUTE, NOON - MINUTE, NOON]


def test_an_event_that_breaks_brings_its_outlets_and_the_first_priority_forward(
    database: Database, catalogue: Any
) -> None:
    well = {"next_check_at": NOON + 12 * MINUTE, "last_checked_at": NOON - MINUTE}
    first, teller = catalogue.add("first", **well), catalogue.add("teller", priority=3, **well)
    rows = [
        catalogue.add("second", priority=2, **well),
        catalogue.add("ill", failures=1, **well),
        catalogue.add("settled", check_every=780, **well),
        catalogue.add("off", **well),
    ]
    with database.begin() as session:
        session.get_one(EntryPointRow, rows[-1]).is_enabled = False
        where = {"outlet": "first", "type": "rss", "url": "stand-in", "position": 1, "is_enabled": True}
        stand_in = EntryPointRow(**where, is_stand_in=True, **well)
        session.add(stand_in)
        session.flush()
        rows.append(stand_in.id)
    assert plan_due(database, NOON, Random(1)) == 0
    assert catalogue.next_check(first) == NOON + 12 * MINUTE
    catalogue.event("teller", at=NOON)
    assert plan_due(database, NOON, Random(1)) == 0
    assert MINUTE <= catalogue.next_check(first) - NOON <= 1.3 * MINUTE
    assert 9 * MINUTE <= catalogue.next_check(teller) - NOON <= 10 * MINUTE
    assert {catalogue.next_check(row) for row in rows} == {NOON + 12 * MINUTE}
    hurried = catalogue.next_check(first)
    plan_due(database, NOON + timedelta(seconds=1), Random(2))
    assert catalogue.next_check(first) == hurried


def test_in_a_burst_polls_are_planned_at_the_floor(database: Database, catalogue: Any) -> None:
    catalogue.event("teller", at=NOON - 90 * MINUTE)
    teller, other = catalogue.add("teller", priority=2), catalogue.add("other", priority=2)
    for entry_point in (teller, other):
        catalogue.poll(entry_point)
    plan_due(database, NOON, Random(1))
    assert 5 * MINUTE <= catalogue.next_check(teller) - NOON <= 5.5 * MINUTE
    assert catalogue.next_check(other) - NOON > 10 * MINUTE


@pytest.mark.parametrize(
    ("minutes_ago", "values", "outlets", "is_fresh"),
    [
        (5, {}, {"a", "b"}, True),
        (70, {}, {"a", "b"}, False),
        (170, {}, {"a", "b"}, False),
        (190, {}, set(), False),
        (5, {"is_baseline": True}, set(), False),
        (5, {"revision": 0}, set(), False),
        (5, {"event_date": (NOON - timedelta(days=2)).date()}, {"a", "b"}, True),
        (5, {"event_date": (NOON - timedelta(days=9)).date()}, set(), False),
    ],
)
def test_a_burst_is_an_event_that_broke_lately_and_is_no_old_news(
    database: Database,
    catalogue: Any,
    minutes_ago: float,
    values: dict[str, Any],
    outlets: set[str],
    is_fresh: bool,
) -> None:
    catalogue.event("a", "b", at=NOON - minutes_ago * MINUTE, **values)
    with database.read() as session:
        burst = burst_at(session, NOON)
    assert (set(burst.outlets), burst.is_fresh, bool(burst)) == (outlets, is_fresh, bool(outlets))
