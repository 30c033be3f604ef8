"""What has turned since a place, and what each event's last revision changed, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from db import Database, Session
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import EventUpdate, save_event, start_event
from db.facts import EventChange, EventFacts, FieldChange, Kind, Mention, Modality, Polarity, Status
from db.newest import Turned, last_changes, newest_place, turned_after

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11))
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
CONFIRMED = EventChange("status", (FieldChange("status", "reported", "confirmed"),), is_material=True)


def make(session: Session) -> int:
    url = f"https://outlet.example/{newest_place(session)}"
    stored = store_article(session, NewArticle(url, url, f"Text of {url}."), NOON)
    event = start_event(session, FACTS, Claim(stored.id, url, None, None, "en", NOON, MENTION, "first"), NOON)
    save_event(session, EventUpdate(event, FACTS, EventChange("new event"), stored.id, NOON, may_alert=True), NOON)
    return event


def confirm(session: Session, event: int) -> None:
    facts = replace(FACTS, status=Status.CONFIRMED)
    save_event(session, EventUpdate(event, facts, CONFIRMED, None, NOON, may_alert=True), NOON)


def test_nothing_has_turned_where_there_is_no_event(database: Database) -> None:
    with database.read() as session:
        assert (newest_place(session), turned_after(session, 0, 10), last_changes(session, [])) == (0, [], {})


def test_each_event_that_turned_is_told_once_by_its_newest_revision_in_order(database: Database) -> None:
    with database.begin() as session:
        first, second, third = make(session), make(session), make(session)
        confirm(session, first)
        places = [one.place for one in turned_after(session, 0, 10)]
        assert places == sorted(places)
        assert [(one.event, one.revision) for one in turned_after(session, 0, 10)] == [
            (second, 1),
            (third, 1),
            (first, 2),
        ]
        assert [one.event for one in turned_after(session, places[0], 10)] == [third, first]
        assert [one.event for one in turned_after(session, 0, 2)] == [third, first]
        assert turned_after(session, newest_place(session), 10) == []
        assert turned_after(session, 0, 10)[-1] == Turned(newest_place(session), first, 2)


def test_the_last_change_of_an_event_is_that_of_its_newest_revision(database: Database) -> None:
    with database.begin() as session:
        first, second = make(session), make(session)
        confirm(session, first)
        changes = last_changes(session, [first, second, 99])
    assert {event: (one.revision, one.change.reason) for event, one in changes.items()} == {
        first: (2, "status"),
        second: (1, "new event"),
    }
    assert changes[first].change == CONFIRMED
