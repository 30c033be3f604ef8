"""A person's word on events: a verdict, a merge, a split. It is stored, and every event touched is folded with it.

A word is a claim like others but stronger. It survives re-reading, because it stands in rows of its own: verdicts and
acts as marks, the places of articles as pins. What was sent of an event is edited or withdrawn; of an event that nobody
was told of, nothing is sent because of a word on it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from db import Database, Session
from db.claims import KnownEvent, Report, known_events, reports_of
from db.events import pin, relate_events, start_event
from db.facts import Mark
from db.marks import MERGE, SPLIT, Said, add_word
from events.errors import EventError
from events.merge import fold
from events.placing import Occasion, refold, regather


def mark_event(database: Database, event_id: int, mark: Mark) -> bool:
    """Store a verdict on an event; True if it changed what is known of it. Raises EventError for none such."""
    with database.begin(lock="events") as session:
        known = _known(session, event_id)
        add_word(session, event_id, Said(mark.verdict.value, mark.by, mark.note, mark.at))
        return bool(refold(session, [event_id], known, _occasion(known, mark.at)))


def merge_events(database: Database, one: int, other: int, said: Said) -> int:
    """Make two events one, for good; return the one that stays: the one people were told of, else the older.

    Raises EventError where one is not there, is the other, or has nothing that tells of it any more.
    """
    if one == other:
        raise EventError(one, "it cannot be merged with itself")
    with database.begin(lock="events") as session:
        known = _known(session, one, other)
        reports = {event: _reports(session, event) for event in (one, other)}
        stays = min(known.values(), key=lambda event: (not event.is_told, event.id)).id
        for report in (*reports[one], *reports[other]):
            pin(session, report.article, stays, said.at)
        details = {"events": sorted((one, other))}
        add_word(session, stays, Said(MERGE, said.by, said.note, said.at, details))
        regather(session, {one, other}, _occasion(known, said.at))
    return stays


def split_event(database: Database, event_id: int, articles: Collection[int], said: Said) -> int:
    """Take articles, with their copies, out of an event into one of their own, for good; return the new event.

    Raises EventError for no such event, for an article that is not in it, and where nothing would be left.
    """
    with database.begin(lock="events") as session:
        known = _known(session, event_id)
        reports = _reports(session, event_id)
        taken = _taken(event_id, reports, articles)
        new = start_event(session, fold([c for one in taken for c in one.claims]), taken[0].first, said.at)
        for report in reports:
            pin(session, report.article, new if report in taken else event_id, said.at)
        details = {"from": event_id, "articles": sorted(articles)}
        add_word(session, new, Said(SPLIT, said.by, said.note, said.at, details))
        relate_events(session, event_id, new, "split from it by a person")
        regather(session, {event_id, new}, _occasion(known, said.at))
    return new


def _taken(event_id: int, reports: list[Report], articles: Collection[int]) -> list[Report]:
    missing = sorted(set(articles) - {report.article for report in reports})
    if missing:
        raise EventError(event_id, f"article {missing[0]} does not report it; see volya events show {event_id}")
    taken = [report for report in reports if report.article in articles or report.copy_of in articles]
    if len(taken) == len(reports):
        raise EventError(event_id, "nothing would be left of it; name fewer articles")
    return taken


def _known(session: Session, *events: int) -> dict[int, KnownEvent]:
    known = known_events(session, events)
    for event in events:
        if event not in known:
            raise EventError(event, "there is none; see volya events list")
        if known[event].facts.same_as is not None:
            raise EventError(event, f"it is part of event {known[event].facts.same_as}; name that one")
    return known


def _reports(session: Session, event_id: int) -> list[Report]:
    reports = reports_of(session, [event_id])
    if not reports:
        raise EventError(event_id, "no article tells of it any more")
    return reports


def _occasion(known: dict[int, KnownEvent], now: datetime) -> Occasion:
    return Occasion(None, now, may_alert=any(event.is_alerting for event in known.values()))
