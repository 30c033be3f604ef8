"""The drawing: round numbers at its axes, everything within its bounds, small things seen, nothing hidden."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import web
from alerts.wording import Number
from db.facts import Precision, Qualifier, Status
from web.chart import LEAST_BAR, MOST_DOTS, draw, draw_small, nice_numbers, shown_held
from web.drawing import NARROW, SMALL, WIDE, Drawing, Layout
from web.timeline import Act, ActStep, Held, Standing, Timeline, Wave

SHEETS = {
    name: (Path(web.__file__).parent / "static" / name).read_text("utf-8") for name in ("style.css", "timeline.css")
}
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LAYOUTS = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])


def wave(day: date, low: int | None, high: int | None = None, pardoned: int | None = None, **known: Any) -> Wave:
    return Wave(
        event=known.get("event", 1),
        day=day,
        title="A title",
        status=Status.CONFIRMED,
        standing=known.get("standing", Standing.TOLD),
        event_date=day,
        precision=Precision.DAY,
        released=Number(low, high if high is not None else low) if low is not None else None,
        pardoned=Number(pardoned, pardoned) if pardoned is not None else None,
    )


def act(day: date, step: ActStep) -> Act:
    return Act(2, day, "A title", Status.REPORTED, Standing.TOLD, day, Precision.DAY, step)


def held(day: date, low: int, high: int | None = None) -> Held:
    return Held(day, low, high if high is not None else low, Qualifier.EXACT, 1, 1)


def drawn(*waves: Wave, layout: Layout = WIDE, first: date = FIRST, last: date = LAST, **known: Any) -> Drawing:
    return draw(Timeline(first, last, waves, known.get("acts", ()), known.get("held", ())), layout)


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [
        (0, 250, [0, 100, 200, 300]),
        (0, 5, [0, 2, 4, 6]),
        (0, 1, [0, 1]),
        (0, 123, [0, 50, 100, 150]),
        (1110, 1246, [1100, 1150, 1200, 1250]),
        (1140, 1140, [1140, 1141]),
        (0, 1500, [0, 500, 1000, 1500]),
    ],
)
def test_an_axis_has_few_round_numbers_around_what_it_shows(low: int, high: int, numbers: list[int]) -> None:
    assert nice_numbers(low, high) == numbers


@given(some.integers(0, 100_000), some.integers(0, 100_000))
def test_an_axis_reaches_over_whatever_it_shows(one: int, other: int) -> None:
    low, high = sorted((one, other))
    numbers = nice_numbers(low, high)
    assert numbers[0] <= low <= high <= numbers[-1]
    assert 2 <= len(numbers) <= 7
    assert len({b - a for a, b in pairwise(numbers)}) == 1


@LAYOUTS
def test_a_bar_is_as_high_as_its_number_and_one_person_is_seen(layout: Layout) -> None:
    one, half, most = drawn(wave(FIRST, 1), wave(date(2025, 6, 1), 100), wave(LAST, 200), layout=layout).bars
    assert one.freed == LEAST_BAR
    assert half.freed is not None
    assert most.freed == pytest.approx(2 * half.freed, abs=0.2)
    assert most.height <= layout.freed


def test_a_range_reaches_from_the_lowest_to_the_highest_that_is_told() -> None:
    (bar,) = drawn(wave(FIRST, 60, 120, pardoned=123)).bars
    assert bar.freed is not None
    assert bar.upto == pytest.approx(2 * bar.freed, abs=0.2)
    assert bar.height == bar.pardoned


def test_a_wave_without_a_number_is_drawn_as_unknown_and_not_as_nought() -> None:
    (bar,) = drawn(wave(FIRST, None)).bars
    assert (bar.is_unknown, bar.freed, bar.pardoned, bar.is_labelled) == (True, None, None, False)


@LAYOUTS
def test_everything_stands_within_the_bounds_from_the_first_day_to_the_last(layout: Layout) -> None:
    days = [FIRST + timedelta(days=7 * number) for number in range(52)] + [LAST]
    drawing = drawn(
        *(wave(day, 5 + day.day) for day in days),
        layout=layout,
        acts=tuple(act(day, step) for day in days for step in ActStep),
        held=tuple(held(day, 1100 + day.day) for day in days),
    )
    places = [bar.x for bar in drawing.bars] + [mark.x for lane in drawing.lanes for mark in lane.marks]
    places += [dot.x for dot in drawing.dots] + [tick.at for tick in drawing.days]
    assert layout.gutter <= min(places) <= max(places) <= layout.width
    assert all(drawing.held.top <= dot.y <= drawing.held.bottom for dot in drawing.dots if drawing.held)
    assert all(drawing.talks.top <= lane.y <= drawing.talks.bottom <= drawing.height for lane in drawing.lanes)
    assert [lane.step for lane in drawing.lanes] == list(ActStep)


def test_of_two_waves_on_neighbouring_days_both_are_seen_and_numbers_do_not_cover_each_other() -> None:
    first, second, far = drawn(wave(FIRST, 30), wave(date(2025, 1, 2), 31), wave(LAST, 1)).bars
    assert second.x - first.x >= WIDE.bar
    assert (first.is_labelled, second.is_labelled, far.is_labelled) == (False, True, True)


def test_what_was_denied_moves_no_bar_and_has_no_number() -> None:
    denied, told = drawn(wave(FIRST, 70, standing=Standing.DENIED), wave(FIRST, 30)).bars
    assert denied.x == told.x
    assert (denied.is_labelled, told.is_labelled) == (False, True)
    assert not drawn(wave(FIRST, None, standing=Standing.DENIED)).bars[0].is_unknown


def test_the_line_of_those_held_is_broken_up_where_nobody_counted_for_long() -> None:
    days = [date(2025, 1, 10), date(2025, 2, 10), date(2025, 9, 10), date(2025, 9, 20), date(2025, 10, 1)]
    drawing = drawn(held=tuple(held(day, 1100) for day in days))
    assert [len(re.findall(sign, drawing.line)) for sign in "ML"] == [2, 3]
    assert [len(re.findall(sign, drawing.guess)) for sign in "ML"] == [1, 1]


def test_figures_of_a_day_that_differ_reach_from_one_to_the_other() -> None:
    same, other = drawn(held=(held(FIRST, 1100), held(LAST, 1100, 1200))).dots
    assert (same.depth, other.depth > 10) == (0, True)


def test_of_many_figures_the_last_of_each_month_has_a_mark_and_the_line_has_all() -> None:
    figures = tuple(held(FIRST + timedelta(days=day), 1100 + day) for day in range(365))
    drawing = drawn(held=figures)
    assert len(figures) > MOST_DOTS
    assert [dot.held.day.month for dot in drawing.dots] == list(range(1, 13))
    assert len(re.findall("[ML]", drawing.line)) == 365
    assert shown_held(Timeline(FIRST, LAST, (), (), figures)) == tuple(dot.held for dot in drawing.dots)


def test_without_figures_there_is_no_panel_of_those_held() -> None:
    drawing = drawn(wave(FIRST, 3))
    assert (drawing.held, drawing.dots, drawing.line) == (None, (), "")
    assert drawing.height < drawn(wave(FIRST, 3), held=(held(FIRST, 1100),)).height


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), 12),
        (date(2024, 2, 1), date(2025, 9, 30), 20),
        (date(2020, 12, 1), date(2026, 3, 31), 6),
        (date(1994, 1, 1), date(2026, 12, 31), 11),
    ],
)
def test_the_axis_names_months_or_years_never_too_many(first: date, last: date, named: int) -> None:
    assert sum(tick.is_named for tick in drawn(first=first, last=last).days) == named


def test_the_small_one_shows_rumours_too_but_nothing_that_was_denied() -> None:
    waves = (
        wave(FIRST, 5),
        wave(date(2025, 5, 1), 9, standing=Standing.RUMOURED),
        wave(LAST, 70, standing=Standing.DENIED),
    )
    bars = draw_small(Timeline(FIRST, LAST, waves, (), ()))
    assert [bar.wave.standing for bar in bars] == [Standing.TOLD, Standing.RUMOURED]
    assert bars[1].height == SMALL.freed


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("which", [0, 1], ids=["light", "dark"])
def test_marks_and_lines_have_the_contrast_that_wcag_asks_of_graphics(which: int) -> None:
    colours: dict[str, str] = {}
    for sheet in SHEETS.values():
        colours.update(re.findall(r"--(\w+): (#[0-9a-f]{6});", sheet.split("@media", 2)[which]))
    for mark in ("accent", "stock", "deal", "talk", "quiet"):
        low, high = sorted((luminance(colours[mark]), luminance(colours["card"])))
        assert (high + 0.05) / (low + 0.05) >= 3, mark


def test_the_sheet_fetches_nothing_from_elsewhere() -> None:
    assert "url(" not in SHEETS["timeline.css"]
    assert "@import" not in SHEETS["timeline.css"]
