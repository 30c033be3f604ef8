"""Deliveries as people see them: one, or those that fit a filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.delivery_views import DeliveryView, delivery_views, is_in_state, placed_deliveries
from db.models import DeliveryRow, DestinationRow
from db.silences import Holds


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries; None asks for nothing. `state` may be "held": by anything. `destination` is a name."""

    state: str | None = None
    destination: str | None = None
    event: int | None = None


def deliveries_after(
    session: Session, wanted: DeliveryFilter, after: int | None, limit: int, holds: Holds | None = None
) -> list[DeliveryView]:
    """Return at most `limit` of the deliveries that fit, the newest first: those after this number in the list.

    Without `holds` nothing is said of silences and quiet hours.
    """
    query = placed_deliveries().where(*_conditions(wanted, holds))
    if after is not None:
        query = query.where(DeliveryRow.id < after)
    return delivery_views(session, session.execute(query.order_by(DeliveryRow.id.desc()).limit(limit)).all(), holds)


def get_delivery(session: Session, delivery_id: int, holds: Holds | None = None) -> DeliveryView | None:
    """Return one delivery, or None."""
    placed = session.execute(placed_deliveries().where(DeliveryRow.id == delivery_id)).all()
    return next(iter(delivery_views(session, placed, holds)), None)


def _conditions(wanted: DeliveryFilter, holds: Holds | None) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield is_in_state(wanted.state, holds)
    if wanted.destination is not None:
        named = select(DestinationRow.id).where(DestinationRow.name == wanted.destination)
        yield DeliveryRow.destination_id == named.scalar_subquery()
    if wanted.event is not None:
        yield DeliveryRow.event_id == wanted.event
