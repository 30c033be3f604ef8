"""`volya export`: everything, for other programs."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.archive import write_warc
from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from db.evidence import kept_pages
from web.exports import every_article, every_event
from web.feed_forms import atom
from web.feeds import feed_of_all
from web.forms import FORMS


class What(StrEnum):
    """What can be exported."""

    EVENTS = "events"
    ARTICLES = "articles"


class Form(StrEnum):
    """In which form."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    ATOM = "atom"
    WARC = "warc"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: volya export events --format csv > events.csv")(export)


def export(
    context: typer.Context,
    what: What,
    form: Annotated[Form, typer.Option("--format", help="The form of the export.")] = Form.JSONL,
) -> None:
    """Write all events or all articles to standard output; times in UTC. As `warc`: the pages of articles, as they came."""
    invocation = invocation_of(context)
    if form == Form.WARC:
        _write_warc(invocation, what)
        return
    if form == Form.ATOM:
        _write_atom(invocation, what)
        return
    language = invocation.settings.alerts.language
    with invocation.database() as database:
        objects = every_article(database) if what == What.ARTICLES else every_event(database, language)
        for text in FORMS[form.value](objects):
            sys.stdout.write(text)


def _write_atom(invocation: Invocation, what: What) -> None:
    """Write the events as a feed. Raises CommandError: of articles."""
    if what != What.EVENTS:
        raise CommandError("--format atom: a feed is of events: volya export events --format atom", ExitCode.USAGE)
    settings = invocation.settings
    with invocation.database() as database:
        feed = feed_of_all(database, settings.alerts.language, settings.web.address or None)
    sys.stdout.write(atom(feed).decode() + "\n")


def _write_warc(invocation: Invocation, what: What) -> None:
    """Write the kept pages. Raises CommandError: of events, to a terminal, or if a body has changed since it came."""
    if what != What.ARTICLES:
        raise CommandError(
            "--format warc: pages belong to articles: volya export articles --format warc", ExitCode.USAGE
        )
    if sys.stdout.isatty():
        raise CommandError("--format warc: not to a terminal: add > FILE.warc.gz", ExitCode.USAGE)
    with invocation.database() as database, database.read() as session:
        broken = write_warc(kept_pages(session), sys.stdout.buffer)
    if broken:
        raise CommandError(f"{len(broken)} pages left out, their bodies have changed since they came: {broken[0]}")
