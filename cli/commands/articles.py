"""`volya articles`: what was read."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.clock import utc_now
from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.references import numbered
from cli.views import print_found, print_json, print_json_lines, print_pairs, print_table, print_text
from db.queries import get_article, list_articles
from db.search import MOST_COUNTED, Hits, hit_json, search_all
from db.search_query import Query, parse_query
from db.views import ArticleView, article_json

app = typer.Typer(name="articles", help="What was read.", epilog="Example: volya articles list --limit 20")
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]
SHOWN = 20  # of what is found, where no limit is given: nobody reads a thousand in a terminal
WORDS_HELP = (
    'All must occur, in any form; "a phrase", begin*, -minus, outlet: language: kind: decision: before: after:.'
)
# A word with a minus is no option here, so there are no short ones.
_MINUS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@app.callback(invoke_without_command=True)
def _list_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print_list(invocation_of(context), None)


@app.command("list", epilog="Example: volya articles list --limit 20 --json")
def list_(context: typer.Context, limit: Limit = None) -> None:
    """List articles, the newest first."""
    _print_list(invocation_of(context), limit)


@app.command("show", epilog="Example: volya articles show 7 --json")
def show(context: typer.Context, article: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show one article: its text, what was made of it, earlier versions."""
    invocation = invocation_of(context)
    number = numbered(article, "article")
    with invocation.database() as database, database.read() as session:
        view = get_article(session, number)
    if view is None:
        raise CommandError(f"article {number}: there is none; see volya articles list")
    if invocation.is_json:
        print_json(article_json(view, whole=True))
    else:
        _print_article(view)


@app.command(
    "search", context_settings=_MINUS, epilog="Example: volya articles search Бяляцкі language:be,pl after:30d"
)
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help=WORDS_HELP)],
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help=f"At most so many; {SHOWN} without it, with --json all.")
    ] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first, not the best.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Find articles by the words of title and text, in any of their forms, and show where they stand."""
    invocation = invocation_of(context)
    query = parse_query(" ".join(words), utc_now().astimezone())
    most = limit or (None if invocation.is_json else SHOWN)
    with invocation.database() as database, database.read() as session:
        hits = search_all(session, query, order="newest" if newest else "best", limit=most)
    if invocation.is_json:
        print_json_lines(hit_json(hit) for hit in hits.hits)
    else:
        _print_hits(hits, query)
    if hits.next is not None or (hits.is_more and limit is None and not newest):
        sys.stderr.write(
            f"{len(hits.hits):,} of {_total(hits)}: --limit N shows more, --newest goes on beyond {MOST_COUNTED:,}\n"
        )


def _print_hits(hits: Hits, query: Query) -> None:
    for hit in hits.hits:
        view = hit.article
        print_found(
            (view.id, view.published, view.outlet, view.language, view.kinds or view.decision), hit.title, hit.excerpt
        )
    if not hits.hits:
        advice = ": all words must occur in one article, so fewer find more" if len(query.terms) > 1 else ""
        print_text(f"Nothing found{advice}.")


def _total(hits: Hits) -> str:
    return f"more than {hits.total:,}" if hits.is_more else f"{hits.total:,}"


def _print_list(invocation: Invocation, limit: int | None) -> None:
    with invocation.database() as database, database.read() as session:
        views = list_articles(session, limit=limit)
    if invocation.is_json:
        print_json_lines(article_json(view) for view in views)
        return
    columns = ("Id", "Published", "Outlet", "In", "What", "Events", "Title")
    rows = (
        (v.id, v.published, v.outlet, v.language, v.kinds or v.decision or "unread", v.events, v.title or v.url)
        for v in views
    )
    print_table(columns, rows, empty="No articles yet: volya crawl fetches some, volya import takes them from a file.")


def _print_article(view: ArticleView) -> None:
    print_pairs(
        {
            "Article": view.id,
            "Title": view.title,
            "Address": view.url,
            "Outlet": view.outlet,
            "Language": view.language,
            "Published": view.published,
            "Fetched": view.fetched,
            "Decision": view.decision or "not read yet",
            "Kinds": view.kinds,
            "Reason": (view.analysis or {}).get("reason"),
            "Events": view.events,
            "Copy of": f"{view.copy_of} ({view.copy_reason})" if view.copy_of else None,
            "Earlier versions": len(view.revisions) or None,
            "Trouble": view.read_error,
        }
    )
    print_text(f"\n{view.text or ''}")
