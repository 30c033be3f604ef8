"""Writing what was decided on events: mentions and where they belong, revisions, merges, relations.

The caller (`events.placing`) decides; this file only writes, inside the caller's one transaction. What it asks for
before is in `db.claims`.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.claims import Claim, Role
from db.facts import CountRole, EventChange, EventCount, EventFacts, Kind, Mention, Precision, to_json
from db.held import held_on
from db.models import (
    ArticleRow,
    EventChangeRow,
    EventMarkRow,
    EventRelationRow,
    EventRow,
    MentionKeyRow,
    MentionRow,
    PageRow,
    PinRow,
)
from db.text import clean_line
from db.upsert import insert_new


def retire_mentions(session: Session, article_id: int) -> None:
    """Mark an article's mentions as of an older reading; they stay in the table (claims are append-only).

    Nothing is looked up by them any more, so their keys go.
    """
    retired = select(MentionRow.id).where(MentionRow.article_id == article_id, MentionRow.is_current)
    session.execute(delete(MentionKeyRow).where(MentionKeyRow.mention_id.in_(retired)))
    current = (MentionRow.article_id == article_id) & MentionRow.is_current
    session.execute(update(MentionRow).where(current).values(is_current=False))


def start_event(session: Session, facts: EventFacts, claim: Claim, now: datetime) -> int:
    """Make an event at revision 0; `save_event` gives it its first revision in the same transaction."""
    row = EventRow(
        kind=facts.kind,
        status=facts.status,
        polarity=facts.polarity,
        revision=0,
        event_date=facts.event_date,
        last_date=_last_day(facts),
        first_published_at=claim.published_at,
        first_seen_at=now,
        updated_at=now,
        facts=to_json(facts),
        is_baseline=True,  # until an article that may alert tells of it
    )
    _place(row, facts)
    session.add(row)
    session.flush()
    return row.id


@dataclass(frozen=True, slots=True)
class NewMention:
    """A mention to be stored: the claim, the article's revision, its event (None: `related` to none known), and why.

    `keys` are the facts that it is looked up by where no date leads to it.
    """

    claim: Claim
    revision: int
    event_id: int | None
    match: dict[str, Any]
    keys: frozenset[str] = frozenset()


def add_mention(session: Session, new: NewMention, now: datetime) -> None:
    """Append a mention to its event and keep its page as evidence."""
    claim, mention = new.claim, new.claim.mention
    row = MentionRow(
        article_id=claim.article,
        article_revision=new.revision,
        event_id=new.event_id,
        kind=mention.kind,
        modality=mention.modality,
        polarity=mention.polarity,
        plover=mention.plover,
        event_date=mention.event_date,
        held_on=held_on(mention),
        root=mention.root,
        role=claim.role,
        facts=to_json(mention),
        spellings=_spellings(mention) or None,
        match=new.match,
        created_at=now,
    )
    session.add(row)
    page_id = session.get_one(ArticleRow, claim.article).page_id
    if page_id is not None:
        session.get_one(PageRow, page_id).is_evidence = True
    session.flush()
    session.add_all(MentionKeyRow(mention_id=row.id, key=key) for key in sorted(new.keys))
    session.flush()


def _spellings(mention: Mention) -> list[tuple[str, str]]:
    """Return how an article writes the people it names; a name itself where it is known from elsewhere."""
    quotes = {row.field: row.quote for row in mention.evidence}
    names = enumerate(person.name for person in mention.people)
    return [(name, clean_line(quotes.get(f"people[{index}]", "")) or name) for index, name in names]


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
    row.last_date = _last_day(update.facts)
    row.first_published_at, row.updated_at = update.first_published_at or row.first_published_at, now
    _place(row, update.facts)
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


def _place(row: EventRow, facts: EventFacts) -> None:
    """Keep what lists are ordered and filtered by: the event's day (UTC), and the most people said to be released."""
    row.day = facts.event_date or (row.first_published_at or row.first_seen_at).astimezone(UTC).date()
    row.released = max((most for count in facts.counts if (most := _released(count)) is not None), default=None)


def _released(count: EventCount) -> int | None:
    return max(count.value or 0, count.value_max or 0) or None if count.role is CountRole.RELEASED else None


def last_day(day: date, precision: Precision | None) -> date:
    """Return the last day of the day, week or month that a date means; a week ends on its Sunday."""
    if precision in (None, Precision.DAY):
        return day
    if precision is Precision.WEEK:
        return day + timedelta(days=6 - day.weekday())
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _last_day(facts: EventFacts) -> date | None:
    return last_day(facts.event_date, facts.date_precision) if facts.event_date else None


def move_report(
    session: Session, article_id: int, event_id: int | None, role: Role, match: dict[str, Any] | None
) -> None:
    """Put an article's mentions into an event, with the reasons (None: they stand), and give them their role."""
    query = select(MentionRow).where(MentionRow.article_id == article_id, MentionRow.is_current)
    for row in session.scalars(query.where(MentionRow.kind != Kind.RELATED)):
        row.event_id, row.role = event_id, role
        if match is not None:
            row.match = match
    session.flush()


def move_follow_up(session: Session, mention_id: int, event_id: int | None, match: dict[str, Any]) -> None:
    """Let a related mention follow up another event, with the reasons."""
    row = session.get_one(MentionRow, mention_id)
    row.event_id, row.match = event_id, match
    session.flush()


def merge_into(session: Session, event_id: int, target: int, leaving: Collection[str] = ()) -> None:
    """Let an event be part of another from now on.

    What follows it up, events merged into it before, its relations and what people said of it go with it; the verdicts
    in `leaving` stay with it.
    """
    session.get_one(EventRow, event_id).merged_into = target
    session.execute(update(EventRow).where(EventRow.merged_into == event_id).values(merged_into=target))
    said = (EventMarkRow.event_id == event_id) & EventMarkRow.verdict.not_in(leaving)
    session.execute(update(EventMarkRow).where(said).values(event_id=target))
    session.execute(update(PinRow).where(PinRow.event_id == event_id).values(event_id=target))
    related = (MentionRow.event_id == event_id) & (MentionRow.kind == Kind.RELATED)
    session.execute(update(MentionRow).where(related).values(event_id=target))
    link = or_(EventRelationRow.event_id == event_id, EventRelationRow.other_id == event_id)
    for row in session.scalars(select(EventRelationRow).where(link)).all():
        other = row.other_id if row.event_id == event_id else row.event_id
        if other != target:
            relate_events(session, target, other, row.reason)
        session.delete(row)
    session.flush()


def pin(session: Session, article_id: int, event_id: int, now: datetime) -> None:
    """Keep an article in an event by a person's word; the last word counts."""
    session.merge(PinRow(article_id=article_id, event_id=event_id, at=now))
    session.flush()


def relate_events(session: Session, one: int, other: int, reason: str) -> None:
    """Link two events that belong together; linking twice changes nothing."""
    low, high = sorted((one, other))
    insert_new(session, EventRelationRow, {"event_id": low, "other_id": high, "reason": reason})
