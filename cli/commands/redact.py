"""`volya redact`: at the wish of a person, or of relatives, the name is shown no more."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Annotated, Any

import typer

from cli.clock import utc_now
from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.persons import everyone, person_meant
from cli.views import local, print_json, print_json_lines, print_table, print_text
from db import Database
from db.placeholders import HOLDERS
from db.views import utc
from db.withheld import (
    NewWithheldName,
    WithheldName,
    keep_secret,
    learn,
    lift,
    list_withheld,
    secret_of,
    withheld_in,
    withhold,
)
from events import Held, forms_of, look_for, withhold_stored, would_withhold
from events.names import person_key

SECRET_BYTES = 32
NOTHING_ASKED = "give a name, or --list, --lift N, --finish"
OVER = "Back-ups, and copies that an upgrade or a restore has set aside, still hold it: see docs/how-to/redact.md."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("redact", epilog="Example: volya redact 'Ivan Paulau' --by anna --note 'his sister asked'")(redact)


def redact(  # noqa: PLR0913, PLR0917 (typer takes the options of a command as parameters)
    context: typer.Context,
    person: Annotated[
        str | None, typer.Argument(metavar="PERSON", help="In any spelling and script.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help="Who says so; default is your user name.")
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="WHY", help="Why; kept without the name.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what holds the name, and change nothing.")] = False,  # noqa: FBT002 (a flag)
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002 (a flag)
    listed: Annotated[bool, typer.Option("--list", help="List what is withheld, without the names.")] = False,  # noqa: FBT002 (a flag)
    lifted: Annotated[int | None, typer.Option("--lift", metavar="N", help="Withhold number N no more.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="Go on with what was cut short.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Show a person's name no more: it is taken out of all that is stored, and of all that comes.

    What was sent is edited where the service can edit. It cannot be undone, only be lifted for what comes later.
    """
    invocation = invocation_of(context)
    if sum((person is not None, listed, lifted is not None, finish)) != 1:
        raise CommandError(NOTHING_ASKED, ExitCode.USAGE)
    with invocation.database() as database:
        if listed:
            _list(invocation, database)
        elif lifted is not None:
            _lift(invocation, database, lifted, (by or getpass.getuser(), note))
        elif finish:
            _finish(invocation, database)
        elif person is not None and dry_run:
            _look(invocation, database, person)
        elif person is not None:
            _redact(invocation, database, person, (by or getpass.getuser(), note), is_asked=not yes)


def _redact(invocation: Invocation, database: Database, name: str, said: tuple[str, str], *, is_asked: bool) -> None:
    if is_asked:
        if not sys.stdin.isatty():
            raise CommandError("nobody can be asked here: say --yes, or look first with --dry-run", ExitCode.USAGE)
        _look(invocation, database, name)
        typer.confirm("Take the name out of all of it, for good?", abort=True)
    with database.begin() as session:
        secret = keep_secret(session, secrets.token_bytes(SECRET_BYTES), utc_now())
    with database.read() as session:  # all texts are looked through: nobody may have to wait for that to write
        person = person_meant(everyone(session), name)
        role, forms = forms_of(session, secret, person.name)
    with database.begin() as session:
        number = withheld_in(session).has_key(person.key)
        if number is None:
            number = withhold(session, secret, NewWithheldName(role, forms, *said), utc_now())
        else:
            learn(session, number, forms)
    _say(invocation, database, number, withhold_stored(database, number, utc_now()))


def _look(invocation: Invocation, database: Database, name: str) -> None:
    with database.read() as session:
        person = person_meant(everyone(session), name)
        secret = secret_of(session, secrets.token_bytes(SECRET_BYTES))
        withheld = would_withhold(secret, *forms_of(session, secret, person.name))
    held = look_for(database, withheld)
    if invocation.is_json:
        print_json({"dry_run": True, **held})
        return
    print_text(f"{person.name} stands in {_in_words(held)}.")
    if person_key(name) != person.key:
        print_text(f"{name} is read as {person.name}.")


def _say(invocation: Invocation, database: Database, number: int, held: Held) -> None:
    with database.read() as session:
        (place,) = (one.place for one in list_withheld(session) if one.number == number)
    if invocation.is_json:
        print_json({"number": number, "place": place, **held})
        return
    print_text(f"The name is withheld: {place} stands in its place. It stood in {_in_words(held)}.")
    if held["sent"]:
        print_text("What was sent is edited by the service where the receiver allows it.")
    print_text(OVER)


def _in_words(held: Held) -> str:
    texts = ", ".join(f"{held[holder]} {holder}" for holder in HOLDERS)
    return f"{texts}, {held['events']} events ({held['sent']} messages sent of them), {held['watches']} watches"


def _finish(invocation: Invocation, database: Database) -> None:
    with database.read() as session:
        unfinished = [one.number for one in list_withheld(session) if one.done_at is None and one.lifted_at is None]
    for number in unfinished:
        _say(invocation, database, number, withhold_stored(database, number, utc_now()))
    if not unfinished and not invocation.is_json:
        print_text("Nothing was cut short.")


def _lift(invocation: Invocation, database: Database, number: int, said: tuple[str, str]) -> None:
    with database.begin() as session:
        if not lift(session, number, *said, utc_now()):
            raise CommandError(f"{number}: no name is withheld by this number; see volya redact --list")
    if invocation.is_json:
        print_json({"number": number, "lifted": True})
        return
    print_text(
        f"Number {number} is withheld no more, in what is stored from now on. What was taken out does not come back."
    )


def _list(invocation: Invocation, database: Database) -> None:
    with database.read() as session:
        names = list_withheld(session)
    if invocation.is_json:
        print_json_lines(map(_json, names))
        return
    columns = ("Number", "In its place", "Since", "By", "State", "Why")
    print_table(columns, map(_row, names), empty="No name is withheld.")


def _row(one: WithheldName) -> tuple[object, ...]:
    lifted = f"lifted {local(one.lifted_at)} by {one.lifted_by}" if one.lifted_at is not None else None
    state = lifted or ("withheld" if one.done_at is not None else "unfinished: volya redact --finish")
    return one.number, one.place, one.at, one.by, state, one.note


def _json(one: WithheldName) -> dict[str, Any]:
    names = ("number", "place", "by", "note", "lifted_by", "lifted_note")
    times = ("at", "done_at", "lifted_at")
    told = {name: getattr(one, name) for name in names} | {name: utc(getattr(one, name)) for name in times}
    return {**told, "found": dict(one.found)}
