"""Which events come into question for a report: by their day, or by their facts; and what is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db import Database, Session
from db.articles import NewArticle, store_article
from db.claims import (
    KEYED,
    Claim,
    claims_of,
    events_of_article,
    find_dated,
    find_follow_ups,
    find_keyed,
    keys_in,
    known_events,
    pin_of,
    reports_of,
)
from db.events import (
    EventUpdate,
    NewMention,
    add_mention,
    merge_into,
    move_report,
    pin,
    retire_mentions,
    save_event,
    start_event,
)
from db.facts import EventChange, EventFacts, Kind, Mention, Modality, Polarity, Precision, Status
from db.models import MentionRow

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
DAY = date(2025, 9, 11)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, DAY, Precision.DAY)
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAY)
NEW = EventChange("new", is_material=True)


def tell(session: Session, number: int, **known: Any) -> Claim:
    url = f"https://outlet.example/{number}"
    stored = store_article(session, NewArticle(url, url, f"People were freed, says article {number}."), NOON)
    return replace(Claim(stored.id, url, None, None, "en", NOON, MENTION, "first"), **known)


def make(session: Session, number: int = 1, facts: EventFacts = FACTS, *keys: str) -> int:
    claim = tell(session, number, mention=replace(MENTION, event_date=facts.event_date))
    event = start_event(session, facts, claim, NOON)
    add_mention(session, NewMention(claim, 1, event, {}, frozenset(keys)), NOON)
    save_event(session, EventUpdate(event, facts, NEW, claim.article, NOON, True), NOON)
    return event


@pytest.mark.parametrize(
    ("kind", "earliest", "latest", "is_found"),
    [
        (Kind.RELEASE, date(2025, 9, 10), date(2025, 9, 12), True),
        (Kind.RELEASE, DAY, DAY, True),
        (Kind.RELEASE, date(2025, 9, 12), date(2025, 9, 20), False),
        (Kind.RELEASE, date(2025, 9, 1), date(2025, 9, 10), False),
        (Kind.NEGOTIATION, DAY, DAY, False),
    ],
)
def test_events_are_found_by_kind_and_day(
    database: Database, kind: Kind, earliest: date, latest: date, is_found: bool
) -> None:
    with database.begin() as session:
        event = make(session)
        assert find_dated(session, kind, earliest, latest) == ([event] if is_found else [])


@pytest.mark.parametrize(
    ("precision", "earliest", "is_found"),
    [
        (Precision.DAY, date(2025, 9, 12), False),
        (Precision.WEEK, date(2025, 9, 14), True),  # the Sunday of that week
        (Precision.WEEK, date(2025, 9, 15), False),
        (Precision.MONTH, date(2025, 9, 30), True),
        (Precision.MONTH, date(2025, 10, 1), False),
    ],
)
def test_an_event_dated_to_the_week_or_month_is_found_on_all_its_days(
    database: Database, precision: Precision, earliest: date, is_found: bool
) -> None:
    with database.begin() as session:
        event = make(session, 1, replace(FACTS, date_precision=precision))
        assert find_dated(session, Kind.RELEASE, earliest, date(2025, 11, 1)) == ([event] if is_found else [])


def test_events_are_found_by_their_facts_whatever_their_day(database: Database) -> None:
    with database.begin() as session:
        dated = make(session, 1, FACTS, "release:52", "person:Ihar Losik")
        undated = make(session, 2, replace(FACTS, event_date=None), "release:52")
        make(session, 3, FACTS, "release:14")
        assert find_keyed(session, Kind.RELEASE, {"release:52"}) == [dated, undated]
        assert find_keyed(session, Kind.RELEASE, {"person:Ihar Losik", "release:9"}) == [dated]
        assert keys_in(session, [dated, undated]) == {"release:52", "person:Ihar Losik"}
        assert find_keyed(session, Kind.NEGOTIATION, {"release:52"}) == []
        assert find_keyed(session, Kind.RELEASE, set()) == []


def test_a_lookup_by_facts_brings_the_newest_and_no_more_than_it_may(database: Database) -> None:
    with database.begin() as session:
        days = [DAY + timedelta(days=number) for number in range(KEYED + 5)]
        events = [make(session, n, replace(FACTS, event_date=day), "release:1") for n, day in enumerate(days)]
        assert find_keyed(session, Kind.RELEASE, {"release:1"}) == events[: -KEYED - 1 : -1]


def test_a_mention_of_an_older_reading_leads_nowhere(database: Database) -> None:
    with database.begin() as session:
        event = make(session, 1, FACTS, "release:14")
        [claim] = claims_of(session, event)
        retire_mentions(session, claim.article)
        add_mention(session, NewMention(claim, 2, event, {}, frozenset({"release:52"})), NOON)
        assert find_keyed(session, Kind.RELEASE, {"release:14"}) == []
        assert find_keyed(session, Kind.RELEASE, {"release:52"}) == [event]


def test_what_may_follow_up_an_event_is_found_by_its_facts_or_its_day(database: Database) -> None:
    related = replace(MENTION, kind=Kind.RELATED, event_date=None)
    with database.begin() as session:
        for number, mention, key in (
            (1, related, "person:losik ihar"),
            (2, replace(related, event_date=DAY), "release:52"),
            (3, related, "release:9"),
            (4, MENTION, "person:losik ihar"),
        ):
            claim = tell(session, number, mention=mention)
            add_mention(session, NewMention(claim, 1, None, {}, frozenset({key})), NOON)
        found = find_follow_ups(session, 99, {"person:losik ihar"}, DAY, timedelta(days=60))
        assert [(one.claim.url[-1], set(one.keys)) for one in found] == [
            ("2", {"release:52"}),
            ("1", {"person:losik ihar"}),
        ]
        assert [one.claim.url[-1] for one in find_follow_ups(session, 99, {"release:9"}, None, timedelta(days=60))] == [
            "3"
        ]


def test_reports_are_the_claims_of_one_article_together(database: Database) -> None:
    with database.begin() as session:
        event = make(session)
        [report] = reports_of(session, [event])
        claim = tell(session, 2, mention=replace(MENTION, kind=Kind.NEGOTIATION))
        add_mention(session, NewMention(claim, 1, event, {}), NOON)
        add_mention(session, NewMention(replace(claim, mention=MENTION), 1, event, {}), NOON)
        pin(session, claim.article, event, NOON)
        first, second = reports_of(session, [event])
        assert (first, second.pin, second.event) == (report, event, event)
        assert [one.mention.kind for one in second.claims] == [Kind.NEGOTIATION, Kind.RELEASE]
        assert pin_of(session, claim.article) == event
        assert pin_of(session, first.article) is None


def test_a_follow_up_is_no_report(database: Database) -> None:
    with database.begin() as session:
        event = make(session)
        claim = tell(session, 2, mention=replace(MENTION, kind=Kind.RELATED), role="follow-up")
        add_mention(session, NewMention(claim, 1, event, {}), NOON)
        assert [report.article for report in reports_of(session, [event])] != [claim.article]
        assert len(claims_of(session, event)) == 2


def test_retired_mentions_stay_stored_but_claim_nothing(database: Database) -> None:
    with database.begin() as session:
        event = make(session)
        [claim] = claims_of(session, event)
        assert events_of_article(session, claim.article) == [event]
        retire_mentions(session, claim.article)
        assert claims_of(session, event) == ()
        assert events_of_article(session, claim.article) == []
        assert session.scalar(select(func.count()).select_from(MentionRow)) == 1


def test_a_report_moves_with_its_reasons(database: Database) -> None:
    with database.begin() as session:
        one, two = make(session, 1), make(session, 2)
        [claim] = claims_of(session, one)
        move_report(session, claim.article, two, "report", {"score": 3.0, "reasons": ["the same day"]})
        assert claims_of(session, one) == ()
        assert {told.article: told.role for told in claims_of(session, two)}[claim.article] == "report"


def test_an_event_that_was_merged_comes_into_question_no_more_and_leaves_its_pins(database: Database) -> None:
    with database.begin() as session:
        one, two = make(session, 1, FACTS, "release:52"), make(session, 2, FACTS, "release:52")
        [claim] = claims_of(session, two)
        pin(session, claim.article, two, NOON)
        merge_into(session, two, one)
        assert find_dated(session, Kind.RELEASE, DAY, DAY) == [one]
        assert find_keyed(session, Kind.RELEASE, {"release:52"}) == [one]
        assert pin_of(session, claim.article) == one


def test_nobody_was_told_of_an_event_without_a_delivery(database: Database) -> None:
    with database.begin() as session:
        event = make(session)
        assert [(one.revision, one.is_told, one.facts) for one in known_events(session, [event]).values()] == [
            (1, False, FACTS)
        ]
