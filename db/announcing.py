"""Announcing in the database: events whose newest revision was not decided on yet, alerts, and destinations.

Who is told what is decided in `alerts.policy`; here is the queue, and the rows that the decision writes (its deliveries are
in `db.unsent`, what was told before in `db.told`). The caller does both in one transaction an event (D-1c).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.facts import EventChange, EventFacts, from_json, to_json
from db.models import AlertRow, ArticleRow, DeliveryRow, DestinationRow, EventChangeRow, EventRow
from db.queries import get_event
from db.upsert import insert_new
from db.views import EventView

LEFT = "left"  # the state of a destination whose chat subscribed itself and has left: it never sends again


@dataclass(frozen=True, slots=True)
class DueEvent:
    """An event with revisions that nobody has decided on.

    `is_forced`: an order of the operator is among them; `is_loaded`: all of them came by the first look at an outlet.
    """

    view: EventView
    changes: tuple[EventChange, ...]
    first_published_at: datetime | None
    is_forced: bool
    is_loaded: bool = False


@dataclass(frozen=True, slots=True)
class NewAlert:
    """The decision to tell of an event's revision."""

    event_id: int
    revision: int
    type: str
    change: EventChange


def find_due_events(session: Session, limit: int) -> list[int]:
    """Return the events whose newest revision waits to be announced, the longest known first.

    Those that became part of another come before all: who knows the other only by them is told first what became of
    them, and then how it goes on.
    """
    query = select(EventRow.id).where(EventRow.announced_revision < EventRow.revision)
    return list(session.scalars(query.order_by(EventRow.merged_into.is_(None), EventRow.id).limit(limit)))


def load_due_event(session: Session, event_id: int) -> DueEvent | None:
    """Return an event of the queue, its row locked until the transaction ends; None if it has left the queue."""
    row = session.scalars(select(EventRow).where(EventRow.id == event_id).with_for_update()).one_or_none()
    view = get_event(session, event_id)
    if row is None or view is None or row.announced_revision >= row.revision:
        return None
    changes = changes_after(session, event_id, row.announced_revision, row.revision)
    brought_by = _alerting(session, row)
    is_loaded = bool(brought_by) and brought_by <= {"loaded", "silent"}
    return DueEvent(view, changes, row.first_published_at, "forced" in brought_by, is_loaded)


def _alerting(session: Session, row: EventRow) -> set[str]:
    """Return how the articles may alert that brought the revisions of an event that wait; a person's word brings "normal"."""
    query = (
        select(ArticleRow.alerting)
        .select_from(EventChangeRow)
        .outerjoin(ArticleRow, EventChangeRow.article_id == ArticleRow.id)
        .where(EventChangeRow.event_id == row.id, EventChangeRow.revision > row.announced_revision)
    )
    return {alerting or "normal" for alerting in session.scalars(query)}


def changes_after(session: Session, event_id: int, revision: int, upto: int) -> tuple[EventChange, ...]:
    """Return what the revisions after `revision`, up to and with `upto`, changed, in order."""
    query = (
        select(EventChangeRow.change)
        .where(EventChangeRow.event_id == event_id, EventChangeRow.revision > revision, EventChangeRow.revision <= upto)
        .order_by(EventChangeRow.revision)
    )
    return tuple(from_json(EventChange, change) for change in session.scalars(query))


def announced_event(session: Session, event_id: int) -> EventView | None:
    """Return an event as it stood at the newest revision that was decided on, with the articles known by now.

    Messages tell this state: a newer one is still to be decided on, and may have to go out as something else.
    """
    view = get_event(session, event_id)
    row = session.get(EventRow, event_id)
    if view is None or row is None or row.announced_revision in (0, view.revision):
        return view
    query = select(EventChangeRow).where(
        EventChangeRow.event_id == event_id, EventChangeRow.revision == row.announced_revision
    )
    then = session.scalars(query).one()
    return replace(view, revision=then.revision, updated=then.at, facts=from_json(EventFacts, then.facts))


def whole_event(session: Session, event_id: int) -> EventView | None:
    """Return the event that a merged one is part of, as it was announced; None for one that stands by itself."""
    row = session.get(EventRow, event_id)
    return announced_event(session, row.merged_into) if row is not None and row.merged_into is not None else None


def mark_announced(session: Session, event_id: int, revision: int) -> None:
    """Take an event out of the queue up to `revision`."""
    session.get_one(EventRow, event_id).announced_revision = revision
    session.flush()


def destination_ids(session: Session) -> dict[str, int]:
    """Return the stored destinations of the settings, name to id; those removed from the settings are left out."""
    rows = session.execute(select(DestinationRow.name, DestinationRow.id).where(DestinationRow.state != "orphan"))
    return {name: number for name, number in rows}  # noqa: C416 (a Row is not the pair that dict() wants typed)


def add_alert(session: Session, alert: NewAlert, now: datetime) -> int:
    """Store the decision and return its id; deciding twice on one revision returns the first."""
    values = {
        "event_id": alert.event_id,
        "revision": alert.revision,
        "type": alert.type,
        "reason": alert.change.reason,
        "change": to_json(alert.change),
        "created_at": now,
    }
    made = insert_new(session, AlertRow, values)
    if made is not None:
        return made
    same = (AlertRow.event_id == alert.event_id) & (AlertRow.revision == alert.revision)
    return session.scalars(select(AlertRow.id).where(same)).one()


def sync_destinations(session: Session, channels: Mapping[str, str], now: datetime) -> None:
    """Make the stored destinations those of the settings (name to channel).

    One that left the settings becomes an `orphan` and keeps its queue; coming back it goes on (F-33). One that was
    disabled stays so until it is enabled by hand. One that has `left` is nobody's.
    """
    known = {row.name: row for row in session.scalars(select(DestinationRow))}
    for name, channel in channels.items():
        row = known.get(name)
        if row is None:
            session.add(DestinationRow(name=name, channel=channel, state="enabled", since=now))
        elif row.state == "orphan":
            row.state, row.reason, row.channel, row.since = "enabled", None, channel, now
        else:
            row.channel = channel
    for name, row in known.items():
        if name not in channels and row.state not in ("orphan", LEFT):
            row.state, row.reason, row.since = "orphan", "removed from the settings", now
    session.flush()


def enable_destination(session: Session, name: str, now: datetime) -> bool:
    """Let a destination send again, its faults forgotten; False if the settings have none of this name."""
    row = session.scalars(select(DestinationRow).where(DestinationRow.name == name)).one_or_none()
    if row is None or row.state in ("orphan", LEFT):
        return False
    row.state, row.reason, row.since = "enabled", None, now
    row.failures, row.first_failure_at, row.open_until = 0, None, None
    session.flush()
    return True


def approve_alert(session: Session, alert_id: int, now: datetime) -> int:
    """Let the deliveries of an alert that waited for a person go out, in quiet hours too; return how many those were."""
    is_asked = DeliveryRow.state.in_(("sending", "uncertain"))  # whether it arrived, which is another question
    held = (DeliveryRow.alert_id == alert_id) & DeliveryRow.is_approved.is_(False) & ~is_asked
    result = session.execute(
        update(DeliveryRow).where(held).values(is_approved=True, is_urgent=True, next_attempt_at=now)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0
