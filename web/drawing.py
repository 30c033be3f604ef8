"""What a drawing of the timeline is made of: bars, marks, lines and their places, in the units of its SVG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.timeline import Act, ActStep, Held, Wave


@dataclass(frozen=True, slots=True)
class Layout:
    """The measures of a drawing; `names` are the lanes' names: in the gutter, else above their lanes."""

    name: str
    width: int
    gutter: int
    right: int
    bar: float
    freed: int
    held: int
    lane: int
    has_names_in_gutter: bool


WIDE = Layout("wide", 800, 96, 10, 7, 170, 96, 24, has_names_in_gutter=True)
NARROW = Layout("narrow", 358, 34, 8, 5, 140, 84, 34, has_names_in_gutter=False)
SMALL = Layout("small", 240, 0, 0, 4, 64, 0, 0, has_names_in_gutter=False)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of an axis of numbers."""

    at: float
    value: int


@dataclass(frozen=True, slots=True)
class DayTick:
    """A line of the axis of days: the first day of a month or a year; not each has the room for its name."""

    at: float
    day: date
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """A wave. `freed` and `pardoned` are the heights of its bars (None: none), `upto` that of a range.

    `is_labelled`: there is room for its number above it. Without any number it `is_unknown`, unless it was denied.
    """

    wave: Wave
    x: float
    freed: float | None
    pardoned: float | None
    upto: float | None
    is_unknown: bool
    is_labelled: bool = False

    @property
    def height(self) -> float:
        """The height of the highest bar."""
        return max(one for one in (self.freed, self.pardoned, self.upto, 0) if one is not None)


@dataclass(frozen=True, slots=True)
class Mark:
    """An act in its lane."""

    act: Act
    x: float


@dataclass(frozen=True, slots=True)
class Lane:
    """The acts of one step, along a line; `shape` is a path around nought that draws each."""

    step: ActStep
    y: float
    shape: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure of those held; where figures of its day differ they reach down from it by `depth`."""

    held: Held
    x: float
    y: float
    depth: float


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel from `top` to `bottom`, with the lines of its numbers."""

    top: float
    bottom: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that a template draws. `line` and `guess` are paths: what is known of those held, what is not."""

    layout: Layout
    height: float
    days: tuple[DayTick, ...]
    has_years: bool
    freed: Panel
    bars: tuple[Bar, ...]
    held: Panel | None
    line: str
    guess: str
    dots: tuple[Dot, ...]
    talks: Panel
    lanes: tuple[Lane, ...]
