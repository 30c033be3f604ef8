"""What an article or an event was compared with: which events it is one with, which not, and why. It only reads.

Why an article joined its event was stored when it did. What it did not join is fitted again, as things stand now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db import Session
from db.claims import FollowUp, Report, events_of_article, follow_ups_of, reports_of
from db.views import ArticleView, MatchView
from events.candidates import around, near, releases_for
from events.gather import Group, fit_of, group_of, may_know
from events.match import Fit, Release, fit, follow_up
from events.traits import Span, span_of, traits_of

FEW_RUNNERS_UP, FEW_NEIGHBOURS = 3, 2


@dataclass(frozen=True, slots=True)
class Considered:
    """An event that came into question. `is_match`: the article stands in it; the reasons speak for it, else against."""

    event: int
    is_match: bool
    score: float
    reasons: tuple[str, ...]


def explain_match(session: Session, view: ArticleView) -> tuple[Considered, ...]:
    """Return the events that an article was compared with: those it stands in, then the nearest three others."""
    number = view.id
    found = reports_of(session, events_of_article(session, number))
    report = next((one for one in found if one.article == number), None)
    if report is None:
        others = [one for follow in follow_ups_of(session, number) for one in _not_followed(session, follow)]
        return (*_joined(view.matches), *others[:FEW_RUNNERS_UP])
    if report.copy_of is not None or report.event is None:
        return tuple(_joined(view.matches))
    groups = _groups(reports_of(session, around(session, report) | {report.event}))
    return (*_joined(view.matches, _fit_now(report, groups[report.event])), *runners_up(report, groups))


def explain_neighbours(session: Session, event_id: int) -> tuple[Considered, ...]:
    """Return the two events of the same kind that come nearest to one, with why they are not the same."""
    own = reports_of(session, [event_id])
    if not own:
        return ()
    home = group_of(own)
    groups = _groups(reports_of(session, near(session, home.traits, home.day) - {event_id}))
    fits = {event: _fit_of_events(home, group) for event, group in groups.items()}
    apart = [Considered(event, False, one.score, _why_two(one, home, groups[event])) for event, one in fits.items()]
    return tuple(sorted(apart, key=lambda one: (-one.score, _gap(home.day, groups[one.event].day), one.event)))[
        :FEW_NEIGHBOURS
    ]


def runners_up(report: Report, groups: Mapping[int, Group]) -> list[Considered]:
    """Return the nearest three events that a report is not in, and why; `groups` are the events around it, its own too."""
    others = [(event, group) for event, group in groups.items() if event != report.event]
    day = span_of(report.first.mention)
    told = [(_refusal(report, event, groups), _gap(day, group.day)) for event, group in others]
    nearest = sorted(told, key=lambda one: (-one[0].score, one[1], one[0].event))
    return [refusal for refusal, _ in nearest[:FEW_RUNNERS_UP]]


def _groups(reports: Iterable[Report]) -> dict[int, Group]:
    held: dict[int, list[Report]] = {}
    for report in reports:
        if report.event is not None:
            held.setdefault(report.event, []).append(report)
    return {event: group_of(told) for event, told in held.items()}


def _joined(matches: Sequence[MatchView], today: Fit | None = None) -> Iterable[Considered]:
    """Return the events that an article stands in, each once, with what was stored when it joined them.

    One that was the first there and is not any more has no reasons of its own stored: then today's count.
    """
    told: dict[int, Considered] = {}
    for match in matches:
        if match.event is None:
            continue
        why = Fit(match.score, match.reasons)
        if match.role == "first":
            why = Fit(0.0, ("it was the first to tell of it", *(() if match.score else match.reasons)))
        elif match.role == "report" and not match.score and today is not None:
            why = today
        told.setdefault(match.event, Considered(match.event, True, why.score, why.reasons))
    return told.values()


def _fit_now(report: Report, home: Group) -> Fit | None:
    """Return how a report fits the others of its event; None where a person put it there, or nobody else tells of it."""
    others = [one.report for one in home.placed if one.report.article != report.article]
    if report.pin is not None or not others:
        return None
    rest = group_of(others)
    return fit(traits_of(report.claims), span_of(report.first.mention), rest.traits, rest.day)


def _refusal(report: Report, event: int, groups: Mapping[int, Group]) -> Considered:
    traits, day, group = traits_of(report.claims), span_of(report.first.mention), groups[event]
    if day is None and not may_know(report.first, group.day):
        return Considered(event, False, 0.0, ("the text was there before that day",))
    found = fit(traits, day, group.traits, group.day)
    reasons = (*found.reasons, _why_elsewhere(report, group, groups)) if found.is_match else found.reasons
    return Considered(event, False, found.score, reasons)


def _why_elsewhere(report: Report, group: Group, groups: Mapping[int, Group]) -> str:
    """Return why a report that fits an event stands in another."""
    if report.pin is not None:
        return f"but a person put it into event {report.event}"
    home = groups.get(report.event or 0)
    whole = _fit_of_events(home, group) if home is not None else None
    if whole is None or whole.is_match:
        return f"but event {report.event} fits as well"
    return f"but it stands in event {report.event}, and as a whole the two are not one: {'; '.join(whole.reasons)}"


def _fit_of_events(one: Group, other: Group) -> Fit:
    """Return how well two events fit, compared as matching does: the one that was told of later with the earlier."""
    both = group_of(placed.report for group in (one, other) for placed in group.placed)
    return fit_of(other, one) if both.placed[0].report.article in one.articles else fit_of(one, other)


def _why_two(found: Fit, one: Group, other: Group) -> tuple[str, ...]:
    if not found.is_match:
        return found.reasons
    if one.pin is not None and other.pin is not None:
        return (*found.reasons, "but a person keeps them apart")
    return (*found.reasons, "by now they look like one: the next article that tells of either may join them")


def _not_followed(session: Session, follow: FollowUp) -> Iterable[Considered]:
    """Return the releases that a related text does not follow up, the latest first."""
    releases = releases_for(session, follow.claim, follow.keys)
    apart = [one for one in releases if one.id != follow.event]
    for release in sorted(apart, key=lambda one: (one.day.first if one.day else date.min, one.id), reverse=True):
        yield Considered(release.id, False, 0.0, (_why_not_followed(follow, release),))


def _why_not_followed(follow: FollowUp, release: Release) -> str:
    mention, published = follow.claim.mention, follow.claim.published_at
    found, _ = follow_up(mention, published, follow.keys, [release])
    if found is not None:
        return "another release is the nearer one"
    if published is not None and release.day is not None and published.date() < release.day.first:
        return "it was told before that day"
    return "its title and lead neither recall its day and number nor name whom it freed"


def _gap(one: Span | None, other: Span | None) -> int:
    return one.gap(other) if one is not None and other is not None else 0
