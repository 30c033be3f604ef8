"""`volya alerts silence`: what a person holds back, how it is shown, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import Destination, Rules, announce_due
from db import Database, open_database
from db.announcing import sync_destinations
from db.silences import list_silences

Call = Callable[..., Any]

STORY = {
    "url": "https://news.example/prisoners",
    "language": "en",
    "title": "Belarus frees 52 political prisoners after talks with John Coale",
    "text": "Belarus released 52 political prisoners on 11 September 2025 after talks with US envoy John Coale, "
    "Lithuanian President Gitanas Nauseda said. They crossed the border into Lithuania on Thursday.",
    "published": "2025-09-11T15:02:00+03:00",
}
PLACES = (Destination("desk", "webhook"), Destination("wire", "webhook"))


@pytest.fixture
def told(volya: Call, tmp_path: Path, sqlite_url: str) -> Iterator[tuple[Call, Database]]:
    """The program on a database with one event, whose alert waits at `desk` and `wire`."""
    (tmp_path / "one.jsonl").write_text(json.dumps(STORY), encoding="utf-8")
    assert volya("import", "one.jsonl", "--alerts").code == 0
    database = open_database(sqlite_url)
    now = datetime.now(UTC)
    with database.begin() as session:
        sync_destinations(session, {place.name: place.channel for place in PLACES}, now)
    announce_due(database, PLACES, Rules(), now)
    yield volya, database
    database.close()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--for", "8h"), 2, "silence: give --event, --to or both, or else --all"),
        (("--all", "--to", "desk", "--for", "8h"), 2, "silence: give --event, --to or both, or else --all"),
        (("--by", "anna"), 2, "silence: give --event, --to or both, or else --all"),
        (("--to", "desk"), 2, "silence: give either --until or --for"),
        (("--to", "desk", "--for", "8h", "--until", "2099-01-01"), 2, "silence: give either --until or --for"),
        (("--to", "desk", "--for", "soon"), 2, "--for soon: give a time, as 90s, 45m, 8h, 2d"),
        (("--to", "desk", "--for", "999999999d"), 2, "--for 999999999d: give a time"),
        (("--to", "desk", "--until", "noon"), 2, "--until noon: give a day or a time"),
        (("--to", "desk", "--until", "2020-01-01"), 2, "--until 2020-01-01: this is over already"),
        (("--to", "desk", "--for", "8h", "--until-change"), 2, "--until-change: it is the change of an event"),
        (("--event", "a1", "--for", "8h"), 2, "a1: give the number of an event"),
        (("--event", "e99", "--for", "8h"), 1, "e99: no such event"),
        (("--to", "nowhere", "--for", "8h"), 1, "there is none of this name; there are: console, desk, wire"),
        (("--to", "desk", "list"), 2, "silence list: takes none of these options"),
        (("lift", "7"), 1, "silence 7: there is none, or it is over"),
        (("lift", "seven"), 2, "seven: give the number of a silence"),
    ],
)
def test_what_cannot_be_silenced_is_said_and_nothing_is(
    told: tuple[Call, Database], words: tuple[str, ...], code: int, said: str
) -> None:
    volya, database = told
    answer = volya("alerts", "silence", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    with database.read() as session:
        assert list_silences(session, datetime.now(UTC)) == []


def test_a_silence_is_made_listed_and_lifted(told: tuple[Call, Database]) -> None:
    volya, _ = told
    before = datetime.now(UTC)
    (made,) = volya(
        "alerts", "silence", "--event", "e1", "--to", "desk", "--for", "8h", "--by", "anna", "--json"
    ).objects
    until = datetime.fromisoformat(made["until"])
    assert timedelta(hours=8) - timedelta(seconds=1) <= until - before <= timedelta(hours=8, minutes=1)
    assert (made["event"], made["destination"], made["by"], made["until_change"]) == (1, "desk", "anna", False)
    for words in (("silence", "list"), ("silence",)):
        assert volya("alerts", *words, "--json").objects == [made]
    assert f" {until:%Y-%m-%d %H:%M} " in volya("alerts", "silence", "list").out
    assert volya("alerts", "silence", "lift", "1", "--json").objects == [{"lifted": 1}]
    assert volya("alerts", "silence", "list").out == "Nothing is silenced.\n"
    assert volya("alerts", "silence", "lift", "1").code == 1


def test_what_is_silenced_is_said_in_a_sentence(told: tuple[Call, Database]) -> None:
    volya, _ = told
    words = ("--event", "1", "--until", "2099-01-01T07:00", "--until-change")
    assert volya("alerts", "silence", *words).out == (
        "Silence 1: nothing about event 1 until 2099-01-01 07:00, or a major change.\n"
    )
    everything = volya("alerts", "silence", "--all", "--until", "2099-01-01").out
    assert everything == "Silence 2: nothing about anything until 2099-01-01 00:00.\n"
    assert volya("alerts", "silence", "lift", "1").out == "Silence 1 is lifted.\n"


def test_a_silenced_message_is_shown_as_held_with_the_time_until_which(told: tuple[Call, Database]) -> None:
    volya, _ = told
    assert volya("alerts", "list", "--state", "held", "--json").objects == []
    assert volya("alerts", "silence", "--to", "desk", "--until", "2099-01-01T07:00").code == 0
    held = "desk: held: silence until 2099-01-01 07:00, wire: pending"
    assert held in " ".join(volya("alerts", "list").out.split())
    assert "held: silence until 2099-01-01" in " ".join(volya("alerts", "show", "1").out.split())
    assert "desk: created held: silence until 2099-01-01 07:00" in volya("explain", "e1").out
    (alert,) = volya("alerts", "list", "--state", "held", "--json").objects
    shown = [(one["held_by"], one["held_until"]) for one in alert["deliveries"]]
    assert shown == [("silence", "2099-01-01T07:00:00Z"), (None, None)]
    assert "1 waiting (1 held by a silence or quiet hours)" in volya("check", "--json").out


def test_what_quiet_hours_hold_is_shown_with_the_time_until_which(told: tuple[Call, Database], tmp_path: Path) -> None:
    volya, database = told
    now = datetime.now(UTC)
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=2)
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "wire"\nchannel = "console"\n'
        f'quiet = "{begins:%H:%M}-{ends:%H:%M}"\nquiet_timezone = "UTC"\n',
        encoding="utf-8",
    )
    talks = {
        "url": "https://news.example/talks",
        "language": "en",
        "title": "US envoy John Coale holds talks with Lukashenko on freeing political prisoners",
        "text": "US envoy John Coale held talks with Alexander Lukashenko in Minsk on 12 September 2025 on the release of "
        "political prisoners, the State Department said.",
        "published": "2025-09-12T15:02:00+03:00",
    }
    (tmp_path / "two.jsonl").write_text(json.dumps(talks), encoding="utf-8")
    assert volya("import", "two.jsonl", "--alerts").code == 0
    announce_due(database, PLACES, Rules(), now)
    (alert,) = volya("alerts", "list", "--state", "held", "--json").objects
    assert [(one["destination"], one["held_by"]) for one in alert["deliveries"]] == [("desk", None), ("wire", "quiet")]
    assert f"wire: created held: quiet hours until {ends:%Y-%m-%d %H:%M}" in volya("explain", "e2").out
