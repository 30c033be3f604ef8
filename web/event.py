"""What the page of an event tells: its facts with who says so, its disagreements, sources, history and messages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.lines import figures, mark_line
from alerts.wording import Wording, wording
from db.claims import Report as ClaimedReport
from db.delivery_views import DeliveryView
from db.facts import ClaimSource, Conflict, CountRole, EventCount
from db.text import clean_line
from db.views import ChangeView, EventArticle, EventView
from events import tellers
from web.sent import Message, message_of
from web.sources import Sources, sources_of
from web.telling import (
    QUOTE_LIMIT,
    TITLE_LIMIT,
    Brief,
    Report,
    amount_of,
    brief_of,
    capital,
    change_in_words,
    person_path,
    report_of,
)
from web.words import Words

CLAIMS_SHOWN = 2  # of a fact; the rest is folded


@dataclass(frozen=True, slots=True)
class Claim:
    """Who tells a fact, in which words. `link` None: the article has no address of the web."""

    teller: str
    quote: str
    link: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with everyone who tells it: some of them `shown`, the others `folded`. `note` is what else is known of it.

    `path` is the page of whom or what it is about.
    """

    told: str
    note: str
    path: str | None
    shown: tuple[Claim, ...]
    folded: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The facts of one kind ("Released", "Negotiators")."""

    label: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A figure on which sources disagree: each value with those who give it, the lowest first."""

    label: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A revision in the history of an event, and the report that brought it. `text` None: nothing that has a name."""

    revision: int
    at: datetime
    text: str | None
    is_major: bool
    report: Report | None


@dataclass(frozen=True, slots=True)
class Around:
    """What is stored around an event: its revisions, its reports, the deliveries of its alerts, and other events.

    `related` are linked with it, `whole` is the one it is part of, `origin` the one that a person took it out of.
    """

    changes: Sequence[ChangeView] = ()
    reports: Sequence[ClaimedReport] = ()
    deliveries: Sequence[DeliveryView] = ()
    related: tuple[EventView, ...] = ()
    whole: EventView | None = None
    origin: EventView | None = None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Everything the page of an event shows. `mark` is a person's verdict in words, and when it was given."""

    brief: Brief
    first_seen_at: datetime
    facts: tuple[FactGroup, ...]
    disputes: tuple[Dispute, ...]
    sources: Sources
    history: tuple[Step, ...]
    messages: tuple[Message, ...]
    related: tuple[Brief, ...]
    mark: tuple[str, datetime] | None
    whole: Brief | None
    origin: Brief | None


def tell_event(view: EventView, around: Around, language: str, page: Words) -> ToldEvent:
    """Return an event as its page shows it: facts in `language`, what stands around them in the words of the page."""
    telling = _Telling(view, wording(language), page)
    facts, words = view.facts, telling.words
    return ToldEvent(
        brief=brief_of(view, language),
        first_seen_at=view.first_seen,
        facts=tuple(_fact_groups(telling, around.reports)),
        disputes=tuple(_dispute(one, telling) for one in facts.conflicts),
        sources=sources_of(view, around.reports, words, page),
        history=tuple(_step(change, telling) for change in reversed(around.changes)),
        messages=tuple(message_of(one) for one in around.deliveries),
        related=tuple(brief_of(one, language) for one in around.related),
        mark=(mark_line(facts.mark, words), facts.mark.at) if facts.mark is not None else None,
        whole=brief_of(around.whole, language) if around.whole is not None else None,
        origin=brief_of(around.origin, language) if around.origin is not None else None,
    )


@dataclass(frozen=True)
class _Telling:
    """An event that is being told, and in which words."""

    view: EventView
    words: Wording
    page: Words
    reports: Mapping[int, Report] = field(init=False)

    def __post_init__(self) -> None:
        told = {article.id: report_of(article, self.page) for article in self.view.articles}
        object.__setattr__(self, "reports", told)

    def name(self, name: str) -> str:
        """Return what people call an outlet of the event; other names as they are."""
        return self.words.name(outlet_title(name, self.view.articles))


def outlet_title(outlet: str, articles: Sequence[EventArticle]) -> str:
    """Return the title of an outlet by its name, where one of the articles is of it; else the name."""
    return next((one.outlet_title for one in articles if one.outlet == outlet and one.outlet_title), outlet)


def _fact_groups(telling: _Telling, reports: Sequence[ClaimedReport]) -> Iterator[FactGroup]:
    facts, words = telling.view.facts, telling.words
    told = tellers(facts, [claim for report in reports for claim in report.claims])

    def fact(path: str, text: str, note: str = "", address: str | None = None) -> Fact:
        return _fact(text, note, address, _claims(told.get(path, ()), None, telling))

    yield from _figure_groups(telling)
    lists = {
        "event_date": [fact("event_date", telling.words.day(facts.event_date, facts.date_precision))]
        if facts.event_date
        else [],
        "nationalities": list(_other_nationalities(telling)),
        "people": [
            fact(f"people[{n}]", words.name(one.name), words.label("outcomes", one.outcome), person_path(one.name))
            for n, one in enumerate(facts.people)
        ],
        "negotiators": [fact(f"negotiators[{n}]", words.name(name)) for n, name in enumerate(facts.negotiators)],
        "mediators": [fact(f"mediators[{n}]", words.country(code)) for n, code in enumerate(facts.mediators)],
        "transit": [fact(f"transit[{n}]", words.country(code)) for n, code in enumerate(facts.transit)],
        "concessions": [
            fact(f"concessions[{n}]", words.label("objects", one.object), _terms(one.giver, one.step, words))
            for n, one in enumerate(facts.concessions)
        ],
    }
    yield from (FactGroup(capital(words.label("fields", key)), tuple(rows)) for key, rows in lists.items() if rows)


def _terms(giver: str | None, step: str, words: Wording) -> str:
    """Return by whom a concession is given, and how far it has come."""
    return ", ".join(([words.country(giver)] if giver else []) + [words.label("steps", step)])


def _figure_groups(telling: _Telling) -> Iterator[FactGroup]:
    roles: dict[str, dict[str, list[Claim]]] = {}
    for figure in figures(telling.view.facts):
        told = roles.setdefault(telling.words.label("roles", figure.role), {})
        for count in figure.counts:
            told.setdefault(amount_of(count, telling.words), []).extend(_claims(count.sources, count, telling))
    for label, told in roles.items():
        yield FactGroup(label, tuple(_fact(value, "", None, claims) for value, claims in told.items()))


def _other_nationalities(telling: _Telling) -> Iterator[Fact]:
    """Yield the nationalities that no figure tells already."""
    counted = {count.nationality for count in telling.view.facts.counts}
    for code, number in telling.view.facts.nationalities.items():
        if code not in counted:
            yield _fact(f"{telling.words.country(code)} {number}", "", None, [])


def _fact(told: str, note: str, path: str | None, claims: Sequence[Claim]) -> Fact:
    return Fact(told, note, path, tuple(claims[:CLAIMS_SHOWN]), tuple(claims[CLAIMS_SHOWN:]))


def _claims(sources: Sequence[ClaimSource], count: EventCount | None, telling: _Telling) -> list[Claim]:
    """Return a claim for each article that tells a fact; of a figure, the counter alone where no article is kept."""
    counter = telling.words.name(count.counter) if count is not None and count.counter else None
    claims = []
    for source in sources:
        report = telling.reports.get(source.article)
        outlet = report.outlet if report else clean_line(source.outlet or "", TITLE_LIMIT)
        teller = (
            f"{counter} ({outlet})" if counter and outlet else counter or outlet or telling.page.plain("event.nobody")
        )
        link, language = (report.link, report.language) if report else (None, None)
        claims.append(Claim(teller, clean_line(source.quote, QUOTE_LIMIT), link, language))
    return claims or ([Claim(counter, "", None, None)] if counter else [])


def _dispute(conflict: Conflict, telling: _Telling) -> Dispute:
    """Return a conflict side by side; its field is a role, perhaps with a nationality, its sources "outlet: number"."""
    role, _, nation = conflict.field.partition(".")
    label = telling.words.label("roles", CountRole(role))
    sides: dict[str, list[str]] = {}
    for source in conflict.sources:
        name, _, value = source.rpartition(": ")
        sides.setdefault(value, []).append(telling.name(name) if name else telling.page.plain("event.nobody"))
    ordered = sorted(sides.items(), key=lambda side: (len(side[0]), side[0]))
    return Dispute(
        f"{label}, {telling.words.country(nation)}" if nation else label,
        tuple((clean_line(value, TITLE_LIMIT), tuple(names)) for value, names in ordered),
    )


def _step(view: ChangeView, telling: _Telling) -> Step:
    report = telling.reports.get(view.article) if view.article is not None else None
    text = change_in_words(view, telling.words)
    return Step(view.revision, view.at, text, view.change.is_major and view.revision > 1, report)
