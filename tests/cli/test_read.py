"""`volya read`: once, and as one more worker beside others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import Database, open_database
from db.articles import NewArticle, store_article
from db.maintenance import signs_of_life
from db.queries import list_articles

Call = Callable[..., Any]
ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 9, 11, 15, tzinfo=UTC)
TEXT = "Belarus freed 52 political prisoners today, President Gitanas Nauseda said."


def store(database: Database, number: int) -> None:
    url = f"https://harbour-post.example/news/{number}"
    article = NewArticle(url, url, TEXT, "Belarus frees 52 political prisoners", "harbour-post", "en", published_at=NOW)
    with database.begin() as session:
        store_article(session, article, NOW)


def test_what_waits_is_read_once(volya: Call, sqlite_database: Database) -> None:
    store(sqlite_database, 1)
    [told] = volya("read", "--json").objects
    assert told == {"read": 1, "failed": 0, "changed_events": [1]}
    assert volya("read").out == "0 articles read, 0 failed, 0 events new or changed\n"


def test_workers_read_what_comes_give_signs_of_life_and_end_in_order(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url)
    for number in range(20):
        store(database, number)
    environment = {**os.environ, "VOLYA_DB__URL": database_url, "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "cli", "read", "--worker"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    try:
        for worker in workers:
            assert "reads articles on" in next(worker.stderr)
        store(database, 20)
        assert _read_all(database, workers)
        with database.read() as session:
            assert {(sign.kind, sign.pid) for sign in signs_of_life(session)} == {("read", one.pid) for one in workers}
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        ends = [worker.communicate(timeout=30)[1] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    assert [worker.returncode for worker in workers] == [0, 0]
    counts = [int(end.splitlines()[-1].split(" articles read")[0].split()[-1]) for end in ends]
    assert sum(counts) == 21
    with database.read() as session:
        assert signs_of_life(session) == ()
    database.close()


def _read_all(database: Database, workers: list[Any]) -> bool:
    """Look until every article is read; a worker that ends before that ends the wait."""
    while all(worker.poll() is None for worker in workers):
        with database.read() as session:
            is_signed = len(signs_of_life(session)) == len(workers)
            if is_signed and all(one.decision is not None for one in list_articles(session)):
                return True
    return False
