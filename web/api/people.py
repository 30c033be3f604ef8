"""The list of people: who is named in the events or watched, who was named last first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from events.persons import PersonView, find_persons, person_json
from web.api import cursors
from web.api.answers import cut, piece
from web.api.parameters import PersonQuery, parsed
from web.everyone import Everyone

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class People:
    """Handler of the list of people."""

    database: Database
    everyone: Everyone

    def people(self, request: Request) -> Response:
        """People, who was named last first."""
        asked = parsed(PersonQuery, request.query_params)
        with self.database.read() as session:
            persons = self.everyone.persons(session)
        if asked.name is not None:
            persons = find_persons(persons, asked.name)
        persons = sorted(persons, key=_place, reverse=True)
        if asked.cursor is not None:
            after = tuple(cursors.PEOPLE.read(asked.cursor))
            persons = [one for one in persons if _place(one) < after]
        shown, following = cut(persons, asked.limit, lambda one: cursors.PEOPLE.write(*_place(one)))
        return piece(request, [person_json(one) for one in shown], following)


def _place(person: PersonView) -> Place:
    """Return where a person stands in the list: by the newest event; within one in an order that stays."""
    day, event = (person.events[0].day, person.events[0].event) if person.events else (date.min, 0)
    digest = blake2b(person.key.encode(), digest_size=cursors.NUMBER).digest()
    return day.toordinal(), event, int.from_bytes(digest, "big")
