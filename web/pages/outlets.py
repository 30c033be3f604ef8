"""The page of outlets: their health at a glance."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.health import articles_a_day
from db.status import OUTLET_STATES
from web.judgement import Judgement
from web.outlets import DAYS, tell_outlets
from web.pages.frame import Frame


class Outlets:
    """Handler of the page of outlets."""

    def __init__(self, database: Database, frame: Frame, judgement: Judgement) -> None:
        self._database = database
        self._frame = frame
        self._judgement = judgement

    def show(self, request: Request) -> Response:
        """List the outlets that are watched, who is unwell first; `?state=` chooses, an unknown one chooses all."""
        reader, wanted = self._frame.reader(request), request.query_params.get("state")
        with self._database.read() as session:
            today = self._judgement.clock().date()
            views, counted = self._judgement.outlets(session), articles_a_day(session, today - timedelta(days=DAYS))
        told = tell_outlets(views, counted, today, reader.facts)
        numbers = Counter(one.state for one in told)
        state = wanted if wanted in OUTLET_STATES else None
        return self._frame.page(
            reader,
            "outlets.html",
            outlets=[one for one in told if state in (None, one.state)],
            total=len(told),
            states=[(name, numbers[name]) for name in OUTLET_STATES if numbers[name] or name == state],
            state=state,
        )
