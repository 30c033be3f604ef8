"""`volya explain`: matched because, not matched because, would have alerted if; for articles and for events."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import Destination, Rules, announce_due
from db import open_database
from db.announcing import sync_destinations

Call = Callable[..., Any]

SETTINGS = """
[[alerts.destination]]
name = "desk"
channel = "console"

[[alerts.destination]]
name = "big"
channel = "console"
minimum = 60
"""
DESK = Destination("desk", "console")
TOLD_BY_IMPORT = (
    "would have alerted if an article that the crawl fetched as news told of it "
    "(those that do were imported, or there before we began)"
)


def freed(number: int, name: str, at: datetime, source: str) -> dict[str, str]:
    return {
        "url": f"https://{name}.example/1",
        "outlet": name,
        "language": "en",
        "title": f"Belarus frees {number} political prisoners",
        "text": f"Belarus released {number} political prisoners on {at:%d %B %Y}, {source} reported.",
        "published": at.isoformat(),
    }


OLD = datetime(2026, 3, 10, 12, tzinfo=UTC)
NOTHING = {
    "url": "https://farm.example/1",
    "language": "en",
    "title": "Wheat harvest in Belarus",
    "text": "All is well.",
}


@pytest.fixture
def archive(volya: Call, tmp_path: Path) -> Call:
    """The program after an import: two releases two days apart, the first told twice, and an article on wheat."""
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    later = OLD + timedelta(days=2)
    documents = [
        freed(41, "first", OLD, "Viasna"),
        freed(41, "second", OLD + timedelta(hours=1), "Reuters"),
        freed(14, "third", later, "BelTA"),
        NOTHING,
    ]
    (tmp_path / "some.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    assert volya("import", "some.jsonl").code == 0
    return volya


def lines(call: Call, what: str) -> list[str]:
    return [line.strip() for line in call("explain", what).out.splitlines()]


def test_an_article_says_what_it_joined_and_what_not(archive: Call) -> None:
    told = lines(archive, "a2")
    assert any(line.startswith("It joined event 1 as a report, because: the same day; ") for line in told), told
    assert any(line.startswith("It did not join event 2, because too little speaks for it: 2 days") for line in told)
    (answer,) = archive("explain", "a2", "--json").objects
    home, other = answer["matching"]
    assert (home["event"], home["is_match"], home["score"] >= 3) == (1, True, True)
    assert (other["event"], other["is_match"], other["reasons"][0]) == (2, False, "2 days apart")


def test_an_event_that_nobody_was_told_of_says_what_would_have_alerted(archive: Call) -> None:
    told = lines(archive, "e1")
    assert "Event 1: no alert." in told
    assert f"desk: nothing was sent: it {TOLD_BY_IMPORT}" in told
    assert "and if it told of at least 60 people (it tells of 41)" in told
    assert any(line.startswith("Also considered: event 2, not the same, because too little ") for line in told)
    (answer,) = archive("explain", "e1", "--json").objects
    assert [one["event"] for one in answer["matching"]] == [2]
    desk, big = answer["silent_because"]
    assert (desk["event"], desk["destination"], desk["reasons"][0]) == (1, "desk", TOLD_BY_IMPORT)
    assert (big["destination"], len(desk["reasons"]), len(big["reasons"])) == ("big", 1, 2)


def test_an_article_that_is_no_news_says_what_it_lacked(archive: Call) -> None:
    lacked = "would have alerted if it told of a completed release or of talks with Minsk in its title or lead"
    assert lines(archive, "a4")[-1] == f"It {lacked}."
    (answer,) = archive("explain", "a4", "--json").objects
    assert answer["matching"] == []
    assert answer["silent_because"] == [
        {"event": None, "destination": "desk", "reasons": [lacked]},
        {"event": None, "destination": "big", "reasons": [lacked]},
    ]


def test_a_person_s_word_is_told_with_its_author(archive: Call) -> None:
    archive("events", "mark", "1", "false", "--by", "anna", "--note", "taken back")
    archive("events", "split", "1", "a2", "--by", "bob")
    told = lines(archive, "e1")
    assert any("anna marked it as false: “taken back”; status (a major change)" in line for line in told), told
    assert any("bob split what article 2 told from it, into event 3" in line for line in told)
    assert told[-1] == "and if anna had not marked it as false: taken back"
    assert "It is the first that tells of event 3: a person put it here." in lines(archive, "a2")
    assert any(
        "though much speaks for it" in line and "a person put it into event 3" in line for line in lines(archive, "a2")
    )


def test_a_merged_event_says_where_it_went(archive: Call) -> None:
    archive("events", "merge", "1", "2", "--by", "anna", "--note", "one bus")
    told = lines(archive, "e2")
    assert "It is part of event 1 now." in told
    assert any("anna merged it with event 1: “one bus”" in line for line in told), told
    assert "desk: nothing was sent: it is part of event 1: whoever is told of that one is told of this" in told


def test_without_a_destination_nobody_can_be_told(archive: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[alerts]\ndestination = []\n", encoding="utf-8")
    assert lines(archive, "e1")[-1] == "Event 1: no alert: no destination is set up."
    (answer,) = archive("explain", "e1", "--json").objects
    assert answer["silent_because"] == [{"event": 1, "destination": None, "reasons": ["no destination is set up"]}]


def test_a_destination_that_was_left_out_says_why_and_the_other_why_nothing_newer_came(
    volya: Call, tmp_path: Path, sqlite_url: str
) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    now = datetime.now(UTC)
    (tmp_path / "one.jsonl").write_text(json.dumps(freed(41, "first", now, "Viasna")), encoding="utf-8")
    assert volya("import", "one.jsonl", "--alerts").code == 0
    told = lines(volya, "e1")
    assert "desk: nothing was sent: it waits to be decided on: a running service does so" in told
    database = open_database(sqlite_url)
    with database.begin() as session:
        sync_destinations(session, {"desk": "console", "big": "console", "gone": "console"}, now)
    announce_due(database, (DESK,), Rules(), datetime.now(UTC))
    database.close()
    told = lines(volya, "e1")
    assert any(line.startswith("desk: created waits") for line in told), told
    assert "big: nothing was sent: it would have alerted if it told of at least 60 people (it tells of 41)" in told
    assert "gone: nothing was sent: the settings have no such destination" in told
    (answer,) = volya("explain", "a1", "--json").objects
    assert [one["destination"] for one in answer["silent_because"]] == ["big"]
