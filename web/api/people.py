"""The list of people: who is named in the events or watched, who was named last first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.people import list_namings, list_watches
from events.persons import PersonView, find_persons, join_persons, person_json
from web.api import cursors
from web.api.answers import cut, piece
from web.api.parameters import PersonQuery, parsed

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class People:
    """Handler of the list of people."""

    database: Database

    def people(self, request: Request) -> Response:
        """People, who was named last first."""
        asked = parsed(PersonQuery, request.query_params)
        with self.database.read() as session:
            persons = join_persons(list_namings(session, spelled=False), list_watches(session))
            if asked.name is not None:
                persons = find_persons(persons, asked.name)
            persons.sort(key=_place, reverse=True)
            if asked.cursor is not None:
                after = tuple(cursors.PEOPLE.read(asked.cursor))
                persons = [one for one in persons if _place(one) < after]
            shown, following = cut(persons, asked.limit, lambda one: cursors.PEOPLE.write(*_place(one)))
            spelled = _spelled(session, shown)
        return piece(request, [person_json(one) for one in spelled], following)


def _place(person: PersonView) -> Place:
    """Return where a person stands in the list: by the newest event; within one in an order that stays."""
    day, event = (person.events[0].day, person.events[0].event) if person.events else (date.min, 0)
    digest = blake2b(person.key.encode(), digest_size=cursors.NUMBER).digest()
    return day.toordinal(), event, int.from_bytes(digest, "big")


def _spelled(session: Session, persons: list[PersonView]) -> list[PersonView]:
    """Return these people with their other spellings, which are read for them alone."""
    events = {row.event for one in persons for row in one.events}
    watched = [one.name for one in persons if one.watched]
    known = {one.key: one for one in join_persons(list_namings(session, among=events), watched)}
    return [known[one.key] for one in persons]
