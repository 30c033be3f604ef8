"""Which events come into question: for a report, for an event as a whole, for a text that follows something up.

Only asked here; `placing` acts on the answer, `considering` explains it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from db import Session
from db.claims import Claim, Report, find_dated, find_keyed, find_pinned, keys_in, known_events, reports_of
from db.events import last_day
from db.facts import EventFacts, Kind
from events.match import WINDOW, Release
from events.traits import Span, Traits, keys_of, people_keys, span_of, traits_of, undated, without_date

DAY = timedelta(days=1)


def around(session: Session, report: Report) -> set[int]:
    """Return the events that a report may belong to, or that hold reports which may now belong elsewhere."""
    pinned = {report.pin} if report.pin is not None else set()
    return near(session, traits_of(report.claims), span_of(report.first.mention), pinned)


def near(session: Session, traits: Traits, day: Span | None, found: Collection[int] = ()) -> set[int]:
    """Return the events of a kind that traits and their day lead to, and what those in turn do; `found` are known.

    They are near the day; where no day leads there (there is none, or theirs have none, or a report comes weeks late),
    they share a fact.
    """
    kind, events = traits.kind, set(found)
    if day is None:
        events |= set(find_keyed(session, kind, keys_of(traits)))
    else:
        events |= set(find_dated(session, kind, day.first - WINDOW, day.last + WINDOW))
        events |= set(find_pinned(session, kind, day.first - WINDOW, day.last + WINDOW))
        events |= set(find_keyed(session, kind, people_keys({person.key for person in traits.freed})))
    known = keys_of(traits) | keys_in(session, events)
    since = day.first - DAY if day else None  # a text that was there before it tells of something else
    events |= set(find_keyed(session, kind, undated(known), since))
    return events | set(find_keyed(session, kind, without_date(keys_in(session, events))))


def releases_for(session: Session, claim: Claim, keys: Collection[str]) -> list[Release]:
    """Return the releases that a related text may follow up: they share a fact with it, or it recalls their day."""
    events = set(find_keyed(session, Kind.RELEASE, keys))
    if (day := claim.mention.event_date) is not None:
        events |= set(find_dated(session, Kind.RELEASE, day, day))
    claims: dict[int, list[Claim]] = {}
    for report in reports_of(session, events):
        claims.setdefault(report.event or 0, []).extend(report.claims)
    known = known_events(session, claims).values()
    return [Release(event.id, traits_of(claims[event.id]), _day(event.facts)) for event in known]


def _day(facts: EventFacts) -> Span | None:
    return Span(facts.event_date, last_day(facts.event_date, facts.date_precision)) if facts.event_date else None
