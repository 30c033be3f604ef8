"""`volya reread`: read stored articles again, after the words or the rules have become better."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.headlines import title_of
from cli.invocation import Invocation, invocation_of
from cli.references import moment
from cli.views import print_json, print_text, progress
from db import Database
from db.leases import owner_name
from db.queries import get_event
from events import Reread, reread


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reread", epilog="Example: volya reread --since 2026-09-01")(reread_)


def reread_(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", metavar="T", help="Only what was published since: a day or a time.")
    ] = None,
    alerts: Annotated[bool, typer.Option("--alerts", help="Announce what changes, too.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Read stored articles again and rebuild their mentions and events; say what changed.

    Events keep their numbers and a person's word on them stands. Alerts that were sent are not repeated.
    """
    invocation = invocation_of(context)
    begin = moment("--since", since) if since is not None else None
    with invocation.database() as database:
        found = reread(database, owner=owner_name(), now=datetime.now(UTC), since=begin, may_alert=alerts)
        _print(invocation, database, list(_shown(found)))


def _shown(found: Iterator[Reread]) -> Iterator[Reread]:
    with progress() as bar:
        task = bar.add_task("Reading again", total=None)
        for one in found:
            bar.advance(task)
            yield one


def _print(invocation: Invocation, database: Database, done: list[Reread]) -> None:
    taken = [one for one in done if one.before != one.after]
    events = sorted({event for one in done for event in one.events})
    if invocation.is_json:
        rows = [{"id": one.article, "before": one.before, "after": one.after} for one in taken]
        print_json({"read": len(done), "articles": rows, "events": events})
        return
    for one in taken:
        print_text(f"article {one.article} was {one.before}, is {one.after}: {one.title or 'without a title'}")
    with database.read() as session:
        for number in events:
            view = get_event(session, number)
            if view is not None:
                print_text(f"event {number} is now: {title_of(view, invocation.settings.alerts.language)}")
    print_text(f"{len(done)} read again, {len(taken)} taken for something else, {len(events)} events changed")
