"""The page of one article, with the words marked that its facts rest on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.queries import get_article, get_event
from web.article import tell_article
from web.pages.frame import Frame, number_in
from web.words import page_words


class ArticlePage:
    """Handler of the page of one article."""

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame

    def show(self, request: Request) -> Response:
        """Show one article; 404 for one that is not there."""
        number, reader = number_in(request), self._frame.reader(request)
        with self._database.read() as session:
            view = get_article(session, number) if number is not None else None
            if view is None:
                return self._frame.missing(request)
            events = [one for event in view.events if (one := get_event(session, event)) is not None]
        told = tell_article(view, events, reader.facts, page_words(reader.page))
        return self._frame.page(reader, "article.html", article=told)
