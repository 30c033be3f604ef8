"""`volya events mark`, `merge` and `split`: a person's word on events, and what is said where it cannot be had."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
TOLD = "Belarus released {} political prisoners on {}, Viasna said."
STORIES = (("a", 52, "September 11", "11"), ("b", 52, "September 11", "11"), ("c", 30, "September 30", "30"))


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> Call:
    """The program on a database with two events: 52 freed on 11 September (two articles), 30 on the 30th (one)."""
    documents = [
        {
            "url": f"https://{name}.example/1",
            "language": "en",
            "title": f"Belarus frees {number} political prisoners",
            "text": f"{TOLD.format(number, day)} Told by {name}.",
            "published": f"2025-09-{date}T15:00:00+03:00",
        }
        for name, number, day, date in STORIES
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    assert volya("import", "news.jsonl").code == 0
    return volya


def event(volya: Call, number: int) -> dict[str, Any]:
    (shown,) = volya("events", "show", str(number), "--json").objects
    return dict(shown)


def listed(volya: Call) -> list[int]:
    return sorted(row["id"] for row in volya("events", "list", "--json").objects)


def test_the_fixture_has_two_events(filled: Call) -> None:
    assert listed(filled) == [1, 2]


@pytest.mark.parametrize(
    ("verdict", "status"), [("confirmed", "confirmed"), ("false", "retracted"), ("not-news", "retracted")]
)
def test_an_event_is_marked_and_says_so(filled: Call, verdict: str, status: str) -> None:
    answer = filled("events", "mark", "1", verdict, "--by", "anna", "--note", "she was there", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.objects == [{"event": 1, "verdict": verdict}]
    assert event(filled, 1)["status"] == status
    shown = filled("events", "show", "1").out
    assert all(word in shown for word in ("anna", "she was there"))


def test_a_mark_is_said_in_a_sentence_every_time(filled: Call) -> None:
    first = filled("events", "mark", "e1", "false", "--by", "anna")
    assert first.out == "event 1 is marked false\n"
    again = filled("events", "mark", "e1", "false", "--by", "anna")
    assert again.out.splitlines()[0] == "event 1 is marked false"


def test_two_events_are_merged_and_the_younger_says_of_which_it_is_part(filled: Call) -> None:
    answer = filled("events", "merge", "e2", "1", "--by", "anna", "--note", "one bus", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.objects == [{"event": 1, "merged": 2}]
    assert listed(filled) == [1]
    assert event(filled, 2)["status"] == "superseded"
    assert "part of" in filled("events", "show", "2").out.lower()


def test_a_merge_is_said_in_a_sentence(filled: Call) -> None:
    assert filled("events", "merge", "1", "2").out == "event 2 is part of event 1 now\n"


def test_an_article_is_split_from_an_event(filled: Call) -> None:
    answer = filled("events", "split", "1", "a2", "--by", "anna", "--note", "another decree", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.objects == [{"event": 3, "split_from": 1}]
    assert listed(filled) == [1, 2, 3]
    assert "split from" in filled("events", "show", "3").out.lower()


def test_a_split_is_said_in_a_sentence(filled: Call) -> None:
    assert filled("events", "split", "e1", "2").out == "event 3 was split from event 1\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mark", "99", "false"), "event 99: there is none; see volya events list"),
        (("merge", "1", "99"), "event 99: there is none; see volya events list"),
        (("merge", "1", "1"), "event 1: it cannot be merged with itself"),
        (("split", "99", "1"), "event 99: there is none; see volya events list"),
        (("split", "1", "a3"), "event 1: article 3 does not report it; see volya events show 1"),
        (("split", "1", "99"), "event 1: article 99 does not report it; see volya events show 1"),
        (("split", "1", "1", "2"), "event 1: nothing would be left of it; name fewer articles"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_1(filled: Call, arguments: tuple[str, ...], said: str) -> None:
    answer = filled("events", *arguments)
    assert (answer.code, answer.out, answer.err) == (1, "", f"volya: {said}\n")
    assert listed(filled) == [1, 2]


@pytest.mark.parametrize(
    "arguments", [("mark", "2", "false"), ("merge", "2", "1"), ("merge", "1", "2"), ("split", "2", "3")]
)
def test_a_merged_event_takes_no_word_and_names_the_one_it_is_part_of(filled: Call, arguments: tuple[str, ...]) -> None:
    filled("events", "merge", "1", "2")
    answer = filled("events", *arguments)
    assert (answer.code, answer.err) == (1, "volya: event 2: it is part of event 1; name that one\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("mark", "1", "perhaps"),
        ("mark", "1"),
        ("mark", "a1", "false"),
        ("mark", "x", "false"),
        ("merge", "1"),
        ("merge", "1", "a2"),
        ("split", "1"),
        ("split", "1", "e2"),
    ],
)
def test_a_wrong_call_is_a_usage_error(filled: Call, arguments: tuple[str, ...]) -> None:
    answer = filled("events", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err
    assert listed(filled) == [1, 2]
