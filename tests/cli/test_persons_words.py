"""`volya events mark`, `merge`, `split` and `volya reread`, as people call them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def document(number: int, freed: int, day: str, published: str = "2026-03-10") -> str:
    return json.dumps(
        {
            "url": f"https://o{number}.example/news",
            "outlet": f"o{number}",
            "language": "en",
            "title": f"Belarus frees {freed} political prisoners",
            "text": f"Belarus released {freed} political prisoners on {day}, Reuters reported.",
            "published": published,
        }
    )


@pytest.fixture
def told(volya: Call, tmp_path: Path) -> Call:
    """Two events: one of articles 1 and 2, and one of article 3."""
    lines = [document(1, 41, "Tuesday"), document(2, 44, "Tuesday"), document(3, 12, "Friday", "2026-02-21")]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert volya("import", "news.jsonl").code == 0
    assert [event["id"] for event in volya("events", "list", "--json").objects] == [1, 2]
    return volya


def test_a_verdict_is_kept_and_shown_with_author_time_and_note(told: Call) -> None:
    answer = told("events", "mark", "1", "false", "--by", "anna", "--note", "the outlet\n took it\u202e back", "--json")
    assert (answer.code, answer.objects) == (0, [{"event": 1, "verdict": "false"}])
    (event,) = told("events", "show", "1", "--json").objects
    assert (event["status"], event["title"]) == ("retracted", "Withdrawn: Belarus frees 44 prisoners")
    assert event["mark"] | {"at": None} == {
        "verdict": "false",
        "by": "anna",
        "note": "the outlet took it back",
        "at": None,
    }
    shown = told("events", "show", "1").out
    assert "false by anna, " in shown
    assert ": the outlet took it back" in shown


def test_the_last_verdict_counts_and_one_that_changes_nothing_is_no_failure(told: Call) -> None:
    told("events", "mark", "1", "not-news")
    assert told("events", "mark", "1", "confirmed").out == "event 1 is marked confirmed\n"
    assert told("events", "show", "1", "--json").objects[0]["status"] == "confirmed"


def test_merging_prints_the_event_that_stays_and_the_other_shows_it(told: Call) -> None:
    assert told("events", "merge", "2", "1", "--json").objects == [{"event": 1, "merged": 2}]
    assert [event["id"] for event in told("events", "list", "--json").objects] == [1]
    (event,) = told("events", "show", "2", "--json").objects
    assert (event["status"], event["same_as"]) == ("superseded", 1)
    assert "Part of event" in told("events", "show", "2").out


def test_splitting_prints_the_new_event_which_shows_where_it_was(told: Call) -> None:
    assert told("events", "split", "1", "a2", "--json").objects == [{"event": 3, "split_from": 1}]
    (event,) = told("events", "show", "3", "--json").objects
    assert (event["split_from"], event["title"]) == (1, "Belarus frees 44 prisoners")
    assert "Split from event" in told("events", "show", "3").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("mark", "9", "false"), 1, "event 9: there is none"),
        (("mark", "x", "false"), 2, "x"),
        (("mark", "1", "maybe"), 2, "maybe"),
        (("merge", "1", "9"), 1, "event 9: there is none"),
        (("merge", "1", "1"), 1, "cannot be merged with itself"),
        (("split", "1", "3"), 1, "article 3 does not report it"),
        (("split", "1", "1", "2"), 1, "nothing would be left"),
        (("split", "1", "x"), 2, "x"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_words(
    told: Call, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = told("events", *arguments)
    assert answer.code == code
    assert words in answer.err


def test_a_word_on_a_part_of_another_event_names_that_one(told: Call) -> None:
    told("events", "merge", "1", "2")
    answer = told("events", "mark", "2", "false")
    assert (answer.code, "it is part of event 1" in answer.err) == (1, True)


def test_reading_again_keeps_numbers_and_words(told: Call) -> None:
    told("events", "mark", "1", "false")
    told("events", "merge", "1", "2")
    before = told("events", "list", "--json").objects
    answer = told("reread", "--json")
    assert (answer.code, answer.objects[0]["read"], answer.objects[0]["articles"]) == (0, 3, [])
    assert [one["id"] for one in told("events", "list", "--json").objects] == [one["id"] for one in before] == [1]
    assert told("events", "show", "1", "--json").objects[0]["status"] == "retracted"


@pytest.mark.parametrize(("since", "code"), [("2026-03-11", 0), ("2026-03-11T10:00:00+02:00", 0), ("yesterday", 2)])
def test_reading_again_may_begin_at_a_day_or_a_time(told: Call, since: str, code: int) -> None:
    answer = told("reread", "--since", since, "--json")
    assert answer.code == code
    assert [one["read"] for one in answer.objects] == ([0] if code == 0 else [])
