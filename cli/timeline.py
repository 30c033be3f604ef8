"""The timeline as lines of text: bars of people freed, a line of those held, a lane for each step of negotiation. Pure.

A column is so many days that all fits the width. It is read in a pipe, too: colour only repeats what the signs say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rich.text import Text

from db.facts import STOCK_AUTHORITY
from web.chart import nice_numbers
from web.timeline import ActStep, Dated, Held, Standing, Timeline, Wave

GUTTER = 11
LEAST_COLUMNS = 20
FREED_ROWS = 8
HELD_ROWS = 5
BLOCKS = " ▁▂▃▄▅▆▇█"
LONG = 800  # days; of a longer axis the years are named
SIGNS = {
    ActStep.TALKS: ("●", "green"),
    ActStep.DEMANDED: ("▼", "blue"),
    ActStep.ANNOUNCED: ("▲", "blue"),
    ActStep.CONCESSION: ("◆", "yellow"),
    ActStep.REFUSED: ("×", "red"),
}
RUMOURED, DENIED = "○", "·"


@dataclass(frozen=True, slots=True)
class Columns:
    """The axis of days: `count` columns of `days` each, from `first` on."""

    first: date
    last: date
    days: int
    count: int

    def at(self, day: date) -> int:
        """Return the column of a day."""
        return (day - self.first).days // self.days


def columns_of(timeline: Timeline, width: int) -> Columns:
    """Return the columns that fit a width: at least 20, of whole days."""
    room = max(width - GUTTER - 1, LEAST_COLUMNS)
    total = (timeline.last - timeline.first).days + 1
    days = -(-total // room)
    return Columns(timeline.first, timeline.last, days, -(-total // days))


def timeline_lines(timeline: Timeline, width: int) -> Iterator[Text]:
    """Yield the chart, a line at a time, none longer than `width` (or than 32, where that is less)."""
    columns = columns_of(timeline, width)
    yield from _freed(timeline.waves, columns)
    if timeline.held:
        yield from _held(timeline.held, columns)
    yield _name("Negotiations")
    for step in ActStep:
        acts = [act for act in timeline.acts if act.step is step]
        yield _lane(step.value, acts, columns, *SIGNS[step])
    yield _days(columns)
    yield Text(_legend(timeline, columns), style="dim")


def _name(text: str) -> Text:
    return Text(text, style="bold")


def _freed(waves: Sequence[Wave], columns: Columns) -> Iterator[Text]:
    """Yield the bars of what is told as a fact, then what cannot be drawn to scale or stands apart."""
    told = [wave for wave in waves if wave.standing is Standing.TOLD]
    sums = [0] * columns.count
    for wave in told:
        if wave.main is not None:
            sums[columns.at(wave.day)] += wave.main.low or 0
    yield _name("People freed or pardoned, by wave")
    yield from _bars(sums)
    lanes = {
        ("no number", "?"): [wave for wave in told if wave.main is None],
        ("rumoured", RUMOURED): [wave for wave in waves if wave.standing is Standing.RUMOURED],
        ("denied", "×"): [wave for wave in waves if wave.standing is Standing.DENIED],
    }
    for (name, sign), some in lanes.items():
        if some:
            yield _lane(name, some, columns, sign)


def _bars(sums: Sequence[int]) -> Iterator[Text]:
    """Yield the rows of the bars from their top, with a round number at some; one person is seen, too."""
    numbers = nice_numbers(0, max(*sums, 4))
    eighths = [max(round(one / numbers[-1] * FREED_ROWS * 8), one > 0) for one in sums]
    named = {round(number / numbers[-1] * FREED_ROWS): f"{number:,}" for number in numbers}
    for row in range(FREED_ROWS, 0, -1):
        cells = "".join(BLOCKS[min(max(one - (row - 1) * 8, 0), 8)] for one in eighths)
        yield _row(named.get(row, ""), "┤", cells, "red")
    yield _row("0", "┼", "─" * len(sums))


def _held(held: Sequence[Held], columns: Columns) -> Iterator[Text]:
    """Yield the line of those held: in each column the last figure of its days; where nobody counted there is none."""
    numbers = nice_numbers(min(one.low for one in held), max(one.high for one in held), HELD_ROWS - 1)
    low, high = numbers[0], numbers[-1]
    rows = {columns.at(one.day): round((one.high - low) / (high - low) * (HELD_ROWS - 1)) for one in held}
    yield _name(f"People held, as {STOCK_AUTHORITY} counts: {_last(held[-1])}")
    for row in reversed(range(HELD_ROWS)):
        cells = "".join("•" if rows.get(column) == row else " " for column in range(columns.count))
        named = {0: f"{low:,}", HELD_ROWS - 1: f"{high:,}"}.get(row, "")
        yield _row(named, "┤", cells, "blue")


def _last(held: Held) -> str:
    return f"{held.high:,} on {held.day}"


def _lane(name: str, marks: Iterable[Dated], columns: Columns, sign: str, style: str = "") -> Text:
    """Return one row of marks; of several in a column what is told as a fact is seen before a rumour."""
    cells = [" "] * columns.count
    order = [Standing.DENIED, Standing.RUMOURED, Standing.TOLD]
    for mark in sorted(marks, key=lambda one: order.index(one.standing)):
        drawn = {Standing.RUMOURED: RUMOURED, Standing.DENIED: DENIED}.get(mark.standing, sign)
        cells[columns.at(mark.day)] = sign if isinstance(mark, Wave) else drawn
    return _row(name, "│", "".join(cells), style)


def _row(label: str, axis: str, cells: str, style: str = "") -> Text:
    return Text.assemble(f"{label:>{GUTTER - 1}}", axis, (cells.rstrip(), style))


def _days(columns: Columns) -> Text:
    """Return the names of years, or of months where the axis is no longer than two years; those that have the room."""
    is_long = (columns.last - columns.first).days > LONG
    line = ""
    for day in _firsts(columns):
        name = str(day.year) if is_long else f"{day:%b}"
        column = columns.at(day)
        if (
            column >= len(line) + (line != "")
            and column + len(name) <= columns.count
            and (day.month == 1 or not is_long)
        ):
            line = line.ljust(column) + name
    return _row("", " ", line)


def _firsts(columns: Columns) -> Iterator[date]:
    months = range(columns.first.year * 12 + columns.first.month - 1, columns.last.year * 12 + columns.last.month)
    days = (date(month // 12, month % 12 + 1, 1) for month in months)
    return (day for day in days if day >= columns.first)


def _legend(timeline: Timeline, columns: Columns) -> str:
    """Return how to read it: what a column is, and the signs that stand apart."""
    days = "a day" if columns.days == 1 else f"{columns.days} days"
    text = f"A column is {days}; waves of one column are added up, of a range the lowest."
    apart = {Standing.RUMOURED: f"{RUMOURED} rumoured", Standing.DENIED: f"{DENIED} taken back"}
    told = [words for standing, words in apart.items() if any(act.standing is standing for act in timeline.acts)]
    return " ".join([text, *(f"{words}." for words in told)])
