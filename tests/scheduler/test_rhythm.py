"""When to look again: a table of cases, and what holds for any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.planning import PastPoll
from db.publishing import Publishing
from db.pushes import Promise
from scheduler.pacing import MOST_QUIET, limits_of
from scheduler.rhythm import LONGEST, Hints, brought_forward, is_kept, next_check

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)  # a Thursday
MINUTE = timedelta(minutes=1)
ALL_WEEK = frozenset(range(168))


def history(*outcomes: str, retry_after: int | None = None, at: datetime = NOON, every: float = 5) -> list[PastPoll]:
    """Newest first, some minutes apart; `new` found one of twenty."""
    polls = [
        PastPoll(at - number * every * MINUTE, outcome, 20, int(outcome == "new"))
        for number, outcome in enumerate(outcomes)
    ]
    return [replace(polls[0], retry_after=retry_after), *polls[1:]]


def habits(rate: float, **values: object) -> Publishing:
    """Return what was learned of one who publishes at all hours alike."""
    plain = Publishing(rate, (1.0,) * 24, (1.0,) * 7, NOON - timedelta(hours=1), NOON)
    return replace(plain, **values)  # type: ignore[arg-type]


def wait(polls: list[PastPoll], hints: Hints, seed: int = 1, now: datetime = NOON) -> timedelta:
    return next_check(polls, hints, now, Random(seed)) - now


QUIET, LIVELY = history(*["same"] * 8), history(*["new"] * 8)


@pytest.mark.parametrize(
    ("polls", "hints", "least", "most"),
    [
        # What nobody has learned of yet is asked every so often, by priority, and as news comes.
        (history("same"), Hints(1), 8, 10),
        (history("same"), Hints(2), 19, 25),
        (history("same"), Hints(3), 40, 52),
        (LIVELY, Hints(1), 2, 3),
        (LIVELY, Hints(2), 5, 7),
        (LIVELY, Hints(3), 10, 15),
        # Unknown priorities count as the nearest.
        (history("same"), Hints(99), 40, 52),
        (history("same"), Hints(0), 8, 10),
        # What was learned: a wire at the floor, one with an item a week at the ceiling.
        (QUIET, Hints(1, publishing=habits(12)), 2, 2.3),
        (QUIET, Hints(2, publishing=habits(12)), 5, 5.5),
        (QUIET, Hints(1, publishing=habits(1 / 168)), 13.5, 15),
        (QUIET, Hints(3, publishing=habits(1 / 168)), 54, 60),
        # After weeks of silence the ceiling rises, to fourfold; the first news brings it down.
        (QUIET, Hints(1, publishing=habits(0, quiet_since=NOON - timedelta(days=14))), 27, 30),
        (QUIET, Hints(1, publishing=habits(0, quiet_since=NOON - timedelta(days=99))), 54, 60),
        (LIVELY, Hints(1, publishing=habits(0, quiet_since=NOON - timedelta(days=99))), 2, 4),
        # In a burst: the floor, whatever was learned and advised.
        (QUIET, Hints(1, is_burst=True, publishing=habits(0), ttl=60 * MINUTE, skipped=ALL_WEEK), 2, 2.2),
        (QUIET, Hints(3, is_burst=True), 10, 11),
        # All new: entries may have been missed. Not so at the very first poll.
        ([PastPoll(NOON, "new", 20, 20), *history("same", "same", at=NOON - 9 * MINUTE)], Hints(1), 2, 2.2),
        ([PastPoll(NOON, "new", 20, 20)], Hints(1), 8, 10),
        # A fixed interval is kept to the second, whatever is found or advised.
        (LIVELY, Hints(1, 5 * MINUTE), 5, 5),
        (QUIET, Hints(3, 5 * MINUTE, is_burst=True, ttl=60 * MINUTE), 5, 5),
        # How long a copy stays fresh is heard up to the ceiling; by the answer's header or by the feed.
        (LIVELY, Hints(1, ttl=10 * MINUTE), 10, 10),
        (LIVELY, Hints(1, ttl=timedelta(days=7)), 15, 15),
        ([replace(LIVELY[0], fresh_for=600), *LIVELY[1:]], Hints(1), 10, 10),
        ([replace(LIVELY[0], fresh_for=60), *LIVELY[1:]], Hints(1, ttl=10 * MINUTE), 10, 10),
        # Skipped hours are left out: this one, until one o'clock; not all of them.
        (LIVELY, Hints(1, skipped=frozenset({3 * 24 + 12})), 60, 66),
        (LIVELY, Hints(1, skipped=frozenset({3 * 24 + 13})), 2, 3),
        (LIVELY, Hints(1, skipped=ALL_WEEK - {4 * 24 + 11}), 23 * 60, 23 * 60 + 20),
        # Trouble doubles, from the regular wait on, less at most a fifth.
        (history("failed", "same"), Hints(1, 10 * MINUTE), 8, 10),
        (history("failed", "failed", "same"), Hints(1, 10 * MINUTE), 16, 20),
        (history(*["failed"] * 5, "new"), Hints(1, 10 * MINUTE), 128, 160),
        (history("refused", "failed", "new"), Hints(1, 10 * MINUTE), 16, 20),
        (history(*["failed"] * 12), Hints(1, 10 * MINUTE), 0.8 * 24 * 60, 24 * 60),
        (history("failed"), Hints(1), 7, 10),
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
        # Retry-After is honoured where it is longer, in a burst too, and cut to a day.
        (history("failed", "same", retry_after=3600), Hints(1), 60, 60),
        (history("same", retry_after=3600), Hints(1, 5 * MINUTE), 60, 60),
        (history("failed", "same", retry_after=3600), Hints(1, is_burst=True), 60, 60),
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


def test_entry_points_with_the_same_past_are_spread() -> None:
    random = Random(1)
    for polls in (QUIET, LIVELY):
        assert len({next_check(polls, Hints(1), NOON, random) for _ in range(10)}) == 10


def test_the_night_of_who_sleeps_is_waited_through_and_the_morning_is_not_missed() -> None:
    by_hour = tuple(3.0 if 6 <= hour < 14 else 0.02 for hour in range(24))
    hints = Hints(3, publishing=habits(2, by_hour=by_hour))
    day, night = wait(QUIET, hints), wait(history("same", at=NOON.replace(hour=22)), hints, now=NOON.replace(hour=22))
    assert day < 15 * MINUTE < 45 * MINUTE < night
    before_it_opens = NOON.replace(hour=5, minute=50)
    assert wait(history("same", at=before_it_opens), hints, now=before_it_opens) < 25 * MINUTE


def test_a_weekday_without_news_is_asked_less() -> None:
    hints = Hints(1, publishing=habits(1, by_weekday=(1.5, 1.5, 1.5, 0.02, 1.5, 0.5, 0.5)))
    assert wait(QUIET, hints) > 2 * wait(history("same", at=NOON - timedelta(days=1)), hints, now=NOON - timedelta(1))


def test_news_of_a_moment_ago_weighs_more_than_news_of_an_hour_ago() -> None:
    now, before = history("new", *["same"] * 7, every=9), history(*["same"] * 7, "new", "same", every=9)
    hints = Hints(1, publishing=habits(0.05))
    assert wait(now, hints) < wait(before, hints) < wait(history(*["same"] * 9, every=9), hints)


def test_who_waits_when_a_burst_begins_is_asked_sooner_but_not_at_once() -> None:
    sooner = brought_forward(NOON, NOON + 12 * MINUTE, 1, NOON + MINUTE, Random(1))
    assert sooner is not None
    assert NOON + 2 * MINUTE <= sooner <= NOON + 2.2 * MINUTE
    assert brought_forward(NOON, NOON + 12 * MINUTE, 1, NOON + 9 * MINUTE, Random(1)) == NOON + 9 * MINUTE
    assert brought_forward(NOON, sooner, 1, NOON + MINUTE, Random(1)) is None


outcomes = st.sampled_from(["new", "same", "unmodified", "failed", "refused", "blocked"])
gaps = st.floats(-30, 600)  # minutes: a clock that was set makes them negative
counts = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted)


@st.composite
def pasts(draw: st.DrawFn, outcome: st.SearchStrategy[str] = outcomes) -> list[PastPoll]:
    """Draw a history, newest first, the newest at noon."""
    at, polls = NOON, []
    for gap in [0.0, *draw(st.lists(gaps, max_size=11))]:
        at -= gap * MINUTE
        new, seen = draw(counts)
        found = draw(outcome)
        polls.append(
            PastPoll(at, found, seen, new if found == "new" else 0, None, draw(st.none() | st.integers(0, 10**6)))
        )
    return polls


@st.composite
def learned(draw: st.DrawFn) -> Publishing:
    factors = st.floats(0.02, 24)
    return Publishing(
        draw(st.floats(0, 1000)),
        tuple(draw(st.lists(factors, min_size=24, max_size=24))),
        tuple(draw(st.lists(factors, min_size=7, max_size=7))),
        NOON - timedelta(hours=draw(st.floats(-48, 10_000))),
        NOON,
    )


hours = st.frozensets(st.integers(0, 167))
hints_of_any_kind = st.builds(
    Hints,
    st.integers(-5, 10),
    st.none(),
    st.booleans(),
    st.booleans(),
    st.none() | learned(),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
    st.just(frozenset()) | hours,
)


@given(pasts(), hints_of_any_kind, st.randoms(use_true_random=False), st.none() | st.integers(-9, 10**9))
def test_nothing_is_ever_asked_before_now_nor_starved(
    polls: list[PastPoll], hints: Hints, random: Random, retry_after: int | None
) -> None:
    found = next_check([replace(polls[0], retry_after=retry_after), *polls[1:]], hints, NOON, random) - NOON
    assert timedelta(0) < 0.8 * MINUTE <= found <= LONGEST


@given(pasts(st.sampled_from(["new", "same", "unmodified"])), hints_of_any_kind, st.randoms(use_true_random=False))
def test_who_is_well_is_asked_between_floor_and_ceiling(polls: list[PastPoll], hints: Hints, random: Random) -> None:
    floor, ceiling = limits_of(hints.priority)
    found = next_check(polls, replace(hints, skipped=frozenset()), NOON, random) - NOON
    almost = timedelta(milliseconds=1)
    assert floor <= found <= MOST_QUIET * ceiling + almost
    if hints.publishing is None:
        assert found <= ceiling + almost
    if hints.is_burst:
        assert found <= 1.1 * floor


@given(pasts(), hints_of_any_kind, st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 99))
def test_a_longer_retry_after_never_shortens_the_wait(
    polls: list[PastPoll], hints: Hints, one: int, other: int, seed: int
) -> None:
    less, more = sorted((one, other))
    shorter = wait([replace(polls[0], retry_after=less), *polls[1:]], hints, seed)
    longer = wait([replace(polls[0], retry_after=more), *polls[1:]], hints, seed)
    assert timedelta(seconds=min(less, LONGEST.total_seconds())) <= shorter <= longer


@given(st.lists(st.sampled_from(["new", "same"]), min_size=1, max_size=11))
def test_one_more_poll_with_news_never_lengthens_the_wait(found: list[str]) -> None:
    assert wait(history("new", *found), Hints(1)) <= wait(history("same", *found), Hints(1))


@given(learned(), st.floats(1, 100), st.integers(1, 3))
def test_who_publishes_more_never_waits_longer(publishing: Publishing, times: float, priority: int) -> None:
    more = replace(publishing, rate=publishing.rate * times)
    almost = timedelta(milliseconds=1)
    assert wait(QUIET, Hints(priority, publishing=more)) <= wait(QUIET, Hints(priority, publishing=publishing)) + almost


def told(minutes_ago: float, lasts: float = 60) -> Promise:
    """A hub that told of news so many minutes ago, and has promised to tell for so many more."""
    return Promise(NOON + lasts * MINUTE, NOON - minutes_ago * MINUTE)


def found(*minutes_ago: float) -> list[PastPoll]:
    """A poll now that found nothing, and older ones that each found something."""
    return [PastPoll(NOON, "unmodified", 20, 0), *(PastPoll(NOON - m * MINUTE, "new", 20, 1) for m in minutes_ago)]


@pytest.mark.parametrize(
    ("promise", "polls", "kept"),
    [
        (told(20), found(20), True),  # it told, and the poll found
        (told(20), found(19, 50), True),
        (told(20), found(29), True),  # it told after we had found it ourselves
        (told(20), found(5, 20), False),  # we found something that it had not told
        (told(0), found(5, 20), True),  # and now it has
        (told(3), found(50), False),  # what it told is not to be found yet
        (told(12), found(50), True),  # nor ever: it was a change of what was known
        (told(9999), found(), True),  # nobody has published anything since
        (told(20, lasts=0), found(20), False),  # it has promised no longer
    ],
)
def test_a_hub_is_relied_on_as_long_as_its_pushes_and_what_polls_find_agree(
    promise: Promise, polls: list[PastPoll], kept: bool
) -> None:
    assert is_kept(promise, polls, NOON) is kept


@pytest.mark.parametrize(("priority", "least", "most"), [(1, 13.5, 15), (2, 27, 30), (3, 54, 60)])
def test_who_is_pushed_is_asked_at_the_ceiling_but_not_in_a_burst_nor_in_trouble_nor_sooner_for_it(
    priority: int, least: float, most: float
) -> None:
    hints = Hints(priority, promise=told(20), publishing=habits(12))
    polls = found(20, 60)
    assert least * MINUTE <= wait(polls, hints) <= most * MINUTE
    assert wait(polls, replace(hints, is_burst=True)) < least * MINUTE / 2
    assert wait(polls, replace(hints, promise=None)) < least * MINUTE / 2
    assert wait(polls, replace(hints, check_every=MINUTE)) == MINUTE
    quiet = replace(hints, publishing=habits(0, quiet_since=NOON - timedelta(days=99)))
    assert wait(found(), quiet) == wait(found(), replace(quiet, promise=None))
