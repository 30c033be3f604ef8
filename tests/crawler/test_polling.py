from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.polling import (
    Answer,
    OutageWatch,
    Rhythm,
    answer_of_status,
    is_challenge,
    is_settled,
    retry_delay,
    standing_after,
    stays_at_home,
)
from db.answers import Redirects
from db.leases import Lease
from db.polls import DueEntryPoint, Validators

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINT = DueEntryPoint(Lease(1, "w", 1), 1, "made-up", "rss", "https://o.example/rss", 1, None, "alive", 0,
                      Validators(), None, is_first=False)  # fmt: skip
FAILED = Answer("failed", 500, "HTTP 500")
UNREACHABLE = Answer("failed", None, "CannotResolveHostError", is_unreachable=True)
DAY = 24 * 3600


def seconds(point: DueEntryPoint, answer: Answer, chance: float = 0.5, **named: Any) -> Any:
    return (standing_after(point, answer, Rhythm(), NOW, chance, **named).next_check_at - NOW).total_seconds()


@pytest.mark.parametrize(("priority", "expected"), [(1, 300), (2, 900), (3, 3600), (9, 3600)])
def test_a_poll_that_went_well_leaves_the_interval_of_its_priority(priority: int, expected: Any) -> None:
    point = replace(POINT, priority=priority)
    assert seconds(point, Answer("new", 200)) == expected
    assert seconds(point, Answer("unmodified", 304), chance=0.0) == pytest.approx(expected * 0.9)
    assert seconds(point, Answer("same", 200), chance=1.0) == pytest.approx(expected * 1.1)


def test_an_interval_that_the_outlet_fixes_is_kept_exactly() -> None:
    assert seconds(replace(POINT, check_every=7), Answer("new", 200), chance=0.99) == 7


def test_failures_double_the_interval_up_to_a_day() -> None:
    found = [seconds(replace(POINT, failures=n), FAILED) for n in range(12)]
    assert found[:3] == [600, 1200, 2400]
    assert found[-1] == DAY
    assert max(seconds(replace(POINT, failures=10_000), FAILED, chance=1.0) for _ in range(2)) == DAY


def test_being_blocked_makes_it_grow_fourfold() -> None:
    assert [seconds(replace(POINT, failures=n), answer_of_status(403)) for n in range(3)] == [1200, 4800, 19200]


def test_an_outage_of_our_own_keeps_all_near() -> None:
    point = replace(POINT, failures=9)
    assert seconds(point, UNREACHABLE, is_own_outage=True) == 900
    assert seconds(point, FAILED, is_own_outage=True) == DAY


def test_what_a_server_asks_for_is_the_least_and_a_day_the_most() -> None:
    assert seconds(POINT, answer_of_status(429, 5000)) == 5000
    assert seconds(POINT, answer_of_status(503, 10)) == 600
    assert seconds(POINT, Answer("failed", 429, "x", retry_after=10 * DAY)) == DAY


@pytest.mark.parametrize(
    ("answer", "failures", "state"),
    [
        (Answer("new", 200), 5, "alive"),
        (Answer("unmodified", 304), 0, "alive"),
        (Answer("same", 200, redirects_to="https://o.example/new"), 0, "moved"),
        (FAILED, 0, "degraded"),
        (UNREACHABLE, 0, "degraded"),
        (answer_of_status(403), 0, "blocked"),
        (answer_of_status(200, is_challenge=True), 0, "challenged"),
        (Answer("refused", None, "robots", refusal="robots-denied"), 0, "robots-denied"),
        (Answer("refused", None, "an address of our own network"), 0, "blocked"),
        (answer_of_status(404), 0, "degraded"),
        (answer_of_status(404), 2, "gone"),
        (answer_of_status(410), 0, "gone"),
    ],
)
def test_the_state_follows_the_answer(answer: Answer, failures: int, state: str) -> None:
    point = replace(POINT, failures=failures, not_found=failures)
    standing = standing_after(point, answer, Rhythm(), NOW, 0.5)
    assert standing.state == state
    assert standing.failures == (0 if state in ("alive", "moved") else failures + 1)


def test_a_404_after_other_failures_is_not_gone() -> None:
    point = replace(POINT, failures=9, not_found=0)
    assert standing_after(point, answer_of_status(404), Rhythm(), NOW, 0.5).state == "degraded"


@pytest.mark.parametrize(
    ("redirects", "settled"),
    [
        (None, False),
        (Redirects(2, NOW - timedelta(days=3)), False),
        (Redirects(300, NOW - timedelta(hours=11)), False),
        (Redirects(3, NOW - timedelta(hours=13)), True),
    ],
)
def test_a_move_is_believed_after_three_equal_answers_on_two_days(redirects: Redirects | None, settled: bool) -> None:
    assert is_settled(redirects, NOW) is settled


@pytest.mark.parametrize(
    ("target", "at_home"),
    [
        ("https://news.made-up.by/rss", True),
        ("https://made-up.by/feed", True),
        ("https://other.by/rss", False),
        ("https://made-up.by.other.by/rss", False),
        ("https:///rss", False),
    ],
)
def test_a_move_is_followed_within_the_registered_domain_only(target: str, at_home: bool) -> None:
    assert stays_at_home("https://www.made-up.by/rss", target) is at_home


def test_a_bot_check_is_seen_whatever_its_status() -> None:
    assert is_challenge({"cf-mitigated": "challenge"}, b"")
    assert is_challenge({}, b"<html><head><title>Just a moment...</title>")
    assert not is_challenge({}, b"<html><p>Just a moment, please, said the minister")


def test_a_page_is_tried_again_ever_later() -> None:
    assert [retry_delay(n, 30, 0.5) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (30, 120, 480)]


def watched(*answers: Any, state: str = "degraded") -> Any:
    watch = OutageWatch()
    for number, answer in enumerate(answers):
        point = replace(POINT, id=number, outlet=f"outlet-{number}")
        watch.note(point, answer, "alive" if answer.error is None else state)
    return watch


def test_four_of_five_unreachable_is_one_line_for_the_own_outage() -> None:
    watch = watched(*[UNREACHABLE] * 4, Answer("new", 200))
    assert watch.settle() == ["own outage: 4 of 5 entry points cannot be reached"]
    assert watch.settle() == []


def test_what_stand_ins_answered_before_does_not_hide_an_own_outage() -> None:
    watch = OutageWatch()
    for number in range(6):
        watch.note(replace(POINT, id=100 + number, is_stand_in=True), Answer("new", 200), "alive")
        watch.note(replace(POINT, id=number), UNREACHABLE, "degraded")
    assert watch.settle() == ["own outage: 6 of 6 entry points cannot be reached"]


def test_fewer_are_a_line_each() -> None:
    lines = watched(UNREACHABLE, UNREACHABLE, UNREACHABLE, Answer("new", 200), Answer("new", 200)).settle()
    assert len(lines) == 3
    assert lines[0].startswith("outlet-0: https://o.example/rss is degraded: CannotResolveHostError")


def test_two_entry_points_alone_are_no_outage_and_server_errors_are_none() -> None:
    assert len(watched(UNREACHABLE, UNREACHABLE).settle()) == 2
    assert len(watched(FAILED, FAILED, FAILED).settle()) == 3


def test_the_end_of_an_outage_is_one_line() -> None:
    watch = watched(UNREACHABLE, UNREACHABLE, UNREACHABLE)
    watch.settle()
    for number in range(3):
        watch.note(replace(POINT, id=number, state="degraded"), Answer("new", 200), "alive")
    assert watch.settle() == ["own outage is over: entry points can be reached again"]


def test_a_state_that_stays_is_not_told_again() -> None:
    watch = OutageWatch()
    watch.note(replace(POINT, state="degraded"), FAILED, "degraded")
    assert watch.settle() == []
    watch.note(replace(POINT, state="degraded"), Answer("new", 200), "alive")
    assert watch.settle() == ["made-up: https://o.example/rss is alive again"]
