"""`volya outlets`: whom we listen to, and whether they answer."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.catalogue import fill_catalogue
from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.logs import plain
from cli.views import local_short, print_json, print_json_lines, print_pairs, print_table, print_text
from db.crawling import EntryPointView, OutletView, list_outlets
from db.status import outlet_json

ERROR_LENGTH = 60

app = typer.Typer(name="outlets", help="Whom we listen to.", epilog="Example: volya outlets list")


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context))


@app.command("list", epilog="Example: volya outlets list --json")
def list_(context: typer.Context) -> None:
    """List outlets with the state of each entry point."""
    _print_list(invocation_of(context))


@app.command("show", epilog="Example: volya outlets show nashaniva")
def show(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Show one outlet and its entry points."""
    invocation = invocation_of(context)
    with invocation.database() as database:
        fill_catalogue(database, invocation.settings)
        with database.read() as session:
            view = next((outlet for outlet in list_outlets(session) if outlet.name == name), None)
    if view is None:
        raise CommandError(f"outlet {name}: there is none; see volya outlets list")
    if invocation.is_json:
        print_json(outlet_json(view))
        return
    print_pairs(
        {
            "Outlet": view.name,
            "Title": view.title,
            "Kind": view.kind,
            "Languages": view.languages,
            "Time zone": view.timezone,
            "Country": view.country,
            "Watched": "yes" if view.is_enabled else "no",
        }
    )
    for point in view.entry_points:
        print_text("")
        print_pairs(_point_pairs(point))


def _point_pairs(point: EntryPointView) -> dict[str, object]:
    return {
        "Entry point": f"{point.type} {point.url}",
        "State": point.state if point.is_enabled else f"{point.state}, not watched",
        "Failures in a row": point.failures,
        "Last error": point.last_error,
        "Last checked": point.last_checked_at,
        "Last success": point.last_success_at,
        "Last news": point.last_new_at,
        "Next check": point.next_check_at,
    }


def _print_list(invocation: Invocation) -> None:
    with invocation.database() as database:
        fill_catalogue(database, invocation.settings)
        with database.read() as session:
            views = list_outlets(session)
    if invocation.is_json:
        print_json_lines(map(outlet_json, views))
        return
    rows = (row for view in views for row in _rows(view))
    columns = ("Outlet", "In", "Entry point", "State", "Failures", "Last success", "Next check", "Last error")
    print_table(columns, rows, empty="No outlets.")


def _rows(view: OutletView) -> list[tuple[object, ...]]:
    return [
        (
            view.name if number == 0 else "",
            view.languages if number == 0 else "",
            point.type,
            point.state if point.is_enabled and view.is_enabled else "off",
            point.failures,
            local_short(point.last_success_at),
            local_short(point.next_check_at) if point.is_enabled and view.is_enabled else None,
            plain(point.last_error or "", ERROR_LENGTH),
        )
        for number, point in enumerate(view.entry_points)
    ]
