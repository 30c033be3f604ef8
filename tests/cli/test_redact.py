"""`volya redact`: a name that is shown no more, in what is stored and in what comes."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
NAMES = ("Paulau", "Паўлаў", "Павлов", "paulau", "Losik", "Лосік")

STORIES = (
    {
        "url": "https://news.example/en",
        "language": "en",
        "title": "Belarus frees 14 political prisoners, Paulau among them",
        "text": "Belarus released 14 political prisoners on Saturday. Among them are Ihar Losik and the journalist "
        "Ivan Paulau. Paulau's wife met them at the border. They crossed it into Lithuania.",
        "published": "2025-06-21T15:02:00+03:00",
        "author": "Ivan Paulau",
    },
    {
        "url": "https://news.example/be",
        "language": "be",
        "title": "У Беларусі вызвалілі 14 палітвязняў",
        "text": "14 палітвязняў выйшлі на волю 21 чэрвеня. Сярод іх блогер Ігар Лосік, а таксама незалежны "
        "журналіст Іван Паўлаў, якога чакала дома ўся яго сям'я. Паўлава сустракалі кветкамі.",
        "published": "2025-06-21T16:02:00+03:00",
    },
    {
        "url": "https://news.example/other",
        "language": "en",
        "title": "Talks in Minsk go on",
        "text": "Envoy John Coale met Alexander Lukashenko in Minsk to discuss freeing political prisoners.",
        "published": "2025-06-10T16:02:00+03:00",
    },
)


def told(volya: Call, tmp_path: Path, *documents: dict[str, Any], name: str = "news.jsonl") -> None:
    (tmp_path / name).write_text("\n".join(json.dumps(one) for one in documents), encoding="utf-8")
    assert volya("import", name).code == 0


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> Call:
    """The program on a database with a release that two articles tell of, and talks."""
    told(volya, tmp_path, *STORIES)
    return volya


def everything_shown(volya: Call) -> str:
    """Return all that the program says of articles, events and people, in every form."""
    calls = [
        ("articles", "list", "--json"),
        ("events", "list", "--json"),
        ("people", "--json"),
        ("export", "events", "--format", "atom"),
        ("export", "events", "--format", "csv"),
        ("export", "articles", "--format", "jsonl"),
        *(("articles", "show", str(number), "--json") for number in (1, 2, 3)),
        *(("explain", f"a{number}") for number in (1, 2, 3)),
        *((verb, f"e{number}") for number in (1, 2) for verb in ("explain",)),
        *(("events", "show", str(number)) for number in (1, 2)),
        *(("events", "show", str(number), "--json") for number in (1, 2)),
    ]
    answers = [volya(*call) for call in calls]
    assert [answer.err for answer in answers if answer.code] == []
    return "\n".join(answer.out for answer in answers)


def stored_bytes(tmp_path: Path) -> list[str]:
    """Return every value of every table of the database."""
    with closing(sqlite3.connect(tmp_path / "volya.sqlite3")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        names = [name for name in tables if not name.startswith("article_words")]
        rows = [row for name in names for row in connection.execute(f"SELECT * FROM {name}")]
    return [_readable(value) for row in rows for value in row]


def _readable(value: object) -> str:
    """Return a value as text; JSON writes letters as numbers."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return str(value)
    return json.dumps(json.loads(value), ensure_ascii=False)


def test_a_name_is_nowhere_any_more_and_numbers_stay(filled: Call, tmp_path: Path) -> None:
    before = filled("events", "show", "1", "--json").objects[0]
    assert {one["name"] for one in before["people"]} == {"Ivan Paulau", "Ihar Losik"}
    for name in ("Іван Паўлаў", "Ihar Losik"):
        answer = filled("redact", name, "--yes", "--by", "anna", "--note", f"the sister of {name} asked")
        assert (answer.code, answer.err) == (0, "")
    shown = everything_shown(filled)
    assert [name for name in NAMES if name in shown] == []
    held = [value for value in stored_bytes(tmp_path) if any(name in value for name in NAMES)]
    assert held == []
    after = filled("events", "show", "1", "--json").objects[0]
    assert after["people"] == []
    assert after["revision"] > before["revision"]
    same = ("kind", "status", "event_date", "nationalities", "roots", "independent_sources", "conflicts")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert [(one["role"], one["value"]) for one in after["counts"]] == [("released", 14)]
    assert "NN¹ among them" in filled("articles", "show", "1").out
    assert filled("articles", "search", "Paulau", "--json").objects == []


def test_evidence_still_points_at_its_words(filled: Call) -> None:
    filled("redact", "Ivan Paulau", "--yes")
    for number in (1, 2):
        (article,) = filled("articles", "show", str(number), "--json").objects
        text = f"{article['title']}\n\n{article['text']}"
        rows = [row for mention in article["analysis"]["mentions"] for row in mention["evidence"]]
        assert rows
        assert [row["quote"] for row in rows] == [text[row["start"] : row["end"]] for row in rows]


def test_a_later_article_does_not_bring_the_name_back(filled: Call, tmp_path: Path) -> None:
    filled("redact", "Ivan Paulau", "--yes")
    later = {
        "url": "https://news.example/lt",
        "language": "lt",
        "title": "Į Lietuvą atvyko 14 politinių kalinių",
        "text": "Baltarusija paleido 14 politinių kalinių. Tarp jų žurnalistas Ivanas Paulavas. Jie atvyko į Lietuvą.",
        "published": "2025-06-21T18:02:00+03:00",
    }
    rewritten = {**STORIES[0], "text": f"{STORIES[0]['text']} Ivan Paulau said he was well."}
    told(filled, tmp_path, later, rewritten, name="later.jsonl")
    assert filled("reread").code == 0
    assert [one["name"] for one in filled("people", "--json").objects] == ["Ihar Losik"]
    assert "NN¹ said he was well" in filled("articles", "show", "1").out
    assert "NN¹" in filled("articles", "show", "4").out
    assert filled("articles", "search", "Paulau", "--json").objects == []
    (event,) = filled("events", "show", "1", "--json").objects
    assert (len(event["articles"]), event["counts"][0]["value"]) == (3, 14)


def test_people_who_are_counted_one_by_one_are_still_counted(volya: Call, tmp_path: Path) -> None:
    volya("redact", "Ihar Losik", "--yes")
    volya("redact", "Дар'я Лосік", "--yes")
    text = "Ihar Losik and Darya Losik were freed from prison in Belarus on Saturday. Ihar Losik is a blogger."
    told(volya, tmp_path, {"url": "urn:x", "language": "en", "title": "Two are free", "text": text})
    (event,) = volya("events", "list", "--json").objects
    assert [(one["role"], one["value"]) for one in event["counts"]] == [("released", 2)]
    assert event["people"] == []


def test_a_look_changes_nothing_and_says_how_much_there_is(filled: Call, tmp_path: Path) -> None:
    before = stored_bytes(tmp_path)
    answer = filled("redact", "Ivan Paulau", "--dry-run", "--json")
    assert answer.objects == [
        {"dry_run": True, "articles": 2, "earlier texts": 0, "entries": 0, "events": 1, "sent": 0, "watches": 0}
    ]
    assert "2 articles" in filled("redact", "Ivan Paulau", "--dry-run").out
    assert stored_bytes(tmp_path) == before


def test_without_a_terminal_it_wants_to_be_told_yes(filled: Call, tmp_path: Path) -> None:
    before = stored_bytes(tmp_path)
    answer = filled("redact", "Ivan Paulau")
    assert (answer.code, answer.out) == (2, "")
    assert "--yes" in answer.err
    assert stored_bytes(tmp_path) == before


@pytest.mark.parametrize(("answered", "code", "place"), [("n", 130, "Ivan Paulau"), ("y", 0, "NN¹")])
def test_on_a_terminal_it_says_what_it_means_and_asks(
    filled: Call, monkeypatch: pytest.MonkeyPatch, answered: str, code: int, place: str
) -> None:
    terminal, ours = os.openpty()
    os.write(terminal, f"{answered}\n".encode())
    with os.fdopen(ours) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        answer = filled("redact", "Иван Павлов")
    os.close(terminal)
    assert (answer.code, "2 articles" in answer.out) == (code, True)
    assert f"journalist {place}" in filled("articles", "show", "1").out


def test_what_is_withheld_is_listed_without_the_name_and_lifted(filled: Call, tmp_path: Path) -> None:
    filled("redact", "Ivan Paulau", "--yes", "--by", "anna", "--note", "Paulau's sister asked")
    (one,) = filled("redact", "--list", "--json").objects
    assert (one["number"], one["place"], one["by"], one["note"]) == (1, "NN¹", "anna", "NN¹'s sister asked")
    assert one["found"] == {"articles": 2, "earlier texts": 0, "entries": 0, "events": 1, "sent": 0, "watches": 0}
    assert one["done_at"] is not None
    assert "NN¹" in filled("redact", "--list").out
    assert filled("redact", "--lift", "1", "--by", "anna", "--note", "he wants it told").code == 0
    assert "lifted" in filled("redact", "--list").out
    told(filled, tmp_path, {**STORIES[0], "url": "https://news.example/again"}, name="again.jsonl")
    assert "Ivan Paulau" in [one["name"] for one in filled("people", "--json").objects]
    assert filled("redact", "--lift", "1").code == 1


def test_a_watch_goes_and_none_can_be_set(filled: Call) -> None:
    filled("people", "watch", "Ivan Paulau")
    assert filled("redact", "Ivan Paulau", "--yes", "--json").objects[0]["watches"] == 1
    answer = filled("people", "watch", "Иван Павлов")
    assert (answer.code, "withheld" in answer.err) == (1, True)
    assert filled("people", "show", "Ivan Paulau").code == 1


def test_again_is_the_same_number_and_changes_nothing(filled: Call, tmp_path: Path) -> None:
    filled("redact", "Ivan Paulau", "--yes")
    before = filled("events", "show", "1", "--json").objects
    answer = filled("redact", "Иван Павлов", "--yes", "--json")
    assert answer.objects[0]["number"] == 1
    assert answer.objects[0]["articles"] == 2
    assert filled("events", "show", "1", "--json").objects == before
    assert filled("redact", "--finish").out == "Nothing was cut short.\n"


def test_a_restored_backup_takes_the_list_along_and_check_asks_to_finish(filled: Call, tmp_path: Path) -> None:
    filled("redact", "Ihar Losik", "--yes")
    assert filled("backup", "saved").code == 0
    filled("redact", "Ivan Paulau", "--yes")
    assert filled("restore", "saved").code == 0
    assert "Ivan Paulau" in filled("people").out
    (finding,) = [one for one in filled("check", "--json").objects if one["name"] == "withheld names"]
    assert (finding["state"], finding["text"]) == ("bad", "NN²: not yet taken out of all that is stored")
    assert filled("redact", "--finish").code == 0
    assert [name for name in NAMES if name in everything_shown(filled)] == []
    assert [value for value in stored_bytes(tmp_path) if any(name in value for name in NAMES)] == []
    assert [one["done_at"] is None for one in filled("redact", "--list", "--json").objects] == [False, False]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("Alexander Lukashenko", "--yes"), 1, "in office is the news"),
        (("Джон Коул", "--yes"), 1, "in office is the news"),
        (("Nobody", "--yes"), 2, "give first name and surname"),
        ((), 2, "give a name"),
        (("Ivan Paulau", "--list"), 2, "give a name"),
        (("--lift", "7"), 1, "7: no name is withheld by this number"),
    ],
)
def test_what_cannot_be_done_is_one_line(filled: Call, arguments: tuple[str, ...], code: int, said: str) -> None:
    answer = filled("redact", *arguments)
    assert (answer.code, answer.err.count("\n")) == (code, 1)
    assert said in answer.err
