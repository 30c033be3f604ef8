"""`volya articles`: what was read."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.errors import CommandError
from cli.invocation import Invocation, invocation_of
from cli.references import numbered
from cli.views import print_json, print_json_lines, print_pairs, print_table, print_text
from db.queries import get_article, list_articles
from db.views import ArticleView, article_json

app = typer.Typer(name="articles", help="What was read.", epilog="Example: volya articles list --limit 20")
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all without it.")]


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
