"""Questions people ask of what is stored: events, articles. Lists have no limit unless one is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.facts import EventChange, EventFacts, from_json
from db.models import ArticleRevisionRow, ArticleRow, EventChangeRow, EventRelationRow, EventRow, MentionRow, OutletRow
from db.views import ArticleView, ChangeView, EventArticle, EventView, MatchView, utc


def list_events(session: Session, *, limit: int | None = None) -> list[EventView]:
    """Return events, the newest by event date (else first report) first."""
    rows = session.scalars(select(EventRow).where(EventRow.merged_into.is_(None), EventRow.revision > 0)).all()
    ordered = sorted(
        rows, key=lambda row: (str(row.event_date or (row.first_published_at or row.first_seen_at).date()), row.id)
    )
    newest = ordered[::-1][:limit]
    return [_event_view(session, row) for row in newest]


def get_event(session: Session, event_id: int) -> EventView | None:
    """Return one event, or None."""
    row = session.get(EventRow, event_id)
    return _event_view(session, row) if row is not None and row.revision > 0 else None


def whole_of(session: Session, event_id: int) -> EventView | None:
    """Return the event that a merged one is part of; None for one that stands by itself."""
    row = session.get(EventRow, event_id)
    return get_event(session, row.merged_into) if row is not None and row.merged_into is not None else None


def _event_view(session: Session, row: EventRow) -> EventView:
    return EventView(
        id=row.id,
        revision=row.revision,
        first_seen=row.first_seen_at,
        updated=row.updated_at,
        facts=from_json(EventFacts, row.facts),
        articles=_articles_of(session, row.id),
        related=_related_to(session, row.id),
        is_baseline=row.is_baseline,
    )


def _articles_of(session: Session, event_id: int) -> tuple[EventArticle, ...]:
    query = (
        select(ArticleRow, MentionRow.role, OutletRow.title)
        .join(MentionRow, MentionRow.article_id == ArticleRow.id)
        .outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
        .where(MentionRow.event_id == event_id, MentionRow.is_current)
        .order_by(ArticleRow.published_at.is_(None), ArticleRow.published_at, ArticleRow.id, MentionRow.id)
    )
    views: dict[int, EventArticle] = {}
    for article, role, outlet_title in session.execute(query):
        views.setdefault(article.id, _event_article(article, role, outlet_title))
    return tuple(views.values())


def _event_article(row: ArticleRow, role: str, outlet_title: str | None) -> EventArticle:
    return EventArticle(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        language=row.language,
        title=row.title,
        published=row.published_at,
        role=role,
        outlet_title=outlet_title,
        canonical_url=row.canonical_url,
    )


def _related_to(session: Session, event_id: int) -> tuple[int, ...]:
    forward = session.scalars(select(EventRelationRow.other_id).where(EventRelationRow.event_id == event_id))
    backward = session.scalars(select(EventRelationRow.event_id).where(EventRelationRow.other_id == event_id))
    return tuple(sorted({*forward, *backward}))


def list_articles(session: Session, *, limit: int | None = None) -> list[ArticleView]:
    """Return articles, the newest first."""
    return article_views(
        session, session.scalars(select(ArticleRow.id).order_by(ArticleRow.id.desc()).limit(limit)).all()
    )


def article_views(session: Session, numbers: Sequence[int]) -> list[ArticleView]:
    """Return articles in the order of their numbers; one that is not there is left out."""
    rows = {row.id: row for row in session.scalars(select(ArticleRow).where(ArticleRow.id.in_(numbers)))}
    mentions = select(MentionRow.article_id, MentionRow.event_id).where(
        MentionRow.article_id.in_(numbers), MentionRow.is_current, MentionRow.event_id.is_not(None)
    )
    events: dict[int, set[int]] = {}
    for number, event in session.execute(mentions):
        events.setdefault(number, set()).add(event or 0)
    return [_listed(rows[number], events.get(number, set())) for number in numbers if number in rows]


def get_article(session: Session, article_id: int) -> ArticleView | None:
    """Return one article whole: with text, analysis and earlier revisions; or None."""
    row = session.get(ArticleRow, article_id)
    return _whole(session, row) if row is not None else None


def _whole(session: Session, row: ArticleRow) -> ArticleView:
    matches = _matches(session, row.id)
    return replace(
        _listed(row, {match.event for match in matches if match.event is not None}),
        text=row.text,
        analysis=row.analysis,
        revisions=_revisions(session, row.id),
        matches=matches,
        outlet_title=_outlet_title(session, row.outlet),
    )


def _listed(row: ArticleRow, events: set[int]) -> ArticleView:
    return ArticleView(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        language=row.language,
        title=row.title,
        published=row.published_at,
        fetched=row.fetched_at,
        decision=row.decision,
        kinds=tuple((row.analysis or {}).get("kinds", ())),
        events=tuple(sorted(events)),
        copy_of=row.copy_of,
        copy_reason=row.copy_reason,
        read_error=row.read_error,
        canonical_url=row.canonical_url,
    )


def _outlet_title(session: Session, name: str | None) -> str | None:
    outlet = session.get(OutletRow, name) if name is not None else None
    return outlet.title if outlet is not None else None


def _matches(session: Session, article_id: int) -> tuple[MatchView, ...]:
    query = select(MentionRow).where(MentionRow.article_id == article_id, MentionRow.is_current).order_by(MentionRow.id)
    return tuple(
        MatchView(row.kind, row.event_id, row.role, row.match.get("score", 0.0), tuple(row.match.get("reasons", ())))
        for row in session.scalars(query)
    )


def _revisions(session: Session, article_id: int) -> tuple[dict[str, Any], ...]:
    query = select(ArticleRevisionRow).where(ArticleRevisionRow.article_id == article_id)
    rows = session.scalars(query.order_by(ArticleRevisionRow.revision))
    return tuple(
        {"revision": row.revision, "title": row.title, "text": row.text, "seen": utc(row.seen_at)} for row in rows
    )


def list_changes(session: Session, event_id: int) -> list[ChangeView]:
    """Return the revisions of an event, the oldest first."""
    query = select(EventChangeRow).where(EventChangeRow.event_id == event_id).order_by(EventChangeRow.revision)
    rows = session.scalars(query)
    return [ChangeView(row.revision, row.at, row.article_id, from_json(EventChange, row.change)) for row in rows]
