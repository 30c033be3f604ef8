"""The page of articles: the newest ones, or what a search finds, as a plain form with links to the pages that follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from alerts.wording import message_languages
from db import Database
from db.search import Hits, outlet_titles, search_articles
from db.search_query import KINDS, SearchError, parse_query
from web.articles import Asked, read_form, tell_hit
from web.pages.frame import Frame


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


class ArticlesPage:
    """Handler of the page of articles; `now` tells the time that "the last week" counts from."""

    def __init__(self, database: Database, frame: Frame, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._frame = frame
        self._now = now

    def show(self, request: Request) -> Response:
        """Show what is asked for; 400, with what is wrong, for what cannot be searched for."""
        asked = read_form(request.query_params)
        try:
            query = parse_query(asked.words, self._now(), asked.filters)
            with self._database.read() as session:
                hits = search_articles(session, query, order=asked.order, cursor=asked.cursor)
        except SearchError as error:
            return self._page(request, asked, None, error)
        return self._page(request, asked, hits, None)

    def _page(self, request: Request, asked: Asked, hits: Hits | None, error: SearchError | None) -> Response:
        reader = self._frame.reader(request)
        with self._database.read() as session:
            outlets = outlet_titles(session)
        return self._frame.page(
            reader,
            "articles.html",
            400 if error is not None else 200,
            asked=asked,
            hits=hits,
            found=[tell_hit(hit, outlets) for hit in hits.hits] if hits is not None else [],
            trouble=str(error) if error is not None else None,
            outlets=outlets,
            kinds=KINDS,
            written_in=message_languages(),
        )
