"""`volya export`: everything, for other programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.archive import write_warc
from cli.catalogue import chosen_outlets
from cli.errors import CommandError, ExitCode
from cli.headlines import titled_json
from cli.invocation import Invocation, invocation_of
from cli.opml import write_opml
from cli.views import print_json_lines
from db import Database
from db.evidence import kept_pages
from db.queries import stream_articles, stream_events
from db.views import article_json

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class What(StrEnum):
    """What can be exported."""

    EVENTS = "events"
    ARTICLES = "articles"
    OUTLETS = "outlets"


class Form(StrEnum):
    """In which form."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    WARC = "warc"
    OPML = "opml"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: volya export events --format csv > events.csv")(export)


def export(
    context: typer.Context,
    what: What,
    form: Annotated[Form, typer.Option("--format", help="The form of the export.")] = Form.JSONL,
) -> None:
    """Write all events or all articles to standard output; times in UTC. As `warc`: the pages of articles, as they came.

    Of the outlets that are watched: their feeds, as `opml`.
    """
    invocation = invocation_of(context)
    if what == What.OUTLETS or form == Form.OPML:
        _write_feeds(invocation, what, form)
        return
    if form == Form.WARC:
        _write_warc(invocation, what)
        return
    with invocation.database() as database:
        objects = _articles(database) if what == What.ARTICLES else _events(database, invocation)
        if form == Form.CSV:
            _write_csv(objects)
        elif form == Form.JSON:
            _write_array(objects)
        else:
            print_json_lines(objects)


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


def _write_feeds(invocation: Invocation, what: What, form: Form) -> None:
    """Write the feeds of the outlets that are watched. Raises CommandError: of anything else, or in another form."""
    if what != What.OUTLETS:
        raise CommandError("--format opml: it lists feeds: volya export outlets --format opml", ExitCode.USAGE)
    if form != Form.OPML:
        raise CommandError(
            "export outlets: only as --format opml; volya outlets list --json tells the rest", ExitCode.USAGE
        )
    sys.stdout.write(write_opml(chosen_outlets(invocation.settings)))


def _events(database: Database, invocation: Invocation) -> Iterator[dict[str, Any]]:
    language = invocation.settings.alerts.language
    with database.read() as session:
        for view in stream_events(session, oldest_first=True):
            yield titled_json(view, language)


def _articles(database: Database) -> Iterator[dict[str, Any]]:
    with database.read() as session:
        for view in stream_articles(session, whole=True, oldest_first=True):
            yield article_json(view, whole=True)


def _write_array(objects: Iterable[dict[str, Any]]) -> None:
    separator = "[\n"
    for value in objects:
        sys.stdout.write(separator + json.dumps(value, ensure_ascii=False))
        separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _write_csv(objects: Iterable[dict[str, Any]]) -> None:
    """Write one row an object; nested values as JSON, no cell that a spreadsheet would take for a formula (SEC-16)."""
    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, value in enumerate(objects):
        if number == 0:
            writer.writerow(value)
        writer.writerow(map(safe_cell, _flat(value)))


def _flat(value: Mapping[str, Any]) -> Iterator[str]:
    for part in value.values():
        if part is None:
            yield ""
        else:
            yield part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
