"""`volya import`: documents from JSON lines, as if crawled."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, BinaryIO

import typer

from cli.catalogue import address_rules, fill_catalogue
from cli.documents import BadLine, Document, new_article, parse_document, read_lines
from cli.errors import ExitCode
from cli.invocation import invocation_of
from cli.reading import read_everything
from cli.views import print_json, print_text, progress
from cli.words_on_events import WordsOnEvents
from crawler import KeyRules
from db import Database
from db.articles import Alerting, store_article
from db.status import outlet_zones

BATCH = 100


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", epilog="Example: volya import articles.jsonl --alerts")(import_)


def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="One JSON object a line; - reads standard input.")],
    alerts: Annotated[bool, typer.Option("--alerts", help="Announce what they tell, too.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Store and read documents as if they had been crawled. Importing twice changes nothing.

    A line that is no document is reported with its number and skipped; the exit code is then 1.
    """
    invocation = invocation_of(context)
    settings = invocation.settings
    with _opened(file) as stream, invocation.database() as database:
        fill_catalogue(database, settings)
        words = WordsOnEvents()
        alerting: Alerting = "forced" if alerts else "silent"
        outcomes = _store(database, _parsed(file, stream), address_rules(settings), alerting, words)
        reading = read_everything(database)
        words.say_again(database)
    summary = {name: outcomes[name] for name in ("created", "revised", "same", "bad")}
    summary |= {"read": reading.read, "failed": reading.failed, "events": len(reading.changed_events)}
    if invocation.is_json:
        print_json(summary)
    else:
        print_text(", ".join(f"{number} {name}" for name, number in summary.items()))
    if outcomes["bad"] or reading.failed:
        raise typer.Exit(ExitCode.FOUND_WRONG)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with open(file, "rb") as stream:  # noqa: PTH123 (the name is shown in errors as it was given)
            yield stream


def _store(
    database: Database,
    parsed: Iterator[Document | BadLine],
    rules: KeyRules,
    alerting: Alerting,
    words: WordsOnEvents,
) -> Counter[str]:
    """Store every document and return how many came to what; each batch is a transaction.

    `words` learns what people said of the documents' events.
    """
    outcomes: Counter[str] = Counter()
    with database.read() as session:
        zones = outlet_zones(session)
    with progress() as bar:
        task = bar.add_task("Storing", total=None)
        while batch := list(islice(parsed, BATCH)):
            now = datetime.now(UTC)
            with database.begin() as session:
                stored = [
                    (document, store_article(session, new_article(document, zones, rules, alerting), now))
                    for document in batch
                    if isinstance(document, Document)
                ]
            outcomes.update(article.outcome for _, article in stored)
            outcomes["bad"] += len(batch) - len(stored)
            for document, article in stored:
                words.learn(document, article.id)
            bar.advance(task, len(batch))
    return outcomes


def _parsed(name: str, stream: BinaryIO) -> Iterator[Document | BadLine]:
    """Yield what each line is, and say on standard error which are no documents."""
    for number, line in read_lines(stream):
        found = line if isinstance(line, BadLine) else parse_document(number, line)
        if isinstance(found, BadLine):
            sys.stderr.write(f"volya: {name}: line {found.number}: {found.trouble}\n")
        yield found
