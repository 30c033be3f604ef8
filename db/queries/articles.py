"""Articles as people see them: one whole, all, or those that fit a filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import Session, aliased

from db.facts import Decision, Mark, from_json
from db.models import ArticleRevisionRow, ArticleRow, EventRow, MentionRow, OutletRow
from db.views import ArticleView, MatchView, utc

PIECE = 200  # articles read at once where all are asked for


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles; None asks for nothing. `kind`: what its news is.

    Published `since` a moment and `before` another; an article whose time is not known fits neither.
    """

    outlet: str | None = None
    language: str | None = None
    kind: str | None = None
    decision: str | None = None
    since: datetime | None = None
    before: datetime | None = None


EVERY_ARTICLE = ArticleFilter()
_WHOLE = ("text", "analysis", "outlet_title", "author", "published_precision", "first_seen", "copy_of_url")


def list_articles(session: Session, *, limit: int | None = None) -> list[ArticleView]:
    """Return articles, who came last first. Without a limit all."""
    return list(stream_articles(session)) if limit is None else articles_after(session, EVERY_ARTICLE, None, limit)


def stream_articles(
    session: Session, wanted: ArticleFilter = EVERY_ARTICLE, *, whole: bool = False, oldest_first: bool = False
) -> Iterator[ArticleView]:
    """Yield all articles that fit, who came last first, few of them in memory at a time; `whole` as `get_article`."""
    after: int | None = None
    while True:
        views = articles_after(session, wanted, after, PIECE, whole=whole, oldest_first=oldest_first)
        yield from views
        if len(views) < PIECE:
            return
        after = views[-1].id


def articles_after(
    session: Session,
    wanted: ArticleFilter,
    after: int | None,
    limit: int,
    *,
    whole: bool = False,
    oldest_first: bool = False,
) -> list[ArticleView]:
    """Return at most `limit` of the articles that fit, who came last first: those after this number in the list."""
    numbers = _numbers_after(session, wanted, after, limit, oldest_first=oldest_first)
    return article_views(session, numbers, whole=whole)


def _numbers_after(
    session: Session, wanted: ArticleFilter, after: int | None, limit: int, *, oldest_first: bool = False
) -> Sequence[int]:
    """Return which articles fit. Only then are they read: an index holds all that is asked for here."""
    query = select(ArticleRow.id).where(*_conditions(wanted))
    if after is not None:
        query = query.where(ArticleRow.id > after if oldest_first else ArticleRow.id < after)
    return session.scalars(query.order_by(ArticleRow.id if oldest_first else ArticleRow.id.desc()).limit(limit)).all()


def _conditions(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("outlet", "language", "decision"):
        if getattr(wanted, name) is not None:
            yield getattr(ArticleRow, name) == getattr(wanted, name)
    if wanted.since is not None:
        yield ArticleRow.published_at >= wanted.since
    if wanted.before is not None:
        yield ArticleRow.published_at < wanted.before
    if wanted.kind is not None:
        yield ArticleRow.decision == Decision.EVENT
        told = (MentionRow.article_id == ArticleRow.id) & MentionRow.is_current
        yield exists().where(told, MentionRow.kind == wanted.kind)


def get_article(session: Session, article_id: int) -> ArticleView | None:
    """Return one article whole: with text, analysis and earlier revisions; or None."""
    return next(iter(article_views(session, [article_id], whole=True)), None)


def article_views(session: Session, numbers: Sequence[int], *, whole: bool = False) -> list[ArticleView]:
    """Return articles in the order of these numbers, in two questions however many they are; whole ones in three.

    A number that is none is left out.
    """
    if not numbers:
        return []
    rows = {row.id: row for row in session.execute(_shown(whole=whole).where(ArticleRow.id.in_(numbers)))}
    matches = _matches(session, numbers)
    views = [_article_view(rows[one], matches.get(one, ()), whole=whole) for one in numbers if one in rows]
    return _with_past(session, views) if whole else views


def _with_past(session: Session, views: Sequence[ArticleView]) -> list[ArticleView]:
    """Return articles with their earlier texts, and what people said of their events."""
    revisions = _revisions(session, [view.id for view in views])
    marks = _marks(session, {event for view in views for event in view.events})
    return [
        replace(
            view,
            revisions=tuple(revisions.get(view.id, ())),
            marks=tuple((event, marks[event]) for event in view.events if event in marks),
        )
        for view in views
    ]


def _shown(*, whole: bool) -> Any:
    """Return the question for what is shown: of the analysis, which may be long, only the kinds where nobody sees it."""
    names = ("id", "url", "outlet", "language", "title", "decision", "copy_of", "copy_reason", "read_error")
    columns: list[Any] = [getattr(ArticleRow, name) for name in names]
    columns += [ArticleRow.canonical_url, ArticleRow.published_at, ArticleRow.fetched_at]
    if not whole:
        return select(*columns, ArticleRow.analysis["kinds"].label("kinds"))
    original = aliased(ArticleRow)
    columns += [ArticleRow.text, ArticleRow.analysis, ArticleRow.author, ArticleRow.published_precision]
    columns += [ArticleRow.first_seen_at.label("first_seen"), OutletRow.title.label("outlet_title")]
    columns += [original.url.label("copy_of_url")]
    query = select(*columns).outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
    return query.outerjoin(original, ArticleRow.copy_of == original.id)


def _article_view(row: Row[Any], matches: Sequence[MatchView], *, whole: bool) -> ArticleView:
    kinds = (row.analysis or {}).get("kinds") if whole else row.kinds
    return ArticleView(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        language=row.language,
        title=row.title,
        published=row.published_at,
        fetched=row.fetched_at,
        decision=row.decision,
        kinds=tuple(kinds or ()),
        events=tuple(sorted({match.event for match in matches if match.event is not None})),
        copy_of=row.copy_of,
        copy_reason=row.copy_reason,
        read_error=row.read_error,
        canonical_url=row.canonical_url,
        matches=tuple(matches) if whole else (),
        **({name: getattr(row, name) for name in _WHOLE} if whole else {}),
    )


def _matches(session: Session, numbers: Sequence[int]) -> dict[int, list[MatchView]]:
    """Return by article why each of its mentions stands where it does."""
    columns = (MentionRow.article_id, MentionRow.kind, MentionRow.event_id, MentionRow.role, MentionRow.match)
    query = select(*columns).where(MentionRow.article_id.in_(numbers), MentionRow.is_current).order_by(MentionRow.id)
    found: dict[int, list[MatchView]] = defaultdict(list)
    for number, kind, event, role, match in session.execute(query):
        view = MatchView(kind, event, role, match.get("score", 0.0), tuple(match.get("reasons", ())))
        found[number].append(view)
    return found


def _marks(session: Session, events: Collection[int]) -> dict[int, Mark]:
    """Return what people said of events, by event."""
    query = select(EventRow.id, EventRow.facts["mark"]).where(EventRow.id.in_(events))
    return {event: from_json(Mark, mark) for event, mark in session.execute(query) if mark}


def events_of(session: Session, articles: Collection[int]) -> list[int]:
    """Return the event of each mention of these articles that has one: an event as often as it is told of."""
    placed = MentionRow.article_id.in_(articles) & MentionRow.is_current & MentionRow.event_id.is_not(None)
    return [event for event in session.scalars(select(MentionRow.event_id).where(placed)) if event is not None]


def _revisions(session: Session, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return by article its earlier texts, the oldest first."""
    query = select(ArticleRevisionRow).where(ArticleRevisionRow.article_id.in_(numbers))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in session.scalars(query.order_by(ArticleRevisionRow.revision)):
        earlier = {"revision": row.revision, "title": row.title, "text": row.text, "seen": utc(row.seen_at)}
        found[row.article_id].append(earlier)
    return found
