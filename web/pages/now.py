"""The first page: the events, the newest first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.queries import list_events
from web.pages.frame import Frame
from web.telling import brief_of

EVENTS_SHOWN = 200


class Now:
    """Handler of the first page."""

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame

    def show(self, request: Request) -> Response:
        """List the events, the newest first."""
        reader = self._frame.reader(request)
        with self._database.read() as session:
            views = list_events(session, limit=EVENTS_SHOWN + 1)
        briefs = [brief_of(view, reader.facts) for view in views]
        return self._frame.page(
            reader, "events.html", events=briefs[:EVENTS_SHOWN], has_more=len(briefs) > EVENTS_SHOWN
        )
