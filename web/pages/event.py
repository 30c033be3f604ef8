"""The page of one event: its facts with who says so, its sources, its history, and what was sent of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.claims import reports_of
from db.outbox import DeliveryView, get_alert
from db.queries import get_event, list_changes, whole_of
from db.silences import Holds
from db.status import alert_ids_of
from db.views import EventView
from web.event import Around, tell_event
from web.pages.frame import Frame, number_in
from web.words import page_words


class EventPage:
    """Handler of the page of one event."""

    def __init__(self, database: Database, frame: Frame, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._frame = frame
        self._clock = clock or (lambda: datetime.now(UTC))

    def show(self, request: Request) -> Response:
        """Show one event; 404 for one that is not there."""
        number, reader = number_in(request), self._frame.reader(request)
        with self._database.read() as session:
            view = get_event(session, number) if number is not None else None
            if view is None:
                return self._frame.missing(request)
            around = _around(session, view, self._clock())
        told = tell_event(view, around, reader.facts, page_words(reader.page))
        return self._frame.page(reader, "event.html", event=told)


def _around(session: Session, view: EventView, now: datetime) -> Around:
    return Around(
        changes=list_changes(session, view.id),
        reports=reports_of(session, [view.id]),
        deliveries=_deliveries(session, view.id, now),
        related=tuple(one for other in view.related if (one := get_event(session, other)) is not None),
        whole=whole_of(session, view.id) if view.facts.same_as is not None else None,
        origin=get_event(session, view.facts.split_from) if view.facts.split_from is not None else None,
    )


def _deliveries(session: Session, event: int, now: datetime) -> list[DeliveryView]:
    """Return the deliveries of the event's alerts, the newest first."""
    alerts = (get_alert(session, number, Holds(now)) for number in reversed(alert_ids_of(session, event)))
    return [one for alert in alerts if alert is not None for one in reversed(alert.deliveries)]
