"""What the pages tell of events and reports: stored values made into words of the reader's languages. Pure.

Facts are in the words of alerts (`Wording`), what stands around them in those of the page (`Words`). Words of others
(titles, quotes, names) are cleaned and cut here; the templates escape whatever they show (SEC-9). An address of others
becomes a link only if it is one of the web (SEC-10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from babel.dates import format_date

from alerts.addresses import is_link, shown_address
from alerts.headline import headline, main_figure
from alerts.lines import Figure, change_line, word_changes
from alerts.wording import Wording, wording
from db.facts import EventCount, Precision
from db.text import clean_line
from db.views import ChangeView, EventArticle, EventView
from web.words import Words

TITLE_LIMIT = 200
QUOTE_LIMIT = 400
_DIGITS = re.compile(r"\d(?:[\d.,\s–]*\d)?")


@dataclass(frozen=True, slots=True)
class Brief:
    """An event in a list. `day` and `number` are words, None where not known; `state` is the code of its status.

    `figure` is the number in three parts, to be set large: what stands before its digits, they, what follows.
    """

    id: int
    kind: str
    title: str
    status: str
    state: str
    day: str | None
    number: str | None
    figure: tuple[str, str, str] | None
    sources: int
    reports: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """An article of an event, as the page lists it. `link` None: no address of the web; `title` falls back to it.

    `part` is the code of its role.
    """

    id: int
    title: str
    link: str | None
    outlet: str
    language: str | None
    part: str
    published_at: datetime | None


def brief_of(view: EventView, language: str) -> Brief:
    """Return an event as a list shows it."""
    words, facts = wording(language), view.facts
    figure = main_figure(facts)
    if figure is not None and figure.number.low is None and figure.number.whole is None:
        figure = None
    number = words.amount("people", figure.number) if figure is not None else None
    return Brief(
        id=view.id,
        kind=facts.kind.value,
        title=headline(facts, language),
        status=words.label("statuses", facts.status),
        state=facts.status.value,
        day=words.day(facts.event_date, facts.date_precision) if facts.event_date else None,
        number=number,
        figure=_parted(number) if number is not None else None,
        sources=len(view.facts.roots),
        reports=len(view.articles),
        updated_at=view.updated,
    )


def _parted(number: str) -> tuple[str, str, str] | None:
    found = _DIGITS.search(number)
    return (number[: found.start()].strip(), found[0], number[found.end() :].strip()) if found else None


def day_in_words(view: EventView, words: Wording) -> str:
    """Return the day that an event is listed under, with the name of its weekday; of a month only the month."""
    facts = view.facts
    if facts.event_date is not None and facts.date_precision not in (None, Precision.DAY):
        return words.day(facts.event_date, facts.date_precision)
    return capital(format_date(view.day, "full", locale=words.locale))


def report_of(article: EventArticle, page: Words) -> Report:
    """Return an article of an event as the pages list it."""
    return Report(
        id=article.id,
        title=clean_line(article.title or article.url, TITLE_LIMIT) or page.plain("item.no_title"),
        link=shown_address(article.link) if is_link(article.link) else None,
        outlet=outlet_name(article.outlet_title or article.outlet, page),
        language=article.language,
        part=article.role,
        published_at=article.published,
    )


def outlet_name(name: str | None, page: Words) -> str:
    """Return what people call an outlet."""
    return clean_line(name or "", TITLE_LIMIT) or page.plain("item.no_outlet")


def person_path(name: str) -> str:
    """Return the address of the page of a person."""
    return f"/people/{quote(name, safe='', errors='replace')}"


def amount_of(count: EventCount, words: Wording) -> str:
    """Return a figure in words: of which nation, a part of what, as of when."""
    text = words.amount("people", Figure(count.role, count.nationality, (count,)).number)
    if count.of_count is not None and count.value is not None:
        text = words.say("lines", "part", count=text, whole=words.decimal(count.of_count))
    if count.as_of is not None:
        text = words.say("lines", "as_of", count=text, date=words.day(count.as_of))
    return f"{words.country(count.nationality)}: {text}" if count.nationality else text


def change_in_words(view: ChangeView, words: Wording) -> str | None:
    """Return what a revision changed; None for the first, and where no field that people know changed."""
    said = word_changes(view.change, words)
    changed = change_line(view.change, words) if view.revision > 1 else None
    return ". ".join([*said, *([changed] if changed else [])]) or None


def capital(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
