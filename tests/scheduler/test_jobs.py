"""What each job does, and the table that says when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.models import EntryPointRow, OutletRow, PageRow, PollRow
from db.pushes import Push, list_pushes
from scheduler.jobs import JOBS, READS_BEFORE_ANNOUNCING, JobContext, maintain, plan, read, subscribe
from scheduler.subscribing import PushParts

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
Build = Callable[..., JobContext]


class Found:
    def __init__(self, read: int = 0, failed: int = 0) -> None:
        self.read = read
        self.failed = failed


def test_the_table_of_jobs() -> None:
    table = {job.name: (job.every.total_seconds(), job.after.total_seconds()) for job in JOBS}
    assert table == {
        "plan": (1, 0),
        "read": (1, 0),
        "watch": (30, 0),
        "tend": (300, 60),
        "subscribe": (10, 5),
        "maintain": (86_400, 60),
    }


def test_hubs_are_asked_by_the_given_clock_and_only_where_a_line_to_them_is_given(
    context: Build, sqlite_database: Database
) -> None:
    asked: list[str] = []

    class Line:
        def ask(self, push: Push, hub: str) -> str | None:
            asked.append(f"{hub} {push.topic}")
            return "no"

    with sqlite_database.begin() as session:
        outlet = {"name": "o", "title": "O", "kind": "wire", "languages": [], "timezone": "UTC"}
        session.add(OutletRow(**outlet, priority=1, is_enabled=True))
        session.flush()
        announced = {"hubs": ["https://hub.example/"], "topic": "https://o.example/feed"}
        point = {"outlet": "o", "type": "rss", "url": "u", "position": 0, "is_enabled": True}
        session.add(EntryPointRow(**point, **announced, next_check_at=NOON))
    subscribe(context())
    assert asked == []
    subscribe(context(pushes=PushParts(Line(), "https://volya.example.org")))
    assert asked == ["https://hub.example/ https://o.example/feed"]
    with sqlite_database.read() as session:
        [push] = list_pushes(session, "o")
    assert (push.state, push.last_error, push.next_attempt_at > NOON) == ("failed", "no", True)


def test_reading_goes_on_until_nothing_is_left_then_announces_and_wakes_delivery(
    context: Build, steps: Any, loop: Any
) -> None:
    steps.batches, steps.announced = [Found(50), Found(3, 1), Found(0, 2)], 1
    read(context())
    assert steps.calls == ["read"] * 4 + ["announce"]
    assert loop.woken.is_set()


def test_with_nothing_read_it_is_still_announced_but_delivery_sleeps_on(context: Build, steps: Any, loop: Any) -> None:
    read(context())
    assert steps.calls == ["read", "announce"]
    assert not loop.woken.is_set()


def test_a_flood_does_not_hold_back_the_news(context: Build, steps: Any) -> None:
    steps.batches = [Found(50)] * 100
    read(context())
    assert steps.calls == ["read"] * READS_BEFORE_ANNOUNCING + ["announce"]


def test_a_stopping_service_reads_nothing_more(context: Build, steps: Any) -> None:
    steps.batches = [Found(50)] * 3
    read(context(is_stopping=True))
    assert steps.calls == []


def test_planning_uses_the_given_clock(context: Build, sqlite_database: Database) -> None:
    with sqlite_database.begin() as session:
        outlet = {"name": "o", "title": "O", "kind": "wire", "languages": [], "timezone": "UTC"}
        session.add(OutletRow(**outlet, priority=1, is_enabled=True))
        session.flush()
        point = {"outlet": "o", "type": "rss", "url": "u", "position": 0, "is_enabled": True, "check_every": 300}
        row = EntryPointRow(**point, next_check_at=NOON)
        session.add(row)
        session.flush()
        session.add(PollRow(entry_point_id=row.id, at=NOON, outcome="same"))
    plan(context())
    with sqlite_database.read() as session:
        assert session.scalars(select(EntryPointRow.next_check_at)).one() == NOON + timedelta(minutes=5)


@pytest.fixture
def old_pages(sqlite_database: Database) -> None:
    page = {"outlet": "o", "url": "u", "final_url": "u", "url_key": "u", "status": 200, "headers": {}, "body": b"x"}
    old = NOON - timedelta(days=31)
    with sqlite_database.begin() as session:
        session.add_all(PageRow(**page, sha256="0", fetched_at=old, extracted_at=old) for _ in range(450))
        session.add(PageRow(**page, sha256="0", fetched_at=NOON, extracted_at=NOON))


def test_maintaining_forgets_old_pages_and_makes_the_copy_of_the_day(
    context: Build, sqlite_database: Database, old_pages: None, tmp_path: Path
) -> None:
    maintain(context(backups=tmp_path / "backups"))
    with sqlite_database.read() as session:
        assert len(session.scalars(select(PageRow).where(PageRow.body.is_not(None))).all()) == 1
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["volya-2025-09-11.sqlite3"]


def test_a_stopping_service_does_not_begin_to_keep_house(
    context: Build, sqlite_database: Database, old_pages: None, tmp_path: Path
) -> None:
    maintain(context(is_stopping=True, backups=tmp_path / "backups"))
    with sqlite_database.read() as session:
        assert len(session.scalars(select(PageRow).where(PageRow.body.is_not(None))).all()) == 451
    assert not (tmp_path / "backups").exists()
