"""Exports over HTTP: everything, in pieces, in forms that no program runs."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import Database
from web.exports import every_article
from web.forms import csv_rows, json_array, json_lines, safe_cell

Ask = Callable[..., Any]
HOSTILE = json.loads((Path(__file__).parents[1] / "data" / "hostile.json").read_text(encoding="utf-8"))
TEXTS = [one for texts in HOSTILE.values() for one in texts if isinstance(one, str)]


def objects(what: str, form: str, answer: Any) -> list[dict[str, Any]]:
    """What an export holds, whatever its form."""
    assert answer.headers["content-disposition"] == f'attachment; filename="volya-{what}.{form}"'
    if form == "json":
        return list(answer.json())
    if form == "jsonl":
        return [json.loads(line) for line in answer.text.split("\n")[:-1]]
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize("what", ["events", "articles"])
@pytest.mark.parametrize(
    ("form", "media_type"), [("json", "application/json"), ("jsonl", "application/jsonl"), ("csv", "text/csv")]
)
def test_everything_is_exported_in_each_form(ask: Ask, desk: Any, what: str, form: str, media_type: str) -> None:
    for number in (52, 36):
        desk.tell(desk.release(number), title=f"{number} are freed")
    answer = ask(f"/export/{what}.{form}?language=uk" if what == "events" else f"/export/{what}.{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")
    found = objects(what, form, answer)
    assert [str(one["id"]) for one in found] == ["1", "2"]
    assert found[0]["title"] == ("Білорусь звільнила 52 в’язнів" if what == "events" else "52 are freed")


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_nothing_is_exported_where_nothing_is_stored(ask: Ask, form: str) -> None:
    answer = ask(f"/export/events.{form}")
    assert answer.status_code == 200
    assert objects("events", form, answer) == []


def test_an_export_of_events_can_be_filtered(ask: Ask, desk: Any) -> None:
    for number in (52, 36):
        desk.tell(desk.release(number))
    assert [one["id"] for one in ask("/export/events.json?min_released=40").json()] == [1]


@pytest.mark.parametrize("file", ["events", "events.xml", "events.csv.csv", "outlets.csv", "%2e%2e%2fetc%2fpasswd"])
def test_there_is_no_other_file(ask: Ask, file: str) -> None:
    assert ask(f"/export/{file}").status_code == 404


def test_head_sends_no_body(ask: Ask, desk: Any) -> None:
    desk.tell(desk.release(52))
    answer = ask("/export/articles.csv", "HEAD")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", "text/csv; charset=utf-8")


@pytest.mark.parametrize("text", [*TEXTS, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("//x","y")'])
def test_no_cell_is_a_formula_and_what_it_says_stays(text: str) -> None:
    rows = list(csv.reader(io.StringIO("".join(csv_rows([{"a": text, "b": {"c": text}}])), newline="")))
    assert [cell[0] not in "=+-@\t\r" for row in rows for cell in row if cell] == [True] * sum(map(bool, [*rows[0], *rows[1]]))  # fmt: skip
    assert rows[1][0] in (text, f"'{text}")
    assert rows[1][0] == safe_cell(text)
    assert json.loads(rows[1][1]) == {"c": text}


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_is_one_value_of_json(text: str) -> None:
    value = {"a": text}
    (line,) = json_lines([value])
    assert (line.count("\n"), json.loads(line)) == (1, value)
    assert json.loads("".join(json_array([value, value]))) == [value, value]


def test_an_export_takes_no_more_memory_the_more_there_is(sqlite_database: Database) -> None:
    """20 kB a text: all of them in memory would be 40 MB."""
    with sqlite_database.begin() as session:
        session.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO articles (id, url, "
                "url_key, text, first_seen_at, fields, is_partial, alerting, revision, text_hash, read_attempts, generation) "
                "SELECT i, 'https://a.example/' || i, 'k' || i, hex(zeroblob(10000)), '2025-09-11 15:00:00.000000', '{}', 0, "
                "'silent', 1, 'h' || i, 0, 0 FROM n"
            )
        )
    tracemalloc.start()
    count = sum(1 for _ in json_lines(every_article(sqlite_database)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, peak < 20_000_000) == (2000, True)
