"""The timeline as a drawing: where each bar, mark and line stands, in the units of its SVG. Pure; the template draws it.

Three panels over one axis of days: people freed by wave, those held, acts of negotiation in a lane a step. It is drawn
twice, wide and narrow (for a phone); the sheet shows one of them. What it cannot show in numbers its table does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from alerts.wording import Number
from web.drawing import SMALL, Bar, DayTick, Dot, Drawing, Lane, Layout, Mark, Panel, Tick
from web.timeline import Act, ActStep, Held, Standing, Timeline, Wave

MOST_YEARS = 14  # labelled on the axis; of more every second
LONGEST_MONTHS = 27  # an axis of more has years on it
QUIET_DAYS = 100  # between two figures of those held that are further apart nothing is known: the line is broken up
MOST_DOTS = 70  # figures of those held with a mark of their own; of more the last of each month
LEAST_BAR = 3.0
_NICE = (1, 2, 2.5, 5, 10)
TITLE = 26  # above a panel
BETWEEN = 14  # above and beneath those held
NUDGE = 9.0  # units by which a bar may stand aside, so that two are seen
UNDER = 20  # beneath the bars, where what was denied is crossed out
FOOT = 24  # for the words of the axis


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers or days to units: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands, to a tenth."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(self.start + share * (self.end - self.start), 1)


def draw(timeline: Timeline, layout: Layout) -> Drawing:
    """Return the drawing of a timeline in a layout."""
    days = Scale(timeline.first.toordinal(), timeline.last.toordinal() + 1, layout.gutter, layout.width - layout.right)
    highest = max((high for wave in timeline.waves for high in _numbers(wave)), default=0)
    numbers = nice_numbers(0, max(highest, 5))
    freed = Scale(0, numbers[-1], 0, layout.freed)
    end = TITLE + layout.freed + UNDER + BETWEEN
    held = _held_panel(timeline.held, end, layout)
    below = (held.bottom + BETWEEN if held is not None else end) + TITLE
    lanes = tuple(_lane(step, timeline.acts, days, below, layout) for step in ActStep)
    foot = below + layout.lane * len(lanes)
    ticks = tuple(Tick(TITLE + layout.freed - freed.at(value), value) for value in numbers)
    stock = Scale(held.ticks[0].value, held.ticks[-1].value, held.bottom, held.top) if held is not None else None
    dots = tuple(_dots(timeline.held, days, stock)) if stock is not None else ()
    return Drawing(
        layout=layout,
        height=foot + FOOT,
        days=tuple(day_ticks(timeline.first, timeline.last, days)),
        has_years=_has_years(timeline.first, timeline.last),
        freed=Panel(TITLE, TITLE + layout.freed, ticks),
        bars=_labelled(_apart([_bar(wave, days, freed) for wave in timeline.waves], layout), layout),
        held=held,
        line=_path(pair for pair in pairwise(dots) if _is_near(*pair)),
        guess=_path(pair for pair in pairwise(dots) if not _is_near(*pair)),
        dots=_marked(dots),
        talks=Panel(below, foot, ()),
        lanes=lanes,
    )


def draw_small(timeline: Timeline) -> tuple[Bar, ...]:
    """Return the bars of a chart without words, for the head of a page: those that are told as facts or as rumours."""
    days = Scale(timeline.first.toordinal(), timeline.last.toordinal() + 1, SMALL.bar, SMALL.width - SMALL.bar)
    shown = [wave for wave in timeline.waves if wave.standing is not Standing.DENIED]
    highest = max((high for wave in shown for high in _numbers(wave)), default=0)
    return tuple(_apart([_bar(wave, days, Scale(0, max(highest, 1), 0, SMALL.freed)) for wave in shown], SMALL))


def nice_numbers(low: float, high: float, steps: int = 4) -> list[int]:
    """Return round numbers from at most `low` to at least `high`, some `steps` apart; at least two."""
    raw = max((high - low) / steps, 1)
    power = 10 ** floor(log10(raw))
    step = max(1, ceil(next(nice * power for nice in _NICE if nice * power >= raw)))
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return [number * step for number in range(first, last + 1)]


def day_ticks(first: date, last: date, days: Scale) -> Iterator[DayTick]:
    """Yield the first days of the months, or of the years where the axis is long."""
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    if not _has_years(first, last):
        yield from (DayTick(days.at(day.toordinal()), day) for day in months)
        return
    years = [day for day in months if day.month == 1]
    every = 1 + len(years) // MOST_YEARS
    yield from (DayTick(days.at(day.toordinal()), day, is_named=day.year % every == 0) for day in years)


def _has_years(first: date, last: date) -> bool:
    return (last.year - first.year) * 12 + last.month - first.month >= LONGEST_MONTHS


def _numbers(wave: Wave) -> Iterator[int]:
    for number in (wave.released, wave.pardoned):
        if number is not None and number.low is not None:
            yield number.high if number.high is not None else number.low


def _bar(wave: Wave, days: Scale, scale: Scale) -> Bar:
    main = wave.main
    upto = scale.at(main.high) if main is not None and main.high is not None and main.high != main.low else None
    freed, pardoned = _height(wave.released, scale), _height(wave.pardoned, scale)
    is_unknown = main is None and wave.standing is not Standing.DENIED
    return Bar(wave, days.at(wave.day.toordinal() + 0.5), freed, pardoned, upto, is_unknown)


def _height(number: Number | None, scale: Scale) -> float | None:
    """Return the height of a bar; one person is seen, too."""
    return max(scale.at(number.low), LEAST_BAR) if number is not None and number.low is not None else None


def _apart(bars: Iterable[Bar], layout: Layout) -> Iterator[Bar]:
    """Yield the bars, each beside the one before it where it would hide it; no further than a little."""
    end = 0.0
    for bar in bars:
        x = round(min(max(bar.x, end + layout.bar + 1), bar.x + NUDGE), 1) if not _is_denied(bar) else bar.x
        end = end if _is_denied(bar) else x
        yield replace(bar, x=x)


def _labelled(apart: Iterable[Bar], layout: Layout) -> tuple[Bar, ...]:
    """Return the bars, those with their number above them that have the room; the greatest choose first."""
    bars = tuple(apart)
    room = 26 if layout.has_names_in_gutter else 22
    taken: list[Bar] = []
    for bar in sorted((one for one in bars if not _is_denied(one) and not one.is_unknown), key=lambda one: -one.height):
        if all(abs(bar.x - other.x) >= room for other in taken):
            taken.append(bar)
    labelled = set(map(id, taken))
    return tuple(replace(bar, is_labelled=True) if id(bar) in labelled else bar for bar in bars)


def _is_denied(bar: Bar) -> bool:
    return bar.wave.standing is Standing.DENIED


def _lane(step: ActStep, acts: Iterable[Act], days: Scale, top: float, layout: Layout) -> Lane:
    """Return a lane; its line stands lower where its name stands above it."""
    middle = layout.lane * (0.5 if layout.has_names_in_gutter else 0.68)
    y = round(top + list(ActStep).index(step) * layout.lane + middle, 1)
    marks = (Mark(act, days.at(act.day.toordinal() + 0.5)) for act in acts if act.step is step)
    return Lane(step, y, _SHAPES[step], tuple(marks))


# Shapes tell the steps apart where colours do not; all are about eleven wide.
_SHAPES = {
    ActStep.TALKS: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    ActStep.DEMANDED: "M-5.5 -4.5h11l-5.5 10z",
    ActStep.ANNOUNCED: "M-5.5 4.5h11l-5.5 -10z",
    ActStep.CONCESSION: "M-6 0l6 -6l6 6l-6 6z",
    ActStep.REFUSED: "M-4.5 -4.5l9 9m0 -9l-9 9",
}


def _held_panel(held: Sequence[Held], top: float, layout: Layout) -> Panel | None:
    """Return the panel of those held; None where nobody counted them. Its numbers need not begin at nought: it is a line."""
    if not held:
        return None
    numbers = nice_numbers(min(one.low for one in held), max(one.high for one in held), 3)
    scale = Scale(numbers[0], numbers[-1], top + TITLE + layout.held, top + TITLE)
    ticks = tuple(Tick(scale.at(value), value) for value in numbers)
    return Panel(scale.end, scale.start, ticks)


def _dots(held: Sequence[Held], days: Scale, stock: Scale) -> Iterator[Dot]:
    for one in held:
        y = stock.at(one.high)
        yield Dot(one, days.at(one.day.toordinal() + 0.5), y, round(stock.at(one.low) - y, 1))


def _is_near(one: Dot, other: Dot) -> bool:
    return (other.held.day - one.held.day).days <= QUIET_DAYS


def _path(pairs: Iterable[tuple[Dot, Dot]]) -> str:
    """Return the lines between pairs of points, each begun where the last one did not end."""
    parts: list[str] = []
    end: Dot | None = None
    for one, other in pairs:
        parts.append(f"L{other.x} {other.y}" if one is end else f"M{one.x} {one.y}L{other.x} {other.y}")
        end = other
    return "".join(parts)


def _marked(dots: tuple[Dot, ...]) -> tuple[Dot, ...]:
    """Return the figures that have a mark: all, or the last of each month where they are many."""
    if len(dots) <= MOST_DOTS:
        return dots
    return tuple({(dot.held.day.year, dot.held.day.month): dot for dot in dots}.values())


def shown_held(timeline: Timeline) -> tuple[Held, ...]:
    """Return the figures of those held that a table lists: those that have a mark."""
    return tuple(dot.held for dot in _marked(tuple(Dot(one, 0, 0, 0) for one in timeline.held)))
