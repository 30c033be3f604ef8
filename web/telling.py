"""What the pages tell of an event: stored values made into words of the reader's language. Pure.

Words of others (titles, quotes, names) are cleaned and cut here; the templates escape whatever they show (SEC-9). An
address of others becomes a link only if it is one of the web (SEC-10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.addresses import is_link, shown_address
from alerts.headline import headline, main_figure
from alerts.lines import Figure, change_line, figures, mark_line, word_changes
from alerts.wording import Wording, wording
from db.facts import Conflict, CountRole, EventCount
from db.text import clean_line
from db.views import ChangeView, EventArticle, EventView

TITLE_LIMIT = 200
QUOTE_LIMIT = 400
ROLES = {"first": "first report", "report": "report", "copy": "copy", "follow-up": "follow-up"}


@dataclass(frozen=True, slots=True)
class Brief:
    """An event in a list. `day` and `number` are words, None where not known."""

    id: int
    kind: str
    title: str
    status: str
    day: str | None
    number: str | None
    sources: int
    reports: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Who gives a figure, in which words. `link` None: the article has no address of the web."""

    teller: str
    quote: str
    link: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one role ("Released", "Among them"), each with everyone who gives it."""

    label: str
    told: tuple[tuple[str, tuple[Claim, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """An article of an event, as the page lists it. `link` None: no address of the web; `title` falls back to it."""

    id: int
    title: str
    link: str | None
    outlet: str
    language: str | None
    part: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """A revision in the history of an event, and the report that brought it."""

    revision: int
    at: datetime
    text: str
    report: Report | None


@dataclass(frozen=True, slots=True)
class Around:
    """The events around one: those related, the one that it is part of, the one that a person took it out of."""

    related: tuple[EventView, ...] = ()
    whole: EventView | None = None
    origin: EventView | None = None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Everything the page of an event shows; `facts` are named lists ("Negotiators": names), empty ones left out.

    `mark` is a person's verdict in words, and when it was given. `whole` is the event that this one is part of,
    `origin` the one that a person took it out of.
    """

    brief: Brief
    first_seen_at: datetime
    roots: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[Figures, ...]
    conflicts: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    concessions: tuple[tuple[str, str, str], ...]
    reports: tuple[Report, ...]
    history: tuple[Step, ...]
    related: tuple[Brief, ...]
    mark: tuple[str, datetime] | None
    whole: Brief | None
    origin: Brief | None


def brief_of(view: EventView, language: str) -> Brief:
    """Return an event as a list shows it."""
    words, facts = wording(language), view.facts
    figure = main_figure(facts)
    if figure is not None and figure.number.low is None and figure.number.whole is None:
        figure = None
    return Brief(
        id=view.id,
        kind=facts.kind.value,
        title=headline(facts, language),
        status=words.label("statuses", facts.status),
        day=words.day(facts.event_date, facts.date_precision) if facts.event_date else None,
        number=words.amount("people", figure.number) if figure is not None else None,
        sources=len(facts.roots),
        reports=len(view.articles),
        updated_at=view.updated,
    )


def tell_event(view: EventView, changes: Sequence[ChangeView], around: Around, language: str) -> ToldEvent:
    """Return an event as its page shows it."""
    words, facts = wording(language), view.facts
    reports = {article.id: _report(article) for article in view.articles}
    return ToldEvent(
        brief=brief_of(view, language),
        first_seen_at=view.first_seen,
        roots=tuple(words.name(_title(root, view.articles)) for root in facts.roots),
        facts=_facts(view, words),
        figures=_figures(view, reports, words),
        conflicts=tuple(_conflict(one, view.articles, words) for one in facts.conflicts),
        people=tuple((words.name(one.name), words.label("outcomes", one.outcome)) for one in facts.people),
        concessions=tuple(
            (
                words.label("objects", one.object),
                words.country(one.giver) if one.giver else "",
                words.label("steps", one.step),
            )
            for one in facts.concessions
        ),
        reports=tuple(reports.values()),
        history=tuple(_step(change, reports, words) for change in reversed(changes)),
        related=tuple(brief_of(one, language) for one in around.related),
        mark=(mark_line(facts.mark, words), facts.mark.at) if facts.mark is not None else None,
        whole=brief_of(around.whole, language) if around.whole is not None else None,
        origin=brief_of(around.origin, language) if around.origin is not None else None,
    )


def _facts(view: EventView, words: Wording) -> tuple[tuple[str, tuple[str, ...]], ...]:
    facts = view.facts
    lists = {
        "nationalities": [f"{words.country(code)} {number}" for code, number in facts.nationalities.items()],
        "negotiators": [words.name(name) for name in facts.negotiators],
        "mediators": [words.country(code) for code in facts.mediators],
        "transit": [words.country(code) for code in facts.transit],
    }
    return tuple((_capital(words.label("fields", key)), tuple(items)) for key, items in lists.items() if items)


def _figures(view: EventView, reports: dict[int, Report], words: Wording) -> tuple[Figures, ...]:
    roles: dict[str, dict[str, list[Claim]]] = {}
    for figure in figures(view.facts):
        told = roles.setdefault(words.label("roles", figure.role), {})
        for count in figure.counts:
            told.setdefault(amount_of(count, words), []).extend(_claims(count, reports, words))
    return tuple(
        Figures(label, tuple((value, tuple(claims)) for value, claims in told.items())) for label, told in roles.items()
    )


def _claims(count: EventCount, reports: dict[int, Report], words: Wording) -> list[Claim]:
    """Return a claim for each article that gives a figure; the counter alone where none is kept."""
    counter = words.name(count.counter) if count.counter else None
    claims = []
    for source in count.sources:
        report = reports.get(source.article)
        outlet = report.outlet if report else clean_line(source.outlet or "", TITLE_LIMIT)
        teller = f"{counter} ({outlet})" if counter and outlet else counter or outlet or "not named"
        link, language = (report.link, report.language) if report else (None, None)
        claims.append(Claim(teller, clean_line(source.quote, QUOTE_LIMIT), link, language))
    return claims or [Claim(counter or "not named", "", None, None)]


def amount_of(count: EventCount, words: Wording) -> str:
    """Return a figure in words: of which nation, a part of what, as of when."""
    text = words.amount("people", Figure(count.role, count.nationality, (count,)).number)
    if count.of_count is not None and count.value is not None:
        text = words.say("lines", "part", count=text, whole=words.decimal(count.of_count))
    if count.as_of is not None:
        text = words.say("lines", "as_of", count=text, date=words.day(count.as_of))
    return f"{words.country(count.nationality)}: {text}" if count.nationality else text


def _conflict(conflict: Conflict, articles: Sequence[EventArticle], words: Wording) -> str:
    """Return "Released: 51 to 52 (TSN: 51, Nasha Niva: 52)"; the field is a role, perhaps with a nationality."""
    role, _, nation = conflict.field.partition(".")
    label = words.label("roles", CountRole(role)) + (f", {words.country(nation)}" if nation else "")
    givers = [_giver(source, articles, words) for source in conflict.sources]
    return f"{label}: {words.decimal(conflict.lowest)} to {words.decimal(conflict.highest)} ({', '.join(givers)})"


def _giver(source: str, articles: Sequence[EventArticle], words: Wording) -> str:
    name, separator, value = source.rpartition(": ")
    return f"{words.name(_title(name, articles))}{separator}{value}" if separator else clean_line(source, TITLE_LIMIT)


def _title(outlet: str, articles: Sequence[EventArticle]) -> str:
    """Return what people call an outlet of the event; other names as they are."""
    return next((one.outlet_title for one in articles if one.outlet == outlet and one.outlet_title), outlet)


def _report(article: EventArticle) -> Report:
    link = shown_address(article.link) if is_link(article.link) else None
    return Report(
        id=article.id,
        title=clean_line(article.title or article.url, TITLE_LIMIT) or "without a title",
        link=link,
        outlet=clean_line(article.outlet_title or article.outlet or "unknown outlet", TITLE_LIMIT),
        language=article.language,
        part=ROLES.get(article.role, article.role),
        published_at=article.published,
    )


def _step(view: ChangeView, reports: dict[int, Report], words: Wording) -> Step:
    said = word_changes(view.change, words)
    changed = change_line(view.change, words) if view.revision > 1 else None
    text = ". ".join([*said, *([changed] if changed else [])]) or _capital(clean_line(view.change.reason, TITLE_LIMIT))
    report = reports.get(view.article) if view.article is not None else None
    return Step(view.revision, view.at, text, report)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
