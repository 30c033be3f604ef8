"""`volya reread`: stored articles read again, what changed told, nothing announced unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import open_database
from db.announcing import find_due_events, mark_announced
from db.articles import claim_read, finish_reading
from db.facts import Analysis, Count, CountRole, Decision, from_json
from db.leases import LeaseRequest
from db.queries import get_article, list_events
from events.placing import place

Call = Callable[..., Any]
NOW = datetime(2025, 10, 1, 12, tzinfo=UTC)
DOCUMENTS = (
    {
        "url": "https://a.example/1",
        "language": "en",
        "title": "Belarus frees 52 political prisoners",
        "text": "Belarus released 52 political prisoners on September 11, Viasna said.",
        "published": "2025-09-11T15:00:00+03:00",
    },
    {
        "url": "https://b.example/1",
        "language": "en",
        "title": "Belarus frees 30 political prisoners",
        "text": "Belarus released 30 political prisoners on September 30, Viasna said.",
        "published": "2025-09-30T15:00:00+03:00",
    },
)


@pytest.fixture
def misread(volya: Call, tmp_path: Path, sqlite_url: str) -> Call:
    """The program on a database where article 1 was read as 14 freed, and article 2 as no news; all is announced."""
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)), encoding="utf-8")
    assert volya("import", "news.jsonl", "--alerts").code == 0
    database = open_database(sqlite_url)
    with database.read() as session:
        view = get_article(session, 1)
    assert view is not None
    right = from_json(Analysis, view.analysis)
    mention = replace(right.mentions[0], counts=(Count(CountRole.RELEASED, 14),))
    wrong = {1: replace(right, mentions=(mention,)), 2: Analysis("en", (), Decision.NONE, "misread")}
    with database.begin(lock="events") as session:
        for article in claim_read(session, LeaseRequest("desk", NOW, NOW + timedelta(minutes=5), 9), None, 0):
            place(session, article, wrong[article.id], NOW)
            assert finish_reading(session, article, wrong[article.id], NOW)
        for event in list_events(session):
            mark_announced(session, event.id, event.revision)
    database.close()
    return volya


def due(url: str) -> list[int]:
    database = open_database(url)
    with database.read() as session:
        waiting = find_due_events(session, 100)
    database.close()
    return waiting


def test_what_is_taken_for_something_else_and_which_events_changed_is_told_as_json(
    misread: Call, sqlite_url: str
) -> None:
    answer = misread("reread", "--json")
    assert (answer.code, answer.err) == (0, "")
    (told,) = answer.objects
    assert list(told) == ["read", "articles", "events"]
    assert told["read"] == 2
    assert told["articles"] == [{"id": 2, "before": "none", "after": "event: release"}]
    assert told["events"] == [1, 2]
    assert due(sqlite_url) == []
    (event,) = misread("events", "show", "1", "--json").objects
    assert [count["value"] for count in event["counts"]] == [52]


def test_people_read_what_changed_in_sentences(misread: Call) -> None:
    lines = misread("reread").out.splitlines()
    assert "article 2 was none, is event: release: Belarus frees 30 political prisoners" in lines
    assert any(line.startswith("event 1 is now: ") and "52" in line for line in lines)
    assert lines[-1] == "2 read again, 1 taken for something else, 2 events changed"


def test_a_second_time_there_is_nothing_to_tell(misread: Call) -> None:
    misread("reread")
    (told,) = misread("reread", "--json").objects
    assert told == {"read": 2, "articles": [], "events": []}
    assert misread("reread").out.splitlines() == ["2 read again, 0 taken for something else, 0 events changed"]


def test_what_changes_is_announced_only_on_request(misread: Call, sqlite_url: str) -> None:
    assert misread("reread", "--alerts").code == 0
    assert due(sqlite_url) == [1, 2]


@pytest.mark.parametrize(
    ("since", "read"),
    [
        ("2025-09-01", 2),
        ("2025-09-30", 1),
        ("2025-09-30T12:00:00", 1),
        ("2025-09-30T15:00:00+03:00", 1),
        ("2025-09-30T15:00:01+03:00", 0),
        ("2025-10-01", 0),
    ],
)
def test_since_limits_what_is_read_by_its_publication(misread: Call, since: str, read: int) -> None:
    (told,) = misread("reread", "--since", since, "--json").objects
    assert told["read"] == read


@pytest.mark.parametrize("since", ["yesterday", "30.09.2025", "2025-13-01", "", "9999999", "9999-12-31T23:59:59-05:00"])
def test_a_since_that_is_no_time_is_a_usage_error(misread: Call, since: str) -> None:
    answer = misread("reread", "--since", since)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"volya: --since {since}: give a day or a time, as 2026-09-01T07:00\n"


def test_an_empty_database_has_nothing_to_read_again(volya: Call) -> None:
    (told,) = volya("reread", "--json").objects
    assert told == {"read": 0, "articles": [], "events": []}
