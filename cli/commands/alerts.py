"""`volya alerts`: what was told to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from alerts.roster import holds_of
from cli.commands import alert_trials, dead_letters, silences, subscribers
from cli.commands.dead_letters import alert_number
from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.lateness import HELD_FOR_A_TIME
from cli.views import local, print_json, print_json_lines, print_pairs, print_table, print_text
from cli.wiring import destinations_of
from db import Session
from db.announcing import approve_alert, enable_destination
from db.delivery_views import DeliveryView
from db.outbox import AlertView, alert_json, get_alert, list_alerts, list_destinations
from db.silences import Holds

app = typer.Typer(name="alerts", help="What was told to whom.", epilog="Example: volya alerts list --limit 10")


class Shown(StrEnum):
    """What `--state` may ask for: the states of a delivery, and what something holds back."""

    DEAD = "dead"
    HELD = "held"
    PENDING = "pending"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


HELD = {
    "approval": "held for approval",
    "disabled": "held: the destination is disabled",
    "orphan": "held: the destination left the settings",
    "left": "held: the chat has left",
    "uncertain": "held: it may have arrived",
    "earlier": "held: an earlier message may have arrived",
}
State = Annotated[Shown | None, typer.Option("--state", help="Only alerts with a delivery in this state.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context))


@app.command("list", epilog="Examples: volya alerts list --limit 10 --json · volya alerts list --state dead")
def list_(context: typer.Context, limit: Limit = None, state: State = None) -> None:
    """List alerts, the newest first, each with what became of it at every destination."""
    _print_list(invocation_of(context), limit, state)


@app.command("show", epilog="Example: volya alerts show 5 --json")
def show(context: typer.Context, alert: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show one alert and its deliveries."""
    number = alert_number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.read() as session:
        view = get_alert(session, number, _holds(invocation, session))
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
    number = alert_number(alert)
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
            known = ", ".join(one.name for one in list_destinations(session) if one.state != "orphan") or "none yet"
            raise CommandError(f"destination {name}: there is none of this name; there are: {known}")
    print_json({"enabled": name}) if invocation.is_json else print_text(f"Destination {name} sends again.")


dead_letters.register(app)
alert_trials.register(app)
app.add_typer(silences.app)
subscribers.register(app)


def _row(delivery: DeliveryView) -> tuple[object, ...]:
    next_try = delivery.next_attempt_at if delivery.held_by is None else None
    trouble = (delivery.log[-1].error if delivery.log else None) or delivery.last_error
    sent = delivery.sent_at
    return delivery.destination, delivery.channel, _state(delivery), delivery.attempts, sent, next_try, trouble


def _state(delivery: DeliveryView) -> str:
    held_by = delivery.held_by or ""
    if held_by in HELD_FOR_A_TIME:
        return f"held: {HELD_FOR_A_TIME[held_by]} until {local(delivery.held_until)}"
    return HELD.get(held_by, delivery.state)


def _print_list(invocation: Invocation, limit: int | None = None, state: Shown | None = None) -> None:
    with invocation.database() as database, database.read() as session:
        views = list_alerts(session, limit=limit, state=state, holds=_holds(invocation, session))
    if invocation.is_json:
        print_json_lines(alert_json(view) for view in views)
        return
    rows = ((v.id, v.created_at, v.event, v.revision, v.type, _destinations(v)) for v in views)
    columns = ("Id", "Decided", "Event", "Revision", "Type", "Deliveries")
    print_table(
        columns, rows, empty="No alerts yet." if state is None else f"No alert with a delivery that is {state}."
    )


def _holds(invocation: Invocation, session: Session) -> Holds:
    return holds_of(destinations_of(invocation.settings, session), datetime.now(UTC))


def _destinations(view: AlertView) -> tuple[str, ...]:
    return tuple(f"{one.destination}: {_state(one)}{_why(one)}" for one in view.deliveries)


def _why(delivery: DeliveryView) -> str:
    """Return why a delivery is dead, or waits for a person to put its destination right; the rest stands in `show`."""
    is_stuck = delivery.state == "dead" or delivery.held_by == "disabled"
    return f" ({delivery.last_error})" if is_stuck and delivery.last_error else ""
