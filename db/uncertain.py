"""Messages that may have been accepted where a person decides whether they are sent again (D-12, `on_uncertain = "hold"`).

Such a delivery is `uncertain` and not approved. The permission to send is spent when the bytes leave and given back with
the answer: whatever ends in between, a timeout or the process, leaves the delivery held.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session, aliased

from db.models import DeliveryRow

MAYBE_ARRIVED = "uncertain"  # held by the question whether it arrived
BEHIND = "earlier"  # held by that question about an earlier message of the event (P5)


def spend_approval(session: Session, delivery_id: int) -> None:
    """Let a delivery that is about to be sent go out once only; `finish_attempt` gives the permission back."""
    session.get_one(DeliveryRow, delivery_id).is_approved = False
    session.flush()


def awaits_word() -> ColumnElement[bool]:
    """Return which deliveries wait for a person's word whether they arrived; for a query on deliveries."""
    return and_(DeliveryRow.state == "uncertain", DeliveryRow.is_approved.is_(False))


@cache
def stands_behind() -> ColumnElement[bool]:
    """Return which deliveries wait for such a word about an earlier message of their event there, or about its digest."""
    older, asked = aliased(DeliveryRow), aliased(DeliveryRow)
    is_asked = and_(asked.state == "uncertain", asked.is_approved.is_(False))
    tells_of_it = and_(
        older.destination_id == DeliveryRow.destination_id,
        older.event_id == DeliveryRow.event_id,
        older.id < DeliveryRow.id,
        older.state == "uncertain",
    )
    earlier = exists().where(is_asked, tells_of_it, or_(asked.id == older.id, asked.id == older.digest_id))
    return or_(earlier, exists().where(is_asked, asked.id == DeliveryRow.digest_id, DeliveryRow.state == "uncertain"))
