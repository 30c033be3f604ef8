"""The labelled clusters: no floor of `benchmarks/clusters.py` may be undercut, and the data are what it takes them for."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LANGUAGES = ("uk", "ru", "be", "en", "pl", "lt", "de")


def rows(name: str) -> list[dict[str, Any]]:
    paths = sorted((ROOT / "tests" / "data" / "clusters").glob("*.toml"))
    return [row for path in paths for row in tomllib.loads(path.read_text(encoding="utf-8"))[name]]


EVENTS, ARTICLES, PAIRS = rows("event"), rows("article"), rows("pair")
EVENT_OF = {article["id"]: article["event"] for article in ARTICLES}


def test_no_floor_is_undercut() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "clusters.py"), "--shuffles", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize("numbered", [EVENTS, ARTICLES], ids=["events", "articles"])
def test_every_event_and_article_has_its_own_name(numbered: list[dict[str, Any]]) -> None:
    assert [name for name, times in Counter(row["id"] for row in numbered).items() if times > 1] == []


def test_forty_events_are_told_in_three_languages_each() -> None:
    languages = defaultdict(set)
    for article in ARTICLES:
        languages[article["event"]].add(article["language"])
    assert sum(len(languages[event["id"]]) >= 3 for event in EVENTS) >= 40


def test_forty_pairs_look_alike_and_are_of_different_things() -> None:
    assert len({frozenset(pair["articles"]) for pair in PAIRS}) >= 40
    for pair in PAIRS:
        one, other = pair["articles"]
        assert EVENT_OF[one] != EVENT_OF[other]
        assert pair["why"]


def test_the_event_of_every_article_exists_and_every_event_is_told() -> None:
    known = {event["id"] for event in EVENTS}
    told = {article["event"] for article in ARTICLES}
    assert {event for event in told - known if not event.startswith("none-")} == set()
    assert known - told == set()
    assert {related for event in EVENTS for related in event.get("related", ())} <= known


def test_what_is_no_event_has_no_mention_and_what_is_one_has() -> None:
    for article in ARTICLES:
        assert ("mention" in article) is not article["event"].startswith("none-"), article["id"]


def test_both_splits_hold_about_half_of_the_events() -> None:
    splits = Counter(event["split"] for event in EVENTS)
    assert set(splits) == {"dev", "test"}
    assert min(splits.values()) >= 0.4 * len(EVENTS)


def test_all_seven_languages_are_told_in() -> None:
    languages = Counter(article["language"] for article in ARTICLES)
    assert set(languages) == set(LANGUAGES)
    assert min(languages.values()) >= 24


def test_there_are_undated_documents_and_every_other_time_has_a_zone() -> None:
    times = [article.get("published") for article in ARTICLES]
    assert 5 <= times.count(None) <= 60
    for told in filter(None, times):
        assert datetime.fromisoformat(str(told)).tzinfo is not None
    assert all(date.fromisoformat(str(event["date"])) for event in EVENTS)
