"""`volya run`: the service."""

from __future__ import annotations

import logging
import os

import typer

from cli.catalogue import sync_catalogue
from cli.clock import utc_now
from cli.credentials import read_secrets, secret_words
from cli.invocation import invocation_of
from cli.keys import Settings
from cli.logs import redactor, set_up_logs
from cli.wiring import roster_of, service_parts
from db import Database, check_integrity, hold_service_lock
from db.announcing import sync_destinations
from scheduler import Service


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", epilog="Example: volya run --settings /etc/volya/settings.toml")(run)


def run(context: typer.Context) -> None:
    """Run the service: crawl on schedule, read, announce, deliver, show. Ends in order on SIGTERM or Ctrl-C."""
    invocation = invocation_of(context)
    set_up_logs(logging.DEBUG if invocation.is_verbose else logging.INFO)
    settings = invocation.settings
    secrets = read_secrets(settings, os.environ)
    redactor.learn({*secret_words(secrets), *invocation.passwords()})
    with invocation.database() as database:
        _prepare(database, settings)
        Service(service_parts(invocation, database, secrets)).run()


def _prepare(database: Database, settings: Settings) -> None:
    """Bring the database up to the settings, as the only service on it: a second one must change nothing (F-28)."""
    with hold_service_lock(database):
        check_integrity(database)
        sync_catalogue(database, settings)
        channels = {one.name: one.channel for one in roster_of(settings, database).destinations()}
        with database.begin() as session:
            sync_destinations(session, channels, utc_now())
