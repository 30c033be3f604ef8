"""The people that readers ask for: by name in any spelling, or as watched ones (`volya people watch`). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from db.facts import Person

WATCHED = "watched"  # in a destination's filter: everyone who is watched
PersonKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is watched. `key` is the same for all spellings of one person's name; events know how, so it is given."""

    names: tuple[str, ...] = ()
    key: PersonKey = str.casefold

    def agrees(self, wanted: Collection[str], people: Iterable[Person]) -> bool:
        """Say whether a filter lets people through: an empty one does."""
        keys = {self.key(name) for name in wanted if name != WATCHED}
        if WATCHED in wanted:
            keys |= set(map(self.key, self.names))
        return not wanted or any(self.key(person.name) in keys for person in people)

    def first(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """Return people in their order, but who is watched before the others."""
        watched = set(map(self.key, self.names))
        return tuple(sorted(people, key=lambda person: self.key(person.name) not in watched))
