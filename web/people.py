"""What the pages of people tell: who is named, with which outcome in which event, under which spellings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.wording import Wording, wording
from db.text import clean_line
from db.views import EventView
from events.persons import PersonEvent, PersonView
from web.telling import Brief, brief_of, person_path

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in the list; `day`, `outcome` and `event` are those of the newest event, None where none names them yet."""

    name: str
    path: str
    is_watched: bool
    events: int
    aliases: tuple[str, ...]
    day: str | None
    outcome: str | None
    event: int | None


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """Everything the page of one person shows: each event with what became of them there."""

    name: str
    key: str
    is_watched: bool
    aliases: tuple[str, ...]
    events: tuple[tuple[Brief, str], ...]


def list_people(persons: Iterable[PersonView], language: str) -> list[Listed]:
    """Return people as the list shows them, in their order."""
    words = wording(language)
    return [_listed(one, one.events[0] if one.events else None, words) for one in persons]


def _listed(person: PersonView, last: PersonEvent | None, words: Wording) -> Listed:
    return Listed(
        name=words.name(person.name),
        path=person_path(person.name),
        is_watched=person.watched,
        events=len(person.events),
        aliases=_aliases(person),
        day=words.day(last.day) if last else None,
        outcome=words.label("outcomes", last.outcome) if last else None,
        event=last.event if last else None,
    )


def tell_person(person: PersonView, events: Mapping[int, EventView], language: str) -> ToldPerson:
    """Return a person as their page shows them; `events` are those of theirs that are to be told."""
    words = wording(language)
    rows = [(events[row.event], row.outcome) for row in person.events if row.event in events]
    return ToldPerson(
        name=words.name(person.name),
        key=person.name,
        is_watched=person.watched,
        aliases=_aliases(person),
        events=tuple((brief_of(view, language), words.label("outcomes", outcome)) for view, outcome in rows),
    )


def _aliases(person: PersonView) -> tuple[str, ...]:
    cleaned: Sequence[str] = [clean_line(alias, NAME_LIMIT) for alias in person.aliases]
    return tuple(dict.fromkeys(alias for alias in cleaned if alias))
