"""The hostile set in one crawl over real HTTP (SEC-1 … SEC-5, SEC-7, SEC-18): nothing breaks, nothing inside is reached."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, PageRow
from newsroom.hostile import NETWORK, WELL, HostileNewsroom

DEADLINE = 2.0
MOST_MEMORY = 500 * 1024 * 1024  # of the crawl process; its pool has limits of its own
WORDS = {"address guard": "refused by the guard", "was killed": "killed at the deadline", "MAXSIZE": "over the cap",
         "max size": "over the cap", "took longer": "too slow"}  # fmt: skip


def outcome(error: str | None) -> str:
    return next((word for mark, word in WORDS.items() if mark in (error or "")), "refused" if error else "read")


def test_the_whole_hostile_set_in_one_crawl_breaks_nothing(
    crawl: Any, sqlite_database: Database, record_property: pytest.RecordProperty, rows: Any
) -> None:
    with HostileNewsroom() as newsroom:
        crawl.outlets = newsroom.tables()
        crawl.options |= {"allow_addresses": [NETWORK], "download_timeout": 2.0, "page_deadline": DEADLINE}
        crawl.options |= {"extraction_workers": 2}
        report = crawl.once()
        hits = newsroom.internal_hits
    points, entries, pages = (rows(sqlite_database, table) for table in (EntryPointRow, FeedEntryRow, PageRow))
    articles = rows(sqlite_database, ArticleRow)
    assert {entry.title for entry in entries} >= set(newsroom.listed)
    counts = Counter(outcome(row.last_error) for row in (*points, *pages, *(e for e in entries if e.last_error)))
    record_property("hostile set", {"cases": len(newsroom.cases), **counts, "internal hits": hits,
                                    "MiB of memory at most": report["memory"] >> 20})  # fmt: skip

    assert len(set(newsroom.cases)) == len(newsroom.cases) >= 60
    assert (report["complete"], hits) == (True, 0)
    assert report["memory"] < MOST_MEMORY
    assert counts["killed at the deadline"] > 0
    assert all(point.last_checked_at for point in points)
    assert all(entry.fetched_at or entry.last_error for entry in entries)
    assert all(page.extracted_at for page in pages)
    assert_guarded(entries)
    assert_unharmed(articles)


def assert_guarded(entries: Any) -> None:
    inward = [entry for entry in entries if (entry.title or "").startswith(("link to ", "redirect to "))]
    assert len(inward) >= 40
    marks = ("address guard", "ResolveHost", "invalid hostname")  # what is no name is not even looked up
    errors = {entry.title: entry.last_error or "" for entry in inward}
    assert {name: error for name, error in errors.items() if not any(mark in error for mark in marks)} == {}


def assert_unharmed(articles: Any) -> None:
    assert sum(article.outlet == "well" for article in articles) == WELL
    assert not any("root:" in f"{article.title} {article.text}" for article in articles)
    dates = [article.published_at for article in articles if article.published_at]
    assert all(datetime(2000, 1, 1, tzinfo=UTC) <= date <= datetime.now(UTC) + timedelta(minutes=10) for date in dates)
