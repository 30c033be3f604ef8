"""`volya outlets`: whom we listen to, and whether they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.catalogue import chosen_outlets, every_outlet, fill_catalogue, outlet_named
from cli.commands import outlet_additions
from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.logs import plain
from cli.outlet_checks import COLUMNS, check_code, check_json, check_row
from cli.outlet_details import (
    OutletDetails,
    details_json,
    gap_rows,
    is_asked,
    listed_state,
    outlet_pairs,
    point_pairs,
    poll_rows,
)
from cli.outlet_health import advice_of, judged_outlets
from cli.outlet_lists import Wanted, check_kind, listed_outlets
from cli.views import local_short, print_json, print_json_lines, print_pairs, print_table, print_text, progress
from db.gaps import list_gaps
from db.outlets import EntryPointView, OutletView
from db.pushes import list_pushes
from db.status import last_polls, outlet_json

if TYPE_CHECKING:
    from crawler.check import CheckedEntryPoint
    from crawler.outlets import Outlet

ERROR_LENGTH = 60
POLLS_SHOWN = 5
GAPS_SHOWN = 10

app = typer.Typer(name="outlets", help="Whom we listen to.", epilog="Example: volya outlets list")


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context), Wanted())


@app.command("list", epilog="Examples: volya outlets list --country BY · volya outlets list --all --kind state --json")
def list_(
    context: typer.Context,
    country: Annotated[str | None, typer.Option(help="Of this country only: its code, as BY.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind only: independent, state, official, wire …")] = None,
    off_too: Annotated[bool, typer.Option("--all", help="Also those that are off.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """List outlets with the state of each entry point: those that are watched."""
    check_kind(kind)
    _print_list(invocation_of(context), Wanted(country, kind, off_too))


@app.command("show", epilog="Example: volya outlets show nashaniva")
def show(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Show one outlet: what the catalogue says of it, how each entry point is, its last polls, and its gaps."""
    invocation = invocation_of(context)
    details = _details(invocation, name)
    if invocation.is_json:
        print_json(details_json(details))
        return
    print_pairs(outlet_pairs(details))
    for url in details.urls:
        print_text("")
        print_pairs(point_pairs(details, url))
        rows = poll_rows(details, url)
        if rows:
            print_text("")
            print_table(("Asked", "Outcome", "Status", "Entries", "New", "Took", "Trouble"), rows, empty="")
    if details.gaps:
        print_text("")
        print_table(("Gap found", "Why", "Since", "Is", "Pages", "New", "Note"), gap_rows(details), empty="")


def _details(invocation: Invocation, name: str) -> OutletDetails:
    with invocation.database() as database:
        fill_catalogue(database, invocation.settings)
        with database.read() as session:
            view = next((outlet for outlet in judged_outlets(session, datetime.now(UTC)) if outlet.name == name), None)
            polls, gaps = last_polls(session, name, POLLS_SHOWN), list_gaps(session, name)[:GAPS_SHOWN]
            pushes = list_pushes(session, name)
    declared = outlet_named(invocation.settings, name)
    if declared is None and view is None:
        raise CommandError(f"outlet {name}: there is none; see volya outlets list")
    reference = invocation.settings.crawler.secret_proxies.get(name)
    return OutletDetails(declared, view, polls, gaps, reference.place if reference else None, pushes)


@app.command("check", epilog="Examples: volya outlets check · volya outlets check nashaniva tsn --json")
def check(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME …]", help="All outlets without it.")] = None,
) -> None:
    """Ask each entry point once and say how it is, and what to do about it. Stores nothing.

    Exit code 1 if one is not alive, 69 if none can be reached.
    """
    invocation = invocation_of(context)
    outlets = chosen_outlets(invocation.settings, names or ())
    asked = sum(point.is_enabled for outlet in outlets for point in outlet.entry_points)
    found = _check(invocation, outlets, asked)
    if invocation.is_json:
        print_json_lines(map(check_json, found))
    else:
        print_table(COLUMNS, map(check_row, found), empty="No outlet has an entry point that can be asked.")
        if len(found) < asked:
            print_text(f"Interrupted: {asked - len(found)} of {asked} entry points were not asked.")
    raise typer.Exit(check_code(found, asked))


def _check(invocation: Invocation, outlets: tuple[Outlet, ...], asked: int) -> list[CheckedEntryPoint]:
    from cli.crawling import crawl_options, with_proxies  # noqa: PLC0415 (Scrapy is loaded only where it is used)
    from crawler.check import check_outlets  # noqa: PLC0415 (the same)

    options = replace(crawl_options(invocation.settings), outlets=with_proxies(outlets, invocation.settings))
    with progress() as bar:
        task = bar.add_task("Checking", total=asked)
        return check_outlets(options, (), lambda one: bar.update(task, advance=1, description=f"Checking {one.outlet}"))


def _print_list(invocation: Invocation, wanted: Wanted) -> None:
    with invocation.database() as database:
        fill_catalogue(database, invocation.settings)
        with database.read() as session:
            stored = judged_outlets(session, datetime.now(UTC))
    views, left_out = listed_outlets(stored, every_outlet(invocation.settings), wanted)
    if invocation.is_json:
        print_json_lines(map(outlet_json, views))
        return
    rows = (row for view in views for row in _rows(view))
    columns = ("Outlet", "In", "Entry point", "State", "Failures", "Last success", "Next check", "Trouble")
    print_table(columns, rows, empty="No outlets.")
    if left_out:
        print_text(f"{left_out} more are off: volya outlets list --all shows them, crawler.outlets switches them on.")


def _rows(view: OutletView) -> list[tuple[object, ...]]:
    return [
        (
            view.name if number == 0 else "",
            view.languages if number == 0 else "",
            point.type,
            listed_state(point, is_watched=view.is_enabled),
            point.failures,
            local_short(point.last_success_at),
            local_short(point.next_check_at) if is_asked(point, is_watched=view.is_enabled) else None,
            _trouble(view, point),
        )
        for number, point in enumerate(view.entry_points)
    ]


def _trouble(view: OutletView, point: EntryPointView) -> str:
    """Return what is wrong with a watched entry point, and what to do."""
    if not is_asked(point, is_watched=view.is_enabled):
        return ""
    parts = (plain(point.last_error or point.redirects_to or "", ERROR_LENGTH), advice_of(point.state))
    return ": ".join(part for part in parts if part)


outlet_additions.register(app)
