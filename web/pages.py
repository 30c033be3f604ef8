"""The pages for people: the events; one event with its facts, sources and history; one article with its words marked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from db import Database, Session
from db.queries import get_article, get_event, list_changes, list_events, whole_of
from db.text import clean_line, clean_part
from db.views import EventView
from web.article import tell_article
from web.telling import Around, brief_of, tell_event

EVENTS_SHOWN = 200
ID_DIGITS = 18  # every number of so few digits is one that the database can hold


class Pages:
    """Handlers of the pages; they read and write nothing. `language` is that of titles and facts."""

    def __init__(self, database: Database, language: str) -> None:
        self._database = database
        self.language = language
        self._templates = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            finalize=_clean,
            auto_reload=False,  # an upgrade beside a running service must not mix its pages
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(utc=_utc, machine=_machine, listed=", ".join, part=Part)

    def events(self, _request: Request) -> Response:
        """List the events, the newest first."""
        with self._database.read() as session:
            views = list_events(session, limit=EVENTS_SHOWN + 1)
        briefs = [brief_of(view, self.language) for view in views]
        return self.page("events.html", events=briefs[:EVENTS_SHOWN], has_more=len(briefs) > EVENTS_SHOWN)

    def event(self, request: Request) -> Response:
        """Show one event; 404 for one that is not there."""
        number = _number(request)
        with self._database.read() as session:
            view = get_event(session, number) if number is not None else None
            if view is None:
                return self.missing(request)
            changes = list_changes(session, view.id)
            around = _around(session, view)
        return self.page("event.html", event=tell_event(view, changes, around, self.language))

    def article(self, request: Request) -> Response:
        """Show one article with the words that its facts rest on marked; 404 for one that is not there."""
        number = _number(request)
        with self._database.read() as session:
            view = get_article(session, number) if number is not None else None
            if view is None:
                return self.missing(request)
            events = [one for event in view.events if (one := get_event(session, event)) is not None]
        return self.page("article.html", article=tell_article(view, events, self.language))

    def missing(self, _request: Request, _error: Exception | None = None) -> Response:
        """Say that there is no such page; nothing of the address is repeated."""
        return self.page("missing.html", 404)

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """Fill a template."""
        return HTMLResponse(self._templates.get_template(name).render(language=self.language, **values), status)


def _around(session: Session, view: EventView) -> Around:
    return Around(
        related=tuple(one for other in view.related if (one := get_event(session, other)) is not None),
        whole=whole_of(session, view.id) if view.facts.same_as is not None else None,
        origin=get_event(session, view.facts.split_from) if view.facts.split_from is not None else None,
    )


class Part(str):
    """A part of a stored text: cleaned as every text but with the space at its ends, which `_clean` would take."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Clean it; the page escapes it as it does any text."""
        return super().__new__(cls, clean_part(text))


def unavailable(_request: Request, _error: Exception) -> Response:
    """Say that the database does not answer; why is in the log and in /readyz."""
    return PlainTextResponse("The database does not answer; /readyz says why.\n", 503)


def _number(request: Request) -> int | None:
    """Return the number in an address; None where there is none that the database could hold."""
    number = request.path_params["number"]
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= ID_DIGITS else None


def _clean(value: Any) -> Any:
    """Return a value as it may be shown: whatever a text is, nothing in it hides or turns the line around (SEC-12)."""
    return clean_line(value) if type(value) is str else value  # what a template has made is Markup, a kind of str


def _utc(moment: datetime) -> str:
    """Return a time for people."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _machine(moment: datetime) -> str:
    """Return a time for the attribute of a time element."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
