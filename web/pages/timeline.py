"""The timeline: people freed by wave, those held, negotiations; all time, or a year."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.facts import STOCK_AUTHORITY
from db.held import held_counts
from db.timeline import events_between, state_told, years_told
from web.chart import draw, shown_held
from web.chart_words import chart_words
from web.drawing import NARROW, WIDE
from web.languages import Reader
from web.pages.frame import Frame
from web.timeline import timeline_of, year_days
from web.words import page_words

MOST_KEPT = 24  # drawn pages, of years and languages; one of 500 events has some 800 kB


class TimelinePage:
    """Handler of the timeline. A page that was drawn is kept until an event or a figure of those held changes."""

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame
        self._drawn: dict[tuple[object, ...], Response] = {}

    def show(self, request: Request) -> Response:
        """Draw what happened in the year that `?year=` names, else all; a year of which nothing is known is all, too."""
        reader = self._frame.reader(request)
        with self._database.read() as session:
            years = years_told(session, STOCK_AUTHORITY)
            year = next((one for one in years if str(one) == request.query_params.get("year")), None)
            key = (reader, year, *state_told(session))
            drawn = self._drawn.get(key) or self._draw(session, reader, years, year)
        if len(self._drawn) >= MOST_KEPT:
            self._drawn.clear()
        self._drawn[key] = drawn
        return Response(drawn.body, headers=dict(drawn.headers))

    def _draw(self, session: Session, reader: Reader, years: list[int], year: int | None) -> Response:
        span = year_days(year)
        counts = held_counts(session, STOCK_AUTHORITY, *span)
        timeline = timeline_of(events_between(session, *span), counts, reader.facts, span)
        return self._frame.page(
            reader,
            "timeline.html",
            years=years,
            year=year,
            timeline=timeline,
            held=shown_held(timeline),
            drawings=[draw(timeline, layout) for layout in (WIDE, NARROW)],
            tell=chart_words(page_words(reader.page), reader.facts),
        )
