"""What was sent of an event, and where: each delivery of its alerts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.delivery_views import DeliveryView
from db.outbox import FINE
from db.text import clean_line
from web.telling import QUOTE_LIMIT


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery. `type`, `state` and `held_by` are codes; `why` is what the receiver said, redacted.

    `at` is when it was sent, else when it was tried last; `next_at` when it is tried again.
    """

    destination: str
    channel: str
    type: str
    state: str
    held_by: str | None
    held_until: datetime | None
    at: datetime | None
    next_at: datetime | None
    tries: int
    why: str


def message_of(view: DeliveryView) -> Message:
    """Return a delivery as the page tells it."""
    failed = [one for one in view.log if one.outcome not in FINE]
    last = view.log[-1] if view.log else None
    why = (last.error if last is not None and failed and last is failed[-1] else None) or view.last_error
    return Message(
        destination=view.destination,
        channel=view.channel,
        type=view.type,
        state=view.state,
        held_by=view.held_by,
        held_until=view.held_until,
        at=view.sent_at or (last.at if last is not None else None),
        next_at=view.next_attempt_at if view.held_by is None else None,
        tries=len(view.log),
        why=clean_line(why or "", QUOTE_LIMIT),
    )
