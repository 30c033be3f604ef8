"""The page of one event: its facts, sources and history."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.queries import get_event, list_changes, whole_of
from db.views import EventView
from web.pages.frame import Frame, number_in
from web.sharing import sharing_of
from web.telling import Around, tell_event


class EventPage:
    """Handler of the page of one event."""

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame

    def show(self, request: Request) -> Response:
        """Show one event; 404 for one that is not there."""
        number, reader = number_in(request), self._frame.reader(request)
        with self._database.read() as session:
            view = get_event(session, number) if number is not None else None
            if view is None:
                return self._frame.missing(request)
            changes = list_changes(session, view.id)
            around = _around(session, view)
        told, sharing = (
            tell_event(view, changes, around, reader.facts),
            sharing_of(view, self._frame.address, reader.facts),
        )
        return self._frame.page(reader, "event.html", event=told, sharing=sharing)


def _around(session: Session, view: EventView) -> Around:
    return Around(
        related=tuple(one for other in view.related if (one := get_event(session, other)) is not None),
        whole=whole_of(session, view.id) if view.facts.same_as is not None else None,
        origin=get_event(session, view.facts.split_from) if view.facts.split_from is not None else None,
    )
