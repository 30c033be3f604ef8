"""What the first page lists: events under the days they happened on, each with what changed last. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from alerts.wording import Wording, wording
from db.views import ChangeView, EventView
from web.telling import Brief, brief_of, change_in_words, day_in_words
from web.words import Words

DAYS_TOLD = 6  # that are told as so many days ago


@dataclass(frozen=True, slots=True)
class Last:
    """The last revision of an event. `text` None: the first, or nothing that has a name."""

    revision: int
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An event of the list."""

    brief: Brief
    last: Last | None


@dataclass(frozen=True, slots=True)
class Day:
    """The events of a day; `ago` tells how far back it is, where it is near."""

    day: date
    heading: str
    ago: str | None
    events: tuple[Listed, ...]


def days_of(
    views: Sequence[EventView], changes: Mapping[int, ChangeView], today: date, language: str, page: Words
) -> tuple[Day, ...]:
    """Return events in their order under the headings of their days."""
    words = wording(language)
    headed = groupby(views, key=lambda view: (view.day, day_in_words(view, words)))
    return tuple(
        Day(day, heading, _ago(day, today, page), tuple(_listed(view, changes, words, language) for view in group))
        for (day, heading), group in headed
    )


def _listed(view: EventView, changes: Mapping[int, ChangeView], words: Wording, language: str) -> Listed:
    change = changes.get(view.id)
    last = Last(change.revision, change.at, change_in_words(change, words)) if change is not None else None
    return Listed(brief_of(view, language), last)


def _ago(day: date, today: date, page: Words) -> str | None:
    days = (today - day).days
    if days in (0, 1):
        return page.plain("now.yesterday" if days else "now.today")
    return page.plain("now.ago", days) if 1 < days <= DAYS_TOLD else None
