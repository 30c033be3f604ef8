"""`volya events timeline`: a chart that fits the width, and the same values as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alerts.wording import Number
from cli.timeline import GUTTER, columns_of, timeline_lines
from db import Database
from db.facts import Precision, Qualifier, Status
from web.timeline import Act, ActStep, Held, Standing, Timeline, Wave

Call = Callable[..., Any]
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def wave(day: date, low: int | None, standing: Standing = Standing.TOLD) -> Wave:
    number = Number(low, low) if low is not None else None
    return Wave(1, day, "A title", Status.CONFIRMED, standing, day, Precision.DAY, number, None)


def act(day: date, step: ActStep, standing: Standing = Standing.TOLD) -> Act:
    return Act(2, day, "A title", Status.REPORTED, standing, day, Precision.DAY, step)


def held(day: date, number: int) -> Held:
    return Held(day, number, number, Qualifier.EXACT, 1, 1)


def chart(*waves: Wave, acts: tuple[Act, ...] = (), stock: tuple[Held, ...] = (), width: int = 103) -> list[str]:
    return [line.plain for line in timeline_lines(Timeline(FIRST, LAST, waves, acts, stock), width)]


def row(lines: list[str], name: str) -> str:
    """What stands in a row behind its name and its axis."""
    (line,) = [line for line in lines if line[: GUTTER - 1].strip() == name]
    return line[GUTTER:]


@pytest.mark.parametrize("width", [20, 32, 60, 80, 120, 200, 1000])
@pytest.mark.parametrize("last", [date(2025, 1, 31), LAST, date(2031, 12, 31)])
def test_the_chart_fits_the_width(width: int, last: date) -> None:
    timeline = Timeline(FIRST, last, (wave(FIRST, 5), wave(last, 9)), (act(last, ActStep.TALKS),), (held(last, 1100),))
    columns = columns_of(timeline, width)
    assert columns.at(FIRST) == 0
    assert columns.at(last) == columns.count - 1
    *lines, legend = [line.plain for line in timeline_lines(timeline, width)]
    drawn = [line for line in lines if line[GUTTER - 1 : GUTTER] in "┤┼│ "]
    assert max(map(len, drawn)) <= max(width, 32)
    assert "A column is" in legend


def test_bars_are_as_high_as_their_numbers_and_waves_of_one_column_are_added_up() -> None:
    lines = chart(wave(FIRST, 60), wave(date(2025, 1, 2), 40), wave(LAST, 1))
    rows = [line for line in lines if "┤" in line]
    assert [line[GUTTER] for line in rows] == ["█"] * 8
    assert [line[-1] for line in rows[-1:]] == ["▁"]
    assert row(lines, "100").startswith("█")
    assert "A column is 5 days" in lines[-1]


def test_what_cannot_be_drawn_to_scale_or_stands_apart_has_a_row_of_its_own() -> None:
    lines = chart(wave(FIRST, None), wave(FIRST, 40, Standing.RUMOURED), wave(LAST, 70, Standing.DENIED))
    assert [row(lines, name).strip() for name in ("no number", "rumoured", "denied")] == ["?", "○", "×"]
    assert not any("█" in line for line in lines)
    assert not any(line.strip().startswith(("rumoured", "denied")) for line in chart(wave(FIRST, 3)))


def test_each_step_has_a_lane_and_what_is_told_as_a_fact_goes_before_a_rumour() -> None:
    acts = (
        act(FIRST, ActStep.TALKS),
        act(FIRST, ActStep.TALKS, Standing.RUMOURED),
        act(LAST, ActStep.TALKS, Standing.RUMOURED),
        act(LAST, ActStep.CONCESSION),
        act(LAST, ActStep.REFUSED, Standing.DENIED),
    )
    lines = chart(acts=acts)
    lanes = {step: row(lines, step.value) for step in ActStep}
    assert (lanes[ActStep.TALKS][0], lanes[ActStep.TALKS][-1]) == ("●", "○")
    assert [lanes[step].strip() for step in ActStep][1:] == ["", "", "◆", "·"]
    assert lines[-1].endswith("○ rumoured. · taken back.")


def test_the_line_of_those_held_says_the_last_figure_and_is_empty_where_nobody_counted() -> None:
    lines = chart(stock=(held(FIRST, 1226), held(LAST, 1110)))
    assert "People held, as Viasna counts: 1,110 on 2025-12-31" in lines
    assert sum(line.count("•") for line in lines) == 2
    assert row(lines, "1,250").startswith("•") or any(line[GUTTER:].startswith("•") for line in lines)


def test_months_are_named_and_of_a_long_axis_years() -> None:
    assert "Jan" in "".join(chart(wave(FIRST, 1)))
    lines = [line.plain for line in timeline_lines(Timeline(FIRST, date(2031, 12, 31), (wave(FIRST, 1),), (), ()), 80)]
    assert [year for year in lines[-2].split() if year.isdecimal()] == [str(year) for year in range(2025, 2032)]


@pytest.fixture
def told(volya: Call, sqlite_database: Database, chronicle: Callable[[Database], None]) -> Call:
    """The program on a database with the made-up course of 2020 to 2026."""
    chronicle(sqlite_database)
    return volya


def test_a_pipe_gets_plain_text_with_the_events_of_a_year_below(told: Call) -> None:
    whole, year = told("events", "timeline"), told("events", "timeline", "--year", "2025")
    assert (whole.code, year.code, whole.err) == (0, 0, "")
    assert "\x1b" not in whole.out + year.out
    assert max(map(len, whole.out.splitlines())) <= 120
    assert "2021" in whole.out
    assert "Belarus frees 51–52 prisoners after talks with John Coale" in year.out
    assert "Belarus frees" not in whole.out


def test_the_json_is_one_object_with_what_is_drawn(told: Call) -> None:
    (whole,) = told("events", "timeline", "--json").objects
    assert [len(whole[key]) for key in ("waves", "negotiations", "held")] == [21, 15, 36]
    (year,) = told("events", "timeline", "--year", "2025", "--json").objects
    assert (year["since"], year["until"]) == ("2025-01-01", "2025-12-31")
    wave = next(one for one in year["waves"] if one["day"] == "2025-12-13")
    assert (wave["released"], wave["pardoned"]) == (
        {"low": 114, "high": 123, "qualifier": "exact"},
        {"low": 123, "high": 123, "qualifier": "exact"},
    )


def test_what_viasnas_list_counts_becomes_the_history_of_those_held(volya: Call, tmp_path: Path) -> None:
    told = {1: "1,151", 2: "1,205"}
    documents = [
        {
            "url": f"https://prisoners.example/?held={number}",
            "outlet": "viasna",
            "language": "en",
            "published": f"2025-10-0{day}",
            "title": f"Viasna: {number} political prisoners are held in Belarus",
            "text": f"As of {day} October 2025, {number} political prisoners are held in Belarus, according to Viasna.",
        }
        for day, number in told.items()
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    assert volya("import", "list.jsonl").code == 0
    (found,) = volya("events", "timeline", "--json").objects
    assert [(one["day"], one["low"], one["high"]) for one in found["held"]] == [
        ("2025-10-01", 1151, 1151),
        ("2025-10-02", 1205, 1205),
    ]


def test_titles_are_in_the_language_of_the_settings(told: Call) -> None:
    (year,) = told("events", "timeline", "--year", "2026", "--json", "--set", "alerts.language=uk").objects
    assert year["waves"][-1]["title"].startswith("Білорусь звільнила 250 в’язнів")


def test_where_there_is_nothing_to_draw_it_says_so(volya: Call) -> None:
    assert "Nothing to draw" in volya("events", "timeline").out
    (empty,) = volya("events", "timeline", "--year", "2024", "--json").objects
    assert (empty["since"], empty["waves"], empty["held"]) == ("2024-01-01", [], [])


@pytest.mark.parametrize("year", ["0", "x", "10000"])
def test_a_year_that_is_none_is_refused(volya: Call, year: str) -> None:
    assert volya("events", "timeline", "--year", year).code == 2
