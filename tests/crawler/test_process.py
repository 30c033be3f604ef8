"""The life of the crawl process: what kills cost, what a restart goes on with, and when it ends by itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlalchemy import select, text

from db import Database
from db.leases import UNFINISHED_ATTEMPTS
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, PageRow, SketchBandRow, WorkerRow


# The crash rule (D-1a): wherever the process is killed, the next run stores what the killed one had not.
@pytest.mark.parametrize("place", ["entries-stored", "poll-stored", "page-stored", "article-stored"])
def test_a_kill_loses_nothing_and_validators_are_never_ahead_of_entries(
    news: Any, site: Any, sqlite_database: Database, place: str, rows: Any, titles: Any
) -> None:
    news.killed_at(place)
    (point,) = rows(sqlite_database, EntryPointRow)
    assert (point.etag is not None) == (len(rows(sqlite_database, FeedEntryRow)) == 2)
    assert (point.body_hash is not None) == (point.etag is not None)
    news.once()
    assert titles(sqlite_database) == ["Друга новина", "Перша новина"]
    assert len(rows(sqlite_database, PageRow)) == 2


def test_after_a_restart_stored_pages_are_extracted_and_what_ended_the_process_each_time_is_parked(
    news: Any, site: Any, sqlite_database: Database, rows: Any, two: Any
) -> None:
    site.feed("/feed", [*two, ("/3", "Третя новина")])
    site.page("/3", "Третя новина")
    news.once()
    with sqlite_database.begin() as session:
        session.query(SketchBandRow).delete()
        session.query(ArticleRow).delete()
        first, second, third = session.scalars(select(PageRow).order_by(PageRow.url))
        first.extracted_at = second.extracted_at = None
        second.attempts = UNFINISHED_ATTEMPTS
        entry = session.get_one(FeedEntryRow, third.feed_entry_id)
        entry.fetched_at, entry.attempts = None, UNFINISHED_ATTEMPTS
    news.once()
    assert [site.hits(path) for path in ("/1", "/2", "/3")] == [1, 1, 1]
    texts = {article.title: article.text for article in rows(sqlite_database, ArticleRow)}
    assert texts["Перша новина"].startswith("Сьогодні у вигаданому місті")
    assert texts["Друга новина"] == "Коротко: Друга новина."
    assert texts["Третя новина"] == "Коротко: Третя новина."
    errors = {page.last_error for page in rows(sqlite_database, PageRow) if page.last_error}
    assert {error.partition(": ")[2] for error in errors} == {"given up: the crawl process ended at each attempt"}


def lines_until(process: subprocess.Popen[str], wanted: str) -> Any:
    """Read the worker's lines until one has the key `wanted`; return all."""
    seen = []
    for line in process.stdout:
        seen.append(json.loads(line))
        if wanted in seen[-1]:
            return seen
    raise AssertionError(process.stderr.read())


def test_the_worker_gives_signs_of_life_and_tells_of_articles(
    news: Any, site: Any, sqlite_database: Database, rows: Any, titles: Any, two: Any
) -> None:
    news.outlets[0]["check_every"] = "1s"
    process = news.start("worker")
    assert {"beat": True} in lines_until(process, "articles")
    (sign,) = rows(sqlite_database, WorkerRow, WorkerRow.name)
    assert (sign.kind, sign.pid) == ("crawl", process.pid)
    site.page("/3", "Третя новина")
    site.feed("/feed", [*two, ("/3", "Третя новина")], etag='"two"')
    while len(titles(sqlite_database)) < 3:
        lines_until(process, "articles")
    process.send_signal(signal.SIGTERM)
    assert process.wait(8) == 0
    assert {point.lease_owner for point in rows(sqlite_database, EntryPointRow)} == {None}
    assert rows(sqlite_database, WorkerRow, WorkerRow.name) == []
    process.communicate()


def test_the_sign_of_a_worker_that_was_killed_goes_when_the_next_one_starts(
    news: Any, sqlite_database: Database, rows: Any
) -> None:
    process = news.start("worker")
    lines_until(process, "articles")
    process.kill()
    process.communicate()
    assert [sign.pid for sign in rows(sqlite_database, WorkerRow, WorkerRow.name)] == [process.pid]
    news.once()
    assert rows(sqlite_database, WorkerRow, WorkerRow.name) == []


def test_the_worker_ends_in_order_after_its_share_of_pages_and_says_so(
    news: Any, sqlite_database: Database, rows: Any, titles: Any
) -> None:
    news.options["most_pages"] = 2
    process = news.start("worker")
    assert lines_until(process, "recycle")[-1] == {"recycle": True}
    assert process.wait(8) == 0
    process.communicate()
    assert titles(sqlite_database) == ["Друга новина", "Перша новина"]
    assert {point.lease_owner for point in rows(sqlite_database, EntryPointRow)} == {None}


def test_the_worker_stops_within_eight_seconds_though_a_server_hangs(
    news: Any, site: Any, reply: Any, sqlite_database: Database, rows: Any
) -> Any:
    asked, answer = threading.Event(), threading.Event()

    def hang(headers: Any) -> Any:
        asked.set()
        answer.wait(30)
        return reply(200, b"")

    site.routes["/1"] = hang
    process = news.start("worker")
    assert asked.wait(20)
    process.send_signal(signal.SIGTERM)
    assert process.wait(8.5) == 0
    answer.set()
    process.communicate()
    entry = rows(sqlite_database, FeedEntryRow)[0]
    assert (entry.lease_owner, entry.attempts, entry.fetched_at) == (None, 0, None)


def test_a_database_that_breaks_ends_the_worker_with_one_line(news: Any, sqlite_database: Database) -> None:
    process = news.start("worker")
    lines_until(process, "articles")
    with sqlite_database.begin() as session:
        session.execute(text("ALTER TABLE feed_entries RENAME TO broken"))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 74
    assert len([line for line in errors.splitlines() if line.startswith("ERROR")]) == 1


def test_the_worker_ends_with_its_parent(news: Any, sqlite_database: Database) -> None:
    arguments = news.command("worker")
    parent = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "os._exit(0)"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", parent, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert int(started.stdout.readline()) > 0
    started.communicate(timeout=20)  # ends when the worker, the last that holds the pipes, has ended
