"""The last twelve months in small, for the head of a page: waves as bars, the last release, how many are held now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db import Session
from db.facts import STOCK_AUTHORITY
from db.held import held_counts
from db.timeline import events_between
from web.chart import draw_small
from web.chart_words import ChartWords
from web.drawing import SMALL, Bar, Layout
from web.timeline import YEAR, Held, Standing, Timeline, Wave, timeline_of


@dataclass(frozen=True, slots=True)
class Recent:
    """What the macro `recent` of chart.html draws. `held` and `last` are None where nothing of the year is known."""

    layout: Layout
    bars: tuple[Bar, ...]
    held: Held | None
    last: Wave | None
    tell: ChartWords


def recent_of(session: Session, tell: ChartWords, language: str, today: date) -> Recent:
    """Return the twelve months up to `today`, with titles in `language`. Asks for their events and figures alone."""
    span = (today - YEAR, today)
    counts = held_counts(session, STOCK_AUTHORITY, *span)
    return recent_in(timeline_of(events_between(session, *span), counts, language, span), tell)


def recent_in(timeline: Timeline, tell: ChartWords) -> Recent:
    """Return a timeline in small. Pure."""
    told = [wave for wave in timeline.waves if wave.standing is Standing.TOLD]
    return Recent(
        layout=SMALL,
        bars=draw_small(timeline),
        held=timeline.held[-1] if timeline.held else None,
        last=told[-1] if told else None,
        tell=tell,
    )
