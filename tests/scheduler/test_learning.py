"""What the times of past items tell of an outlet's habits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scheduler.learning import GUESSED_RATE, learn

NOW = datetime(2026, 3, 30, tzinfo=UTC)  # a Monday; four weeks before it was one too
DAY = timedelta(days=1)
LONG_AGO = NOW - 300 * DAY


def each_day(*hours: float, days: int = 28, workdays: bool = False) -> list[datetime]:
    starts = [NOW - number * DAY for number in range(1, days + 1)]
    return [day + timedelta(hours=hour) for day in starts if day.weekday() < 5 or not workdays for hour in hours]


def test_the_rate_is_items_an_hour() -> None:
    assert learn(each_day(*range(24)), LONG_AGO, NOW).rate == pytest.approx(1, abs=0.01)
    assert learn(each_day(9), LONG_AGO, NOW).rate == pytest.approx(1 / 24, abs=0.01)


def test_hours_of_work_are_told_from_the_night() -> None:
    found = learn(each_day(*range(6, 18)), LONG_AGO, NOW)
    assert all(found.by_hour[hour] > 1.5 for hour in range(7, 17))
    assert all(found.by_hour[hour] < 0.1 for hour in (0, 1, 2, 3, 4, 20, 21, 22, 23))
    assert found.at(NOW.replace(hour=12)) > 20 * found.at(NOW.replace(hour=2))


def test_an_item_just_before_the_full_hour_counts_for_the_next_one_too() -> None:
    found = learn(each_day(9.97), LONG_AGO, NOW)
    assert found.by_hour[9] > 5
    assert found.by_hour[10] > 5
    assert found.by_hour[8] < 1


def test_weekends_are_told_from_workdays() -> None:
    found = learn(each_day(9, 10, 11, workdays=True), LONG_AGO, NOW)
    assert min(found.by_weekday[:5]) > 1.2
    assert max(found.by_weekday[5:]) < 0.2


def test_times_of_any_zone_count_in_utc() -> None:
    kyiv = timezone(timedelta(hours=3))
    assert learn([time.astimezone(kyiv) for time in each_day(9)], LONG_AGO, NOW) == learn(each_day(9), LONG_AGO, NOW)


def test_little_evidence_moves_little() -> None:
    found = learn([NOW - timedelta(hours=1)], NOW - timedelta(hours=2), NOW)
    assert GUESSED_RATE * 0.9 < found.rate < GUESSED_RATE * 1.2
    assert max(found.by_hour) < 2.5
    assert set(found.by_weekday) == {1.0} or max(found.by_weekday) < 2.5


def test_the_first_poll_tells_of_the_days_before_it() -> None:
    found = learn(each_day(9, 10, 11, days=10), NOW, NOW)
    assert found.rate == pytest.approx(33 / 246, rel=0.1)
    assert found.by_hour[10] > 4


def test_nothing_older_than_four_weeks_counts_but_the_silence_since() -> None:
    old = [NOW - 60 * DAY, NOW - 90 * DAY]
    found = learn(old, NOW, NOW)
    assert found.rate < 0.01
    assert found.quiet_since == NOW - 60 * DAY


def test_where_nothing_was_ever_found_the_silence_lasts_since_the_first_poll() -> None:
    assert learn([], NOW - 3 * DAY, NOW).quiet_since == NOW - 3 * DAY
    assert learn([], LONG_AGO, NOW).quiet_since == NOW - 28 * DAY
    assert learn([], NOW, NOW).rate == pytest.approx(GUESSED_RATE)


def test_an_item_from_the_future_counts_as_of_now() -> None:
    assert learn([NOW + 9 * DAY], LONG_AGO, NOW).quiet_since == NOW
