"""What became of an event at each destination, and why a message came late: in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

from alerts.why_silent import in_words as silence_in_words
from cli.answers import in_words
from cli.views import local
from db import Session
from db.deliveries import AttemptRecord
from db.delivery_views import DeliveryView
from db.outbox import FINE, AlertView, DestinationView, list_destinations, troubles_between

ON_TIME = timedelta(seconds=5)
ENDS = {"superseded": "called off", "cancelled": "dropped", "dead": "given up"}
ASKED = {
    "approval": "held until it is approved",
    "uncertain": "held, because it may have arrived: say so by volya alerts sent, or send it again by volya alerts retry",
    "earlier": "held, because an earlier message of the event may have arrived: see volya alerts list --state uncertain",
}
HELD_FOR_A_TIME = {"silence": "silence", "quiet": "quiet hours"}
WAITS = {"pending": "waits", "uncertain": "waits, and may have arrived", "sending": "is being sent"}


def destination_lines(
    session: Session,
    alerts: Sequence[AlertView],
    now: datetime,
    silence: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Iterator[str]:
    """Say of each destination what it was sent about an event whose alerts are given, when, and why so late.

    `silence` holds by destination why it was not told, or not of the newest; those not stored yet come last.
    """
    places = list_destinations(session)
    for place in places:
        told = [_told(session, place, alert, one, now) for alert in alerts for one in _at(place, alert)]
        yield from _lines(place.name, told, silence.get(place.name, ()))
    stored = {place.name for place in places}
    for name in silence:
        if name not in stored:
            yield from _lines(name, [], silence[name])


def _lines(name: str, told: Sequence[str], reasons: Sequence[str]) -> Iterator[str]:
    why = silence_in_words(reasons)
    if why:
        silence = [f"nothing {'newer ' if told else ''}was sent: {why[0]}", *why[1:]]
    else:
        silence = [] if told else ["nothing was sent: the settings have no such destination"]
    first, *others = [*told, *silence]
    yield f"  {name}: {first}"
    yield from (f"  {' ' * len(name)}  {line}" for line in others)


def _at(place: DestinationView, alert: AlertView) -> list[DeliveryView]:
    return [one for one in alert.deliveries if one.destination == place.name]


def _told(session: Session, place: DestinationView, alert: AlertView, view: DeliveryView, now: datetime) -> str:
    until = view.log[0].at if view.log else now
    is_over = view.state in ENDS and not view.log
    before = [] if is_over else troubles_between(session, view.destination, alert.created_at, until)
    mine = {(one.at, one.error) for one in view.log}
    return delivery_in_words(view, alert.created_at, [one for one in before if (one.at, one.error) not in mine], place)


def delivery_in_words(
    view: DeliveryView, decided_at: datetime, before: Sequence[AttemptRecord], place: DestinationView
) -> str:
    """Return what became of a delivery: when it was sent or why not, what it waited for, what its tries came to.

    `before` is what went wrong at its destination while it stood behind other messages.
    """
    parts = [_outcome(view, decided_at, place)]
    waited = view.log[0].at - decided_at if view.log else None
    if before and (waited is None or waited >= ON_TIME):
        since = f"for {span(waited)} " if waited is not None else ""
        parts.append(f"it stood {since}behind trouble with other messages: {tries_in_words(before)}")
    elif waited is not None and waited >= ON_TIME:
        parts.append(f"it waited {span(waited)} for more sources or for its turn")
    failed = [one for one in view.log if one.outcome not in FINE]
    if failed:
        parts.append(f"{tries_in_words(failed)}")
    return f"{view.type} {'; '.join(parts)}"


def _outcome(view: DeliveryView, decided_at: datetime, place: DestinationView) -> str:
    if view.state == "sent" and view.sent_at is not None:
        late = view.sent_at - decided_at
        after = f", {span(late)} after it was decided" if late >= ON_TIME else ", on time"
        return f"sent {local(view.sent_at)}{after}"
    if view.held_by is not None:
        return _held(view, view.held_by, place)
    if view.state in ENDS:
        default = "newer news took its place" if view.state == "superseded" else None
        why = view.last_error or default
        return ENDS[view.state] + (f": {why}" if why else "")
    again = f", next try {local(view.next_attempt_at)}" if view.next_attempt_at else ""
    return WAITS.get(view.state, view.state) + again


def _held(view: DeliveryView, held_by: str, place: DestinationView) -> str:
    if held_by in ASKED:
        return ASKED[held_by]
    if held_by in HELD_FOR_A_TIME:
        return f"held: {HELD_FOR_A_TIME[held_by]} until {local(view.held_until)}"
    return f"held, because the destination is {place.state}" + (f": {place.reason}" if place.reason else "")


def tries_in_words(tries: Sequence[AttemptRecord]) -> str:
    """Return what tries came to, those that ended alike in one: "8 tries from … to …: it is ill (http 500)"."""
    return "; ".join(_alike(list(group)) for _, group in groupby(tries, key=lambda one: (one.outcome, one.error)))


def _alike(tries: list[AttemptRecord]) -> str:
    said = in_words(tries[0].outcome, tries[0].error)
    if len(tries) == 1:
        return f"a try at {local(tries[0].at)}: {said}"
    return f"{len(tries)} tries from {local(tries[0].at)} to {local(tries[-1].at)}: {said}"


def span(time: timedelta) -> str:
    """Return a time in the unit that people would use."""
    seconds = max(round(time.total_seconds()), 0)
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
