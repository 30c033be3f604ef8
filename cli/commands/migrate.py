"""`volya migrate`: bring the database to this program's version now, instead of at the next command."""

from __future__ import annotations

import typer

from cli.invocation import invocation_of
from cli.views import print_json, print_text
from db import check_integrity


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate", epilog="Example: volya migrate --set db.url=sqlite:///news.sqlite3")(migrate)


def migrate(context: typer.Context) -> None:
    """Make the database, or bring an older one to this version (a copy of it is kept beside it)."""
    invocation = invocation_of(context)
    with invocation.database() as database:
        check_integrity(database)
        if invocation.is_json:
            print_json({"database": database.address, "state": "current"})
        else:
            print_text(f"{database.address} is at the version of this program")
