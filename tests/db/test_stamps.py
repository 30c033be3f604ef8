"""A stamp changes with whatever an event tells, and with nothing else; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db import Database, Session
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, relate_events, save_event, start_event
from db.facts import EventChange, EventFacts, Kind, Mention, Modality, Polarity, Status
from db.queries import EventFilter, events_after, get_events, place_of, stamps_after

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11))
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
EVERY = EventFilter()


def claim(session: Session, number: int) -> Claim:
    url = f"https://outlet.example/{number}"
    stored = store_article(session, NewArticle(url=url, url_key=url, text=f"Text {number}.", published_at=NOON), NOON)
    return Claim(stored.id, url, None, None, "en", NOON, MENTION)


def make(session: Session, number: int, facts: EventFacts = FACTS) -> int:
    told = claim(session, number)
    event = start_event(session, facts, told, NOON)
    add_mention(session, NewMention(told, 1, event, {}), NOON)
    change = EventChange("new", is_material=True)
    save_event(session, EventUpdate(event, facts, change, told.article, NOON, True), NOON)
    return event


def attach_in_silence(session: Session, event: int) -> None:
    add_mention(session, NewMention(claim(session, 7), 1, event, {}), LATER)


def fold_anew(session: Session, event: int) -> None:
    facts = replace(FACTS, status=Status.CONFIRMED)
    change = EventChange("status", is_material=True)
    save_event(session, EventUpdate(event, facts, change, None, LATER, True), LATER)


def relate(session: Session, event: int) -> None:
    relate_events(session, event, event + 1, "steps of one deal")


@pytest.mark.parametrize("change", [attach_in_silence, fold_anew, relate])
def test_whatever_an_event_tells_changes_its_stamp(database: Database, change: Callable[[Session, int], None]) -> None:
    with database.begin() as session:
        first, second = make(session, 1), make(session, 2)
    with database.read() as session:
        before = {stamp.id: stamp for stamp in stamps_after(session, EVERY, None, None)}
        assert {stamp.id: stamp for stamp in stamps_after(session, EVERY, None, None)} == before
    with database.begin() as session:
        change(session, first)
    with database.read() as session:
        after = {stamp.id: stamp for stamp in stamps_after(session, EVERY, None, None)}
    assert before[first] != after[first]
    assert (before[second] == after[second]) is (change is not relate)


def test_stamps_stand_where_their_events_do(database: Database) -> None:
    with database.begin() as session:
        made = [make(session, day, replace(FACTS, event_date=date(2025, 9, day))) for day in (3, 1, 2)]
    with database.read() as session:
        views = events_after(session, EVERY, None, 9)
        stamps = stamps_after(session, EVERY, None, None)
        assert [stamp.place for stamp in stamps] == [place_of(view) for view in views]
        assert [stamp.id for stamp in stamps_after(session, EVERY, stamps[0].place, 1)] == [made[2]]
        assert [view.id for view in get_events(session, made[:2])] == made[:2]
        assert get_events(session, []) == []
