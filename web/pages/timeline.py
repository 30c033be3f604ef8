"""The timeline: people freed by wave, those held, negotiations; all time, or a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from db import Database, Session
from db.facts import STOCK_AUTHORITY
from db.held import held_counts
from db.timeline import Version, events_among, state_told, versions_between, years_told
from web.chart import draw, shown_held
from web.chart_words import ChartWords, chart_words
from web.drawing import NARROW, WIDE
from web.languages import Reader
from web.pages.frame import Frame
from web.timeline import Act, Wave, marks_of, timeline_in, year_days
from web.words import page_words

READERS_KEPT = 8
MOST_KEPT = 24  # drawn pages, of years and languages; one of 500 events has some 800 kB


class TimelinePage:
    """Handler of the timeline. A page that was drawn is kept until an event or a figure of those held changes.

    What an event comes to is kept by itself: after a change only that one is read and told anew.
    """

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame
        self._drawn: dict[tuple[object, ...], Response] = {}
        self._words: dict[tuple[str, str], ChartWords] = {}
        self._marks: dict[tuple[str, int], tuple[Version, tuple[Wave | Act, ...]]] = {}

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
        timeline = timeline_in(self._marks_between(session, span, reader.facts), counts, span)
        return self._frame.page(
            reader,
            "timeline.html",
            years=years,
            year=year,
            timeline=timeline,
            held=shown_held(timeline),
            drawings=[draw(timeline, layout) for layout in (WIDE, NARROW)],
            tell=self._tell(reader),
        )

    def _tell(self, reader: Reader) -> ChartWords:
        """Return the words of a reader; what was made in them is kept for few readers."""
        key = (reader.page, reader.facts)
        tell = self._words.get(key) or chart_words(page_words(reader.page), reader.facts)
        if len(self._words) >= READERS_KEPT:
            self._words.clear()
        self._words[key] = tell
        return tell

    def _marks_between(
        self, session: Session, span: tuple[date | None, date | None], language: str
    ) -> Iterator[Wave | Act]:
        versions = versions_between(session, *span)
        known = {number: self._marks.get((language, number)) for number in versions}
        changed = {number for number, kept in known.items() if kept is None or kept[0] != versions[number]}
        for event in events_among(session, changed):
            known[event.id] = self._marks[language, event.id] = versions[event.id], marks_of(event, language)
        return (mark for kept in known.values() if kept is not None for mark in kept[1])
