"""What a search finds in titles and texts, as the page of articles and `volya articles search` find it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.search import Order, hit_json, search_articles
from db.search_query import Query, SearchError, parse_query
from web.api.answers import piece
from web.api.parameters import SearchQuery, parsed
from web.api.problems import BadParameter, BadRequestError
from web.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Search:
    """Handler of the search; the judgement's clock says when "the last week" ends."""

    database: Database
    judgement: Judgement

    def search(self, request: Request) -> Response:
        """Articles that a search finds in seven languages, in other forms of the words too, and where the words stand."""
        asked = parsed(SearchQuery, request.query_params)
        try:
            query = parse_query(asked.q, self.judgement.clock())
            order, cursor = _begin(asked, query)
            with self.database.read() as session:
                hits = search_articles(session, query, order=order, limit=asked.limit, cursor=cursor)
        except SearchError as error:
            raise BadRequestError([BadParameter("q", str(error))]) from error
        return piece(request, [hit_json(hit) for hit in hits.hits], hits.next)


def _begin(asked: SearchQuery, query: Query) -> tuple[Order, str | None]:
    """Return the order and where to go on: a cursor keeps the order of the piece it comes from.

    Without words nothing is best: there a cursor among the best is no place, and the list begins anew.
    """
    if asked.cursor is None:
        return asked.order, None
    if asked.cursor.startswith("n"):
        return "newest", asked.cursor
    return ("best", asked.cursor) if query.terms else ("newest", None)
