"""What is stored, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import ArticleRow, DeliveryRow, EventRow


@dataclass(frozen=True, slots=True)
class StoredStats:
    """How many there are of each; articles that were not read yet are `unread`. The times are None where nothing is."""

    events_by_kind: Mapping[str, int]
    events_by_status: Mapping[str, int]
    articles_by_decision: Mapping[str, int]
    deliveries_by_state: Mapping[str, int]
    event_updated: datetime | None
    article_seen: datetime | None


def stored_stats(session: Session) -> StoredStats:
    """Count what is stored."""
    shown = EventRow.merged_into.is_(None) & (EventRow.revision > 0)
    last = select(func.max(ArticleRow.id)).scalar_subquery()
    newest = select(ArticleRow.first_seen_at).where(ArticleRow.id == last)
    return StoredStats(
        events_by_kind=_count(session, EventRow.kind, shown),
        events_by_status=_count(session, EventRow.status, shown),
        articles_by_decision=_count(session, ArticleRow.decision),
        deliveries_by_state=_count(session, DeliveryRow.state),
        event_updated=session.scalar(select(func.max(EventRow.updated_at)).where(shown)),
        article_seen=session.scalar(newest),
    )


def _count(
    session: Session, column: InstrumentedAttribute[Any], which: ColumnElement[bool] | None = None
) -> dict[str, int]:
    query = select(column, func.count()).where(true() if which is None else which).group_by(column)
    return {"unread" if value is None else value: number for value, number in sorted(session.execute(query), key=str)}
