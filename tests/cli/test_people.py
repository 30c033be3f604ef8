"""`volya people`: found by any spelling, watched, and told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

STORIES = (
    {
        "url": "https://news.example/en",
        "language": "en",
        "title": "Belarus frees 14 political prisoners",
        "text": "Belarus released 14 political prisoners on Saturday. Among them are Siarhei Tsikhanouski and "
        "the journalist Ivan Paulau. They crossed the border into Lithuania.",
        "published": "2025-06-21T15:02:00+03:00",
    },
    {
        "url": "https://news.example/be",
        "language": "be",
        "title": "У Беларусі вызвалілі 14 палітвязняў",
        "text": "14 палітвязняў выйшлі на волю 21 чэрвеня. Сярод іх палітык Сяргей Ціханоўскі, а таксама незалежны "
        "журналіст Іван Паўлаў, якога чакала дома ўся яго сям'я.",
        "published": "2025-06-21T16:02:00+03:00",
    },
)


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> Call:
    """The program on a database with one event that two articles of two scripts tell of."""
    lines = "\n".join(json.dumps(document) for document in STORIES)
    (tmp_path / "two.jsonl").write_text(lines, encoding="utf-8")
    assert volya("import", "two.jsonl").code == 0
    return volya


def test_one_person_is_one_line_though_two_scripts_spell_the_name(filled: Call) -> None:
    people = {one["name"]: one for one in filled("people", "list", "--json").objects}
    assert sorted(people) == ["Ivan Paulau", "Siarhei Tsikhanouski"]
    ivan = people["Ivan Paulau"]
    assert list(ivan) == ["name", "aliases", "watched", "events"]
    assert (ivan["aliases"], ivan["watched"]) == (["Іван Паўлаў"], False)
    (event,) = ivan["events"]
    assert event == {"event": 1, "date": "2025-06-21", "kind": "release", "status": event["status"], "outcome": "freed"}
    assert len(filled("people", "list", "--limit", "1", "--json").objects) == 1
    assert "Ivan Paulau" in filled("people").out


@pytest.mark.parametrize("written", ["Иван Павлов", "Paulau", "Паўл", "Iwan Pawłow", "ivanas pavlovas"])
def test_a_person_is_shown_by_any_spelling_or_part(filled: Call, written: str) -> None:
    assert filled("people", "show", written, "--json").objects[0]["name"] == "Ivan Paulau"
    shown = filled("people", "show", written).out
    assert "Іван Паўлаў" in shown
    assert "freed" in shown


def test_who_is_not_named_is_one_line_and_exit_code_1(filled: Call) -> None:
    answer = filled("people", "show", "Ales Bialiatski")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "volya: Ales Bialiatski: no event names anybody so; see volya people list\n"


def test_a_part_of_two_names_lists_both(filled: Call) -> None:
    filled("people", "watch", "Ihar Losik")
    filled("people", "watch", "Дарья Лосик")
    answer = filled("people", "show", "Лосік")
    assert answer.code == 2
    assert "Ihar Losik, Darya Losik" in answer.err


def test_a_watched_person_has_a_star_and_is_watched_once(filled: Call) -> None:
    assert filled("people", "watch", "Іван Паўлаў", "--json").objects[0]["watched"] is True
    assert filled("people", "watch", "Иван Павлов").code == 0
    watched = [one["name"] for one in filled("people", "--json").objects if one["watched"]]
    assert watched == ["Ivan Paulau"]
    assert "★" in filled("people").out
    assert filled("people", "unwatch", "Паўлаў").code == 0
    assert "★" not in filled("people").out
    assert filled("people", "unwatch", "Паўлаў").code == 1


def test_who_is_not_named_yet_is_watched_under_the_gazetteers_name(volya: Call) -> None:
    answer = volya("people", "watch", "Алесь Бяляцкі")
    assert (answer.code, "Ales Bialiatski" in answer.out) == (0, True)
    assert volya("people", "--json").objects == [
        {"name": "Ales Bialiatski", "aliases": [], "watched": True, "events": []}
    ]
    assert volya("people", "unwatch", "Bialiatski", "--json").objects == [{"name": "Ales Bialiatski", "watched": False}]


def test_a_full_name_is_not_taken_for_a_longer_one(filled: Call) -> None:
    assert filled("people", "watch", "Ivan Paulavets", "--json").objects[0]["name"] == "Ivan Paulavets"
    assert filled("people", "watch", "Ivan Paul", "--json").objects[0]["name"] == "Ivan Paul"


@pytest.mark.parametrize("written", ["Kavalenka", "", "—", "Ivan " + "Very" * 60])
def test_what_is_no_full_name_is_not_watched(volya: Call, written: str) -> None:
    assert volya("people", "watch", written).code == 2
    assert volya("people", "--json").objects == []


def test_nobody_named_yet_says_what_to_do(volya: Call) -> None:
    assert "volya run" in volya("people").out
