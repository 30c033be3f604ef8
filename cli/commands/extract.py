"""`volya extract`: what would be taken from a page."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.invocation import invocation_of
from cli.sources import page_of, read_source
from cli.views import print_json, print_table, print_text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract", epilog="Example: volya extract https://example.org/news/1 --json")(extract)


def extract(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="An HTML page.")],
) -> None:
    """Show what would be taken from this page, each field with where it was found and how far that is trusted."""
    from crawler.items import article_json  # noqa: PLC0415 (what fetches and parses is loaded only where it is used)

    invocation = invocation_of(context)
    found = article_json(page_of(read_source(source, invocation.settings)))
    if invocation.is_json:
        print_json(found)
        return
    fields = {name: value for name, value in found.items() if isinstance(value, dict) and name != "text"}
    print_table(("Field", "Found in", "Trust", "Value"), (_row(*item) for item in fields.items()), empty="Nothing.")
    print_text(f"\n{found['text']['value'] or 'No text was found.'}")


def _row(name: str, field: dict[str, Any]) -> tuple[Any, ...]:
    return name, field["source"], field["confidence"] or None, field["value"]
