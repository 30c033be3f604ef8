"""What a person does with deliveries that did not go out: try them again, or drop them (D-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from db.models import DeliveryRow, DestinationRow

RETRIED = ("dead", "cancelled")
DROPPED = ("pending", "uncertain", "dead")


def retry_deliveries(session: Session, alert_id: int, destination: str | None, now: datetime) -> tuple[str, ...]:
    """Put the dead and dropped deliveries of an alert back into the queue, with the same key (D-3).

    Return their destinations. Those that newer news of the event has overtaken stay: it told the whole state (P5).
    One that may have been accepted goes on as uncertain, so that it is marked as a possible repeat.
    """
    chosen = _chosen(session, alert_id, destination, RETRIED, ~_is_overtaken())
    for row, _ in chosen:
        row.state = "pending" if row.sent_revision is None else "uncertain"
        row.attempts, row.first_at, row.last_error_code = 0, None, None  # D-11 counts the age from here
        row.next_attempt_at, row.is_urgent = now, True  # a person wants it now: quiet hours do not hold it
    session.flush()
    return tuple(name for _, name in chosen)


def drop_deliveries(session: Session, alert_id: int, destination: str | None) -> tuple[str, ...]:
    """Take an alert's deliveries out of the queue for good; return their destinations.

    What is in flight or was sent cannot be dropped. Where the first message of an event is dropped, what follows of
    it is not sent there either.
    """
    chosen = _chosen(session, alert_id, destination, DROPPED)
    for row, _ in chosen:
        row.state, row.body, row.last_error_code = "cancelled", None, "dropped by hand"
    session.flush()
    return tuple(name for _, name in chosen)


def _chosen(
    session: Session, alert_id: int, destination: str | None, states: Sequence[str], *more: ColumnElement[bool]
) -> list[tuple[DeliveryRow, str]]:
    query = (
        select(DeliveryRow, DestinationRow.name)
        .join(DestinationRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DeliveryRow.alert_id == alert_id, DeliveryRow.state.in_(states), *more)
        .order_by(DeliveryRow.id)
    )
    if destination is not None:
        query = query.where(DestinationRow.name == destination)
    return [(row, name) for row, name in session.execute(query)]


def _is_overtaken() -> ColumnElement[bool]:
    newer = aliased(DeliveryRow)
    return exists().where(
        newer.destination_id == DeliveryRow.destination_id,
        newer.event_id == DeliveryRow.event_id,
        newer.id > DeliveryRow.id,
        newer.revision > DeliveryRow.revision,
        newer.state.in_(("sent", "sending")),
    )
