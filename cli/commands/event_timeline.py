"""`volya events timeline`: what happened, as a chart in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.invocation import invocation_of
from cli.timeline import timeline_lines
from cli.views import console, print_json, print_table, print_text
from db.facts import STOCK_AUTHORITY
from db.held import held_counts
from db.timeline import events_between
from web.timeline import Timeline, timeline_of, year_days
from web.timeline_json import timeline_json

Year = Annotated[
    int | None, typer.Option("--year", min=1, max=9999, help="Of this year, with its events below; all without it.")
]


def register(app: typer.Typer) -> None:
    """Add the verb to `volya events`."""
    app.command("timeline", epilog="Example: volya events timeline --year 2025")(timeline)


def timeline(context: typer.Context, year: Year = None) -> None:
    """Draw people freed by wave, those held, and negotiations over time."""
    invocation, span = invocation_of(context), year_days(year)
    language = invocation.settings.alerts.language
    with invocation.database() as database, database.read() as session:
        counts = held_counts(session, STOCK_AUTHORITY, *span)
        found = timeline_of(events_between(session, *span), counts, language, span)
    if invocation.is_json:
        print_json(timeline_json(found))
    elif found.is_empty:
        print_text("Nothing to draw: volya events list lists what there is.")
    else:
        _print_chart(found)
        if year is not None:
            _print_events(found)


def _print_chart(found: Timeline) -> None:
    target = console()
    for line in timeline_lines(found, target.width):
        target.print(line, soft_wrap=True)


def _print_events(found: Timeline) -> None:
    dated = {one.event: one for one in (*found.acts, *found.waves)}
    rows = sorted(dated.values(), key=lambda one: (one.day, one.event))
    print_text("")
    print_table(
        ("Id", "Date", "Status", "Title"),
        ((one.event, one.event_date, one.status, one.title) for one in rows),
        empty="",
    )
