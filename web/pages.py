"""The pages for people: the events, and one event with its facts, sources, links and history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from db import Database
from db.queries import get_event, list_changes, list_events
from db.text import clean_line
from web.telling import brief_of, tell_event

EVENTS_SHOWN = 200
ID_DIGITS = 18  # every number of so few digits is one that the database can hold


class Pages:
    """Handlers of the pages; they read and write nothing. `language` is that of titles and facts."""

    def __init__(self, database: Database, language: str) -> None:
        self._database = database
        self._language = language
        self._templates = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            finalize=_clean,
            auto_reload=False,  # an upgrade beside a running service must not mix its pages
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(utc=_utc, machine=_machine, listed=", ".join)

    def events(self, _request: Request) -> Response:
        """List the events, the newest first."""
        with self._database.read() as session:
            views = list_events(session, limit=EVENTS_SHOWN + 1)
        briefs = [brief_of(view, self._language) for view in views]
        return self._page("events.html", events=briefs[:EVENTS_SHOWN], has_more=len(briefs) > EVENTS_SHOWN)

    def event(self, request: Request) -> Response:
        """Show one event; 404 for one that is not there."""
        number = request.path_params["number"]
        if not (number.isascii() and number.isdecimal() and len(number) <= ID_DIGITS):
            return self.missing(request)
        with self._database.read() as session:
            view = get_event(session, int(number))
            if view is None:
                return self.missing(request)
            changes = list_changes(session, view.id)
            related = [one for other in view.related if (one := get_event(session, other)) is not None]
        return self._page("event.html", event=tell_event(view, changes, related, self._language))

    def missing(self, _request: Request, _error: Exception | None = None) -> Response:
        """Say that there is no such page; nothing of the address is repeated."""
        return self._page("missing.html", 404)

    def _page(self, name: str, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(language=self._language, **values), status)


def unavailable(_request: Request, _error: Exception) -> Response:
    """Say that the database does not answer; why is in the log and in /readyz."""
    return PlainTextResponse("The database does not answer; /readyz says why.\n", 503)


def _clean(value: Any) -> Any:
    """Return a value as it may be shown: whatever a text is, nothing in it hides or turns the line around (SEC-12)."""
    return clean_line(value) if type(value) is str else value  # what a template has made is Markup, a kind of str


def _utc(moment: datetime) -> str:
    """Return a time for people."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _machine(moment: datetime) -> str:
    """Return a time for the attribute of a time element."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
