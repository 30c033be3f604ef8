"""Questions in the outbox: an alert that waits for a person's word is shown to those who may give it, with buttons."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AlertRow, DeliveryRow, DestinationRow

QUESTION = "question"


def ask_approvers(
    session: Session, alert_id: int, approvers: Collection[str], now: datetime, make_key: Callable[[], str]
) -> None:
    """Queue the question about an alert at each of these destinations, once; of no event, so it waits behind none."""
    places = select(DestinationRow.id).where(DestinationRow.name.in_(approvers), DestinationRow.state != "orphan")
    asked = select(DeliveryRow.destination_id).where(DeliveryRow.alert_id == alert_id, DeliveryRow.type == QUESTION)
    for place in session.scalars(places.where(DestinationRow.id.not_in(asked))).all():
        row = DeliveryRow(alert_id=alert_id, destination_id=place, type=QUESTION, key=make_key())
        row.next_attempt_at, row.created_at = now, now
        session.add(row)
    session.flush()


def event_asked_about(session: Session, delivery_id: int) -> tuple[int, str] | None:
    """Return the event that a question is about and the type of its alert; None where the alert is of no event."""
    alert = session.get_one(AlertRow, session.get_one(DeliveryRow, delivery_id).alert_id)
    return (alert.event_id, alert.type) if alert.event_id is not None else None


def alert_asked_about(session: Session, destinations: Collection[str], chat: str, message: str) -> int | None:
    """Return the alert whose question stands as this message in this chat, sent by one of these destinations."""
    query = (
        select(DeliveryRow.alert_id)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DestinationRow.name.in_(destinations), DeliveryRow.type == QUESTION)
        .where(DeliveryRow.remote_channel == chat, DeliveryRow.remote_id == message)
    )
    return session.scalars(query.limit(1)).first()
