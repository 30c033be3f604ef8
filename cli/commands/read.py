"""`volya read`: read what waits, once; or be one more worker that reads."""

from __future__ import annotations

import logging
import os
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer

from cli.credentials import read_adjudicator_key, secret_words
from cli.invocation import Invocation, invocation_of
from cli.logs import redactor, set_up_logs
from cli.reading import read_everything
from cli.views import print_json, print_text
from cli.wiring import adjudicator_of
from db import Database
from db.leases import owner_name
from events import read_new
from scheduler import Reader, ReaderParts


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("read", epilog="Example: volya read --worker --settings /etc/volya/settings.toml")(read)


def read(
    context: typer.Context,
    worker: Annotated[bool, typer.Option("--worker", help="Read what comes until stopped.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Read the articles that wait, once, now; or with --worker be one more process that reads.

    What comes of them is announced and sent by the service.
    """
    invocation = invocation_of(context)
    with invocation.database() as database:
        if worker:
            raise typer.Exit(_work(invocation, database))
        report = read_everything(database)
    if invocation.is_json:
        print_json(asdict(report))
        return
    print_text(
        f"{report.read} articles read, {report.failed} failed, {len(report.changed_events)} events new or changed"
    )


def _work(invocation: Invocation, database: Database) -> int:
    set_up_logs(logging.DEBUG if invocation.is_verbose else logging.INFO)
    secrets = read_adjudicator_key(invocation.settings, os.environ)
    redactor.learn({*secret_words(secrets), *invocation.passwords()})
    owner = owner_name()
    adjudicator = adjudicator_of(invocation.settings.events.adjudicator, secrets)
    return Reader(ReaderParts(database, partial(read_new, database, owner=owner, adjudicator=adjudicator), owner)).run()
