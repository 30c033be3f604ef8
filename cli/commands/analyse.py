"""`volya analyse`: what the rules make of a text, and why; nothing is stored, nobody else is asked."""

from __future__ import annotations

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.catalogue import outlet_named
from cli.documents import BadLine, Document, check_document, published
from cli.errors import CommandError
from cli.invocation import invocation_of
from cli.keys import Settings
from cli.sources import Source, is_html, page_of, read_source
from cli.views import print_json, print_text
from crawler.outlets import Outlet
from db.facts import to_json
from events import Document as Text
from events import analyse as analyse_text
from events import document as text_of
from events import explain_analysis


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("analyse", epilog="Example: volya analyse article.html --json")(analyse)


def analyse(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="Text, HTML, or one document as JSON.")],
) -> None:
    """Show what the rules make of this text, and why. Nothing is stored, and no second opinion is asked for."""
    invocation = invocation_of(context)
    text = _text(read_source(source, invocation.settings), invocation.settings)
    analysis = analyse_text(text)
    if invocation.is_json:
        print_json(to_json(analysis))
    else:
        print_text(explain_analysis(analysis, text.title))


def _text(source: Source, settings: Settings) -> Text:
    if is_html(source):
        page = page_of(source)
        known = {"language": page.language.value, "published_at": page.published.value}
        return text_of(page.title.value, page.text.value or "", published_precision=page.precision, **known)
    written = _decoded(source)
    document = _document(source, written) if written.lstrip().startswith("{") else None
    if document is None:
        return text_of(None, written)
    return _of_document(document, outlet_named(settings, document.outlet))


def _decoded(source: Source) -> str:
    try:
        return source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{source.name}: neither HTML nor UTF-8 text; save it as UTF-8") from error


def _document(source: Source, written: str) -> Document | None:
    """Return the document that is written; None for a text that only happens to begin with a brace."""
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return None
    document = check_document(1, value)
    if isinstance(document, BadLine):
        raise CommandError(f"{source.name}: not a document: {document.trouble}")
    return document


def _of_document(document: Document, outlet: Outlet | None) -> Text:
    zone = outlet.timezone if outlet is not None else "UTC"
    published_at, precision = published(document, ZoneInfo(zone))
    known: dict[str, object] = {"language": document.language, "outlet": document.outlet, "timezone": zone}
    if outlet is not None:
        known |= {"outlet_title": outlet.title, "outlet_kind": outlet.kind, "outlet_languages": outlet.languages}
    known |= {"published_at": published_at, "published_precision": precision}
    return text_of(document.title, document.text or "", **known)
