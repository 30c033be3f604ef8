"""`volya check`: what is wrong, and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import typer

from alerts.roster import holds_of
from cli.checks import Finding, check_database, check_settings
from cli.errors import ExitCode, exit_code_of
from cli.invocation import Invocation, invocation_of
from cli.views import print_json_lines, print_table
from cli.wiring import destinations_of
from db import DatabaseError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: volya check --json")(check)


def check(context: typer.Context) -> None:
    """Look at settings, database, disk, destinations, outlets and queues. Exit code 1 if something is wrong."""
    invocation = invocation_of(context)
    findings = list(_findings(invocation))
    if invocation.is_json:
        print_json_lines({"name": f.name, "state": f.state, "text": f.text, "advice": f.advice} for f in findings)
    else:
        rows = ((f.state, f.name, f.text, f.advice) for f in findings)
        print_table(("State", "What", "Found", "What to do"), rows, empty="")
    if any(finding.is_configuration for finding in findings):
        raise typer.Exit(ExitCode.CONFIGURATION)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(ExitCode.FOUND_WRONG)


def _findings(invocation: Invocation) -> Iterator[Finding]:
    source = str(invocation.file) if invocation.file is not None else "built-in values, no settings file"
    yield from check_settings(invocation.settings, source, dict(os.environ))
    try:
        with invocation.database() as database:
            with database.read() as session:
                places = destinations_of(invocation.settings, session)
            yield from check_database(database, holds_of(places, datetime.now(UTC)))
    except DatabaseError as error:
        # The other findings are shown all the same; what stops a service must not stop its diagnosis.
        is_configuration = exit_code_of(error) == ExitCode.CONFIGURATION
        yield Finding("database", "bad", str(error), is_configuration=is_configuration)
