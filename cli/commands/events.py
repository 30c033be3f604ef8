"""`volya events`: what happened, folded from all articles that tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.commands import event_timeline, event_words
from cli.errors import CommandError
from cli.headlines import title_of, titled_json
from cli.invocation import Invocation, invocation_of
from cli.references import numbered
from cli.views import local, print_json, print_json_lines, print_pairs, print_table, print_text
from db.facts import Concession, EventCount, Mark, Qualifier
from db.queries import get_event, list_events
from db.views import EventView, event_json

app = typer.Typer(name="events", help="What happened.", epilog="Example: volya events list --json")
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]
SIGNS = {Qualifier.AT_LEAST: "≥ ", Qualifier.OVER: "> ", Qualifier.ABOUT: "≈ ", Qualifier.UP_TO: "≤ "}


event_words.register(app)
event_timeline.register(app)


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context), None)


@app.command("list", epilog="Example: volya events list --limit 10 --json")
def list_(context: typer.Context, limit: Limit = None) -> None:
    """List events, the newest first."""
    _print_list(invocation_of(context), limit)


@app.command("show", epilog="Example: volya events show 3 --json")
def show(context: typer.Context, event: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show one event: figures with their sources, people, concessions, articles."""
    invocation = invocation_of(context)
    number = numbered(event, "event")
    with invocation.database() as database, database.read() as session:
        view = get_event(session, number)
    if view is None:
        raise CommandError(f"event {number}: there is none; see volya events list")
    title = title_of(view, invocation.settings.alerts.language)
    if invocation.is_json:
        print_json(event_json(view, title))
    else:
        _print_event(view, title)


def _print_list(invocation: Invocation, limit: int | None) -> None:
    language = invocation.settings.alerts.language
    with invocation.database() as database, database.read() as session:
        views = list_events(session, limit=limit)
    if invocation.is_json:
        print_json_lines(titled_json(view, language) for view in views)
        return
    rows = (
        (
            v.id,
            v.facts.event_date,
            v.facts.kind,
            v.facts.status,
            len(v.facts.roots),
            len(v.articles),
            title_of(v, language),
        )
        for v in views
    )
    columns = ("Id", "Date", "Kind", "Status", "Roots", "Articles", "Title")
    print_table(columns, rows, empty="No events yet: volya run watches the news, volya import reads a file.")


def _print_event(view: EventView, title: str) -> None:
    facts = view.facts
    print_text(title)
    print_pairs(
        {
            "Event": f"{view.id}, revision {view.revision}",
            "Kind": facts.kind if facts.polarity == "positive" else f"{facts.kind} ({facts.polarity})",
            "Status": facts.status,
            "Date": _dated(view),
            "First seen": local(view.first_seen),
            "Updated": local(view.updated),
            "Nationalities": tuple(f"{code} {number}" for code, number in facts.nationalities.items()),
            "People": tuple(f"{person.name} ({person.outcome})" for person in facts.people),
            "Negotiators": facts.negotiators,
            "Mediators": facts.mediators,
            "Transit": facts.transit,
            "Concessions": tuple(map(_concession, facts.concessions)),
            "Independent sources": facts.roots,
            "Related events": view.related,
            "Part of event": facts.same_as,
            "Split from event": facts.split_from,
            "Marked": _marked(facts.mark) if facts.mark is not None else None,
        }
    )
    if facts.counts:
        print_text("")
        print_table(("Figure", "Number", "Counted by", "Said by"), map(_figure, facts.counts), empty="")
    for conflict in facts.conflicts:
        print_text(f"Sources disagree on {conflict.field}: {conflict.lowest} to {conflict.highest}")
    print_text("")
    print_table(("Article", "Published", "Outlet", "In", "Role", "Address"), _articles(view), empty="No articles.")


def _marked(mark: Mark) -> str:
    said = f"{mark.verdict} by {mark.by}, {local(mark.at)}"
    return f"{said}: {mark.note}" if mark.note else said


def _dated(view: EventView) -> str:
    facts = view.facts
    if facts.event_date is None:
        return "not known"
    return (
        f"{facts.event_date}"
        if facts.date_precision in (None, "day")
        else f"{facts.date_precision} of {facts.event_date}"
    )


def _concession(concession: Concession) -> str:
    giver = f" by {concession.giver}" if concession.giver else ""
    return f"{concession.object} {concession.step}{giver}"


def _figure(count: EventCount) -> tuple[Any, ...]:
    role = f"{count.role} {count.nationality}" if count.nationality else str(count.role)
    number = "?" if count.value is None else f"{SIGNS.get(count.qualifier, '')}{count.value}"
    upper = f" to {count.value_max}" if count.value_max else ""
    whole = f" of {count.of_count}" if count.of_count else ""
    outlets = dict.fromkeys(source.outlet or f"article {source.article}" for source in count.sources)
    as_of = f", {count.as_of}" if count.as_of else ""
    return role, number + upper + whole, f"{count.counter}{as_of}" if count.counter else None, tuple(outlets)


def _articles(view: EventView) -> Iterator[tuple[Any, ...]]:
    for article in view.articles:
        yield article.id, article.published, article.outlet, article.language, article.role, article.url
