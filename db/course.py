"""How an event came to be as it is: its revisions with what surrounded each, for the question why nobody was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.articles import Alerting
from db.facts import EventChange, EventFacts, from_json
from db.models import AlertRow, ArticleRow, EventChangeRow, EventRow, MentionRow


@dataclass(frozen=True, slots=True)
class Turn:
    """One revision. `alerting` is that of the article that brought it; a person's word is as good as an article.

    `languages` are those of the articles that were known by then.
    """

    revision: int
    at: datetime
    alerting: Alerting
    change: EventChange
    facts: EventFacts
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Course:
    """An event's turns, the oldest first. `is_waiting`: nobody has decided on the newest yet."""

    first_published_at: datetime | None
    first_seen_at: datetime
    is_waiting: bool
    turns: tuple[Turn, ...]


def course_of(session: Session, event_id: int) -> Course | None:
    """Return the course of an event, or None. Words of people on an event that nobody was told of are no turns."""
    row = session.get(EventRow, event_id)
    if row is None:
        return None
    query = (
        select(EventChangeRow, ArticleRow.alerting)
        .outerjoin(ArticleRow, EventChangeRow.article_id == ArticleRow.id)
        .where(EventChangeRow.event_id == event_id)
        .order_by(EventChangeRow.revision)
    )
    is_alerted = session.scalar(select(exists().where(AlertRow.event_id == event_id)))
    known = _languages(session, event_id)
    turns = tuple(
        _turn(change, cast("Alerting", alerting or "normal"), known)
        for change, alerting in session.execute(query)
        if change.article_id is not None or is_alerted or (change.revision == 1 and not row.is_baseline)
    )
    is_waiting = row.announced_revision < row.revision and row.merged_into is None
    return Course(row.first_published_at, row.first_seen_at, is_waiting, turns)


def _languages(session: Session, event_id: int) -> list[tuple[datetime, str]]:
    query = (
        select(ArticleRow.first_seen_at, ArticleRow.language)
        .join(MentionRow, MentionRow.article_id == ArticleRow.id)
        .where(MentionRow.event_id == event_id, MentionRow.is_current)
    )
    return [(seen_at, language) for seen_at, language in session.execute(query) if language is not None]


def _turn(row: EventChangeRow, alerting: Alerting, known: list[tuple[datetime, str]]) -> Turn:
    return Turn(
        revision=row.revision,
        at=row.at,
        alerting=alerting,
        change=from_json(EventChange, row.change),
        facts=from_json(EventFacts, row.facts),
        languages=frozenset(language for seen_at, language in known if seen_at <= row.at),
    )
