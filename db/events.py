"""Events in the database: what a new mention may belong to, and the writing of a reading's result.

The caller (`events.reading`) decides; this file only asks and writes, inside the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.facts import EventChange, EventFacts, Kind, Mention, from_json, to_json
from db.models import ArticleRow, EventChangeRow, EventRelationRow, EventRow, MentionRow, OutletRow, PageRow
from db.upsert import insert_new

Role = Literal["first", "report", "copy", "follow-up"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A mention as a claim on an event, with who makes it."""

    article: int
    url: str
    outlet: str | None
    outlet_kind: str | None
    language: str | None
    published_at: datetime | None
    mention: Mention
    role: Role = "report"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that a mention might belong to, with the claims it is folded from."""

    id: int
    revision: int
    facts: EventFacts
    first_published_at: datetime | None
    claims: tuple[Claim, ...]


def find_candidates(
    session: Session, kinds: Sequence[Kind], earliest: date | None, latest: date | None
) -> list[Candidate]:
    """Return events of `kinds` dated within the window or not at all; all of them where the window is open."""
    query = select(EventRow).where(EventRow.kind.in_(kinds), EventRow.merged_into.is_(None))
    if earliest is not None and latest is not None:
        dated = and_(EventRow.event_date >= earliest, EventRow.event_date <= latest)
        query = query.where(or_(dated, EventRow.event_date.is_(None)))
    return [_candidate(session, row) for row in session.scalars(query.order_by(EventRow.id))]


def events_of_article(session: Session, article_id: int) -> list[Candidate]:
    """Return the events that an article's current mentions belong to (for a text that is read again)."""
    ids = select(MentionRow.event_id).where(MentionRow.article_id == article_id, MentionRow.is_current)
    rows = session.scalars(select(EventRow).where(EventRow.id.in_(ids)).order_by(EventRow.id))
    return [_candidate(session, row) for row in rows]


def _candidate(session: Session, row: EventRow) -> Candidate:
    facts = from_json(EventFacts, row.facts)
    return Candidate(row.id, row.revision, facts, row.first_published_at, claims_of(session, row.id))


def claims_of(session: Session, event_id: int) -> tuple[Claim, ...]:
    """Return the current claims of an event, oldest mention first."""
    query = (
        select(MentionRow, ArticleRow, OutletRow.kind)
        .join(ArticleRow, MentionRow.article_id == ArticleRow.id)
        .outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
        .where(MentionRow.event_id == event_id, MentionRow.is_current)
        .order_by(MentionRow.id)
    )
    return tuple(_claim(mention, article, kind) for mention, article, kind in session.execute(query))


def _claim(mention: MentionRow, article: ArticleRow, outlet_kind: str | None) -> Claim:
    return Claim(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        outlet_kind=outlet_kind,
        language=article.language,
        published_at=article.published_at,
        mention=from_json(Mention, mention.facts),
        role=mention.role,  # type: ignore[arg-type]
    )


def retire_mentions(session: Session, article_id: int) -> None:
    """Mark an article's mentions as of an older reading; they stay in the table (claims are append-only)."""
    for row in session.scalars(select(MentionRow).where(MentionRow.article_id == article_id, MentionRow.is_current)):
        row.is_current = False
    session.flush()


def start_event(session: Session, facts: EventFacts, claim: Claim, now: datetime) -> int:
    """Make an event at revision 0; `save_event` gives it its first revision in the same transaction."""
    row = EventRow(
        kind=facts.kind,
        status=facts.status,
        polarity=facts.polarity,
        revision=0,
        event_date=facts.event_date,
        first_published_at=claim.published_at,
        first_seen_at=now,
        updated_at=now,
        facts=to_json(facts),
        is_baseline=True,  # until an article that may alert tells of it
    )
    session.add(row)
    session.flush()
    return row.id


def add_mention(
    session: Session, claim: Claim, revision: int, event_id: int | None, match: dict[str, Any], now: datetime
) -> None:
    """Append a mention to its event (None: `related` news of no known event) and keep its page as evidence."""
    mention = claim.mention
    session.add(
        MentionRow(
            article_id=claim.article,
            article_revision=revision,
            event_id=event_id,
            kind=mention.kind,
            modality=mention.modality,
            polarity=mention.polarity,
            plover=mention.plover,
            event_date=mention.event_date,
            root=mention.root,
            role=claim.role,
            facts=to_json(mention),
            match=match,
            created_at=now,
        ),
    )
    page_id = session.get_one(ArticleRow, claim.article).page_id
    if page_id is not None:
        session.get_one(PageRow, page_id).is_evidence = True
    session.flush()


@dataclass(frozen=True, slots=True)
class EventUpdate:
    """A new state of an event and why; `may_alert` is false for articles that must stay silent (import, baseline)."""

    event_id: int
    facts: EventFacts
    change: EventChange
    article: int | None
    first_published_at: datetime | None
    may_alert: bool


def save_event(session: Session, update: EventUpdate, now: datetime) -> int:
    """Write the next revision of an event and return its number; where nothing changed but who says it, only that.

    Where nothing may alert, the revision counts as announced: it leaves the queue of `announce` unseen. A change
    that is not material leaves it too, unless an older one still waits there.
    """
    row = session.get_one(EventRow, update.event_id)
    row.facts, row.kind, row.status = to_json(update.facts), update.facts.kind, update.facts.status
    row.polarity, row.event_date = update.facts.polarity, update.facts.event_date
    row.first_published_at, row.updated_at = update.first_published_at, now
    if update.may_alert:
        row.is_baseline = False
    if row.revision > 0 and not update.change.fields:
        session.flush()
        return row.revision
    was_announced = row.announced_revision == row.revision
    row.revision += 1
    if was_announced and not (update.may_alert and update.change.is_material):
        row.announced_revision = row.revision
    session.add(
        EventChangeRow(
            event_id=row.id,
            revision=row.revision,
            article_id=update.article,
            change=to_json(update.change),
            facts=row.facts,
            at=now,
        ),
    )
    session.flush()
    return row.revision


def relate_events(session: Session, one: int, other: int, reason: str) -> None:
    """Link two events that belong together; linking twice changes nothing."""
    low, high = sorted((one, other))
    insert_new(session, EventRelationRow, {"event_id": low, "other_id": high, "reason": reason})
