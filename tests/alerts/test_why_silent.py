"""Why a destination was not told: each rule of alerting and each filter, in words; and never a reason where it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts import Destination, Rules, Watch
from alerts.destinations import Updates
from alerts.why_silent import BY_A_WORD, OTHERWISE_NOW, WAITS, WOULD, Case, in_words, reasons_for_silence
from db.course import Course, Turn
from db.facts import EventChange, EventFacts, Kind, Mark, Outcome, Person, Polarity, Status, Verdict
from db.views import EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
NEW = EventChange("new event", is_material=True, is_major=True)
FALSE = Mark(Verdict.FALSE, "anna", "the outlet took it back", NOW)
BASELINE = (
    "an article that the crawl fetched as news told of it (those that do were imported, or there before we began)"
)
OLD = "it had been found within 36 h of 2025-09-07 15:00 UTC (it was 4 days old by then)"


def turn(facts: EventFacts, **known: Any) -> Turn:
    return replace(Turn(1, NOW, "normal", NEW, facts, frozenset({"uk", "en"})), **known)


def case(*turns: Turn, published: datetime = NOW, is_waiting: bool = False) -> Case:
    newest = turns[-1]
    view = EventView(7, newest.revision, NOW, NOW, newest.facts, ())
    return Case(view, Course(published, NOW, is_waiting, turns))


def asked(told: Case, heard: int | None = None, **filters: Any) -> tuple[str, ...]:
    watch = Watch(("Ales Bialiatski",))
    return reasons_for_silence(Destination("desk", "console", **filters), told, heard, Rules(), watch)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kinds": (Kind.NEGOTIATION,)}, "it were a negotiation (desk wants nothing else, and it is a release)"),
        ({"kinds": ()}, "it were of some kind (desk wants nothing else, and it is a release)"),
        (
            {"statuses": (Status.ANNOUNCED, Status.CONFIRMED)},
            "its status were announced or confirmed (it is reported)",
        ),
        (
            {"languages": ("pl", "lt")},
            "an article in Lithuanian or Polish told of it (those that do are in English, Ukrainian)",
        ),
        ({"nationalities": ("LT",)}, "people from Lithuania were among them (told of are people from Poland)"),
        ({"people": ("Ihar Losik",)}, "it named Ihar Losik (it names Maria Kalesnikava)"),
        ({"people": ("watched",)}, "it named somebody who is watched (it names Maria Kalesnikava)"),
        ({"minimum": 10}, "it told of at least 10 people (it tells of 3)"),
    ],
)
def test_each_filter_says_what_it_wants_and_what_there_is(
    release: Callable[..., EventFacts], filters: dict[str, Any], expected: str
) -> None:
    people = (Person("Maria Kalesnikava", Outcome.FREED),)
    facts = release(3, nationalities={"PL": 1}, people=people)
    assert asked(case(turn(facts)), **filters) == (WOULD + expected,)


def test_a_filter_says_where_there_is_nothing_it_could_look_at(release: Callable[..., EventFacts]) -> None:
    told = case(turn(release(3, counts=()), languages=frozenset()))
    reasons = asked(told, languages=("pl",), nationalities=("LT",), people=("Ihar Losik",), minimum=1)
    endings = ("(none is)", "(no nationality is told)", "(it names nobody)", "(it tells of no number)")
    assert [reason.endswith(end) for reason, end in zip(reasons, endings, strict=True)] == [True] * 4, reasons


@pytest.mark.parametrize(
    ("known", "changes", "age", "expected"),
    [
        ({"alerting": "silent"}, {}, 0, [BASELINE]),
        ({"alerting": "loaded"}, {}, 96, [OLD]),
        ({"alerting": "silent"}, {}, 96, [BASELINE]),
        (
            {},
            {"mark": FALSE, "status": Status.RETRACTED},
            0,
            ["anna had not marked it as false: the outlet took it back"],
        ),
        (
            {},
            {"mark": replace(FALSE, verdict=Verdict.NOT_NEWS, note=""), "status": Status.RETRACTED},
            0,
            ["anna had not marked it as no news"],
        ),
        (
            {},
            {"status": Status.RETRACTED},
            0,
            ["an article still told of it (it is retracted: what did was rewritten)"],
        ),
        (
            {},
            {"status": Status.DENIED},
            0,
            ["it were told as so (those who tell of it say that it is refused or denied)"],
        ),
        ({}, {"kind": Kind.RELATED}, 0, ["it were news that anybody is alerted to (it is related news)"]),
        (
            {"change": EventChange("another source")},
            {},
            0,
            ["what changed were news (it was another source)"],
        ),
    ],
)
def test_each_rule_says_what_would_have_let_it_through(
    release: Callable[..., EventFacts], known: Any, changes: Any, age: int, expected: list[str]
) -> None:
    facts = release(52, event_date=None, date_precision=None, **changes)
    reasons = asked(case(turn(facts, **known), published=NOW - timedelta(hours=age)))
    assert len(reasons) == len(expected)
    assert all(reason.startswith(WOULD) and part in reason for reason, part in zip(reasons, expected, strict=True))


@pytest.mark.parametrize(
    ("known", "changes", "age"),
    [
        ({}, {}, 0),
        ({}, {}, 36),
        ({"alerting": "forced"}, {}, 5000),
        ({}, {"kind": Kind.NEGOTIATION, "polarity": Polarity.NEGATIVE, "status": Status.DENIED}, 0),
    ],
)
@pytest.mark.parametrize("is_waiting", [True, False])
def test_what_alerts_by_the_rules_waits_or_was_decided_by_other_settings(
    release: Callable[..., EventFacts], known: Any, changes: Any, age: int, is_waiting: bool
) -> None:
    facts = release(52, event_date=None, date_precision=None, **changes)
    told = case(turn(facts, **known), published=NOW - timedelta(hours=age), is_waiting=is_waiting)
    assert asked(told) == (WAITS if is_waiting else OTHERWISE_NOW,)


def test_the_revision_that_came_nearest_to_an_alert_is_the_one_told(release: Callable[..., EventFacts]) -> None:
    later = NOW + timedelta(days=5)
    told = case(
        turn(release(3)), turn(release(8), revision=2), turn(release(9), revision=3, at=later, alerting="loaded")
    )
    assert asked(told, minimum=10) == (f"{WOULD}it told of at least 10 people (it tells of 8)",)


def test_a_language_that_came_without_news_says_so(release: Callable[..., EventFacts]) -> None:
    first = turn(release(3), languages=frozenset({"uk"}))
    second = turn(release(3), revision=2, change=EventChange("another source"), languages=frozenset({"uk", "lt"}))
    assert asked(case(first, second), languages=("lt",)) == (f"{WOULD}what changed were news (it was another source)",)


def test_what_was_taken_back_since_is_told_beside_what_kept_it_back(release: Callable[..., EventFacts]) -> None:
    marked = turn(release(3, mark=FALSE, status=Status.RETRACTED), revision=2, alerting="silent")
    reasons = asked(case(turn(release(3)), marked), minimum=10)
    assert reasons[0] == f"{WOULD}it told of at least 10 people (it tells of 3)"
    assert reasons[1:] == (f"{WOULD}anna had not marked it as false: the outlet took it back",)


def test_a_merged_event_names_the_one_it_is_part_of(release: Callable[..., EventFacts]) -> None:
    told = case(turn(release(3, same_as=4, status=Status.SUPERSEDED)))
    assert asked(told) == ("it is part of event 4: whoever is told of that one is told of this",)


@pytest.mark.parametrize(("is_waiting", "expected"), [(True, WAITS), (False, BY_A_WORD)])
def test_an_event_that_a_person_made_says_so(
    release: Callable[..., EventFacts], is_waiting: bool, expected: str
) -> None:
    whole = case(turn(release(3)), is_waiting=is_waiting)
    assert asked(replace(whole, course=replace(whole.course, turns=()))) == (expected,)


@pytest.mark.parametrize(
    ("known", "heard", "updates", "expected"),
    [
        ({}, 2, Updates.EVERY, None),
        ({"alerting": "silent"}, 1, Updates.EVERY, "came from articles that were imported, or there before we began"),
        ({"change": EventChange("another source")}, 1, Updates.EVERY, "since revision 1 is no news (another source)"),
        (
            {"change": EventChange("people", is_material=True)},
            1,
            Updates.MAJOR,
            "told of major changes only, and what changed since revision 1 is none (people)",
        ),
        ({"change": EventChange("people", is_material=True)}, 1, Updates.EVERY, None),
        ({"change": EventChange("status", is_material=True, is_major=True)}, 1, Updates.MAJOR, None),
    ],
)
def test_who_was_told_hears_why_nothing_newer_came(
    release: Callable[..., EventFacts], known: Any, heard: int, updates: Updates, expected: str | None
) -> None:
    told = case(turn(release(3)), turn(release(3), revision=2, **known))
    reasons = asked(told, heard, updates=updates, minimum=99)
    assert (expected in reasons[0]) if expected else reasons == ()


def test_a_newer_state_that_nobody_has_decided_on_waits(release: Callable[..., EventFacts]) -> None:
    second = turn(release(9), revision=2, change=EventChange("released", is_material=True, is_major=True))
    assert asked(case(turn(release(3)), second, is_waiting=True), 1) == (WAITS,)


def test_reasons_read_as_one_sentence() -> None:
    assert in_words((WOULD + "A", WOULD + "B", "it waits")) == (
        "it would have alerted if A,",
        "and if B,",
        "and it waits",
    )
    assert in_words(("it waits",)) == ("it waits",)
    assert in_words(()) == ()


def test_an_old_event_date_counts(release: Callable[..., EventFacts]) -> None:
    told = case(turn(release(3, event_date=date(2025, 9, 8)), alerting="loaded"), published=NOW)
    (reason,) = asked(told)
    assert reason.endswith("within 36 h of 2025-09-09 00:00 UTC (it was 63 h old by then)")


def test_a_chat_that_subscribed_later_is_told_why_it_heard_nothing(release: Callable[..., EventFacts]) -> None:
    since = NOW + timedelta(hours=1)
    first = turn(release(3))
    assert asked(case(first), since=since) == (
        f"{WOULD}it had subscribed by 2025-09-11 15:00 UTC (it did at 2025-09-11 16:00 UTC)",
    )
    small = EventChange("another name", is_material=True)
    second = turn(release(3), revision=2, at=NOW + timedelta(hours=2), change=small)
    assert asked(case(first, second), since=since) == (
        f"{WOULD}what changed were major (the event was known when it subscribed, at 2025-09-11 16:00 UTC)",
    )
