"""`volya events mark`, `merge`, `split`: a person's word on events, stronger than any article."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.invocation import Invocation, invocation_of
from cli.references import numbered
from cli.views import print_json, print_text
from db.facts import Mark, Verdict
from db.marks import MERGE, SPLIT, Said
from events import mark_event, merge_events, split_event

By = Annotated[str | None, typer.Option("--by", metavar="WHO", help="Who says so; default is your user name.")]
Note = Annotated[str, typer.Option("--note", metavar="WHY", help="Why; shown with the verdict.")]
Event = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the verbs to `volya events`."""
    app.command("mark", epilog="Example: volya events mark 3 false --by anna --note 'the outlet took it back'")(mark)
    app.command("merge", epilog="Example: volya events merge 3 5 --note 'one bus'")(merge)
    app.command("split", epilog="Example: volya events split 3 a17 a21 --note 'another decree'")(split)


def mark(context: typer.Context, event: Event, verdict: Verdict, by: By = None, note: Note = "") -> None:
    """Say of an event that it is confirmed, false, or no news. What was sent of it is edited or withdrawn.

    The word survives re-reading and is shown with its author; the last one counts.
    """
    invocation, number = invocation_of(context), numbered(event, "event")
    with invocation.database() as database:
        changed = mark_event(database, number, Mark(verdict, _author(by), note, datetime.now(UTC)))
    _say(invocation, {"event": number, "verdict": verdict.value}, f"event {number} is marked {verdict.value}")
    if not changed and not invocation.is_json:
        print_text("Nothing that is known of it changes by that.")


def merge(
    context: typer.Context,
    event: Event,
    other: Annotated[str, typer.Argument(metavar="ID")],
    by: By = None,
    note: Note = "",
) -> None:
    """Make two events one, for good. The message on the other says from now on that it is the same event."""
    invocation, one, two = invocation_of(context), numbered(event, "event"), numbered(other, "event")
    with invocation.database() as database:
        stays = merge_events(database, one, two, Said(MERGE, _author(by), note, datetime.now(UTC)))
    gone = two if stays == one else one
    _say(invocation, {"event": stays, "merged": gone}, f"event {gone} is part of event {stays} now")


def split(
    context: typer.Context,
    event: Event,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE …")],
    by: By = None,
    note: Note = "",
) -> None:
    """Take articles, with their copies, out of an event into one of their own, for good."""
    invocation, number = invocation_of(context), numbered(event, "event")
    chosen = [numbered(article, "article") for article in articles]
    with invocation.database() as database:
        new = split_event(database, number, chosen, Said(SPLIT, _author(by), note, datetime.now(UTC)))
    _say(invocation, {"event": new, "split_from": number}, f"event {new} was split from event {number}")


def _author(by: str | None) -> str:
    return by or getpass.getuser()


def _say(invocation: Invocation, told: dict[str, object], words: str) -> None:
    if invocation.is_json:
        print_json(told)
    else:
        print_text(words)
