"""Polls become times of the next check, once, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.models import AlertRow, DeliveryRow, DestinationRow, EntryPointRow, OutletRow, PollRow
from db.planning import HISTORY, is_own_outage, move_checks, move_sends, set_next_checks, unplanned_entry_points
from scheduler.planning import plan_due

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_poll_is_planned_once(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point)
    assert plan_due(database, NOON + MINUTE, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 5 * MINUTE
    with database.read() as session:
        [poll] = session.scalars(select(PollRow)).all()
        assert (poll.planned_at, poll.at, poll.outcome) == (NOON + MINUTE, NOON, "same")
    assert plan_due(database, NOON + 2 * MINUTE, Random(1)) == 0


def test_nothing_polled_means_nothing_planned(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a")
    assert plan_due(database, NOON, Random(1)) == 0
    assert catalogue.next_check(entry_point) == NOON


def test_several_polls_are_planned_together_from_the_newest(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point, "failed", at=NOON - 10 * MINUTE)
    catalogue.poll(entry_point, "same", at=NOON)
    assert plan_due(database, NOON, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 5 * MINUTE


def test_planned_polls_still_count_as_history(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a", check_every=600)
    for _ in range(3):
        catalogue.poll(entry_point, "failed")
        plan_due(database, NOON, Random(1))
    assert 32 * MINUTE <= catalogue.next_check(entry_point) - NOON <= 40 * MINUTE


def test_history_is_capped(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a")
    for minute in range(HISTORY + 5):
        catalogue.poll(entry_point, at=NOON + minute * MINUTE)
    with database.read() as session:
        [polled] = unplanned_entry_points(session)
    assert len(polled.history) == HISTORY
    assert polled.history[0].at == NOON + (HISTORY + 4) * MINUTE


def test_a_poll_stored_meanwhile_waits_for_the_next_round(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point)
    with database.read() as session:
        [polled] = unplanned_entry_points(session)
    catalogue.poll(entry_point, at=NOON + MINUTE)
    with database.begin() as session:
        set_next_checks(session, [(polled, NOON + 5 * MINUTE)], NOON)
    assert plan_due(database, NOON + MINUTE, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 6 * MINUTE


def test_retry_after_is_honoured(database: Database, catalogue: Any) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point, "failed", status=429, retry_after=7200)
    plan_due(database, NOON, Random(1))
    assert catalogue.next_check(entry_point) == NOON + 120 * MINUTE


def test_every_entry_point_is_planned_even_when_very_many_wait(database: Database, catalogue: Any) -> None:
    with database.begin() as session:
        session.add(
            OutletRow(name="a", title="a", kind="wire", languages=[], timezone="UTC", priority=1, is_enabled=True)
        )
        session.flush()
        rows = [
            EntryPointRow(outlet="a", type="rss", url=str(n), position=n, is_enabled=True, next_check_at=NOON)
            for n in range(250)
        ]
        session.add_all(rows)
        session.flush()
        session.add_all(PollRow(entry_point_id=row.id, at=NOON, outcome="same") for row in rows)
    assert plan_due(database, NOON, Random(1)) + plan_due(database, NOON, Random(1)) == 250
    assert plan_due(database, NOON, Random(1)) == 0


@pytest.mark.parametrize(
    ("answers", "outage"),
    [
        ([], False),
        ([None, None], False),
        ([None, None, None], True),
        ([None, None, None, None, 200], True),
        ([None, None, None, 200], False),
        ([None, None, 503], False),
        ([200, 200, 200], False),
    ],
)
def test_an_own_outage_is_told_from_the_outlets(
    database: Database, catalogue: Any, answers: list[int | None], outage: bool
) -> None:
    for number, status in enumerate(answers):
        catalogue.add(f"o{number}", failures=int(status != 200), last_status=status, last_checked_at=NOON)
    catalogue.add("untried")
    with database.read() as session:
        assert is_own_outage(session) is outage


def test_what_may_not_be_asked_is_no_sign_of_an_outage(database: Database, catalogue: Any) -> None:
    for number in range(4):
        catalogue.add(f"o{number}", failures=9, state="robots-denied", last_checked_at=NOON)
    catalogue.add("well", last_status=200, last_checked_at=NOON)
    with database.read() as session:
        assert not is_own_outage(session)


def test_in_an_own_outage_everything_is_looked_at_again_soon(database: Database, catalogue: Any) -> None:
    rows = [catalogue.add(f"o{n}", failures=12, last_checked_at=NOON) for n in range(3)]
    for row in rows:
        for _ in range(12):
            catalogue.poll(row, "failed")
    plan_due(database, NOON, Random(1))
    assert all(8 * MINUTE <= catalogue.next_check(row) - NOON <= 10 * MINUTE for row in rows)


def test_checks_move_with_a_clock_that_was_set_back(database: Database, catalogue: Any) -> None:
    due = catalogue.add("due", next_check_at=NOON - MINUTE)
    later = catalogue.add("later", next_check_at=NOON + 65 * MINUTE)
    with database.begin() as session:
        assert move_checks(session, -60 * MINUTE, NOON) == 1
    assert (catalogue.next_check(due), catalogue.next_check(later)) == (NOON - MINUTE, NOON + 5 * MINUTE)


def test_sends_move_with_a_clock_that_was_set_back(database: Database) -> None:
    """F-24: else what was due at the very moment would wait as long as the clock went back."""
    with database.begin() as session:
        place = DestinationRow(name="desk", channel="webhook", since=NOON, open_until=NOON + 70 * MINUTE)
        alert = AlertRow(type="system", reason="test", change={}, created_at=NOON)
        session.add_all([place, alert])
        session.flush()
        row = DeliveryRow(alert_id=alert.id, destination_id=place.id, type="system", key="msg_1", created_at=NOON)
        row.next_attempt_at = NOON + 60 * MINUTE
        session.add(row)
        session.flush()
        move_sends(session, -60 * MINUTE, NOON)
        assert (row.next_attempt_at, place.open_until) == (NOON, NOON + 10 * MINUTE)
