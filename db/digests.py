"""Digests in the database: first messages that one message tells together (D-25 to D-27).

A first message (`created`) that a digest tells keeps its row and is a *part* of it. From the moment the digest is formed
until it is settled, the part's state is that of the digest, so that all else that asks "was it told?" asks as always. A
digest that is given up lets its parts go: they are told one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from db.facts import Kind
from db.models import AlertRow, ArticleRow, DeliveryRow, DestinationRow, EventChangeRow, EventRow
from db.silences import is_held

IN_FLIGHT = ("pending", "sending", "uncertain")


class Digest(StrEnum):
    """Why a first message waits for a digest: a flood, an old event, our own downtime, or the first look at an outlet."""

    STORM = "storm"
    LATE = "late"
    CATCHING_UP = "catching-up"
    LOADED = "loaded"


@dataclass(frozen=True, slots=True)
class Waiting:
    """First messages that wait for one digest: when the oldest and the newest came due, and when the last such one was.

    `ready` are those (ids) that are due now, in order.
    """

    digest: Digest
    ready: tuple[int, ...]
    oldest_at: datetime
    newest_at: datetime
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest that is to be written: why, what else is known of it, and the parts (delivery ids) with their events."""

    digest: Digest
    details: Mapping[str, Any]
    parts: tuple[tuple[int, int], ...]


def waiting_for_digests(
    session: Session, destination: str, now: datetime, *, is_quiet: bool, is_capped: bool, lock: bool
) -> list[Waiting]:
    """Return what waits for digests at a destination; where it `is_capped`, what else is new there waits, too.

    With a `lock` the rows are kept until the transaction ends, so that no two processes form digests of the same.
    """
    place = session.scalars(select(DestinationRow).where(DestinationRow.name == destination)).one_or_none()
    if place is None or place.state != "enabled":
        return []
    waits = and_(_free(place.id), ~is_held(destination, now, is_quiet=is_quiet))
    if not is_capped:
        waits = and_(waits, DeliveryRow.digest.is_not(None))
    query = select(DeliveryRow).where(waits).order_by(DeliveryRow.id)
    rows = session.scalars(query.with_for_update() if lock else query).all()
    groups: dict[Digest, list[DeliveryRow]] = {}
    for row in rows:
        groups.setdefault(Digest(row.digest or Digest.STORM), []).append(row)
    return [_waiting(session, digest, group, now) for digest, group in groups.items()]


def _free(destination_id: int) -> ColumnElement[bool]:
    """Return the first messages that wait at a destination and are part of no digest yet."""
    return and_(
        DeliveryRow.destination_id == destination_id,
        DeliveryRow.type == "created",
        DeliveryRow.state == "pending",
        DeliveryRow.is_approved,
        DeliveryRow.digest_id.is_(None),
    )


def _waiting(session: Session, digest: Digest, rows: Sequence[DeliveryRow], now: datetime) -> Waiting:
    moments = [row.next_attempt_at for row in rows]
    ready = tuple(row.id for row in rows if row.next_attempt_at <= now)
    last_at = _last_digest_at(session, rows[0].destination_id, digest)
    return Waiting(digest, ready, min(moments), max(moments), last_at)


def _last_digest_at(session: Session, destination_id: int, digest: Digest) -> datetime | None:
    query = (
        select(func.max(DeliveryRow.created_at))
        .join(AlertRow, DeliveryRow.alert_id == AlertRow.id)
        .where(DeliveryRow.destination_id == destination_id, DeliveryRow.type == "digest", AlertRow.reason == digest)
    )
    return session.scalars(query).one()


def told_alone_since(session: Session, destination: str, since: datetime) -> list[datetime]:
    """Return when a destination was told of new events one by one, since a time, the oldest first (D-25)."""
    query = (
        select(DeliveryRow.sent_at)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DestinationRow.name == destination, DeliveryRow.type == "created", DeliveryRow.state == "sent")
        .where(DeliveryRow.digest_id.is_(None), DeliveryRow.sent_at > since)
        .order_by(DeliveryRow.sent_at)
    )
    return [moment for moment in session.scalars(query) if moment is not None]


def form_digest(
    session: Session, digest: Digest, parts: Sequence[int], key: str, details: Mapping[str, Any], now: datetime
) -> None:
    """Queue one digest that tells of these first messages of one destination; `parts` are their ids, one at least."""
    rows = session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(parts)).order_by(DeliveryRow.id)).all()
    alert = AlertRow(type="digest", reason=digest, change=dict(details), created_at=now)
    session.add(alert)
    session.flush()
    told_by = DeliveryRow(
        alert_id=alert.id,
        destination_id=rows[0].destination_id,
        type="digest",
        key=key,
        next_attempt_at=now,
        is_urgent=any(row.is_urgent for row in rows),
        created_at=now,
    )
    session.add(told_by)
    session.flush()
    for row in rows:
        row.digest_id = told_by.id
    session.flush()


def digest_view(session: Session, delivery_id: int) -> DigestView:
    """Return a digest with the parts that it still has to tell."""
    alert = session.get_one(AlertRow, session.get_one(DeliveryRow, delivery_id).alert_id)
    parts = tuple((row.id, row.event_id) for row in _parts(session, delivery_id) if row.event_id is not None)
    return DigestView(Digest(alert.reason), alert.change, parts)


def _parts(session: Session, delivery_id: int) -> Sequence[DeliveryRow]:
    query = select(DeliveryRow).where(DeliveryRow.digest_id == delivery_id, DeliveryRow.state.in_(IN_FLIGHT))
    return session.scalars(query.order_by(DeliveryRow.id)).all()


def take_parts(session: Session, delivery_id: int, now: datetime) -> None:
    """Mark the parts of a digest as on their way, as it is itself."""
    for row in _parts(session, delivery_id):
        row.state, row.first_at = "sending", row.first_at or now
    session.flush()


def fix_parts(session: Session, revisions: Mapping[int, int]) -> None:
    """Keep which revision of its event each part (by delivery id) tells in the bytes of its digest."""
    for delivery_id, revision in revisions.items():
        session.get_one(DeliveryRow, delivery_id).sent_revision = revision
    session.flush()


def settle_parts(session: Session, digest: DeliveryRow, *, may_be_accepted: bool) -> list[DeliveryRow]:
    """Let the parts of a digest follow it after an attempt, and return them.

    Those of a digest that is given up, and cannot have arrived, wait to be told by themselves.
    """
    rows = list(_parts(session, digest.id))
    for row in rows:
        row.state, row.sent_at, row.next_attempt_at = digest.state, digest.sent_at, digest.next_attempt_at
        row.last_error_code = digest.last_error_code
        if digest.state == "dead" and not may_be_accepted:
            row.state, row.digest, row.digest_id = "pending", None, None
        if row.state == "pending":
            row.sent_revision = None
    session.flush()
    return rows


def release_parts(session: Session, delivery_id: int) -> None:
    """Let the parts of a digest wait again as they did before it was formed: it is dropped, or could not be written."""
    parts = (DeliveryRow.digest_id == delivery_id) & DeliveryRow.state.in_(IN_FLIGHT)
    values = {"state": "pending", "digest": None, "digest_id": None, "sent_revision": None}
    session.execute(update(DeliveryRow).where(parts).values(values))
    session.flush()


def count_loaded(session: Session, since: datetime) -> int:
    """Return how many events, first seen since a time, were found by the first look at an outlet (D-26)."""
    return session.scalars(
        select(func.count()).select_from(EventRow).where(_loaded(), EventRow.first_seen_at >= since)
    ).one()


def loaded_after(session: Session, event_id: int) -> tuple[int, datetime | None, datetime | None]:
    """Return of the events after `event_id` how many were loaded, and when the first and the last of those came."""
    found = select(func.count(), func.min(EventRow.first_seen_at), func.max(EventRow.first_seen_at))
    number, first_at, last_at = session.execute(found.where(EventRow.id > event_id, _loaded())).one()
    return number, first_at, last_at


def has_loaded_digest(session: Session, since: datetime) -> bool:
    """Say whether something that a first look found was queued to be told anywhere since a time."""
    queued = (DeliveryRow.digest == Digest.LOADED) & (DeliveryRow.created_at >= since)
    return session.scalars(select(DeliveryRow.id).where(queued).limit(1)).first() is not None


def newest_event(session: Session) -> int:
    """Return the highest number that an event has; 0 where there is none."""
    return session.scalars(select(func.max(EventRow.id))).one() or 0


def _loaded() -> ColumnElement[bool]:
    """Return which events began with a page that the first look at an outlet found; imported ones have no page."""
    begun_by = (
        select(EventChangeRow.id)
        .join(ArticleRow, EventChangeRow.article_id == ArticleRow.id)
        .where(EventChangeRow.event_id == EventRow.id, EventChangeRow.revision == 1)
        .where(ArticleRow.alerting.in_(("silent", "loaded")), ArticleRow.page_id.is_not(None))
    )
    alerting = EventRow.kind.in_((Kind.RELEASE, Kind.NEGOTIATION))
    return and_(begun_by.exists(), alerting, EventRow.merged_into.is_(None))
