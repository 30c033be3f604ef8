"""Why destinations were not told of an event, for `volya explain`: from what is stored and the present settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.destinations import Destination
from alerts.people import Watch
from alerts.policy import Rules
from alerts.why_silent import NOBODY_TO_TELL, WOULD, Case, reasons_for_silence
from db import Session
from db.course import course_of
from db.delivery_views import DeliveryView
from db.outbox import AlertView
from db.people import list_watches
from db.views import EventView
from events.names import person_key

Reasons = Mapping[str, tuple[str, ...]]  # by the name of a destination


def silence_about(
    session: Session, view: EventView, alerts: Sequence[AlertView], places: Sequence[Destination]
) -> Reasons:
    """Return why destinations were not told of an event, or not of its newest state; who was told is left out."""
    course = course_of(session, view.id)
    if course is None:
        return {}
    case, watch = Case(view, course), Watch(tuple(list_watches(session)), person_key)
    found = {one.name: reasons_for_silence(one, case, _heard(one.name, view, alerts), Rules(), watch) for one in places}
    return {name: reasons for name, reasons in found.items() if reasons}


def _heard(name: str, view: EventView, alerts: Sequence[AlertView]) -> int | None:
    """Return the newest revision that a destination was sent or will be; None where it was told nothing."""
    here = [(alert, one) for alert in alerts for one in alert.deliveries if one.destination == name]
    first = next((one for _, one in here if one.type == "created"), None)
    if first is None or first.state == "superseded":
        return None
    if first.state != "sent":  # it tells the newest state when it goes out; of one that never will, its line says why
        return view.revision
    return max(_revision(alert, one) for alert, one in here)


def _revision(alert: AlertView, delivery: DeliveryView) -> int:
    if delivery.sent_revision is not None:
        return delivery.sent_revision
    return 0 if delivery.state == "superseded" else alert.revision or 0


def silence_json(event: int | None, reasons: Reasons, places: Sequence[Destination]) -> list[dict[str, Any]]:
    """Return `silent_because` of `volya explain --json`; where nobody could be told, `destination` is null."""
    if not places:
        return [{"event": event, "destination": None, "reasons": [NOBODY_TO_TELL]}]
    return [{"event": event, "destination": name, "reasons": list(told)} for name, told in reasons.items()]


def lacking_json(clause: str, places: Sequence[Destination]) -> list[dict[str, Any]]:
    """Return `silent_because` of an article that is no news, given what it lacks."""
    return silence_json(None, {one.name: (WOULD + clause,) for one in places}, places)
