"""From what is asked to what the database is asked."""

from __future__ import annotations

from db import Session
from db.queries import EventFilter, named_in_events
from events.names import person_key
from events.persons import keys_meant
from web.api.parameters import EventsWanted


def wanted_events(session: Session, asked: EventsWanted) -> EventFilter:
    """Return the filter of events that was asked for; who is named in them is looked up here, in any spelling."""
    return EventFilter(
        kind=asked.kind,
        status=asked.status,
        polarity=asked.polarity,
        since=asked.since,
        until=asked.until,
        nationality=asked.nationality,
        released=asked.min_released,
        among=_naming(session, asked.person) if asked.person is not None else None,
    )


def _naming(session: Session, person: str) -> frozenset[int]:
    named = [(number, person_key(name)) for number, name in named_in_events(session)]
    meant = keys_meant(person, {key for _, key in named})
    return frozenset(number for number, key in named if key in meant)
