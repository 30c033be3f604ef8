"""`volya backup` and `volya restore`: a copy of the database, and a copy in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.views import print_json, print_text
from cli.wiring import BACKUPS
from db import Database, connect
from db.backup import copies_of_days
from db.saving import Copy, Restored, back_up, hold_restored
from db.saving import restore as put_back

WAITING = "see volya alerts list --state uncertain, then volya alerts sent, retry or drop"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup", epilog="Example: volya backup /srv/backups/volya-2026-09-01.sqlite3")(backup)
    app.command("restore", epilog="Examples: volya restore /srv/backups/volya-2026-09-01.sqlite3 · volya restore")(
        restore
    )


def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Write a checked copy of the database to a file, also while the service runs."""
    invocation = invocation_of(context)
    with _untouched(invocation) as database:
        copy = back_up(database, path, force=force)
    if invocation.is_json:
        print_json({"backup": str(path), **_copy_json(copy)})
        return
    print_text(f"{path} is made and checked: {_in_words(copy)}.")


def restore(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="The backup; without it the newest copy of the days.")
    ] = None,
    send: Annotated[  # noqa: FBT002 (a flag)
        bool, typer.Option("--send", help="Send what waits in it: nothing was sent since it was made.")
    ] = False,
    done: Annotated[  # noqa: FBT002 (a flag)
        bool, typer.Option("--done", help="Only hold: pg_restore has put the database back already.")
    ] = False,
) -> None:
    """Put a backup in the place of the database, which is kept beside it. Stop the service before.

    What the backup holds as unsent may have been sent since: it waits for your word, and so does what is made of reports
    from before now.
    """
    invocation = invocation_of(context)
    if done:
        _hold(invocation, is_alone=path is None and not send)
        return
    with _untouched(invocation) as database:
        chosen = path or _newest(database)
        restored = put_back(database, chosen, datetime.now(UTC), lets_go=send)
    if invocation.is_json:
        kept = str(restored.kept) if restored.kept is not None else None
        print_json(
            {"restored": str(chosen), **_copy_json(restored.copy), "kept": kept, "held": restored.held, "send": send}
        )
        return
    _say_restored(chosen, restored, is_sent=send)


def _hold(invocation: Invocation, *, is_alone: bool) -> None:
    if not is_alone:
        raise CommandError(
            "--done holds what other tools have put back: give neither a path nor --send", ExitCode.USAGE
        )
    with invocation.database() as database:
        held = hold_restored(database, datetime.now(UTC))
    print_json({"held": held}) if invocation.is_json else _say_held(held)


@contextmanager
def _untouched(invocation: Invocation) -> Iterator[Database]:
    """Name the database without opening it: it may be missing, damaged or of another version."""
    database = connect(invocation.database_url)
    try:
        yield database
    finally:
        database.close()


def _newest(database: Database) -> Path:
    """Return the newest copy of the days beside a database. Raises CommandError."""
    if database.path is None:
        return Path("PATH")  # what is said of a server names a file
    folder = database.path.absolute().parent / BACKUPS
    copies = copies_of_days(folder)
    if not copies:
        raise CommandError(f"{folder}: there is no copy of a day; give the path of a backup", ExitCode.INPUT_OUTPUT)
    return copies[-1]


def _say_restored(path: Path, restored: Restored, *, is_sent: bool) -> None:
    print_text(f"{path} is the database now: {_in_words(restored.copy)}.")
    if restored.kept is not None:
        print_text(f"What was there before is kept as {restored.kept}.")
    if is_sent:
        print_text("What waits in it goes out when the service runs.")
    else:
        _say_held(restored.held)


def _say_held(held: int) -> None:
    if held:
        print_text(f"{held} messages may have been sent since the backup was made, and are held: {WAITING}.")
    print_text("For seven days what is told of reports from before now is held in the same way.")


def _copy_json(copy: Copy) -> Mapping[str, Any]:
    return {"size": copy.size, "version": copy.version, "stored": dict(copy.stored)}


def _in_words(copy: Copy) -> str:
    stored = ", ".join(f"{number} {name}" for name, number in copy.stored.items())
    return f"{copy.size / (1 << 20):.1f} MiB, version {copy.version}, {stored}"
