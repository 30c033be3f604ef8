"""`volya people`: who is named in which event with which outcome, and whom to watch."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.clock import utc_now
from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.persons import everyone, person_meant, the_one
from cli.views import print_json, print_json_lines, print_pairs, print_table, print_text
from db.people import list_watches, unwatch, watch
from db.withheld import withheld_in
from events.names import person_key
from events.persons import PersonView, person_json

app = typer.Typer(name="people", help="Who is named in the events.", epilog="Example: volya people show Бяляцкі")
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="In any spelling and script, or a part of it.")]
MARK = "★"


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context), None)


@app.command("list", epilog="Example: volya people list --limit 10 --json")
def list_(context: typer.Context, limit: Limit = None) -> None:
    """List everyone named, who was named last first; the watched have a star."""
    _print_list(invocation_of(context), limit)


@app.command("show", epilog="Example: volya people show 'Ihar Losik'")
def show(context: typer.Context, name: Name) -> None:
    """Show one person: spellings, events and what they say."""
    invocation = invocation_of(context)
    with invocation.database() as database, database.read() as session:
        person = the_one(everyone(session), name)
    if person is None:
        raise CommandError(f"{name}: no event names anybody so; see volya people list")
    _print_person(invocation, person)


@app.command("watch", epilog="Example: volya people watch 'Ігар Лосік'")
def watch_(context: typer.Context, name: Name) -> None:
    """Watch a person: a star here, first in alerts, and for destinations with people = ["watched"]."""
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        person = person_meant(everyone(session), name)
        if withheld_in(session).has_key(person.key) is not None:
            raise CommandError(f"{name}: this name is withheld; see volya redact --list")
        if not person.watched:
            watch(session, person.name, utc_now())
        person = the_one(everyone(session), person.name) or person
    _print_person(invocation, person)


@app.command("unwatch", epilog="Example: volya people unwatch Лосик")
def unwatch_(context: typer.Context, name: Name) -> None:
    """Watch a person no more."""
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        person = the_one([one for one in everyone(session) if one.watched], name)
        if person is None:
            raise CommandError(f"{name}: nobody of this name is watched; see volya people list")
        for watched in list_watches(session):
            if person_key(watched) == person.key:
                unwatch(session, watched)
    if invocation.is_json:
        print_json({"name": person.name, "watched": False})
    else:
        print_text(f"{person.name} is watched no more.")


def _print_list(invocation: Invocation, limit: int | None) -> None:
    with invocation.database() as database, database.read() as session:
        persons = everyone(session)[:limit]
    if invocation.is_json:
        print_json_lines(person_json(person) for person in persons)
        return
    columns = ("", "Date", "Event", "Outcome", "Events", "Name", "Also written")
    print_table(columns, map(_row, persons), empty="Nobody is named yet: volya run watches the news.")


def _row(person: PersonView) -> tuple[object, ...]:
    last = person.events[0] if person.events else None
    told = (last.day, last.event, last.outcome) if last else (None, None, None)
    return (MARK if person.watched else "", *told, len(person.events), person.name, person.aliases)


def _print_person(invocation: Invocation, person: PersonView) -> None:
    if invocation.is_json:
        print_json(person_json(person))
        return
    print_text(f"{person.name} {MARK}" if person.watched else person.name)
    print_pairs({"Watched": "yes" if person.watched else "no", "Also written": person.aliases})
    rows = ((row.event, row.day, row.kind, row.status, row.outcome) for row in person.events)
    print_table(("Event", "Date", "Kind", "Status", "Outcome"), rows, empty="No event names this person yet.")
