"""The page of one event: its facts with who says so, its sources, its history, and what was sent of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.claims import reports_of
from db.queries import DeliveryFilter, deliveries_after, get_event, get_events, list_changes, whole_of
from db.silences import Holds
from db.views import EventView
from web.event import Around, tell_event
from web.judgement import Judgement
from web.pages.frame import Frame, number_in
from web.sharing import sharing_of
from web.words import page_words

DELIVERIES_SHOWN = 200


class EventPage:
    """Handler of the page of one event."""

    def __init__(self, database: Database, frame: Frame, judgement: Judgement) -> None:
        self._database = database
        self._frame = frame
        self._judgement = judgement

    def show(self, request: Request) -> Response:
        """Show one event; 404 for one that is not there."""
        number, reader = number_in(request), self._frame.reader(request)
        with self._database.read() as session:
            view = get_event(session, number) if number is not None else None
            if view is None:
                return self._frame.missing(request)
            around = _around(session, view, self._judgement.holds_now(session))
        told = tell_event(view, around, reader.facts, page_words(reader.page))
        sharing = sharing_of(view, self._frame.address, reader.facts)
        return self._frame.page(reader, "event.html", event=told, sharing=sharing)


def _around(session: Session, view: EventView, holds: Holds) -> Around:
    return Around(
        changes=list_changes(session, view.id),
        reports=reports_of(session, [view.id]),
        deliveries=deliveries_after(session, DeliveryFilter(event=view.id), None, DELIVERIES_SHOWN, holds),
        related=tuple(get_events(session, view.related)),
        whole=whole_of(session, view.id) if view.facts.same_as is not None else None,
        origin=get_event(session, view.facts.split_from) if view.facts.split_from is not None else None,
    )
