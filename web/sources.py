"""The sources of an event: its articles under the root that each rests on, copies under what they repeat. Pure.

A root is whoever an article has it from; so many roots, so many independent sources (docs/decisions/0005).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alerts.wording import Wording
from db.claims import Report as ClaimedReport
from db.views import EventView
from web.telling import Report, report_of
from web.words import Words


@dataclass(frozen=True, slots=True)
class Original:
    """An article that is no copy, and those that repeat it."""

    report: Report
    copies: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """A root and the articles that rest on it; `name` None: nobody is named."""

    name: str | None
    articles: tuple[Original, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The roots of an event, the articles that follow it up, and how many articles and independent sources there are."""

    roots: tuple[Root, ...]
    follow_ups: tuple[Report, ...]
    articles: int
    independent: int


def sources_of(view: EventView, reports: Sequence[ClaimedReport], words: Wording, page: Words) -> Sources:
    """Return the articles of an event grouped; what is no report of it any more by a newer reading follows it up."""
    told = {article.id: report_of(article, page) for article in view.articles}
    known = {report.article: report for report in reports if report.article in told}
    titles = {one.outlet: one.outlet_title for one in view.articles if one.outlet and one.outlet_title}
    roots = tuple(
        Root(words.name(titles.get(root, root)) if root is not None else None, articles)
        for root, articles in _grouped(view, known, told).items()
    )
    follow_ups = tuple(one for number, one in told.items() if number not in known)
    return Sources(roots, follow_ups, len(told), len(view.facts.roots))


def _grouped(
    view: EventView, known: Mapping[int, ClaimedReport], told: Mapping[int, Report]
) -> dict[str | None, tuple[Original, ...]]:
    """Return the articles by root: the event's roots in their order, then others, those without a root last."""
    repeats: dict[int, list[Report]] = {}
    for number in told:
        if number in known and (original := _original(number, known)) != number:
            repeats.setdefault(original, []).append(told[number])
    groups: dict[str | None, list[Original]] = {root: [] for root in view.facts.roots}
    for number in told:
        if number in known and _original(number, known) == number:
            groups.setdefault(_root(known[number]), []).append(Original(told[number], tuple(repeats.get(number, ()))))
    ordered = sorted(groups.items(), key=lambda group: group[0] is None)
    return {root: tuple(articles) for root, articles in ordered if articles}


def _root(report: ClaimedReport) -> str | None:
    return next((claim.mention.root for claim in report.claims if claim.mention.root), None)


def _original(number: int, known: Mapping[int, ClaimedReport]) -> int:
    """Return the article of the event that one repeats, over copies of copies; itself where it repeats none of it."""
    return list(_chain(number, known))[-1]


def _chain(number: int, known: Mapping[int, ClaimedReport]) -> Iterator[int]:
    seen: set[int] = set()
    at: int | None = number
    while at is not None and at in known and at not in seen:
        seen.add(at)
        yield at
        at = known[at].copy_of
