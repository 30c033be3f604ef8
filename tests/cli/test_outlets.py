"""`volya outlets show` and `check`: what is known of an outlet, and whether it answers now."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.demonstration import Site, make_site, service_environment, settings_text
from cli.errors import ExitCode
from cli.outlet_checks import check_code, check_json, check_row
from crawler.check import CheckedEntryPoint
from db import Database
from db.gaps import NO_ARCHIVE, NewGap, open_gap
from db.leases import LeaseRequest
from db.polls import PollResult, claim_entry_points, finish_poll
from db.pushed import note_agreement, note_forged, note_push
from db.pushes import begin_asking, due_pushes, plan_pushes
from db.status import last_polls
from newsroom.stage import Stage

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SETTINGS = """
[crawler]
outlets = ["mine"]
[[crawler.outlet]]
name = "mine"
title = "Mine"
kind = "independent"
languages = ["uk"]
timezone = "Europe/Kyiv"
check_every = "5m"
proxy = "http://proxy.example:1"
note = "Slow at night."
entry_points = [
  { type = "rss", url = "https://mine.example/feed", confidence = "high", evidence = "answered 200 on a day" },
  { type = "telegram", url = "https://t.me/s/mine" },
]
"""
Call = Callable[..., Any]
ALIVE = CheckedEntryPoint("mine", "rss", "https://mine.example/feed", "alive", 200, 20, NOW)
UNREACHABLE = CheckedEntryPoint("mine", "rss", "https://mine.example/feed", "broken", trouble="refused")


def poll(database: Database, at: datetime, **result: Any) -> None:
    """Finish one poll of the one entry point that is asked."""
    with database.begin() as session:
        (due,) = claim_entry_points(session, LeaseRequest("me", at, at + timedelta(minutes=1), 1))
        standing = {"state": "alive", "failures": 0, "next_check_at": at + timedelta(minutes=5)}
        assert finish_poll(session, due, PollResult(at=at, **{**standing, **result}))


def test_an_outlet_is_shown_with_what_is_declared_and_how_each_entry_point_is(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    said = " ".join(volya("outlets", "show", "mine").out.split())
    for part in (
        "Title Mine",
        "Languages uk",
        "Time zone Europe/Kyiv",
        "Asked every 300 s",
        "Proxy http://proxy.example:1",
        "Note Slow at night.",
        "Watched yes",
        "Entry point rss https://mine.example/feed",
        "Confidence high",
        "Evidence answered 200 on a day",
        "State new",
        "Entry point telegram https://t.me/s/mine",
        "State new, a stand-in: waits until all before it are dead",
    ):
        assert part in said


def test_who_stands_in_and_who_waits_is_listed(volya: Call, tmp_path: Path, sqlite_database: Database) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    assert "telegram stand-in, waits" in " ".join(volya("outlets", "list").out.split())
    poll(
        sqlite_database,
        datetime.now(UTC) + timedelta(hours=1),
        outcome="blocked",
        state="blocked",
        failures=1,
        status=403,
    )
    assert "telegram new, stands in" in " ".join(volya("outlets", "list").out.split())
    assert "State new, stands in for those before it" in " ".join(volya("outlets", "show", "mine").out.split())
    (shown,) = volya("outlets", "show", "mine", "--json").objects
    told = [(point["stand_in"], point["waiting"]) for point in shown["entry_points"]]
    assert told == [(False, False), (True, False)]


def test_gaps_are_shown_with_why_and_how_they_stand(volya: Call, tmp_path: Path, sqlite_database: Database) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    assert json.loads(volya("outlets", "show", "mine", "--json").out)["gaps"] == []
    with sqlite_database.begin() as session:
        now = datetime.now(UTC)
        (due,) = claim_entry_points(session, LeaseRequest("me", now, now, 1))
        open_gap(session, NewGap(due.id, "mine", "no overlap", NOW - timedelta(hours=9), ()), NOW)
    (gap,) = json.loads(volya("outlets", "show", "mine", "--json").out)["gaps"]
    assert (gap["reason"], gap["state"], gap["note"]) == ("no overlap", "given up", NO_ARCHIVE)
    assert (gap["since"], gap["url"], gap["pages"]) == ("2026-11-25T03:00:00Z", "https://mine.example/feed", 0)
    said = " ".join(volya("outlets", "show", "mine").out.split())
    assert "Gap found" in said
    assert "given up" in said


def test_a_hub_is_shown_with_what_it_promised_and_what_came(
    volya: Call, tmp_path: Path, sqlite_database: Database
) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    volya("outlets")
    at = datetime(2099, 11, 25, 12, 0, tzinfo=UTC)
    announced = {"hubs": ("https://hub.example/",), "topic": "https://mine.example/feed"}
    poll(sqlite_database, at, outcome="new", is_read=True, **announced)
    with sqlite_database.begin() as session:
        plan_pushes(session, "https://volya.example.org", at, iter(("token", "secret")).__next__)
        (due,) = due_pushes(session, at, 9)
        begin_asking(session, due, due.hub, at)
        note_agreement(session, due, timedelta(days=8), at)
        note_push(session, due, "sha1", at)
        note_forged(session, due)
    (shown,) = volya("outlets", "show", "mine", "--json").objects
    assert [point["push"] for point in shown["entry_points"]] == [
        {
            "hub": "https://hub.example/", "state": "verified", "until": "2099-12-03T12:00:00Z", "pushes": 1, "forged": 1,
            "last_push": "2099-11-25T12:00:00Z", "algorithm": "sha1", "last_error": None,
            "next_request": "2099-12-01T12:00:00Z",
        },
        None,
    ]  # fmt: skip
    said = " ".join(volya("outlets", "show", "mine").out.split())
    assert "Hub is tells at once of news" in said
    assert "token" not in said
    assert "secret" not in said


def test_the_last_polls_are_shown_the_newest_first(volya: Call, tmp_path: Path, sqlite_database: Database) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    volya("outlets")
    start = datetime.now(UTC) + timedelta(hours=1)
    for number in range(6):
        poll(sqlite_database, start + timedelta(hours=number), outcome="same", status=200, items_seen=number)
    failure = {"outcome": "failed", "state": "degraded", "failures": 1, "status": 503, "error": "HTTP 503"}
    poll(sqlite_database, start + timedelta(hours=6), **failure, milliseconds=70)
    (shown,) = volya("outlets", "show", "mine", "--json").objects
    feed, channel = shown["entry_points"]
    assert (feed["state"], feed["confidence"], feed["evidence"]) == ("degraded", "high", "answered 200 on a day")
    assert [one["outcome"] for one in feed["polls"]] == ["failed", "same", "same", "same", "same"]
    assert [one["items_seen"] for one in feed["polls"]] == [0, 5, 4, 3, 2]
    assert channel["polls"] == []
    said = " ".join(volya("outlets", "show", "mine").out.split())
    assert "failed 503 0 0 70 ms HTTP 503" in said
    with sqlite_database.read() as session:
        assert len(last_polls(session, "mine", 100)) == 7
        assert last_polls(session, "nobody", 100) == []


def test_an_outlet_that_is_not_chosen_and_one_that_is_no_longer_declared_are_shown_too(
    volya: Call, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (unwatched,) = volya("outlets", "show", "belta", "--json").objects
    assert (unwatched["title"], unwatched["enabled"]) == ("BelTA", False)
    assert unwatched["entry_points"][0]["url"].startswith("https://")
    said = " ".join(volya("outlets", "show", "belta").out.split())
    assert "Watched no" in said
    assert "State never asked" in said
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    said = " ".join(volya("outlets", "show", "mine").out.split())
    assert "Note no longer in the catalogue" in said
    assert "Entry point rss https://mine.example/feed" in said


@pytest.mark.parametrize(
    ("found", "asked", "code"),
    [
        ([], 0, ExitCode.FINE),
        ([ALIVE, ALIVE], 2, ExitCode.FINE),
        ([ALIVE], 2, ExitCode.FOUND_WRONG),
        ([], 2, ExitCode.FOUND_WRONG),
        ([ALIVE, UNREACHABLE], 2, ExitCode.FOUND_WRONG),
        ([replace(ALIVE, verdict="moved")], 1, ExitCode.FOUND_WRONG),
        ([replace(UNREACHABLE, verdict="blocked")], 1, ExitCode.FOUND_WRONG),
        ([replace(UNREACHABLE, status=500)], 1, ExitCode.FOUND_WRONG),
        ([UNREACHABLE, UNREACHABLE], 2, ExitCode.UNAVAILABLE),
    ],
)
def test_exit_code_says_whether_all_are_alive(found: list[CheckedEntryPoint], asked: int, code: ExitCode) -> None:
    assert check_code(found, asked) == code


def test_a_check_is_one_row_and_one_object() -> None:
    moved = replace(ALIVE, verdict="moved", final_url="https://new.example/\x1b[2J", trouble="it redirects for good")
    assert check_row(moved)[2:5] == ("moved", 200, 20)
    assert check_row(moved)[-2].startswith("it redirects for good: https://new.example/")
    assert "\x1b" not in check_row(moved)[-2]
    assert check_row(moved)[-1].startswith("correct its address")
    assert check_json(ALIVE) == {
        "outlet": "mine",
        "type": "rss",
        "url": "https://mine.example/feed",
        "verdict": "alive",
        "status": 200,
        "items": 20,
        "newest": "2026-11-25T12:00:00Z",
        "final_url": None,
        "trouble": None,
        "advice": "",
    }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def stage(site: Site) -> Iterator[Stage]:
    with Stage(site.secret) as running:
        site.settings_file.write_text(settings_text(site, running), encoding="utf-8")
        yield running


def test_each_entry_point_is_asked_once_and_judged(site: Site, stage: Stage, forked: Any, tmp_path: Path) -> None:
    def check(*names: str) -> Any:
        """Run the command in a process of its own: Scrapy cannot start twice in one."""
        command = ["--settings", str(site.settings_file), "outlets", "check", *names]
        return forked.run(command, service_environment(site, stage, os.environ), tmp_path)

    stage.print_ordinary()
    first, *others = stage.outlets.values()
    first.stop()
    found = check("--json")
    assert found.returncode == 1, found.stderr
    verdicts = {one["outlet"]: one["verdict"] for one in map(json.loads, found.stdout.splitlines())}
    assert verdicts == {first.outlet.name: "broken", **{server.outlet.name: "alive" for server in others}}
    assert [server.count(server.outlet.feed_path) for server in others] == [1] * len(others)
    named = check(first.outlet.name)
    assert named.returncode == 69
    assert "broken" in named.stdout


def test_an_outlet_that_is_named_wrongly_is_a_usage_error(volya: Call) -> None:
    answer = volya("outlets", "check", "nobody")
    assert answer.code == 2
    assert "no outlet is called 'nobody'" in answer.err
