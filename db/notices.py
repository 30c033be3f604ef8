"""Messages about Volya itself in the outbox: a destination that is switched off, a message that could not be delivered.

They go out as all messages do, so they are retried, held and listed as all are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AlertRow, DeliveryRow, DestinationRow

ONCE_IN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell of Volya itself: the name of a template, its values, and what it is about.

    The same is told of one `subject` once in an hour. A notice about a destination goes to the others.
    """

    code: str
    subject: str
    details: Mapping[str, str]


def add_notice(
    session: Session, notice: Notice, to: Collection[str], now: datetime, make_key: Callable[[], str]
) -> bool:
    """Queue a notice for the enabled destinations among `to`; False where none is, or it was told a short while ago."""
    enabled = DestinationRow.name.in_(to) & (DestinationRow.state == "enabled")
    places = session.scalars(select(DestinationRow.id).where(enabled, DestinationRow.name != notice.subject)).all()
    if not places or _was_told(session, notice, now):
        return False
    change = {"subject": notice.subject, "details": dict(notice.details)}
    alert = AlertRow(type="system", reason=notice.code, change=change, created_at=now)
    session.add(alert)
    session.flush()
    for place in places:
        row = DeliveryRow(alert_id=alert.id, destination_id=place, type="system", key=make_key())
        row.next_attempt_at, row.is_urgent, row.created_at = now, False, now
        session.add(row)
    session.flush()
    return True


def _was_told(session: Session, notice: Notice, now: datetime) -> bool:
    same = (AlertRow.type == "system") & (AlertRow.reason == notice.code) & (AlertRow.created_at > now - ONCE_IN)
    return any(
        change.get("subject") == notice.subject for change in session.scalars(select(AlertRow.change).where(same))
    )


def notice_of(session: Session, delivery_id: int) -> Notice:
    """Return the notice that a delivery carries."""
    alert = session.get_one(AlertRow, session.get_one(DeliveryRow, delivery_id).alert_id)
    return Notice(alert.reason, str(alert.change.get("subject")), alert.change.get("details") or {})


def alert_of(session: Session, delivery_id: int) -> int:
    """Return the number of the alert that a delivery belongs to."""
    return session.get_one(DeliveryRow, delivery_id).alert_id
