"""Putting place-holders into what is stored of events: their history, what people said, and what was sent of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from db.models import (
    AlertRow,
    DeliveryAttemptRow,
    DeliveryRow,
    EventChangeRow,
    EventMarkRow,
    EventRelationRow,
    EventRow,
    MentionRow,
)
from db.withholding import Withheld

SHOWN = ("people", "negotiators", "roots", "mark", "counts")  # of an event's facts, what messages name people by


def events_telling(session: Session, articles: Collection[int]) -> set[int]:
    """Return the events that mentions of these articles are or were part of."""
    query = select(MentionRow.event_id).where(MentionRow.article_id.in_(articles), MentionRow.event_id.is_not(None))
    return set(session.scalars(query.distinct()).all())  # type: ignore[arg-type]  # none of them is None


def all_events(session: Session) -> list[int]:
    """Return the numbers of all events."""
    return list(session.scalars(select(EventRow.id).order_by(EventRow.id)))


def names_anybody(session: Session, event_id: int, withheld: Withheld, named: Collection[int]) -> bool:
    """Tell whether the facts of an event name somebody whose name is withheld."""
    facts = session.get_one(EventRow, event_id).facts
    return bool(withheld.value(facts, named) != facts)


def put_into_event(session: Session, event_id: int, withheld: Withheld, named: Collection[int]) -> tuple[str, ...]:
    """Put place-holders into all that is stored of an event; return which of its facts that are shown held a name."""
    row = session.get_one(EventRow, event_id)
    facts = withheld.value(row.facts, named)
    changed = tuple(name for name in SHOWN if facts.get(name) != row.facts.get(name))
    row.facts = facts
    for change in session.scalars(select(EventChangeRow).where(EventChangeRow.event_id == event_id)):
        change.facts, change.change = withheld.value(change.facts, named), withheld.value(change.change, named)
    for mark in session.scalars(select(EventMarkRow).where(EventMarkRow.event_id == event_id)):
        mark.by, mark.note = withheld.text(mark.by, named), withheld.text(mark.note, named)
    link = or_(EventRelationRow.event_id == event_id, EventRelationRow.other_id == event_id)
    for relation in session.scalars(select(EventRelationRow).where(link)):
        relation.reason = withheld.text(relation.reason, named)
    for alert in session.scalars(select(AlertRow).where(AlertRow.event_id == event_id)):
        alert.change = withheld.value(alert.change, named)
    _put_into_deliveries(session, event_id, withheld, named)
    session.flush()
    return changed


def _put_into_deliveries(session: Session, event_id: int, withheld: Withheld, named: Collection[int]) -> None:
    """Forget the bytes of what was or is to be sent of an event, also among others: they are written anew where needed."""
    own = select(DeliveryRow.id).where(DeliveryRow.event_id == event_id)
    digests = select(DeliveryRow.digest_id).where(DeliveryRow.event_id == event_id, DeliveryRow.digest_id.is_not(None))
    session.execute(
        update(DeliveryRow).where(or_(DeliveryRow.id.in_(own), DeliveryRow.id.in_(digests))).values(body=None)
    )
    answered = DeliveryAttemptRow.delivery_id.in_(own) | DeliveryAttemptRow.delivery_id.in_(digests)
    for attempt in session.scalars(
        select(DeliveryAttemptRow).where(answered, DeliveryAttemptRow.response.is_not(None))
    ):
        attempt.response = withheld.value(attempt.response, named)


def forget_bulletins(session: Session) -> None:
    """Forget the bytes of messages on no one event: questions and digests quote headlines."""
    session.execute(
        update(DeliveryRow).where(DeliveryRow.event_id.is_(None), DeliveryRow.state != "sending").values(body=None)
    )


def touch_events(session: Session, events: Iterable[int], now: datetime) -> None:
    """Let everything that was made of events be made anew: titles of their articles have changed."""
    session.execute(update(EventRow).where(EventRow.id.in_(list(events))).values(updated_at=now))


def count_sent(session: Session, events: Collection[int]) -> int:
    """Return how many messages on these events are out."""
    sent = (DeliveryRow.event_id.in_(events), DeliveryRow.state == "sent", DeliveryRow.type == "created")
    return session.scalar(select(func.count()).select_from(DeliveryRow).where(*sent)) or 0
