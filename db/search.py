"""Search over titles and texts in seven languages: one function on SQLite (FTS5) and PostgreSQL (tsvector).

Both hold the same terms (`db.search_index`), so they find the same; how they rank may differ in detail. What is looked
at has a bound: the newest thousand of what is found are counted and ranked, so that a word of every article costs no
more than a rare one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.excerpts import Excerpt, excerpt_of, mark_words
from db.models import ArticleRow, OutletRow
from db.queries import article_views
from db.search_index import article_at, place_of
from db.search_query import Query, SearchError, Term
from db.search_terms import FIRST_PLACE, LAST_PLACE, Range, find_newest, rank_newest
from db.text import clean_line
from db.views import ArticleView, article_json

MOST_COUNTED = 1_000
PAGE_SIZE = 20
_CURSOR = re.compile(r"n(\d{1,18})|b(\d{1,18})-(\d{1,4})")

Order = Literal["best", "newest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with the words that were looked for in its title and in a piece of its text."""

    article: ArticleView
    title: Excerpt
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found. `total` counts all pages; where `is_more` there are more than that. `next` leads on."""

    hits: tuple[Hit, ...]
    total: int
    is_more: bool
    next: str | None


def search_articles(
    session: Session, query: Query, *, order: Order = "best", limit: int = PAGE_SIZE, cursor: str | None = None
) -> Hits:
    """Return what a query finds: the best first among the newest thousand, or the newest first without an end.

    Best: words that are rare, frequent in the text or in the title. A query without words is answered by the newest
    first; an empty one with every article. `cursor` is the `next` of the page before. Raises SearchError for a cursor
    that is none.
    """
    is_ranked = order == "best" and bool(query.terms)
    top, shown = _position(cursor, is_ranked=is_ranked)
    span = Range(
        first=place_of(query.after) if query.after else FIRST_PLACE,
        last=place_of(query.before) - 1 if query.before else LAST_PLACE,
    )
    places = find_newest(session, query, span.up_to(top if is_ranked else LAST_PLACE), MOST_COUNTED + 1)
    counted = places[:MOST_COUNTED]
    if is_ranked:
        page, following = _best(session, query, counted, shown, limit)
    elif cursor is None and limit <= MOST_COUNTED:
        page, following = _newest(places, limit)
    else:
        page, following = _newest(find_newest(session, query, span.up_to(top), limit + 1), limit)
    return Hits(_hits(session, query.terms, page), len(counted), len(places) > MOST_COUNTED, following)


def search_all(session: Session, query: Query, *, order: Order = "best", limit: int | None = None) -> Hits:
    """Return the first `limit` of what a query finds, without one all of it: of the best there are a thousand at most."""
    page = search_articles(session, query, order=order, limit=min(limit or MOST_COUNTED, MOST_COUNTED))
    hits = list(page.hits)
    while page.next is not None and (limit is None or len(hits) < limit):
        left = MOST_COUNTED if limit is None else min(limit - len(hits), MOST_COUNTED)
        page = search_articles(session, query, order=order, limit=left, cursor=page.next)
        hits += page.hits
    return replace(page, hits=tuple(hits))


def outlet_titles(session: Session) -> dict[str, str]:
    """Return what people call the outlets, by name: what a search can be narrowed to."""
    query = select(OutletRow.name, OutletRow.title).order_by(func.lower(OutletRow.title))
    return dict(session.execute(query).all())


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return the object of `volya articles search --json`: that of `articles list --json` and where the words stand."""
    return {
        **article_json(hit.article),
        "matches": {"title": _excerpt_json(hit.title), "text": _excerpt_json(hit.excerpt)},
    }


def _excerpt_json(excerpt: Excerpt) -> dict[str, Any]:
    return {"excerpt": excerpt.text, "spans": [list(span) for span in excerpt.spans]}


def _position(cursor: str | None, *, is_ranked: bool) -> tuple[int, int]:
    """Return the last place that counts, and how many were shown."""
    if cursor is None:
        return LAST_PLACE, 0
    match = _CURSOR.fullmatch(cursor)
    if match is None or (match[1] is None) != is_ranked:
        raise SearchError("cursor", "is not one of this search; begin at the first page")
    return (int(match[2]), int(match[3])) if is_ranked else (int(match[1]) - 1, 0)


def _best(
    session: Session, query: Query, places: Sequence[int], shown: int, limit: int
) -> tuple[Sequence[int], str | None]:
    """Return a page of the ranked; its cursor keeps the newest place, so that what comes in meanwhile moves nothing."""
    if not places:
        return (), None
    ranked = rank_newest(session, query, Range(places[-1], places[0]), len(places))
    has_more = len(ranked) > shown + limit
    return ranked[shown : shown + limit], f"b{places[0]}-{shown + limit}" if has_more else None


def _newest(places: Sequence[int], limit: int) -> tuple[Sequence[int], str | None]:
    return places[:limit], f"n{places[limit - 1]}" if len(places) > limit else None


def _hits(session: Session, terms: Sequence[Term], places: Sequence[int]) -> tuple[Hit, ...]:
    numbers = [article_at(place) for place in places]
    views = article_views(session, numbers)
    texts = dict(session.execute(select(ArticleRow.id, ArticleRow.text).where(ArticleRow.id.in_(numbers))).all())
    return tuple(_hit(view, texts[view.id], terms) for view in views)


def _hit(view: ArticleView, text: str, terms: Sequence[Term]) -> Hit:
    title = clean_line(view.title or view.url)
    return Hit(view, Excerpt(title, mark_words(title, terms)), excerpt_of(text, terms))
