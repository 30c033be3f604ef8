"""When to look again: a table of cases, and what holds for any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.planning import PastPoll
from scheduler.rhythm import LONGEST, Hints, next_check

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def history(*outcomes: str, retry_after: int | None = None, at: datetime = NOON) -> list[PastPoll]:
    """Newest first; `new` found one of twenty."""
    polls = [PastPoll(at, outcome, 20, int(outcome == "new")) for outcome in outcomes]
    return [PastPoll(at, polls[0].outcome, 20, polls[0].items_new, retry_after), *polls[1:]]


def wait(polls: list[PastPoll], hints: Hints, seed: int = 1, now: datetime = NOON) -> timedelta:
    return next_check(polls, hints, now, Random(seed)) - now


@pytest.mark.parametrize(
    ("polls", "hints", "least", "most"),
    [
        # The share of polls with news, at priority 1 (2 to 15 minutes).
        (history(*["new"] * 8), Hints(1), 2, 3),
        (history(*["unmodified"] * 8), Hints(1), 10.5, 15),
        (history(*["same"] * 8), Hints(1), 10.5, 15),
        (history(*["new", "same"] * 4), Hints(1), 4.5, 6.5),
        (history("new"), Hints(1), 3, 5),
        (history("same"), Hints(1), 6.5, 9.5),
        # Only the last eight count.
        (history(*["new"] * 8, *["same"] * 4), Hints(1), 2, 3),
        # Other priorities; unknown ones count as the nearest.
        (history(*["same"] * 8), Hints(2), 22, 30),
        (history(*["same"] * 8), Hints(3), 45, 60),
        (history(*["same"] * 8), Hints(99), 45, 60),
        (history(*["same"] * 8), Hints(0), 10.5, 15),
        # All new: entries may have been missed. Not so at the very first poll.
        ([PastPoll(NOON, "new", 20, 20), *history("same", "same")], Hints(1), 1.8, 2.2),
        ([PastPoll(NOON, "new", 20, 20)], Hints(1), 3, 5),
        # A fixed interval is kept to the second, whatever is found.
        (history(*["new"] * 8), Hints(1, 5 * MINUTE), 5, 5),
        (history(*["same"] * 8), Hints(3, 5 * MINUTE), 5, 5),
        # Trouble doubles, from the regular wait on, less at most a fifth.
        (history("failed", "same"), Hints(1, 10 * MINUTE), 8, 10),
        (history("failed", "failed", "same"), Hints(1, 10 * MINUTE), 16, 20),
        (history(*["failed"] * 5, "new"), Hints(1, 10 * MINUTE), 128, 160),
        (history("refused", "failed", "new"), Hints(1, 10 * MINUTE), 16, 20),
        (history(*["failed"] * 12), Hints(1, 10 * MINUTE), 0.8 * 24 * 60, 24 * 60),
        (history("failed"), Hints(1), 4, 6),
        # Blocked: four times.
        (history("blocked", "same"), Hints(1, 10 * MINUTE), 32, 40),
        (history("blocked", "blocked", "same"), Hints(1, 10 * MINUTE), 128, 160),
        (history(*["blocked"] * 9), Hints(1, 10 * MINUTE), 0.8 * 24 * 60, 24 * 60),
        # Our own outage: everybody fails, and we come back soon; a block is no outage.
        (history("failed"), Hints(3, is_own_outage=True), 0.8, 1),
        (history("failed", "failed", "new"), Hints(3, is_own_outage=True), 1.6, 2),
        (history(*["failed"] * 12), Hints(1, is_own_outage=True), 8, 10),
        (history(*["failed"] * 12), Hints(1, 60 * MINUTE, is_own_outage=True), 48, 60),
        (history(*["blocked"] * 9), Hints(1, 10 * MINUTE, is_own_outage=True), 0.8 * 24 * 60, 24 * 60),
        # Retry-After is honoured where it is longer, and cut to a day.
        (history("failed", "same", retry_after=3600), Hints(1), 60, 60),
        (history("same", retry_after=3600), Hints(1, 5 * MINUTE), 60, 60),
        (history("failed", "same", retry_after=1), Hints(1, 10 * MINUTE), 8, 10),
        (history("failed", "same", retry_after=-5), Hints(1, 10 * MINUTE), 8, 10),
        (history("failed", "same", retry_after=10**9), Hints(1), 24 * 60, 24 * 60),
        (history(*["failed"] * 12, retry_after=3600), Hints(1, is_own_outage=True), 60, 60),
    ],
)
def test_the_wait(polls: list[PastPoll], hints: Hints, least: float, most: float) -> None:
    for seed in range(20):
        assert least * MINUTE <= wait(polls, hints, seed) <= most * MINUTE


def test_an_entry_point_never_polled_is_due_now() -> None:
    assert next_check([], Hints(), NOON, Random(1)) == NOON


def test_the_wait_counts_from_the_poll_and_a_missed_time_is_due_now() -> None:
    polls = history("same", at=NOON - 3 * MINUTE)
    assert wait(polls, Hints(1, 5 * MINUTE)) == 2 * MINUTE
    assert wait(history("same", at=NOON - 300 * MINUTE), Hints(1, 5 * MINUTE)) == timedelta(0)


def test_a_clock_set_back_does_not_lengthen_the_wait() -> None:
    assert wait(history("same", at=NOON + 60 * MINUTE), Hints(1, 5 * MINUTE)) == 5 * MINUTE


def test_two_entry_points_with_the_same_past_are_spread() -> None:
    polls = history(*["same"] * 8)
    random = Random(1)
    assert len({next_check(polls, Hints(1), NOON, random) for _ in range(10)}) == 10


outcomes = st.sampled_from(["new", "same", "unmodified", "failed", "refused", "blocked"])


@given(
    st.lists(
        st.builds(PastPoll, st.just(NOON), outcomes, st.integers(0, 500), st.integers(0, 500), st.none()),
        min_size=1,
        max_size=12,
    ),
    st.integers(-5, 10),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_any_history_gives_a_wait_between_a_minute_and_a_day(
    polls: list[PastPoll], priority: int, outage: bool, random: Random
) -> None:
    found = next_check(polls, Hints(priority, None, outage), NOON, random) - NOON
    assert 0.8 * MINUTE <= found <= LONGEST


@given(st.lists(outcomes.filter(lambda o: o in ("new", "same")), min_size=1, max_size=12))
def test_one_more_poll_with_news_never_lengthens_the_wait(found: list[str]) -> None:
    fixed = Random(1).getstate()

    def drawn(polls: list[PastPoll]) -> timedelta:
        random = Random()
        random.setstate(fixed)
        return next_check(polls, Hints(1), NOON, random) - NOON

    quiet, lively = history("same", *found), history("new", *found)
    assert drawn(lively) <= drawn(quiet)
