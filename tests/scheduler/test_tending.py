"""The step `tend` on both databases: what is learned, what the operators are told of, and that a restart repeats nothing."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.articles import NewArticle, store_article
from db.health import learn_outlet, list_alarms, past_of
from db.models import AlertRow, DeliveryRow, DestinationRow, EntryPointRow, FeedEntryRow, OutletRow, PollRow
from db.standing_in import is_polled
from scheduler.jobs import tend
from scheduler.tending import tend_outlets

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class World:
    """Outlets of one entry point each that are polled by hand, and one operator."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys = itertools.count()
        with database.begin() as session:
            session.add(DestinationRow(name="desk", channel="console", since=NOON))

    def add(self, *names: str) -> None:
        with self.database.begin() as session:
            for name in names:
                kinds = {"title": name, "kind": "wire", "languages": ["en"], "timezone": "UTC", "priority": 1}
                session.add(OutletRow(name=name, is_enabled=True, **kinds))
                session.flush()
                place = {"type": "rss", "url": f"https://{name}.example/", "position": 0, "next_check_at": NOON}
                session.add(EntryPointRow(outlet=name, is_enabled=True, **place))

    def poll(self, name: str, at: datetime, status: int | None = 200, *, new: bool = False) -> None:
        """Ask an outlet: well, with `new` or without, or with a failure (None: nobody answered)."""
        is_well = status == 200
        with self.database.begin() as session:
            row = session.scalars(select(EntryPointRow).where(EntryPointRow.url == f"https://{name}.example/")).one()
            outcome = ("new" if new else "same") if is_well else "failed"
            session.add(PollRow(entry_point_id=row.id, at=at, outcome=outcome, status=status))
            row.last_checked_at, row.last_status = at, status
            row.state, row.failures = ("alive", 0) if is_well else ("degraded", row.failures + 1)
            row.last_error = None if is_well else f"HTTP {status}"
            row.last_success_at = at if is_well else row.last_success_at
            row.last_new_at = at if new else row.last_new_at

    def publish(self, name: str, *times: datetime) -> None:
        with self.database.begin() as session:
            point = session.scalars(select(EntryPointRow.id).where(EntryPointRow.outlet == name)).one()
            for at in times:
                url = f"https://{name}.example/{at.timestamp()}"
                where = {"entry_point_id": point, "outlet": name, "url": url, "url_key": url}
                session.add(FeedEntryRow(**where, published_at=at, found_at=at, next_attempt_at=at))

    def tend(self, now: datetime) -> list[tuple[str, dict[str, str]]]:
        """Look, and return what was queued by it."""
        with self.database.read() as session:
            before = set(session.scalars(select(AlertRow.id)))
        tend_outlets(self.database, ("desk",), now, lambda: f"key{next(self._keys)}")
        with self.database.read() as session:
            rows = session.scalars(select(AlertRow).where(AlertRow.id.not_in(before)).order_by(AlertRow.id)).all()
            assert len(session.scalars(select(DeliveryRow)).all()) == len(before) + len(rows)
            return [(row.reason, row.change["details"]) for row in rows]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_an_outlet_that_does_not_answer_is_told_once_and_again_when_it_does(world: World) -> None:
    world.add("a", "b", "c")
    for name in "abc":
        world.poll(name, NOON - HOUR)
    said = []
    for number in range(40):
        now = NOON + number * 5 * MINUTE
        world.poll("a", now, 500)
        said += world.tend(now)
    assert said == [("outlets-unreachable", {"outlets": "a (HTTP 500)"})]
    world.poll("a", NOON + 4 * HOUR)
    assert world.tend(NOON + 4 * HOUR) == [("outlets-well", {"outlets": "a"})]
    assert world.tend(NOON + 9 * HOUR) == []
    with world.database.read() as session:
        assert list_alarms(session) == []


def test_our_own_outage_is_told_when_it_is_over_and_no_outlet_is_blamed(world: World) -> None:
    names = [f"o{number}" for number in range(5)]
    world.add(*names)
    for name in names:
        world.poll(name, NOON - HOUR)
    assert world.tend(NOON - HOUR) == []
    for number in range(60):
        now = NOON + number * 5 * MINUTE
        for name in names:
            world.poll(name, now, None)
        assert world.tend(now) == []
    for name in names[:4]:
        world.poll(name, NOON + 5 * HOUR)
    times = {"since": "2026-11-20 12:00 UTC", "until": "2026-11-20 17:00 UTC"}
    assert world.tend(NOON + 5 * HOUR) == [("network-was-down", times)]
    assert world.tend(NOON + 5 * HOUR + 5 * MINUTE) == []
    for number in range(1, 6):  # the fifth does not come back: that is its own trouble
        world.poll("o4", NOON + 5 * HOUR + number * 10 * MINUTE, None)
    assert world.tend(NOON + 6 * HOUR) == [("outlets-unreachable", {"outlets": "o4 (HTTP None)"})]


def test_a_silent_outlet_is_told_of_until_it_publishes_again(world: World) -> None:
    world.add("a")
    world.publish("a", *[NOON - number * HOUR for number in range(1, 20 * 24)])
    world.poll("a", NOON, new=True)
    assert world.tend(NOON) == []
    world.poll("a", NOON + 5 * HOUR)
    assert world.tend(NOON + 5 * HOUR) == []
    world.poll("a", NOON + 7 * HOUR)
    assert world.tend(NOON + 7 * HOUR) == [("outlets-silent", {"outlets": "a"})]
    assert world.tend(NOON + 8 * HOUR) == []
    world.poll("a", NOON + 9 * HOUR, new=True)
    assert world.tend(NOON + 9 * HOUR) == [("outlets-well", {"outlets": "a"})]


def test_a_zombie_lets_its_stand_in_be_asked_until_it_brings_something(world: World) -> None:
    world.add("a")
    world.publish("a", *[NOON - number * HOUR for number in range(1, 20 * 24)])
    with world.database.begin() as session:
        place = {"type": "section", "url": "https://a.example/news", "position": 1, "next_check_at": NOON}
        session.add(EntryPointRow(outlet="a", is_enabled=True, is_stand_in=True, **place))

    def asked(now: datetime) -> list[str]:
        world.tend(now)
        with world.database.read() as session:
            query = select(EntryPointRow.url).where(is_polled()).order_by(EntryPointRow.position)
            return list(session.scalars(query))

    world.poll("a", NOON, new=True)
    assert asked(NOON) == ["https://a.example/"]
    world.poll("a", NOON + 7 * HOUR)
    assert asked(NOON + 7 * HOUR) == ["https://a.example/", "https://a.example/news"]
    world.poll("a", NOON + 8 * HOUR, new=True)
    assert asked(NOON + 8 * HOUR) == ["https://a.example/"]


def test_many_silent_outlets_are_one_notice(world: World) -> None:
    names = [f"o{number}" for number in range(10)]
    world.add(*names)
    for name in names:
        world.publish(name, *[NOON - number * HOUR for number in range(1, 10 * 24)])
        world.poll(name, NOON, new=True)
        world.poll(name, NOON + 7 * HOUR)
    assert world.tend(NOON + 7 * HOUR) == [("outlets-silent", {"outlets": ", ".join(names)})]


def test_a_day_that_the_service_did_not_run_is_nobodys_silence(world: World) -> None:
    world.add("a")
    world.publish("a", *[NOON - number * HOUR for number in range(1, 10 * 24)])
    world.poll("a", NOON, new=True)
    assert world.tend(NOON + DAY) == []


def store(database: Database, at: datetime, text: str) -> None:
    with database.begin() as session:
        url = f"https://a.example/{at.timestamp()}"
        article = NewArticle(url=url, url_key=url, text=text, title="Heard today", outlet="a", published_at=at)
        store_article(session, article, at)


def test_articles_that_are_hardly_read_any_more_are_told_of_with_samples(world: World) -> None:
    world.add("a")
    world.poll("a", NOON, new=True)
    for number in range(40):
        store(world.database, NOON - 10 * DAY + number * 6 * HOUR, f"{number} " + "word " * 100)
    assert world.tend(NOON) == []
    for number in range(15):
        store(world.database, NOON + number * HOUR, f"{number} menu")
    ((code, details),) = world.tend(NOON + DAY)
    assert (code, details["outlets"]) == ("outlets-unread", "a")
    assert details["samples"].startswith("https://a.example/")
    for number in range(15):
        store(world.database, NOON + DAY + number * HOUR, f"again {number} " + "word " * 100)
    assert world.tend(NOON + 2 * DAY) == [("outlets-well", {"outlets": "a"})]


def test_learning_goes_on_where_it_stopped_and_counts_nothing_twice(world: World) -> None:
    world.add("a")
    world.publish("a", *[NOON - number * HOUR for number in range(3)])
    store(world.database, NOON, "word " * 100)
    for _ in range(2):
        with world.database.begin() as session:
            learn_outlet(session, "a", NOON)
    world.publish("a", NOON + HOUR)
    store(world.database, NOON + HOUR, "short")
    with world.database.begin() as session:
        learn_outlet(session, "a", NOON + HOUR)
    with world.database.read() as session:
        past = past_of(session)["a"]
    assert past.published == tuple(NOON + number * HOUR for number in (-2, -1, 0, 1))
    assert past.yields == {NOON.date(): 0.5}
    assert [article.is_whole for article in past.recent] == [False, True]


def test_what_a_first_look_found_without_a_time_tells_nothing(world: World) -> None:
    world.add("a")
    world.publish("a", NOON)
    with world.database.begin() as session:
        (row,) = session.scalars(select(FeedEntryRow))
        row.published_precision, row.is_baseline = "day", True
        learn_outlet(session, "a", NOON)
    with world.database.read() as session:
        assert past_of(session)["a"].published == ()


def test_the_job_wakes_delivery_when_it_has_something_to_say(
    context: Any, loop: Any, sqlite_database: Database
) -> None:
    world = World(sqlite_database)
    world.add("a")
    job = context(operators=("desk",), clock=lambda: NOON)
    tend(job)
    assert not loop.woken.is_set()
    for number in range(5):
        world.poll("a", NOON - number * HOUR, 500)
    tend(job)
    assert loop.woken.is_set()
