"""`volya alerts silence`: nothing on an event, or to a destination, until a time; `list` and `lift` (D-28)."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.references import moment, numbered
from cli.views import local, print_json, print_json_lines, print_table, print_text
from cli.wiring import destinations_of
from crawler import parse_duration
from db import Session
from db.outbox import list_destinations
from db.queries import get_event
from db.silences import Hush, Silence, add_silence, lift_silence, list_silences, silence_json

app = typer.Typer(
    name="silence",
    help="Hold messages on an event, or to a destination, until a time.",
    epilog="Examples: volya alerts silence --event e3 --for 8h · volya alerts silence --to desk --until 2026-09-01T07:00",
)

EventOption = Annotated[str | None, typer.Option("--event", metavar="ID", help="Only what is told of this event.")]
To = Annotated[str | None, typer.Option("--to", metavar="NAME", help="Only at this destination.")]
All = Annotated[bool, typer.Option("--all", help="Everything, everywhere.")]
Until = Annotated[str | None, typer.Option("--until", metavar="T", help="Until a day or a time.")]
For = Annotated[str | None, typer.Option("--for", metavar="TIME", help="For so long: 90s, 45m, 8h, 2d.")]
Change = Annotated[bool, typer.Option("--until-change", help="A major change of the event ends it before that.")]
By = Annotated[str | None, typer.Option("--by", metavar="WHO", help="Who says so; default is your user name.")]


@app.callback(invoke_without_command=True)
def _silence(  # noqa: PLR0913, PLR0917 (the options of a command)
    context: typer.Context,
    event: EventOption = None,
    to: To = None,
    everything: All = False,  # noqa: FBT002 (a flag)
    until: Until = None,
    for_: For = None,
    until_change: Change = False,  # noqa: FBT002 (a flag)
    by: By = None,
) -> None:
    """Hold messages on an event, or to a destination, until a time; without options, list what holds.

    Nothing is lost: what is held waits, newer news takes its place, and the newest state goes out when it is over.
    """
    has_options = any((event, to, everything, until, for_, until_change, by))
    if context.invoked_subcommand is not None:
        if has_options:
            raise CommandError(f"silence {context.invoked_subcommand}: takes none of these options", ExitCode.USAGE)
        return
    invocation, now = invocation_of(context), datetime.now(UTC)
    if not has_options:
        _print_list(invocation)
        return
    number = numbered(event, "event") if event is not None else None
    _demand_scope(number, to, everything=everything, until_change=until_change)
    hush = Hush(number, to, _end(until, for_, now), by or getpass.getuser(), until_change)
    with invocation.database() as database, database.begin() as session:
        _demand_known(session, invocation, hush)
        silence = add_silence(session, hush, now)
    print_json(silence_json(silence)) if invocation.is_json else print_text(_said(silence))


@app.command("list", epilog="Example: volya alerts silence list --json")
def list_(context: typer.Context) -> None:
    """List the silences that hold now."""
    _print_list(invocation_of(context))


@app.command("lift", epilog="Example: volya alerts silence lift 4")
def lift(context: typer.Context, silence: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a silence; what waited for it goes out at once, each message once, at its newest state."""
    if not silence.isdecimal() or len(silence) > 9:  # noqa: PLR2004 (the numbers a database gives)
        raise CommandError(f"{silence}: give the number of a silence", ExitCode.USAGE)
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        if not lift_silence(session, int(silence), datetime.now(UTC)):
            raise CommandError(f"silence {silence}: there is none, or it is over; see volya alerts silence list")
    answer = {"lifted": int(silence)}
    print_json(answer) if invocation.is_json else print_text(f"Silence {silence} is lifted.")


def _demand_scope(event: int | None, to: str | None, *, everything: bool, until_change: bool) -> None:
    """Raise CommandError (usage) unless it is said what is to be silent, and said once."""
    is_part = event is not None or to is not None
    if is_part == everything:
        raise CommandError("silence: give --event, --to or both, or else --all", ExitCode.USAGE)
    if until_change and event is None:
        raise CommandError("--until-change: it is the change of an event; give --event too", ExitCode.USAGE)


def _end(until: str | None, for_: str | None, now: datetime) -> datetime:
    """Return when a silence ends; raises CommandError (usage)."""
    if (until is None) == (for_ is None):
        raise CommandError("silence: give either --until or --for", ExitCode.USAGE)
    end = moment("--until", until) if until is not None else _after(for_, now)
    if end <= now:
        raise CommandError(f"--until {until}: this is over already", ExitCode.USAGE)
    return end


def _after(written: str | None, now: datetime) -> datetime:
    try:
        return now + timedelta(seconds=parse_duration(written))
    except (ValueError, OverflowError):
        raise CommandError(f"--for {written}: give a time, as 90s, 45m, 8h, 2d", ExitCode.USAGE) from None


def _demand_known(session: Session, invocation: Invocation, hush: Hush) -> None:
    """Raise CommandError unless there is the event, standing by itself, and the destination, where they are named."""
    view = get_event(session, hush.event) if hush.event is not None else None
    if hush.event is not None and view is None:
        raise CommandError(f"e{hush.event}: no such event; see volya events list")
    if view is not None and view.facts.same_as is not None:
        raise CommandError(f"e{view.id}: it is part of event {view.facts.same_as}; name that one")
    stored = (one.name for one in list_destinations(session))
    known = dict.fromkeys([*(one.name for one in destinations_of(invocation.settings, session)), *stored])
    if hush.destination is not None and hush.destination not in known:
        raise CommandError(
            f"destination {hush.destination}: there is none of this name; there are: {', '.join(known) or 'none'}"
        )


def _said(silence: Silence) -> str:
    hush = silence.hush
    about = f"event {hush.event}" if hush.event is not None else "anything"
    where = f" to {hush.destination}" if hush.destination is not None else ""
    change = ", or a major change" if hush.until_change else ""
    return f"Silence {silence.id}: nothing about {about}{where} until {local(hush.until)}{change}."


def _print_list(invocation: Invocation) -> None:
    with invocation.database() as database, database.read() as session:
        silences = list_silences(session, datetime.now(UTC))
    if invocation.is_json:
        print_json_lines(silence_json(silence) for silence in silences)
        return
    rows = map(_row, silences)
    columns = ("Id", "Event", "Destination", "Until", "Since", "By")
    print_table(columns, rows, empty="Nothing is silenced.")


def _row(silence: Silence) -> tuple[object, ...]:
    hush = silence.hush
    until = f"{local(hush.until)}{' or a major change' if hush.until_change else ''}"
    return silence.id, hush.event or "all", hush.destination or "all", until, silence.created_at, hush.by
