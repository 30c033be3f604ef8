"""Stored articles read again with better words: mentions and events are rebuilt, numbers stay, nobody is told unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.announcing import mark_announced
from db.articles import NewArticle, claim_read, store_article
from db.facts import Count, CountRole, Mention, Outcome, Person, Status
from db.leases import LeaseRequest
from db.models import MentionRow
from events.rereading import BATCH, LEASE, Reread, reread

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=40)
FREED = "Belarus released {} political prisoners on September {}, Viasna said. Told by {}."
TITLE = "Belarus frees {} political prisoners"
WHEAT = "Farmers around Minsk bring in the wheat."


def counted(value: int, day: int = 11) -> dict[str, Any]:
    return {"counts": (Count(CountRole.RELEASED, value),), "event_date": date(2025, 9, day)}


def freed(value: int, name: str, day: int = 11) -> dict[str, Any]:
    """What an article that tells of a release says; and when it was published."""
    at = NOON + timedelta(days=day - 11)
    return {"title": TITLE.format(value), "text": FREED.format(value, day, name), "at": at}


def read_again(desk: Any, now: datetime = LATER, **known: Any) -> list[Reread]:
    return list(reread(desk.database, owner="reader", now=now, **{"since": None, **known}))


def announce_all(desk: Any) -> None:
    """Take every event out of the queue of what is to be announced."""
    with desk.database.begin() as session:
        for event in desk.events():
            mark_announced(session, event.id, event.revision)


def numbers(desk: Any, event: int) -> list[int | None]:
    return [count.value for count in desk.event(event).facts.counts if count.role is CountRole.RELEASED]


def test_a_figure_that_was_misread_is_put_right_and_the_event_keeps_its_number(desk: Any, release: Mention) -> None:
    article = desk.tell("a", replace(release, **counted(14)), **freed(52, "a"))
    [before] = desk.events()
    announce_all(desk)
    [done] = read_again(desk)
    assert done == Reread(article, TITLE.format(52), "event: release", "event: release", (before.id,))
    [after] = desk.events()
    assert (after.id, numbers(desk, after.id), after.facts.roots) == (before.id, [52], ("Viasna",))
    assert after.revision == before.revision + 1
    assert desk.due() == []


def test_mentions_are_rebuilt_and_those_of_the_earlier_reading_are_kept(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(14)), **freed(52, "a"))
    read_again(desk)
    with desk.database.read() as session:
        rows = session.scalars(select(MentionRow).order_by(MentionRow.id)).all()
        told = [(row.is_current, row.event_id, row.facts["counts"][0]["value"]) for row in rows]
    assert told == [(False, 1, 14), (True, 1, 52)]


def test_reading_again_a_second_time_changes_nothing(desk: Any, release: Mention) -> None:
    for name, day in (("a", 11), ("b", 11), ("c", 30)):
        desk.tell(name, replace(release, **counted(14, day)), **freed(52, name, day))
    read_again(desk)
    before = [(event.id, event.revision, event.facts, event.articles) for event in desk.events()]
    done = read_again(desk, LATER + timedelta(days=1))
    assert [one.events for one in done] == [(), (), ()]
    assert [(event.id, event.revision, event.facts, event.articles) for event in desk.events()] == before


def test_news_that_was_overlooked_makes_an_event_in_silence(desk: Any, release: Mention) -> None:
    desk.tell("a", **freed(52, "a"))
    assert desk.events() == []
    [done] = read_again(desk)
    assert (done.before, done.after) == ("none", "event: release")
    [event] = desk.events()
    assert (event.id, event.is_baseline, desk.due()) == (done.events[0], True, [])


def test_what_was_wrongly_taken_for_news_is_taken_back_in_silence(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(52)), title="Wheat", text=WHEAT)
    announce_all(desk)
    [done] = read_again(desk)
    assert (done.before, done.after, done.events) == ("event: release", "none", (1,))
    assert (desk.event(1).facts.status, desk.due()) == (Status.RETRACTED, [])


def test_events_that_were_kept_apart_by_misreading_become_the_older_one(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(52)), **freed(52, "a"))
    desk.tell("b", replace(release, **counted(52, 29)), **freed(52, "b"))
    announce_all(desk)
    assert len(desk.events()) == 2
    read_again(desk)
    [event] = desk.events()
    assert (event.id, len(event.articles)) == (1, 2)
    assert (desk.event(2).facts.status, desk.event(2).facts.same_as) == (Status.SUPERSEDED, 1)
    assert desk.due() == []


def test_an_event_that_was_two_comes_apart_and_keeps_its_number_for_most(desk: Any, release: Mention) -> None:
    desk.tell("c", replace(release, **counted(52)), **freed(30, "c", 30))
    for name in "ab":
        desk.tell(name, replace(release, **counted(52)), **freed(52, name))
    assert len(desk.events()) == 1
    announce_all(desk)
    read_again(desk)
    assert desk.groups() == {frozenset("ab"), frozenset("c")}
    assert numbers(desk, 1) == [52]
    assert desk.due() == []


def test_changes_are_announced_where_that_is_asked_for(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(14)), **freed(52, "a"))
    desk.tell("b", **freed(30, "b", 30))
    announce_all(desk)
    read_again(desk, may_alert=True)
    assert sorted(desk.due()) == sorted(event.id for event in desk.events())
    assert len(desk.due()) == 2


def test_a_silent_article_stays_silent_even_then(desk: Any) -> None:
    desk.tell("a", **freed(52, "a"), alerting="silent")
    read_again(desk, may_alert=True)
    assert (len(desk.events()), desk.due()) == (1, [])


def test_what_waits_to_be_announced_goes_on_waiting(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(14)), **freed(52, "a"))
    assert desk.due() == [1]
    read_again(desk)
    assert desk.due() == [1]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, {"a", "b", "c", "undated"}),
        (NOON - timedelta(days=1), {"a", "b", "c", "undated"}),
        (NOON, {"a", "b", "c", "undated"}),
        (NOON + timedelta(seconds=1), {"b", "c", "undated"}),
        (NOON + timedelta(days=5), {"c", "undated"}),  # without a date: when it was first seen
        (NOON + timedelta(days=21), set()),
    ],
)
def test_only_what_was_published_since_is_read_again(desk: Any, since: datetime | None, expected: set[str]) -> None:
    names = {
        desk.tell("a", at=NOON): "a",
        desk.tell("b", at=NOON + timedelta(days=2)): "b",
        desk.tell("c", at=NOON + timedelta(days=5)): "c",
        desk.tell("undated", at=None, now=NOON + timedelta(days=20)): "undated",
    }
    assert {names[one.article] for one in read_again(desk, since=since)} == expected


def test_every_article_is_read_again_once_the_oldest_stored_first(desk: Any) -> None:
    stored = [desk.tell(f"outlet-{number}") for number in range(BATCH + 3)]
    assert [one.article for one in read_again(desk)] == stored


def test_an_article_that_nobody_has_read_yet_waits_for_its_first_reading(desk: Any) -> None:
    with desk.database.begin() as session:
        store_article(session, NewArticle("urn:new", "urn:new", FREED.format(52, 11, "new")), NOON)
    assert read_again(desk) == []
    assert desk.events() == []


def test_an_article_that_another_reads_stays_as_it_is(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **counted(14)), **freed(52, "a"))
    desk.tell("b", replace(release, **counted(14)), **freed(52, "b"))
    with desk.database.begin() as session:
        [busy] = claim_read(session, LeaseRequest("another", LATER, LATER + LEASE, 1), None, 0)
    done = read_again(desk)
    assert [one.article for one in done] == [2]
    assert busy.id == 1
    assert [one.article for one in read_again(desk, LATER + LEASE + timedelta(seconds=1))] == [1, 2]


def test_follow_ups_are_attached_anew(desk: Any, release: Mention) -> None:
    people = (Person("Ihar Losik", Outcome.FREED),)
    desk.tell(
        "a",
        replace(release, **counted(52), people=people),
        at=NOON,
        title="Belarus frees Ihar Losik",
        text="Belarus released Ihar Losik and 51 other political prisoners on September 11, Viasna said.",
    )
    interview = desk.tell(
        "interview",
        at=NOON + timedelta(days=6),
        title="Interview: Ihar Losik on life after a Belarusian prison",
        text="Ihar Losik, a political prisoner released last week, spoke in an interview about Belarus and his years in jail.",
    )
    assert desk.article(interview).events == ()
    read_again(desk)
    assert desk.article(interview).events == (1,)
    assert [one.role for one in desk.event(1).articles] == ["first", "follow-up"]


def test_every_article_has_one_current_reading_afterwards(desk: Any, release: Mention) -> None:
    for name in "abc":
        desk.tell(name, replace(release, **counted(14)), **freed(52, name))
    for days in range(3):
        read_again(desk, LATER + timedelta(days=days))
    with desk.database.read() as session:
        current = select(MentionRow.article_id).where(MentionRow.is_current).order_by(MentionRow.id)
        assert session.scalars(current).all() == [1, 2, 3]


def test_an_article_that_another_has_taken_over_stays_as_it_is(desk: Any, release: Mention) -> None:
    for name in "ab":
        desk.tell(name, replace(release, **counted(14)), **freed(52, name))
    again = reread(desk.database, owner="reader", now=LATER, since=None)
    first = next(again)  # both are claimed by now
    after = LATER + LEASE + timedelta(seconds=1)
    with desk.database.begin() as session:
        [taken] = claim_read(session, LeaseRequest("another", after, after + LEASE, BATCH), None, first.article)
    assert list(again) == []
    with desk.database.read() as session:
        rows = session.scalars(select(MentionRow).where(MentionRow.article_id == taken.id)).all()
        assert [(row.is_current, row.facts["counts"][0]["value"]) for row in rows] == [(True, 14)]
