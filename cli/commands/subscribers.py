"""`volya alerts subscribers`: the chats that subscribed themselves, without saying which they are."""

from __future__ import annotations

import typer

from cli.invocation import invocation_of
from cli.views import print_json_lines, print_table
from db.subscriptions import list_subscriptions, subscription_json


def register(app: typer.Typer) -> None:
    """Add the command to `volya alerts`."""
    app.command("subscribers", epilog="Example: volya alerts subscribers")(subscribers)


def subscribers(context: typer.Context) -> None:
    """List the chats that subscribed themselves: name, language, since when. Their numbers are not shown."""
    invocation = invocation_of(context)
    with invocation.database() as database, database.read() as session:
        found = list_subscriptions(session)
    if invocation.is_json:
        print_json_lines(subscription_json(one) for one in found)
        return
    rows = ((one.name, one.language, one.since) for one in found)
    print_table(("Name", "Language", "Since"), rows, empty="Nobody has subscribed.")
