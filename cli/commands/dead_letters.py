"""`volya alerts retry | sent | drop | replay`: what a person does with messages that did not arrive, or may have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.keys import new_key
from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.references import moment
from cli.views import print_json, print_text
from db import Session
from db.dead_letters import count_as_sent, drop_deliveries, replay_unsent, retry_deliveries, send_again
from db.outbox import get_alert, list_destinations

Id = Annotated[str, typer.Argument(metavar="ID")]
To = Annotated[str | None, typer.Option("--to", metavar="NAME", help="Only at this destination.")]
Since = Annotated[str, typer.Option("--since", metavar="T", help="What was decided since a day or a time.")]
There = Annotated[str, typer.Option("--to", metavar="NAME", help="At this destination.")]
Sent = Annotated[bool, typer.Option("--sent", help="Send again what was sent, too, under new keys.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `volya alerts`."""
    app.command("retry", epilog="Example: volya alerts retry 5 --to desk")(retry)
    app.command("sent", epilog="Example: volya alerts sent 5 --to desk")(sent)
    app.command("drop", epilog="Example: volya alerts drop 5 --to desk")(drop)
    app.command("replay", epilog="Example: volya alerts replay --since 2026-09-01T07:00 --to desk")(replay)


def alert_number(alert: str) -> int:
    """Return the number of an alert; raises CommandError (usage)."""
    if not alert.isdecimal() or len(alert) > 9:  # noqa: PLR2004 (the numbers a database gives)
        raise CommandError(f"{alert}: give the number of an alert", ExitCode.USAGE)
    return int(alert)


def retry(context: typer.Context, alert: Id, to: To = None) -> None:
    """Try again what is dead, was dropped or may have arrived of an alert, with the same key; the service sends it."""
    number = alert_number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        _demand(session, number, to)
        names = retry_deliveries(session, number, to, datetime.now(UTC))
        ill = _ill(session, names)
    if not names:
        raise CommandError(f"alert {alert}: nothing to try again; nothing of it is dead, or newer news was sent since")
    if invocation.is_json:
        print_json({"alert": number, "retried": list(names), "held": ill})
        return
    print_text(f"Alert {number} is tried again: {', '.join(names)}.")
    _say_ill(ill)


def sent(context: typer.Context, alert: Id, to: To = None) -> None:
    """Count what may have arrived of an alert as sent; what follows of its event comes as new messages."""
    number = alert_number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        _demand(session, number, to)
        names = count_as_sent(session, number, to, datetime.now(UTC))
    if not names:
        raise CommandError(f"alert {alert}: nothing of it may have arrived without our knowing")
    answer = {"alert": number, "sent": list(names)}
    print_json(answer) if invocation.is_json else print_text(f"Alert {number} counts as sent: {', '.join(names)}.")


def drop(context: typer.Context, alert: Id, to: To = None) -> None:
    """Take what was not sent of an alert out of the queue; `retry` brings it back."""
    number = alert_number(alert)
    invocation = invocation_of(context)
    with invocation.database() as database, database.begin() as session:
        _demand(session, number, to)
        names = drop_deliveries(session, number, to)
    if not names:
        raise CommandError(f"alert {alert}: nothing to drop; all of it was sent, is on its way or was called off")
    answer = {"alert": number, "dropped": list(names)}
    print_json(answer) if invocation.is_json else print_text(f"Alert {number} is dropped: {', '.join(names)}.")


def replay(context: typer.Context, since: Since, to: There, sent: Sent = False) -> None:  # noqa: FBT002 (a flag)
    """Try again all that is dead or may have arrived at a destination since a time; with --sent everything.

    What did not arrive keeps its key. What is sent again gets a new one, so that the receiver takes it for new.
    """
    invocation, begin = invocation_of(context), moment("--since", since)
    with invocation.database() as database, database.begin() as session:
        _demand_destination(session, to)
        now = datetime.now(UTC)
        events = send_again(session, to, begin, now, new_key) if sent else ()
        alerts = replay_unsent(session, to, begin, now)
        ill = _ill(session, (to,))
    if not alerts and not events:
        raise CommandError(f"replay: nothing to send to {to} since {since}" + ("" if sent else "; --sent repeats more"))
    _say_replayed(invocation, to, alerts, events, ill)


def _say_replayed(
    invocation: Invocation, to: str, alerts: tuple[int, ...], events: tuple[int, ...], ill: list[str]
) -> None:
    if invocation.is_json:
        print_json({"destination": to, "retried": list(alerts), "sent_again": list(events), "held": ill})
        return
    if alerts:
        print_text(f"Tried again at {to}: alerts {', '.join(map(str, alerts))}.")
    if events:
        print_text(f"Sent again to {to}, under new keys: events {', '.join(map(str, events))}.")
    _say_ill(ill)


def _ill(session: Session, names: tuple[str, ...]) -> list[str]:
    return [one.name for one in list_destinations(session) if one.name in names and one.state != "enabled"]


def _say_ill(names: list[str]) -> None:
    for name in names:
        print_text(f"{name} does not send now; when it is put right: volya alerts enable {name}")


def _demand(session: Session, number: int, to: str | None) -> None:
    """Raise CommandError unless there is the alert and, where one is named, the destination."""
    if get_alert(session, number) is None:
        raise CommandError(f"alert {number}: there is none; see volya alerts list")
    if to is not None:
        _demand_destination(session, to)


def _demand_destination(session: Session, name: str) -> None:
    known = [one.name for one in list_destinations(session)]
    if name not in known:
        raise CommandError(f"destination {name}: there is none of this name; there are: {', '.join(known)}")
