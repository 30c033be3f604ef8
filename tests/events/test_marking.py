"""A person's word on events, over a real database: verdicts, merges and splits, and that they outlast what comes after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alerts import Destination, Rules, announce_due
from db import Database
from db.announcing import sync_destinations
from db.facts import Count, CountRole, Kind, Mark, Mention, Outcome, Person, Status, Verdict
from db.marks import MERGE, SPLIT, Said
from db.models import DeliveryRow
from events import mark_event, merge_events, split_event
from events.errors import EventError
from events.rereading import reread

R = CountRole.RELEASED
NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=25)
FALSE = Mark(Verdict.FALSE, "anna", "the outlet took it back", LATER)
CONFIRMED = Mark(Verdict.CONFIRMED, "anna", "seen at the border", LATER)
ONE_BUS = Said(MERGE, "anna", "one bus", LATER)
ANOTHER_DECREE = Said(SPLIT, "anna", "another decree", LATER)
CHAT = Destination("chat", "telegram")
UNKNOWN = 99
FREED = "Belarus released {} political prisoners on {}, Viasna said."
LONG = "The bus waited at the border for an hour while families sang and held up portraits of those inside. " * 8


def released(value: int, month: int = 9, day: int = 11) -> dict[str, Any]:
    return {"counts": (Count(R, value),), "event_date": date(2025, month, day)}


@pytest.fixture
def waves(desk: Any, release: Mention) -> Any:
    """Two events of two articles each: 52 on 11 September (1), 30 on 30 September (2). Their texts say so, too."""
    for name, value, day in (("a", 52, 11), ("b", 52, 11), ("c", 30, 30), ("d", 30, 30)):
        text = FREED.format(value, f"September {day}") + f" Told by {name}."
        desk.tell(name, replace(release, **released(value, 9, day)), at=NOON + timedelta(days=day - 11), text=text)
    assert desk.groups() == {frozenset("ab"), frozenset("cd")}
    return desk


def tell_people(database: Database, now: datetime = NOON) -> None:
    """Queue an alert on everything that waits, and count it as sent."""
    with database.begin() as session:
        sync_destinations(session, {CHAT.name: CHAT.channel}, now)
    announce_due(database, (CHAT,), Rules(max_age=timedelta(days=365)), now)
    with database.begin() as session:
        session.execute(update(DeliveryRow).values(state="sent", sent_revision=DeliveryRow.revision))


def told(database: Database) -> list[tuple[int, str]]:
    """Return what people were told: (event, type), in order."""
    with database.read() as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))
        return [(row.event_id, row.type) for row in rows]


def reread_all(desk: Any) -> None:
    for _ in reread(desk.database, owner="reader", now=LATER + timedelta(hours=1), since=None):
        pass


# Verdicts


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.CONFIRMED, Status.CONFIRMED),
        (Verdict.FALSE, Status.RETRACTED),
        (Verdict.NOT_NEWS, Status.RETRACTED),
    ],
)
def test_a_verdict_settles_the_status_and_is_kept_with_who_gave_it(
    waves: Any, verdict: Verdict, status: Status
) -> None:
    mark = Mark(verdict, "anna", "why", LATER)
    assert mark_event(waves.database, 1, mark) is True
    facts = waves.event(1).facts
    assert (facts.status, facts.mark) == (status, mark)
    assert waves.event(2).facts.mark is None
    assert mark_event(waves.database, 1, mark) is False


def test_the_last_verdict_counts(waves: Any) -> None:
    mark_event(waves.database, 1, FALSE)
    mark_event(waves.database, 1, replace(CONFIRMED, at=LATER + timedelta(minutes=1)))
    assert waves.event(1).facts.status is Status.CONFIRMED


@pytest.mark.parametrize(("mark", "status"), [(FALSE, Status.RETRACTED), (CONFIRMED, Status.CONFIRMED)])
def test_a_verdict_survives_new_articles_and_rereading(
    waves: Any, release: Mention, mark: Mark, status: Status
) -> None:
    mark_event(waves.database, 1, mark)
    waves.tell("news", replace(release, **released(54)), at=NOON + timedelta(hours=5), now=LATER)
    assert len(waves.event(1).articles) == 3
    assert (waves.event(1).facts.status, waves.event(1).facts.mark) == (status, mark)
    reread_all(waves)
    assert (waves.event(1).facts.status, waves.event(1).facts.mark) == (status, mark)


def test_what_was_sent_is_withdrawn_by_a_verdict_and_what_was_not_stays_unsaid(waves: Any) -> None:
    tell_people(waves.database)
    mark_event(waves.database, 1, FALSE)
    assert waves.due() == [1]
    tell_people(waves.database)
    assert told(waves.database) == [(1, "created"), (2, "created"), (1, "withdrawn")]


def test_a_verdict_on_what_nobody_was_told_of_sends_nothing(desk: Any, release: Mention) -> None:
    desk.tell("old", replace(release, **released(52)), alerting="silent")
    mark_event(desk.database, 1, CONFIRMED)
    assert desk.due() == []


def test_news_on_an_event_that_is_false_is_told_to_nobody(waves: Any, release: Mention) -> None:
    tell_people(waves.database)
    mark_event(waves.database, 1, FALSE)
    tell_people(waves.database)
    waves.tell("news", replace(release, **released(54)), at=NOON + timedelta(hours=5), now=LATER)
    assert waves.due() == []


def test_what_was_taken_back_before_anybody_heard_of_it_is_told_once_it_is_confirmed(waves: Any) -> None:
    with waves.database.begin() as session:
        sync_destinations(session, {CHAT.name: CHAT.channel}, NOON)
    for mark in (None, FALSE, replace(CONFIRMED, at=LATER + timedelta(minutes=1))):
        if mark is not None:
            mark_event(waves.database, 1, mark)
        announce_due(waves.database, (CHAT,), Rules(max_age=timedelta(days=365)), NOON)
    with waves.database.read() as session:
        rows = session.scalars(select(DeliveryRow).where(DeliveryRow.event_id == 1)).all()
        assert [(row.type, row.state) for row in rows] == [("created", "pending")]


def test_what_is_split_off_before_it_was_decided_on_waits_to_be_told_too(waves: Any) -> None:
    assert waves.due() == [1, 2]
    assert split_event(waves.database, 1, [2], ANOTHER_DECREE) == 3
    assert waves.due() == [1, 2, 3]


# Merges


def test_two_events_become_the_older_one_for_good(waves: Any) -> None:
    assert merge_events(waves.database, 2, 1, ONE_BUS) == 1
    assert waves.groups() == {frozenset("abcd")}
    gone = waves.event(2)
    assert (gone.facts.status, gone.facts.same_as, gone.articles) == (Status.SUPERSEDED, 1, ())
    assert gone.revision == 2
    assert {match.reasons for n in (1, 2, 3, 4) for match in waves.article(n).matches[:1]} >= {
        ("a person put it here",)
    }


def test_two_events_become_the_one_that_people_were_told_of(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **released(52)), alerting="silent")
    desk.tell("b", replace(release, **released(30, 9, 30)), at=NOON + timedelta(days=19))
    tell_people(desk.database)
    assert merge_events(desk.database, 1, 2, ONE_BUS) == 2
    assert desk.event(1).facts.same_as == 2
    assert [event.id for event in desk.events()] == [2]


def test_where_both_were_told_the_younger_message_says_so_and_nothing_is_sent_anew(waves: Any) -> None:
    tell_people(waves.database)
    merge_events(waves.database, 1, 2, ONE_BUS)
    tell_people(waves.database)
    after = told(waves.database)
    assert after[:2] == [(1, "created"), (2, "created")]
    assert (2, "withdrawn") in after
    assert [event for event, type_ in after if type_ == "created"] == [1, 2]


def test_a_merge_of_what_nobody_was_told_of_sends_nothing(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **released(52)), alerting="silent")
    desk.tell("b", replace(release, **released(30, 9, 30)), at=NOON + timedelta(days=19), alerting="silent")
    merge_events(desk.database, 1, 2, ONE_BUS)
    assert desk.due() == []


def test_a_merge_survives_new_articles_and_rereading(waves: Any, release: Mention) -> None:
    merge_events(waves.database, 1, 2, ONE_BUS)
    text = FREED.format(52, "September 11")
    waves.tell("news", replace(release, **released(52)), at=NOON + timedelta(hours=5), now=LATER, text=text)
    assert waves.groups() == {frozenset({*"abcd", "news"})}
    reread_all(waves)
    assert waves.groups() == {frozenset({*"abcd", "news"})}
    assert waves.event(2).facts.same_as == 1


def test_a_merged_event_can_be_merged_on_and_the_chain_leads_to_the_last(waves: Any, release: Mention) -> None:
    waves.tell("e", replace(release, **released(9, 12, 13)), at=NOON + timedelta(days=93))
    assert merge_events(waves.database, 2, 3, ONE_BUS) == 2
    assert merge_events(waves.database, 2, 1, ONE_BUS) == 1
    assert waves.groups() == {frozenset("abcde")}
    with pytest.raises(EventError, match="part of event"):
        mark_event(waves.database, 3, FALSE)


def test_what_people_said_of_a_merged_event_goes_with_it(waves: Any) -> None:
    mark_event(waves.database, 2, CONFIRMED)
    merge_events(waves.database, 1, 2, ONE_BUS)
    assert waves.event(1).facts.mark == CONFIRMED


def test_follow_ups_of_a_merged_event_go_with_it(desk: Any, release: Mention) -> None:
    desk.tell("a", replace(release, **released(52)))
    people = {"people": (Person("Ihar Losik", Outcome.FREED),)}
    desk.tell("b", replace(release, **{**released(30, 9, 30), **people}), at=NOON + timedelta(days=19))
    related = replace(release, **{**people, "kind": Kind.RELATED, "event_date": None, "date_precision": None})
    follow_up = desk.tell("interview", related, at=NOON + timedelta(days=22))
    merge_events(desk.database, 1, 2, ONE_BUS)
    assert desk.article(follow_up).events == (1,)


# Splits


def test_a_split_keeps_apart_what_would_match(waves: Any, release: Mention) -> None:
    new = split_event(waves.database, 1, [2], ANOTHER_DECREE)
    assert waves.groups() == {frozenset("a"), frozenset("b"), frozenset("cd")}
    assert (waves.event(new).facts.split_from, waves.event(new).related) == (1, (1,))
    waves.tell("news", replace(release, **released(52)), at=NOON + timedelta(hours=5), now=LATER)
    assert sum("news" in group for group in waves.groups()) == 1
    assert not any({"a", "b"} <= group for group in waves.groups())
    reread_all(waves)
    assert not any({"a", "b"} <= group for group in waves.groups())
    assert [one.id for one in waves.event(new).articles if one.url == "https://b.example/1"] == [2]
    assert waves.event(new).facts.split_from == 1


def test_a_copy_goes_with_its_original(desk: Any, release: Mention) -> None:
    told_52 = replace(release, **released(52))
    desk.tell("other", told_52)
    original = desk.tell("wire", told_52, text=LONG)
    copy = desk.tell("reprint", told_52, text=LONG)
    new = split_event(desk.database, 1, [original], ANOTHER_DECREE)
    assert [(one.id, one.role) for one in desk.event(new).articles] == [(original, "first"), (copy, "copy")]
    late = desk.tell("late-reprint", told_52, text=LONG, now=LATER)
    assert desk.article(late).events == (new,)


def test_what_was_told_is_told_as_split_and_what_was_not_is_not(waves: Any) -> None:
    tell_people(waves.database)
    new = split_event(waves.database, 1, [2], ANOTHER_DECREE)
    assert new in waves.due()
    tell_people(waves.database)
    assert told(waves.database)[2:] == [(new, "created")]


def test_a_split_of_what_nobody_was_told_of_sends_nothing(desk: Any, release: Mention) -> None:
    for name in "ab":
        desk.tell(name, replace(release, **released(52)), alerting="silent")
    split_event(desk.database, 1, [2], ANOTHER_DECREE)
    assert desk.due() == []


def test_a_split_can_be_undone_by_a_merge_and_a_merge_by_a_split(waves: Any) -> None:
    new = split_event(waves.database, 1, [2], ANOTHER_DECREE)
    assert merge_events(waves.database, 1, new, replace(ONE_BUS, at=LATER + timedelta(minutes=1))) == 1
    assert waves.groups() == {frozenset("ab"), frozenset("cd")}
    merge_events(waves.database, 1, 2, replace(ONE_BUS, at=LATER + timedelta(minutes=2)))
    again = split_event(waves.database, 1, [3, 4], replace(ANOTHER_DECREE, at=LATER + timedelta(minutes=3)))
    assert waves.groups() == {frozenset("ab"), frozenset("cd")}
    assert waves.event(again).facts.event_date == date(2025, 9, 30)


# What cannot be done


def nothing_tells(waves: Any) -> None:
    """Let event 2 be told by nobody any more."""
    for name in "cd":
        waves.tell(name, now=LATER)


REFUSED: dict[str, tuple[Callable[[Any], object], int, str]] = {
    "a verdict on no event": (lambda w: mark_event(w.database, UNKNOWN, FALSE), 99, "there is none"),
    "a merge with no event": (lambda w: merge_events(w.database, 1, UNKNOWN, ONE_BUS), 99, "there is none"),
    "a merge of an event with itself": (lambda w: merge_events(w.database, 1, 1, ONE_BUS), 1, "with itself"),
    "a split of no event": (lambda w: split_event(w.database, UNKNOWN, [1], ANOTHER_DECREE), 99, "there is none"),
    "an article that is not in it": (
        lambda w: split_event(w.database, 1, [3], ANOTHER_DECREE),
        1,
        "article 3 does not report it",
    ),
    "no article at all": (
        lambda w: split_event(w.database, 1, [1, UNKNOWN], ANOTHER_DECREE),
        1,
        "article 99 does not report it",
    ),
    "a split of the whole": (lambda w: split_event(w.database, 1, [1, 2], ANOTHER_DECREE), 1, "nothing would be left"),
}


@pytest.mark.parametrize(("act", "event", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    waves: Any, act: Callable[[Any], object], event: int, reason: str
) -> None:
    before = waves.events()
    with pytest.raises(EventError, match=reason) as caught:
        act(waves)
    assert f"{event}" in str(caught.value)
    assert waves.events() == before


def test_an_event_that_is_part_of_another_takes_no_word(waves: Any) -> None:
    merge_events(waves.database, 1, 2, ONE_BUS)
    for act in (
        lambda: mark_event(waves.database, 2, FALSE),
        lambda: merge_events(waves.database, 1, 2, ONE_BUS),
        lambda: split_event(waves.database, 2, [3], ANOTHER_DECREE),
    ):
        with pytest.raises(EventError, match="it is part of event 1; name that one"):
            act()


def test_an_event_that_nobody_tells_of_any_more_is_neither_merged_nor_split(waves: Any) -> None:
    nothing_tells(waves)
    with pytest.raises(EventError, match="no article tells of it any more"):
        merge_events(waves.database, 1, 2, ONE_BUS)
    with pytest.raises(EventError, match="no article tells of it any more"):
        split_event(waves.database, 2, [3], ANOTHER_DECREE)
    assert mark_event(waves.database, 2, FALSE) is False  # it is taken back already


def test_what_a_person_put_together_takes_in_reports_of_either_day(waves: Any, release: Mention) -> None:
    merge_events(waves.database, 1, 2, ONE_BUS)
    waves.tell("e", replace(release, **released(30, 9, 30)), at=NOON + timedelta(days=19, hours=3))
    waves.tell("f", replace(release, **released(52)), at=NOON + timedelta(hours=3))
    assert waves.groups() == {frozenset("abcdef")}


def test_what_is_said_to_be_false_is_not_said_of_an_event_that_turns_out_to_be_the_same(
    desk: Any, release: Mention
) -> None:
    """Two flashes of one day apart stand alone, and a third report ties them together."""
    desk.tell("a", replace(release, **released(52)))
    desk.tell("b", replace(release, **released(38, 9, 12)), at=NOON + timedelta(days=1))
    assert desk.groups() == {frozenset("a"), frozenset("b")}
    mark_event(desk.database, 2, FALSE)
    both = replace(
        release, counts=(Count(R, 52), Count(CountRole.SUBSET, 38, of_count=52)), event_date=date(2025, 9, 12)
    )
    desk.tell("c", both, at=NOON + timedelta(days=1, hours=2))
    assert desk.groups() == {frozenset("abc")}
    assert desk.event(1).facts.status is not Status.RETRACTED
