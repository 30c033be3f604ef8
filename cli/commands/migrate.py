"""`volya migrate`: bring the database to this program's version now, instead of at the next command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.invocation import invocation_of
from cli.views import print_json, print_text
from db import check_integrity
from db.search_repair import rebuild_search


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate", epilog="Example: volya migrate --set db.url=sqlite:///news.sqlite3")(migrate)


def migrate(
    context: typer.Context,
    rebuild: Annotated[  # noqa: FBT002 (a flag)
        bool, typer.Option("--rebuild-search", help="Also make the search index anew. Stop the service before.")
    ] = False,
) -> None:
    """Make the database, or bring an older one to this version (a copy of it is kept beside it)."""
    invocation = invocation_of(context)
    with invocation.database() as database:
        check_integrity(database)
        indexed = rebuild_search(database) if rebuild else None
    if invocation.is_json:
        told: dict[str, Any] = {"indexed": indexed} if indexed is not None else {}
        print_json({"database": database.address, "state": "current", **told})
        return
    print_text(f"{database.address} is at the version of this program")
    if indexed is not None:
        print_text(f"The search index is made anew: {indexed} articles.")
