"""A service of real parts around made-up steps that count."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from db import Database
from db.models import ArticleRow, EntryPointRow, EventRow, FeedEntryRow, MentionRow, OutletRow, PollRow
from scheduler.child import ChildStatus
from scheduler.jobs import JobContext
from scheduler.parts import ServiceParts, WebParts
from scheduler.watching import Watcher

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    read: int = 0
    failed: int = 0


class Loop:
    """A delivery loop that fails `failures` times and then waits to be stopped."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.runs = 0
        self.runs_well = threading.Event()
        self.woken = threading.Event()
        self.has_finished = False
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        if self.runs <= self.failures:
            raise RuntimeError("no delivery today")
        self.runs_well.set()
        await self._stopped.wait()
        self.has_finished = True

    def wake(self) -> None:
        self.woken.set()

    def stop(self) -> None:
        self._stopped.set()


@dataclass
class Steps:
    """Made-up steps: `batches` are what reading finds, one a call; `announced` is what announcing says each time."""

    batches: list[Reading] = field(default_factory=list)
    announced: int = 0
    calls: list[str] = field(default_factory=list)
    has_read: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def read(self, *, now: datetime) -> Reading:  # noqa: ARG002 (the step's signature)
        self.calls.append("read")
        self.has_read.set()
        if self.error is not None:
            raise self.error
        return self.batches.pop(0) if self.batches else Reading()

    def announce(self, *, now: datetime) -> int:  # noqa: ARG002 (the step's signature)
        self.calls.append("announce")
        return self.announced


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with 200 and nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


Build = Callable[..., ServiceParts]


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def failing_loop() -> Loop:
    return Loop(failures=1)


@pytest.fixture
def build_parts(sqlite_database: Database, steps: Steps, loop: Loop) -> Build:
    """Build the parts of a service on any free port; keywords replace parts."""

    def build(**replaced: Any) -> ServiceParts:
        parts = {
            "database": sqlite_database,
            "read": steps.read,
            "announce": steps.announce,
            "delivery": loop,
            "web": WebParts("127.0.0.1", 0, lambda _status, _is_stopping: app),
            "random": random.Random(1),
        }
        return ServiceParts(**{**parts, **replaced})

    return build


@pytest.fixture
def context(build_parts: Build) -> Callable[..., JobContext]:
    """Build what a job works with, at noon."""

    def build(*, is_stopping: bool = False, child: ChildStatus | None = None, **replaced: Any) -> JobContext:
        parts = build_parts(**{"clock": lambda: NOON, **replaced})
        return JobContext(parts, Watcher(parts.database, lambda: child, NOON), lambda: is_stopping)

    return build


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
