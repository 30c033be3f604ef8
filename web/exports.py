"""Everything that is stored, for other programs: `/export/events.csv`, `/export/articles.jsonl` and their like.

What is written goes out in pieces as it is read, a batch a transaction: 200,000 articles take no more memory than a
batch, and who reads slowly holds no transaction open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from alerts.headline import headline
from db import Database
from db.queries import ArticleFilter, EventFilter, EventPlace, articles_after, events_after, place_of
from db.views import article_json, event_json
from web.api.parameters import EventsWanted, NoQuery, parsed
from web.api.problems import BadRequestError, bad_request
from web.api.wanted import wanted_events
from web.forms import FORMS

ARTICLES_AT_ONCE = 200
EVENTS_AT_ONCE = 50
PIECE = 1 << 16  # characters that go out at once
MEDIA_TYPES = {"json": "application/json", "jsonl": "application/jsonl", "csv": "text/csv"}
WHAT = ("events", "articles")


def every_article(database: Database) -> Iterator[dict[str, Any]]:
    """Yield all articles whole, as `volya articles show --json` has them, in the order they came."""
    after: int | None = None
    while True:
        with database.read() as session:
            views = articles_after(session, ArticleFilter(), after, ARTICLES_AT_ONCE, whole=True, oldest_first=True)
        yield from (article_json(view, whole=True) for view in views)
        if len(views) < ARTICLES_AT_ONCE:
            return
        after = views[-1].id


def every_event(database: Database, language: str, wanted: EventFilter | None = None) -> Iterator[dict[str, Any]]:
    """Yield the events that fit, as `volya events list --json` has them, the oldest first; titles in a language."""
    after: EventPlace | None = None
    while True:
        with database.read() as session:
            views = events_after(session, wanted or EventFilter(), after, EVENTS_AT_ONCE, oldest_first=True)
        yield from (event_json(view, headline(view.facts, language)) for view in views)
        if len(views) < EVENTS_AT_ONCE:
            return
        after = place_of(views[-1])


class Exports:
    """Handler of the exports. `language` is that of titles for who asks for none by `?language=`."""

    def __init__(self, database: Database, language: str) -> None:
        self._database = database
        self._language = language

    def send(self, request: Request) -> Response:
        """Send events or articles in one of the forms; 404 for any other file, 400 for parameters that are none."""
        what, _, form = request.path_params["file"].partition(".")
        if what not in WHAT or form not in FORMS:
            return PlainTextResponse("There are events and articles, each as .json, .jsonl and .csv.\n", 404)
        try:
            objects = self._objects(request, what)
        except BadRequestError as error:
            return bad_request(request, error)
        headers = {"Content-Disposition": f'attachment; filename="volya-{what}.{form}"'}
        media_type = f"{MEDIA_TYPES[form]}; charset=utf-8"
        if request.method == "HEAD":
            return Response(None, headers=headers, media_type=media_type)
        return StreamingResponse(_in_pieces(FORMS[form](objects)), 200, headers, media_type)

    def _objects(self, request: Request, what: str) -> Iterator[dict[str, Any]]:
        if what == "articles":
            parsed(NoQuery, request.query_params)
            return every_article(self._database)
        asked = parsed(EventsWanted, request.query_params)
        with self._database.read() as session:
            wanted = wanted_events(session, asked)
        return every_event(self._database, asked.language or self._language, wanted)


def _in_pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield texts joined to pieces, each of which costs a turn of the server."""
    kept: list[str] = []
    length = 0
    for text in texts:
        kept.append(text)
        length += len(text)
        if length >= PIECE:
            yield "".join(kept).encode(errors="backslashreplace")
            kept, length = [], 0
    yield "".join(kept).encode(errors="backslashreplace")
