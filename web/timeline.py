"""What the timeline tells, made of stored values: waves of releases, acts of negotiation, the number held. Pure.

The page, the terminal and the first page draw the same values. Nothing is made up: a number that nobody gives is None,
figures that disagree are a range, and what is rumoured or taken back stands apart from what is told as a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import median
from typing import Any, TypeVar

from alerts.headline import figure_of, headline
from alerts.lines import figures
from alerts.wording import Number
from db.events import last_day
from db.facts import CountRole, EventFacts, Kind, Polarity, Precision, Qualifier, Status, Step
from db.held import HeldCount
from db.timeline import DatedEvent

_FREED = (CountRole.RELEASED, CountRole.LEFT_COUNTRY)
_PARDONED = (CountRole.PARDONED,)
_GIVEN = (Step.ANNOUNCED, Step.LEGALLY_EFFECTIVE)
_AROUND = 2  # figures on either side that a figure of those held is compared with
YEAR = timedelta(days=365)


class ActStep(StrEnum):
    """What an act of negotiation comes to; in the order in which the lanes of the chart stand."""

    TALKS = "talks"
    DEMANDED = "demanded"
    ANNOUNCED = "announced"
    CONCESSION = "concession"
    REFUSED = "refused"


class Standing(StrEnum):
    """How a mark is drawn: as a fact, apart as a rumour, or crossed out (denied, taken back, marked false)."""

    TOLD = "told"
    RUMOURED = "rumoured"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Dated:
    """An event on the axis of time. `day` is the middle of a week or month known no better.

    Where the event tells no day, it is the one on which it was first told, and `is_dated` is false.
    """

    event: int
    day: date
    title: str
    status: Status
    standing: Standing
    event_date: date | None
    precision: Precision | None

    @property
    def is_dated(self) -> bool:
        """Whether the event tells its day."""
        return self.event_date is not None


Item = TypeVar("Item", bound=Dated)


@dataclass(frozen=True, slots=True)
class Wave(Dated):
    """A release. A number is None where none of its kind is told; its `low` is None where it is told without a figure."""

    released: Number | None
    pardoned: Number | None

    @property
    def main(self) -> Number | None:
        """The number of those freed, or where only a pardon is told of those pardoned; None: nobody gives one."""
        known = (one for one in (self.released, self.pardoned) if one is not None and one.low is not None)
        return next(known, None)


@dataclass(frozen=True, slots=True)
class Act(Dated):
    """An act of negotiation, or what was given in return for a release."""

    step: ActStep


@dataclass(frozen=True, slots=True)
class Held:
    """How many are held on a day by one counter; `low` and `high` differ where its figures of that day do.

    `article` is one of the `articles` that tell it.
    """

    day: date
    low: int
    high: int
    qualifier: Qualifier
    articles: int
    article: int

    @property
    def number(self) -> Number:
        """The figure as a number of messages."""
        return Number(self.low, self.high, self.qualifier)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn, each in the order of days; `first` and `last` are the ends of the axis."""

    first: date
    last: date
    waves: tuple[Wave, ...]
    acts: tuple[Act, ...]
    held: tuple[Held, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.waves or self.acts or self.held)


def year_days(year: int | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a year; None and None for all time."""
    return (date(year, 1, 1), date(year, 12, 31)) if year is not None else (None, None)


def timeline_of(
    events: Iterable[DatedEvent],
    counts: Sequence[HeldCount],
    language: str,
    span: tuple[date | None, date | None] = (None, None),
) -> Timeline:
    """Return what events and figures come to in `span` (whole months around all of it where an end is None)."""
    return timeline_in((mark for event in events for mark in marks_of(event, language)), counts, span)


def marks_of(event: DatedEvent, language: str) -> tuple[Wave | Act, ...]:
    """Return what stands on the axis for an event."""
    return (*_waves(event, language), *_acts(event, language))


def timeline_in(
    marks: Iterable[Wave | Act],
    counts: Sequence[HeldCount],
    span: tuple[date | None, date | None] = (None, None),
) -> Timeline:
    """Return what marks and figures come to in `span`, as `timeline_of`."""
    marks = list(marks)
    held = held_of(counts)
    shown_waves = _within([one for one in marks if isinstance(one, Wave)], span)
    shown_acts = _within([one for one in marks if isinstance(one, Act)], span)
    days = [*(one.day for one in shown_waves), *(one.day for one in shown_acts), *(one.day for one in held)]
    first = span[0] or min(days, default=date(2020, 1, 1)).replace(day=1)
    last = span[1] or last_day(max(days, default=first), Precision.MONTH)
    return Timeline(first, last, tuple(shown_waves), tuple(shown_acts), held)


def _within(items: list[Item], span: tuple[date | None, date | None]) -> list[Item]:
    first, last = span[0] or date.min, span[1] or date.max
    return sorted((one for one in items if first <= one.day <= last), key=lambda one: (one.day, one.event))


def _waves(event: DatedEvent, language: str) -> Iterator[Wave]:
    facts = event.facts
    if facts.kind is Kind.RELEASE:
        released, pardoned = _number(facts, _FREED), _number(facts, _PARDONED)
        yield Wave(**_place(event, language), released=released, pardoned=pardoned)


def _acts(event: DatedEvent, language: str) -> Iterator[Act]:
    step = step_of(event.facts)
    if step is not None:
        yield Act(**_place(event, language), step=step)


def _place(event: DatedEvent, language: str) -> dict[str, Any]:
    """Return the fields of a `Dated`."""
    facts = event.facts
    return {
        "event": event.id,
        "day": placed_on(facts, event.told_on),
        "title": headline(facts, language),
        "status": facts.status,
        "standing": _standing(facts),
        "event_date": facts.event_date,
        "precision": facts.date_precision,
    }


def placed_on(facts: EventFacts, told_on: date) -> date:
    """Return where an event stands on the axis: its day, the middle of its week or month, else the day it was told."""
    if facts.event_date is None:
        return told_on
    return facts.event_date + (last_day(facts.event_date, facts.date_precision) - facts.event_date) / 2


def _standing(facts: EventFacts) -> Standing:
    if facts.status in (Status.DENIED, Status.RETRACTED, Status.SUPERSEDED):
        return Standing.DENIED
    return Standing.RUMOURED if facts.status is Status.RUMOURED else Standing.TOLD


def _number(facts: EventFacts, roles: tuple[CountRole, ...]) -> Number | None:
    """Return the number of the whole; where only nations are counted, their sum, for nobody is of two."""
    figure = figure_of(facts, *roles)
    if figure is not None:
        return figure.number
    nations = [one for one in figures(facts) if one.role is roles[0] and one.nationality and one.number.low is not None]
    if len(nations) == 1:
        return nations[0].number
    low = sum(one.number.low or 0 for one in nations)
    high = sum(one.number.high or one.number.low or 0 for one in nations)
    return Number(low, high, Qualifier.AT_LEAST) if nations else None


def step_of(facts: EventFacts) -> ActStep | None:
    """Return the lane of an event: of a release, what was given for it; of talks, the furthest that they come to."""
    is_given = any(one.step in _GIVEN for one in facts.concessions)
    if facts.kind is Kind.RELEASE:
        return ActStep.CONCESSION if is_given else None
    if facts.polarity is Polarity.NEGATIVE:
        return ActStep.REFUSED
    if is_given:
        return ActStep.CONCESSION
    planned, demanded = figure_of(facts, CountRole.PLANNED), figure_of(facts, CountRole.DEMANDED)
    if planned is None and demanded is not None:
        return ActStep.DEMANDED
    is_said = planned is not None and facts.status is Status.ANNOUNCED
    return ActStep.ANNOUNCED if is_said else ActStep.TALKS


def held_of(counts: Sequence[HeldCount]) -> tuple[Held, ...]:
    """Return the stock from day to day.

    Of one day the counter's own figure goes before what others quote, an exact one before a rounded one. A quoted figure
    that dips under half of those around it is one of a part (the women, the journalists) told as the whole; it is left out.
    """
    days = groupby(counts, key=lambda count: count.day)
    told = [(_best(list(same)), day) for day, same in days]
    points = [_held(best, day) for best, day in told]
    own = [best[0].is_own for best, _ in told]
    return tuple(one for index, one in enumerate(points) if own[index] or not _is_a_part(points, index))


def _best(same: list[HeldCount]) -> list[HeldCount]:
    rank = min(_rank(one) for one in same)
    return [one for one in same if _rank(one) == rank]


def _rank(count: HeldCount) -> tuple[bool, bool]:
    return not count.is_own, count.qualifier is not Qualifier.EXACT


def _held(best: list[HeldCount], day: date) -> Held:
    values = [one.value for one in best]
    first = min(best, key=lambda one: one.article)
    return Held(day, min(values), max(values), best[0].qualifier, sum(one.articles for one in best), first.article)


def _is_a_part(points: list[Held], index: int) -> bool:
    """Whether a figure dips under half of those before it, and of those after it where there are any."""
    before, after = points[max(0, index - _AROUND) : index], points[index + 1 : index + 1 + _AROUND]
    dips = [points[index].high * 2 < median(one.high for one in some) for some in (before, after) if some]
    return bool(before) and all(dips)
