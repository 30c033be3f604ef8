"""How well a report fits an event, and why. Pure.

Facts identify, likeness does not (measured on hand-labelled leads: kind + date + count .907, embeddings alone .657).
Kind and date window are conditions; counts, people, negotiators, concessions and root add up; some facts forbid.
Likeness of words only breaks ties (domain.md §5). The points were set by hand on the `dev` half of the labelled clusters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.facts import Kind, Mention, Polarity
from events.traits import Named, Span, Traits, day_keys, people_keys, span_of, traits_of_mention

WINDOW = timedelta(days=3)  # two waves of 30 lay 19 days apart; reports of one wave trickle in over two days
FOLLOW_UP = timedelta(days=60)
_AHEAD = timedelta(days=1)  # time zones: an article of the evening may tell of tomorrow's date
THRESHOLD = 3.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a report fits an event: a sum of points, and the reasons in words. A veto makes it 0."""

    score: float
    reasons: tuple[str, ...]

    @property
    def is_match(self) -> bool:
        """Whether the two are one."""
        return self.score >= THRESHOLD


@dataclass(frozen=True, slots=True)
class Release:
    """A known release, with what it is recognised by."""

    id: int
    traits: Traits
    day: Span | None


def fit(report: Traits, day: Span | None, event: Traits, event_day: Span | None) -> Fit:
    """Return how well a report with its day fits an event with its day."""
    if report.kind is not event.kind:
        return Fit(0.0, (f"one is a {report.kind}, the other a {event.kind}",))
    against = _veto(report, day, event, event_day)
    if against is not None:
        return Fit(0.0, (against,))
    told = list(_points(report, day, event, event_day))
    return Fit(sum(points for points, _ in told), tuple(reason for _, reason in told))


def follow_up(
    mention: Mention, published_at: datetime | None, keys: Collection[str], releases: Sequence[Release]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the release that a related article follows up, and why.

    It is the one whose day and number its title and lead recall, else the latest before it that freed whom it names
    (`keys`: what its title and lead can be looked up by; names in them may be known from the release alone).
    """
    about = replace(mention, kind=Kind.RELEASE)
    traits, day = traits_of_mention(about), span_of(about)
    known = [one for one in releases if _is_before(one.day, published_at)]
    fits = [(fit(traits, day, one.traits, one.day), one) for one in known] if day or traits.numbers else []
    best = max(fits, key=lambda one: (one[0].score, *_latest(one[1])), default=None)
    if best is not None and best[0].is_match and not traits.is_vague:  # the day alone is that of much else
        return best[1].id, best[0].reasons
    recalled = max((one for one in known if _day_keys(one) & set(keys)), key=_latest, default=None)
    if recalled is not None:
        return recalled.id, ("recalls its day and its number",)
    named = max((one for one in known if _named(one, keys)), key=_latest, default=None)
    if named is None:
        return None, ("related to no known event",)
    return named.id, (f"names {_listed(_named(named, keys))}",)


def _day_keys(release: Release) -> frozenset[str]:
    days = [release.day.first] if release.day else []
    return day_keys(Kind.RELEASE, ((day, number) for day in days for number in release.traits.numbers))


def _named(release: Release, keys: Collection[str]) -> frozenset[Named]:
    return frozenset(person for person in release.traits.people if people_keys({person.key}) & set(keys))


def _latest(release: Release) -> tuple[date, int]:
    return release.day.last if release.day else date.min, release.id


def _is_before(day: Span | None, published_at: datetime | None) -> bool:
    """Whether an article may follow up what happened on a day: not before it, and not months after."""
    if day is None or published_at is None:
        return True
    return day.first - _AHEAD <= published_at.date() <= day.last + FOLLOW_UP


def _veto(report: Traits, day: Span | None, event: Traits, event_day: Span | None) -> str | None:
    """Return why the two cannot be one, or None."""
    days = day.gap(event_day) if day and event_day else 0
    if day and event_day and days > WINDOW.days and not _is_late(report, day, event, event_day):
        return f"dates apart ({day.first}, {event_day.first})"
    if day and event_day and (_is_before_it(day, event_day) or _is_before_it(event_day, day)):
        return "one was published before the other happened"
    if report.polarity is not event.polarity:
        return "one is told as so, the other refused or denied"
    if report.kind is Kind.NEGOTIATION:
        return _veto_act(report, event, days, is_told=bool(day and day.is_told))
    if days > 0 and report.freed and event.freed and not report.freed & event.freed and not _meet(report, event, days):
        return "other people are named"
    return None


def _is_before_it(published: Span, told: Span) -> bool:
    """Whether a day of publication lies before a day that is told; a day is allowed for time zones."""
    return not published.is_told and told.is_told and told.first - published.last > _AHEAD


def _is_late(report: Traits, day: Span, event: Traits, event_day: Span) -> bool:
    """Whether a report that tells no day may be a late one: all whom it names were freed then, and no other number."""
    is_after = not day.is_told and timedelta(0) <= day.first - event_day.last <= FOLLOW_UP
    return is_after and _is_within(report, event)


def _is_within(report: Traits, event: Traits) -> bool:
    """Whether a report names people freed, all of them in the event, and gives no other number."""
    is_same = report.freed <= event.freed and (report.numbers <= event.numbers | {len(report.freed)})
    return is_same and bool(report.freed)


def _veto_act(report: Traits, event: Traits, days: int, *, is_told: bool) -> str | None:
    """Return why two negotiations are two acts: one makes a concession, or others talk, or on another day."""
    if report.is_relief is not event.is_relief and (days > 0 or not report.objects & event.objects):
        return "a concession made and talks about one are two acts"
    if report.roots & event.roots:
        return None
    if is_told and days > 1:
        return "another source tells of another day"
    if days == 0 and report.numbers & event.numbers:
        return None
    if report.guests and event.guests and not report.guests & event.guests:
        return f"others talk ({_listed(report.guests)}; {_listed(event.guests)})"
    return None


def _meet(report: Traits, event: Traits, days: int) -> bool:
    """Whether numbers of the two can be those of one wave."""
    counted = _counts(report, event, days)
    return counted is not None and counted[0] >= 1.0


def _points(report: Traits, day: Span | None, event: Traits, event_day: Span | None) -> Iterator[tuple[float, str]]:
    """Yield the points for and against, each with its reason."""
    yield _date(report.kind, day, event_day)
    days = day.gap(event_day) if day and event_day else 0
    if day and report.kind is Kind.RELEASE and 0 < days <= WINDOW.days and report.is_vague:
        yield 1.0 if day.is_told else 2.0, "it tells nothing that could be another"
    for told in (_counts(report, event, days), _demands(report, event)):
        if told is not None:
            yield told
    if shared := report.people & event.people:
        yield 2.0 + min(1, len(shared) - 1), f"the same people ({_listed(shared)})"
        if days > WINDOW.days or (not (day and event_day) and _is_within(report, event)):
            yield 1.0, "freed before, and nobody else is"
    if report.kind is Kind.RELEASE:
        yield from _release_points(report, event)
    else:
        yield from _act_points(report, event, is_same_day=bool(day and event_day) and days == 0)


def _release_points(report: Traits, event: Traits) -> Iterator[tuple[float, str]]:
    if shared := report.nations & event.nations:
        yield 1.0, f"the same of one nation ({_listed(shared)})"
    if shared := report.transit & event.transit:
        yield 0.5, f"taken to the same place ({_listed(shared)})"
    if shared := report.guests & event.guests | report.objects & event.objects:
        yield 0.5 * min(2, len(shared)), f"both name {_listed(shared)}"
    if shared := report.roots & event.roots:
        yield 0.5, f"the same source ({_listed(shared)})"


def _act_points(report: Traits, event: Traits, *, is_same_day: bool) -> Iterator[tuple[float, str]]:
    if report.polarity is Polarity.NEGATIVE:
        yield 1.0, "both tell of a refusal"
    if shared := report.roots & event.roots:
        yield 2.0, f"the same source ({_listed(shared)})"
    if shared := report.guests & event.guests:
        yield (1.5 if is_same_day else 1.0) + 0.5 * min(2, len(shared) - 1), f"the same people talk ({_listed(shared)})"
    if shared := report.objects & event.objects:
        yield 1.0 * min(2, len(shared)), f"for the same ({_listed(shared)})"
    elif report.objects and event.objects:
        yield -0.5, f"for other things ({_listed(report.objects)}; {_listed(event.objects)})"


def _date(kind: Kind, day: Span | None, event_day: Span | None) -> tuple[float, str]:
    if day is None or event_day is None:
        return 0.0, "one of them has no date"
    days = day.gap(event_day)
    same, next_day, near = (3.0, 2.0, 1.0) if kind is Kind.RELEASE else (2.0, 1.0, -0.5)
    if days > WINDOW.days:
        return 0.0, f"{days} days apart"
    if days == 0:
        return same, "the same day"
    return next_day if days == 1 else near, f"{days} day{'s' if days > 1 else ''} apart"


def _counts(report: Traits, event: Traits, days: int) -> tuple[float, str] | None:
    """Compare the numbers of the whole: the same, one part of the other, near, or another."""
    ours, known = report.numbers, event.numbers
    if shared := ours & known:
        return 3.0, f"the same number ({_listed(shared)})"
    is_part = report.totals & event.parts or event.totals & report.parts
    if report.wholes & known or event.wholes & ours or is_part:
        return 2.0 if days <= 1 else 0.5, "one number is part of the other"
    if not ours or not known:
        return None
    low, high = sorted((max(ours), max(known)))
    if high - low <= max(2, high // 10):
        return 1.0, f"numbers that differ a little ({low}, {high})"
    if report.kind is Kind.NEGOTIATION:
        return -1.0, f"other numbers ({low}, {high})"
    return 0.5, f"a wave may grow from {low} to {high}"


def _demands(report: Traits, event: Traits) -> tuple[float, str] | None:
    """Compare what is demanded; a plan and a demand of one number are not yet one act."""
    if shared := report.demands & event.demands:
        return 3.0, f"the same demand ({_listed(shared)})"
    if shared := (report.demands & event.numbers) | (report.numbers & event.demands):
        return 1.0, f"the same number, demanded and planned ({_listed(shared)})"
    return None


def _listed(values: frozenset[str] | frozenset[int] | frozenset[Named]) -> str:
    return ", ".join(str(value) for value in sorted(values))
