"""Which reports tell of one event: greedily, in the order of publication, whatever the order of arrival. Pure.

When an article arrives, the reports around it are gathered anew as if they had come in the order in which outlets
published them. So the result does not hang on who was fetched first; an early flash that knew less stands before the
reports that know more. What a person has put somewhere stays there and is there before all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from db.claims import Claim, Report
from events.match import THRESHOLD, Fit, fit
from events.names import marks_of
from events.traits import Span, Traits, span_of, traits_of

PUT_HERE = "a person put it here"
_LATE = datetime.max.replace(tzinfo=UTC)
_AHEAD = timedelta(days=1)  # time zones
_REFUSALS_TOLD = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A report with why it stands where it stands: the points it got, and the reasons in words.

    `is_copy`: it repeats another report of the group and adds no facts.
    """

    report: Report
    score: float
    reasons: tuple[str, ...]
    is_copy: bool = False


class Group:
    """The reports of one event while they are gathered, those published first before the others.

    `pin` is the event that a person put them in.
    """

    def __init__(self, first: Placed, pin: int | None = None) -> None:
        self.pin = pin
        self.placed: list[Placed] = []
        self.traits: Traits = traits_of(first.report.claims)
        self._days: Counter[Span] = Counter()
        self.add(first)

    @property
    def articles(self) -> list[int]:
        """The articles of the reports."""
        return [one.report.article for one in self.placed]

    @property
    def day(self) -> Span | None:
        """The day most reports tell, told days before those of publication; of two told equally often the earlier."""
        return min(self._days, key=lambda day: (not day.is_told, -self._days[day], day.first), default=None)

    def day_near(self, day: Span | None) -> Span | None:
        """Return the day to hold against another: of what a person put together, which may be two days, the nearest."""
        if self.pin is None or day is None or not self._days:
            return self.day
        return min(self._days, key=lambda one: (one.gap(day), not one.is_told, one.first))

    def add(self, placed: Placed) -> None:
        """Put a report in. A copy adds no facts."""
        self.placed.append(placed)
        if not placed.is_copy:
            self.traits |= traits_of(placed.report.claims)
            self._days.update({day} if (day := span_of(placed.report.first.mention)) else ())

    def take(self, other: Group, why: Fit) -> None:
        """Take in all of another group; its first report says why."""
        first, *others = other.placed
        for one in (replace(first, score=why.score, reasons=why.reasons), *others):
            self.add(one)
        self.pin = self.pin if self.pin is not None else other.pin


def gather(reports: Iterable[Report]) -> list[Group]:
    """Return the groups of reports that tell of one event each; every report is in one."""
    ordered = _in_order(reports)
    groups: list[Group] = []
    for report in ordered:
        if report.pin is not None:
            _pin(report, groups)
    for report in ordered:
        if report.pin is None:
            _place(report, groups)
    return _joined(groups)


def group_of(reports: Iterable[Report]) -> Group:
    """Return the reports of one event, at least one, as the group that they are."""
    first, *others = _in_order(reports)
    pins = (report.pin for report in (first, *others) if report.pin is not None)
    group = Group(Placed(first, 0.0, ()), next(pins, None))
    for report in others:
        group.add(Placed(report, 0.0, ()))
    return group


def _in_order(reports: Iterable[Report]) -> list[Report]:
    """Return the reports as outlets published them, copies last: what they repeat may bear a later time."""
    return sorted(reports, key=lambda one: (one.copy_of is not None, one.first.published_at or _LATE, one.first.url))


def _pin(report: Report, groups: list[Group]) -> None:
    home = next((group for group in groups if group.pin == report.pin), None)
    is_copy = home is not None and _repeats(report, traits_of(report.claims), home)
    placed = Placed(report, 0.0, (PUT_HERE,), is_copy)
    if home is not None:
        home.add(placed)
    else:
        groups.append(Group(placed, report.pin))


def _joined(groups: list[Group]) -> list[Group]:
    """Join groups that turn out to be one: a later report told what ties them together."""
    kept: list[Group] = []
    for group in groups:
        home = next((one for one in kept if _are_one(group, one)), None)
        if home is None:
            kept.append(group)
        else:
            home.take(group, fit_of(group, home))
    return kept if len(kept) == len(groups) else _joined(kept)


def _are_one(group: Group, other: Group) -> bool:
    if group.pin is not None and other.pin is not None:
        return False
    return _knows(group, other.day) and _knows(other, group.day) and fit_of(group, other).is_match


def _knows(group: Group, day: Span | None) -> bool:
    return group.day is not None or all(may_know(one.report.first, day) for one in group.placed)


def fit_of(group: Group, other: Group) -> Fit:
    """Return how well two groups fit, the later one first."""
    return fit(group.traits, group.day, other.traits, other.day)


def _place(report: Report, groups: list[Group]) -> None:
    traits, day = traits_of(report.claims), span_of(report.first.mention)
    original = next((group for group in groups if _repeats(report, traits, group)), None)
    if original is not None:
        original.add(Placed(report, 0.0, ("it repeats another article",), is_copy=True))
        return
    known = [group for group in groups if day is not None or may_know(report.first, group.day)]
    fits = [(group, fit(traits, day, group.traits, group.day_near(day))) for group in known]
    best = max((one[1].score for one in fits), default=0.0)
    if best < THRESHOLD:
        groups.append(Group(Placed(report, 0.0, _why_new(fits))))
        return
    near = [one for one in fits if one[1].score == best]  # half a point says more than words (decision 20)
    group, why = near[0] if len(near) == 1 else max(near, key=lambda one: _likeness(report, one[0]))
    reasons = why.reasons if len(near) == 1 else (*why.reasons, "of several that fit, its words are the nearest")
    group.add(Placed(report, why.score, reasons))


def _repeats(report: Report, traits: Traits, group: Group) -> bool:
    """Whether a group holds what a report is a copy of; one that gives another number is read as a report."""
    originals = (one.report for one in group.placed if one.report.article == report.copy_of)
    return any(traits.numbers <= traits_of(one.claims).numbers for one in originals)


def may_know(claim: Claim, day: Span | None) -> bool:
    """Whether a text without a date may tell of a day: it was not there before it."""
    return day is None or claim.seen_at is None or day.first <= claim.seen_at.date() + _AHEAD


def _likeness(report: Report, group: Group) -> float:
    """Return how many of the names and numbers of a report's title and lead stand in one of a group's (0 to 1)."""
    ours = marks_of(_head(report))
    return max(len(ours & marks_of(_head(one.report))) for one in group.placed) / max(len(ours), 1)


def _head(report: Report) -> str:
    return f"{report.first.title or ''} {report.first.lead}"


def _why_new(fits: Sequence[tuple[Group, Fit]]) -> tuple[str, ...]:
    """Return why a report fits none of the events around, those that came nearest first."""
    nearest = sorted(fits, key=lambda one: -one[1].score)[:_REFUSALS_TOLD]
    return tuple(f"not {_named(group)}: {'; '.join(one.reasons)}" for group, one in nearest) or (
        "no event of this kind near this date",
    )


def _named(group: Group) -> str:
    event = next((one.report.event for one in group.placed if one.report.event is not None), None)
    return f"event {event}" if event is not None else f"the event of article {group.articles[0]}"


@dataclass(frozen=True, slots=True)
class Settlement:
    """Which event each group is from now on (None: a new one), and into which one each event goes that none is."""

    events: tuple[int | None, ...]
    merged: dict[int, int]


def settle(groups: Sequence[Group], told: Iterable[int] = (), arrived: int | None = None) -> Settlement:
    """Return which of the events that its reports stood in each group is.

    A group that a person pinned is that event. Else an event stays with the group that holds most of its reports; of
    two equal shares the one of those that stood there decides, not the article that `arrived` and may be rewritten.
    Events left over go into the event of the group that holds most of theirs; that group takes their name if people
    were `told` of them and not of it, or, all else equal, if they are older.
    """
    heard = frozenset(told)
    chosen: dict[int, int] = {n: group.pin for n, group in enumerate(groups) if group.pin is not None}
    shares = sorted(_shares(groups, arrived), key=lambda one: (-one[2], one[1] not in heard, one[1], one[0]))
    for number, event, _ in shares:
        if number not in chosen and event not in chosen.values():
            chosen[number] = event
    merged: dict[int, int] = {}
    for number, event, _ in shares:
        if event in chosen.values() or event in merged:
            continue
        holder = chosen[number]
        if groups[number].pin is None and (event not in heard, event) < (holder not in heard, holder):
            chosen[number] = event
            merged = {one: event if into == holder else into for one, into in merged.items()} | {holder: event}
        else:
            merged[event] = holder
    return Settlement(tuple(chosen.get(number) for number in range(len(groups))), merged)


def _shares(groups: Sequence[Group], arrived: int | None) -> Iterator[tuple[int, int, float]]:
    """Yield how many reports of which event each group holds: (group, event, reports); what arrived counts for half."""
    for number, group in enumerate(groups):
        held: Counter[int] = Counter()
        for report in (one.report for one in group.placed):
            if report.event is not None:
                held[report.event] += 1 if report.article == arrived else 2
        yield from ((number, event, reports / 2) for event, reports in held.items())
