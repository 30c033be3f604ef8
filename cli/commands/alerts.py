"""`volya alerts`: what was told to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.views import local, print_json, print_json_lines, print_pairs, print_table, print_text
from db.announcing import approve_alert, enable_destination
from db.outbox import AlertView, DeliveryView, alert_json, get_alert, list_alerts, list_destinations

app = typer.Typer(name="alerts", help="What was told to whom.", epilog="Example: volya alerts list --limit 10")
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context), None)


@app.command("list", epilog="Example: volya alerts list --limit 10 --json")
def list_(context: typer.Context, limit: Limit = None) -> None:
    """List alerts, the newest first, each with what became of it at every destination."""
    _print_list(invocation_of(context), limit)


@app.command("show", epilog="Example: volya alerts show 5 --json")
def show(context: typer.Context, alert: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show one alert and its deliveries."""
    number = _number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.read() as session:
        view = get_alert(session, number)
    if view is None:
        raise CommandError(f"alert {alert}: there is none; see volya alerts list")
    if invocation.is_json:
        print_json(alert_json(view))
        return
    print_pairs(
        {
            "Alert": view.id,
            "Event": f"{view.event}, revision {view.revision}",
            "Type": view.type,
            "Reason": view.reason,
            "Decided": local(view.created_at),
        }
    )
    print_text("")
    columns = ("Destination", "Channel", "State", "Tries", "Sent", "Next try", "Trouble")
    print_table(columns, map(_row, view.deliveries), empty="No destination wanted it.")


@app.command("approve", epilog="Example: volya alerts approve 5")
def approve(context: typer.Context, alert: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Let an alert go out that was held for a person's approval."""
    number = _number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        if get_alert(session, number) is None:
            raise CommandError(f"alert {alert}: there is none; see volya alerts list")
        released = approve_alert(session, number, datetime.now(UTC))
    answer = {"alert": number, "approved": released}
    print_json(answer) if invocation.is_json else print_text(f"Alert {number}: {released} deliveries approved.")


@app.command("enable", epilog="Example: volya alerts enable desk")
def enable(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Let a destination send again that was disabled because it refused us; what waits for it goes out."""
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        if not enable_destination(session, name, datetime.now(UTC)):
            known = ", ".join(one.name for one in list_destinations(session)) or "none yet"
            raise CommandError(f"destination {name}: there is none of this name; there are: {known}")
    print_json({"enabled": name}) if invocation.is_json else print_text(f"Destination {name} sends again.")


def _number(alert: str) -> int:
    if not alert.isdecimal() or len(alert) > 9:  # noqa: PLR2004 (the numbers a database gives)
        raise CommandError(f"{alert}: give the number of an alert", ExitCode.USAGE)
    return int(alert)


def _row(delivery: DeliveryView) -> tuple[object, ...]:
    next_try = delivery.next_attempt_at if delivery.is_approved else None
    trouble = (delivery.log[-1].error if delivery.log else None) or delivery.last_error
    state = delivery.state if delivery.is_approved else "held for approval"
    return delivery.destination, delivery.channel, state, delivery.attempts, delivery.sent_at, next_try, trouble


def _print_list(invocation: Invocation, limit: int | None) -> None:
    with invocation.database() as database, database.read() as session:
        views = list_alerts(session, limit=limit)
    if invocation.is_json:
        print_json_lines(alert_json(view) for view in views)
        return
    rows = ((v.id, v.created_at, v.event, v.revision, v.type, _destinations(v)) for v in views)
    columns = ("Id", "Decided", "Event", "Revision", "Type", "Deliveries")
    print_table(columns, rows, empty="No alerts yet.")


def _destinations(view: AlertView) -> tuple[str, ...]:
    return tuple(f"{delivery.destination}: {delivery.state}" for delivery in view.deliveries)
