"""A stuck queue is told from a long one, and told of once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import Database, connect
from db.articles import NewArticle, claim_unread, store_article
from db.leases import UNFINISHED_ATTEMPTS, LeaseRequest
from db.maintenance import QueueHead, signs_of_life
from scheduler.child import ChildStatus
from scheduler.watching import SeenHead, Watcher, follow_heads

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seen", "queue", "stuck"),
    [
        (None, QueueHead("articles", 0, None), False),
        (None, QueueHead("articles", 9000, 1), False),
        (SeenHead(1, NOON - 9 * MINUTE), QueueHead("articles", 9000, 1), False),
        (SeenHead(1, NOON - 10 * MINUTE), QueueHead("articles", 1, 1), True),
        (SeenHead(1, NOON - 60 * MINUTE), QueueHead("articles", 9000, 2), False),
        (SeenHead(1, NOON - 60 * MINUTE), QueueHead("articles", 0, None), False),
        (SeenHead(1, NOON + 60 * MINUTE), QueueHead("articles", 1, 1), False),  # the clock was set back
    ],
)
def test_a_queue_is_stuck_when_its_head_does_not_move(seen: SeenHead | None, queue: QueueHead, stuck: bool) -> None:
    heads, troubles = follow_heads({"articles": seen} if seen else {}, [queue], NOON)
    assert bool(troubles) is stuck
    assert bool(heads) is (queue.head is not None)


def test_each_trouble_is_told_when_it_begins_and_when_it_ends(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with database.begin() as session:
        number = store_article(session, NewArticle(url="u", url_key="u", text="x"), NOON).id
    watcher = Watcher(database, lambda: None, NOON)
    for minute in range(0, 20, 2):
        watcher.look(NOON + minute * MINUTE)
    assert watcher.queues == {"entry points": 0, "articles": 1, "events": 0}
    for _ in range(UNFINISHED_ATTEMPTS):
        now = NOON + 30 * MINUTE
        with database.begin() as session:
            claim_unread(session, LeaseRequest("r", now, now, 1))  # ten attempts without an end: parked
    watcher.look(NOON + 31 * MINUTE)
    assert [record.message for record in caplog.records] == [
        f"queue of articles: stuck: number {number} has been next for 10 min",
        "queue of articles: well again",
    ]


def test_the_service_leaves_a_sign_of_life_and_takes_it_back(database: Database) -> None:
    child = ChildStatus(is_alive=True, pid=7, starts=1, silent_for=0.1, last_end=None)
    watcher = Watcher(database, lambda: child, NOON)
    watcher.look(NOON + MINUTE)
    with database.read() as session:
        [sign] = signs_of_life(session)
    assert (sign.kind, sign.pid, sign.started_at, sign.heartbeat_at) == ("service", os.getpid(), NOON, NOON + MINUTE)
    assert sign.status["crawl"] == "alive"
    watcher.forget()
    with database.read() as session:
        assert signs_of_life(session) == ()


def test_a_database_that_is_gone_keeps_nobody_from_ending(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Watcher(connect(f"sqlite:///{tmp_path}/gone/volya.sqlite3"), lambda: None, NOON).forget()
    assert "the sign of life stays in the database" in caplog.text
