"""The first page: the events, the newest first, and one of them by itself for a page that is open already."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from alerts.wording import wording
from db import Database, Session
from db.facts import Kind, Status
from db.newest import last_changes, newest_place
from db.queries import EventFilter, EventPlace, events_after, get_event, place_of
from db.views import EventView
from web.api.cursors import EVENTS, event_cursor, event_place
from web.chart_words import chart_words
from web.languages import Reader
from web.now import Day, days_of
from web.pages.frame import Frame, number_in
from web.recent import Recent, recent_of
from web.words import page_words

EVENTS_SHOWN = 50
KINDS = (Kind.RELEASE, Kind.NEGOTIATION)
STATUSES = tuple(one for one in Status if one is not Status.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a reader asks for, and from where in the list on; None: all, from its beginning."""

    kind: Kind | None = None
    status: Status | None = None
    before: EventPlace | None = None

    def admits(self, view: EventView) -> bool:
        """Say whether an event is one of them."""
        is_here = self.before is None or place_of(view) < self.before
        return is_here and self.kind in (None, view.facts.kind) and self.status in (None, view.facts.status)

    def earlier_than(self, view: EventView) -> str:
        """Return the address of the events after one in the list."""
        asked = {"kind": self.kind, "status": self.status, "before": event_cursor(place_of(view))}
        return "/?" + urlencode({name: value for name, value in asked.items() if value is not None})


class Now:
    """Handlers of the first page and of its parts."""

    def __init__(self, database: Database, frame: Frame, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._frame = frame
        self._clock = clock

    def show(self, request: Request) -> Response:
        """List events, the newest first; `?kind=` and `?status=` choose among them, `?before=` goes on in the list."""
        reader, wanted = self._frame.reader(request), wanted_in(request)
        with self._database.read() as session:
            place = newest_place(session)
            asked = EventFilter(kind=wanted.kind, status=wanted.status)
            views = events_after(session, asked, wanted.before, EVENTS_SHOWN + 1)
            shown = views[:EVENTS_SHOWN]
            days = self._days(session, shown, reader)
            small = self._recent(session, reader) if wanted == Wanted() else None
        words = wording(reader.facts)
        return self._frame.page(
            reader,
            "now.html",
            days=days,
            small=small,
            earlier=wanted.earlier_than(shown[-1]) if len(views) > EVENTS_SHOWN else None,
            place=place,
            wanted=wanted,
            kinds=[kind.value for kind in KINDS],
            statuses=[(one.value, words.label("statuses", one)) for one in STATUSES],
        )

    def show_one(self, request: Request) -> Response:
        """Show one event as the list does, for a page that is open; 204 for one that the reader does not ask for."""
        number, reader = number_in(request), self._frame.reader(request)
        with self._database.read() as session:
            view = get_event(session, number) if number is not None else None
            if view is None:
                return self._frame.missing(request)
            if not wanted_in(request).admits(view):
                return Response(status_code=204)
            (day,) = self._days(session, [view], reader)
        return self._frame.page(reader, "now_item.html", day=day)

    def _recent(self, session: Session, reader: Reader) -> Recent:
        tell = chart_words(page_words(reader.page), reader.facts)
        return recent_of(session, tell, reader.facts, self._clock().date())

    def _days(self, session: Session, views: Sequence[EventView], reader: Reader) -> tuple[Day, ...]:
        changes = last_changes(session, [view.id for view in views])
        return days_of(views, changes, self._clock().date(), reader.facts, page_words(reader.page))


def wanted_in(request: Request) -> Wanted:
    """Return what an address asks for; what no event can be, and what is no place, is not asked for."""
    kind, status, before = (request.query_params.get(name, "") for name in ("kind", "status", "before"))
    return Wanted(
        next((one for one in KINDS if one == kind), None),
        next((one for one in STATUSES if one == status), None),
        event_place(before) if re.fullmatch(EVENTS.pattern, before) else None,
    )
