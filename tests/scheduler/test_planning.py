"""Polls become times of the next check, once, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.bursts import burst_at
from db.models import (
    AlertRow,
    ArticleRow,
    DeliveryRow,
    DestinationRow,
    EntryPointRow,
    EventRow,
    FeedEntryRow,
    MentionRow,
    OutletRow,
    PollRow,
)
from db.planning import HISTORY, is_own_outage, move_checks, move_sends, set_next_checks, unplanned_entry_points
from db.publishing import item_times, publishing_of
from scheduler.planning import plan_due

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Catalogue:
    """Outlets `a`, `b` … with one entry point each."""

    database: Database

    def add(self, name: str, **values: Any) -> int:
        told = {"kind": "wire", "languages": ["en"], "timezone": "UTC", "priority": values.pop("priority", 1)}
        outlet = OutletRow(name=name, title=name, is_enabled=True, **told)
        row = EntryPointRow(
            outlet=name,
            type="rss",
            url=f"https://{name}.example/feed",
            position=0,
            is_enabled=True,
            next_check_at=values.pop("next_check_at", NOON),
            **values,
        )
        with self.database.begin() as session:
            session.add(outlet)
            session.flush()
            session.add(row)
            session.flush()
            return row.id

    def poll(self, entry_point: int, outcome: str = "same", **values: Any) -> None:
        with self.database.begin() as session:
            session.add(PollRow(entry_point_id=entry_point, at=values.pop("at", NOON), outcome=outcome, **values))

    def item(self, entry_point: int, number: int, **times: Any) -> None:
        with self.database.begin() as session:
            outlet = session.get_one(EntryPointRow, entry_point).outlet
            where = {
                "entry_point_id": entry_point,
                "outlet": outlet,
                "url": str(number),
                "url_key": f"{outlet}/{number}",
            }
            session.add(FeedEntryRow(**where, next_attempt_at=NOON, **times))

    def event(self, *outlets: str, at: datetime = NOON, **values: Any) -> None:
        """Let an event be known since then, with an article of each of these outlets."""
        words = {"kind": "release", "polarity": "positive", "facts": {}}
        with self.database.begin() as session:
            seen = {"first_seen_at": at, "updated_at": at, "revision": 1, **values}
            event = EventRow(**words, status="reported", **seen)
            session.add(event)
            session.flush()
            for outlet in outlets:
                url = f"{outlet}/{event.id}"
                article = ArticleRow(
                    outlet=outlet, url=url, url_key=url, text="x", first_seen_at=at, fields={}, text_hash="x"
                )
                session.add(article)
                session.flush()
                told = {"modality": "completed", "plover": "0841", "match": {}, "article_revision": 1}
                session.add(MentionRow(article_id=article.id, event_id=event.id, created_at=at, **words, **told))

    def next_check(self, entry_point: int) -> datetime:
        with self.database.read() as session:
            return session.get_one(EntryPointRow, entry_point).next_check_at


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


def test_a_poll_is_planned_once(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point)
    assert plan_due(database, NOON + MINUTE, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 5 * MINUTE
    with database.read() as session:
        [poll] = session.scalars(select(PollRow)).all()
        assert (poll.planned_at, poll.at, poll.outcome) == (NOON + MINUTE, NOON, "same")
    assert plan_due(database, NOON + 2 * MINUTE, Random(1)) == 0


def test_nothing_polled_means_nothing_planned(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a")
    assert plan_due(database, NOON, Random(1)) == 0
    assert catalogue.next_check(entry_point) == NOON


def test_several_polls_are_planned_together_from_the_newest(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point, "failed", at=NOON - 10 * MINUTE)
    catalogue.poll(entry_point, "same", at=NOON)
    assert plan_due(database, NOON, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 5 * MINUTE


def test_planned_polls_still_count_as_history(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a", check_every=600)
    for _ in range(3):
        catalogue.poll(entry_point, "failed")
        plan_due(database, NOON, Random(1))
    assert 32 * MINUTE <= catalogue.next_check(entry_point) - NOON <= 40 * MINUTE


def test_history_is_capped(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a")
    for minute in range(HISTORY + 5):
        catalogue.poll(entry_point, at=NOON + minute * MINUTE)
    with database.read() as session:
        [polled] = unplanned_entry_points(session)
    assert len(polled.history) == HISTORY
    assert polled.history[0].at == NOON + (HISTORY + 4) * MINUTE


def test_a_poll_stored_meanwhile_waits_for_the_next_round(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point)
    with database.read() as session:
        [polled] = unplanned_entry_points(session)
    catalogue.poll(entry_point, at=NOON + MINUTE)
    with database.begin() as session:
        set_next_checks(session, [(polled, NOON + 5 * MINUTE)], NOON)
    assert plan_due(database, NOON + MINUTE, Random(1)) == 1
    assert catalogue.next_check(entry_point) == NOON + 6 * MINUTE


def test_retry_after_is_honoured(database: Database, catalogue: Catalogue) -> None:
    entry_point = catalogue.add("a", check_every=300)
    catalogue.poll(entry_point, "failed", status=429, retry_after=7200)
    plan_due(database, NOON, Random(1))
    assert catalogue.next_check(entry_point) == NOON + 120 * MINUTE


def test_every_entry_point_is_planned_even_when_very_many_wait(database: Database, catalogue: Catalogue) -> None:
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
    database: Database, catalogue: Catalogue, answers: list[int | None], outage: bool
) -> None:
    for number, status in enumerate(answers):
        catalogue.add(f"o{number}", failures=int(status != 200), last_status=status, last_checked_at=NOON)
    catalogue.add("untried")
    with database.read() as session:
        assert is_own_outage(session) is outage


def test_in_an_own_outage_everything_is_looked_at_again_soon(database: Database, catalogue: Catalogue) -> None:
    rows = [catalogue.add(f"o{n}", failures=12, last_checked_at=NOON) for n in range(3)]
    for row in rows:
        for _ in range(12):
            catalogue.poll(row, "failed")
    plan_due(database, NOON, Random(1))
    assert all(8 * MINUTE <= catalogue.next_check(row) - NOON <= 10 * MINUTE for row in rows)


def test_checks_move_with_a_clock_that_was_set_back(database: Database, catalogue: Catalogue) -> None:
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


def test_what_an_entry_point_publishes_is_learned_at_its_first_planning_and_again_a_day_later(
    database: Database, catalogue: Catalogue
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


def test_what_was_learned_and_advised_decides_the_wait(database: Database, catalogue: Catalogue) -> None:
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


def test_an_item_came_when_it_was_published_or_else_when_it_was_found(database: Database, catalogue: Catalogue) -> None:
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
    database: Database, catalogue: Catalogue
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


def test_in_a_burst_polls_are_planned_at_the_floor(database: Database, catalogue: Catalogue) -> None:
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
    catalogue: Catalogue,
    minutes_ago: float,
    values: dict[str, Any],
    outlets: set[str],
    is_fresh: bool,
) -> None:
    catalogue.event("a", "b", at=NOON - minutes_ago * MINUTE, **values)
    with database.read() as session:
        burst = burst_at(session, NOON)
    assert (set(burst.outlets), burst.is_fresh, bool(burst)) == (outlets, is_fresh, bool(outlets))
