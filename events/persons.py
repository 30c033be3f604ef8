"""Who is named in which event with which outcome, joined over spellings and scripts. Pure.

The rows come from `db.people`; which of them mean one person is decided here, by `events.names`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.facts import Kind, Outcome, Status
from db.people import Naming
from events.names import is_part_of, name_key, person_key, shown_name


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """What one event says of a person."""

    event: int
    day: date
    kind: Kind
    status: Status
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person under the name to show, with other spellings as articles have them, and events, the newest first.

    A watched person whom no event has named yet has no events.
    """

    name: str
    key: str
    aliases: tuple[str, ...]
    events: tuple[PersonEvent, ...]
    watched: bool


def join_persons(namings: Iterable[Naming], watches: Iterable[str]) -> list[PersonView]:
    """Return everyone named or watched, each once: in the order of the `namings`, then who is only watched."""
    names: dict[str, list[str]] = {}
    aliases: dict[str, list[str]] = {}
    events: dict[str, list[PersonEvent]] = {}
    for naming in namings:
        for person in naming.people:
            key = person_key(person.name)
            names.setdefault(key, []).append(person.name)
            row = PersonEvent(naming.event, naming.day, naming.kind, naming.status, person.outcome)
            events.setdefault(key, []).append(row)
        for name, written in naming.spellings:
            aliases.setdefault(person_key(name), []).append(written)
    watched: dict[str, str] = {}
    for name in watches:
        watched.setdefault(person_key(name), name)
    for key in watched.keys() - names.keys():
        names[key] = [watched[key]]
    only_watched = [key for key in watched if key not in events]
    return [
        _view(key, shown_name(names[key]), aliases.get(key, ()), events.get(key, ()), is_watched=key in watched)
        for key in (*events, *only_watched)
    ]


def _view(
    key: str, name: str, aliases: Iterable[str], events: Sequence[PersonEvent], *, is_watched: bool
) -> PersonView:
    others = tuple(one for one in dict.fromkeys(aliases) if one != name)
    return PersonView(name, key, others, tuple(events), is_watched)


def find_persons(persons: Sequence[PersonView], written: str) -> list[PersonView]:
    """Return whom `written` means: the one it names whole in any spelling, else all whom it names in part.

    A part is the beginning of each of its words: "Ціхан" finds both Tsikhanouskis, "Сяргей Ціхан" one.
    """
    keys = keys_meant(written, {one.key for one in persons})
    return [one for one in persons if one.key in keys]


def keys_meant(written: str, keys: Collection[str]) -> frozenset[str]:
    """Return the keys of whom `written` means: of the one it names whole in any spelling, else of all it names in part."""
    exact = {name_key(written), person_key(written)} if is_full_name(written) else set()
    whole = exact.intersection(keys)
    return frozenset(whole or {key for key in keys if is_part_of(written, key)})


def is_full_name(written: str) -> bool:
    """Whether a name has at least a first name and a surname, so that it can mean one person."""
    return " " in name_key(written)


def person_json(view: PersonView) -> dict[str, Any]:
    """Return the object of `volya people list --json`."""
    return {
        "name": view.name,
        "aliases": list(view.aliases),
        "watched": view.watched,
        "events": [
            {
                "event": row.event,
                "date": row.day.isoformat(),
                "kind": row.kind.value,
                "status": row.status.value,
                "outcome": row.outcome.value,
            }
            for row in view.events
        ],
    }
