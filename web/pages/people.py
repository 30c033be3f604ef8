"""The pages of people: who is named in the events, and one of them, with a button that watches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db import Database
from db.people import NAME_LIMIT, list_watches, unwatch, watch
from db.queries import get_event
from events.names import person_key
from events.persons import PersonView, find_persons
from web.everyone import Everyone
from web.pages.frame import Frame
from web.people import list_people, tell_person
from web.posted import read_form
from web.telling import person_path
from web.tokens import TokenCheck, refuse

SHOWN = 100
EVENTS_SHOWN = 100


class People:
    """Handlers of both pages and of the button."""

    def __init__(
        self,
        database: Database,
        frame: Frame,
        tokens: TokenCheck,
        everyone: Everyone,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._frame = frame
        self._tokens = tokens
        self._everyone = everyone
        self._clock = clock or (lambda: datetime.now(UTC))

    def show_list(self, request: Request) -> Response:
        """List everyone named, who was named last first; `?q=` in any spelling, `?watched=1`, `?page=`."""
        reader, asked = self._frame.reader(request), request.query_params.get("q", "")[:NAME_LIMIT].strip()
        is_watched, number = request.query_params.get("watched") == "1", _page_number(request.query_params.get("page"))
        with self._database.read() as session:
            persons = self._everyone.persons(session)
        found = find_persons(persons, asked) if asked else persons
        found = [one for one in found if one.watched] if is_watched else found
        shown = found[(number - 1) * SHOWN : number * SHOWN]
        return self._frame.page(
            reader,
            "people.html",
            people=list_people(shown, reader.facts),
            asked=asked,
            is_watched=is_watched,
            total=len(found),
            everyone=len(persons),
            number=number,
            has_more=len(found) > number * SHOWN,
        )

    def show_one(self, request: Request) -> Response:
        """Show one person, in whatever spelling the address has; 404 for one whom no event names."""
        reader, name = self._frame.reader(request), request.path_params["name"]
        with self._database.read() as session:
            person = _the_one(self._everyone.persons(session), name)
            if person is None:
                return self._frame.missing(request)
            numbers = dict.fromkeys(row.event for row in person.events[:EVENTS_SHOWN])
            events = {number: view for number in numbers if (view := get_event(session, number)) is not None}
        told = tell_person(person, events, reader.facts)
        return self._frame.page(reader, "person.html", person=told, has_token=self._tokens.is_possible)

    async def decide(self, request: Request) -> Response:
        """Watch a person, or no more, and go back to their page; 401 without the token, 404 for one who is not known."""
        form = await read_form(request)
        if form is None:
            return refuse(413, "The form is too long.")
        refusal = self._tokens.refusal(form.get("token"))
        if refusal is not None:
            return refusal
        if form.get("act") not in ("watch", "unwatch"):
            return refuse(400, "The form says whom, and watch or unwatch.")
        name = await run_in_threadpool(self._decide, form.get("name", ""), is_to_watch=form["act"] == "watch")
        return RedirectResponse(person_path(name), 303) if name else refuse(404, "No event names anybody so.")

    def _decide(self, written: str, *, is_to_watch: bool) -> str | None:
        with self._database.begin() as session:
            person = _the_one(self._everyone.persons(session), written)
            if person is None:
                return None
            if is_to_watch and not person.watched:
                watch(session, person.name[:NAME_LIMIT], self._clock())
            for watched in list_watches(session) if not is_to_watch else ():
                if person_key(watched) == person.key:
                    unwatch(session, watched)
            return person.name


def _the_one(persons: list[PersonView], name: str) -> PersonView | None:
    found = find_persons(persons, name) if name.strip() else []
    exact = [one for one in found if one.name == name]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def _page_number(given: str | None) -> int:
    digits = (given or "").strip()
    return max(int(digits), 1) if digits.isascii() and digits.isdecimal() and len(digits) <= len("999999") else 1
