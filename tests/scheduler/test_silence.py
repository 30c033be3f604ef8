"""When an outlet's silence is longer than its habits explain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.silence import learn_habit, silence_of

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 9, 7, tzinfo=WARSAW)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FOUR_WEEKS = 28


def every(step: timedelta, days: int = FOUR_WEEKS) -> list[datetime]:
    return [MONDAY.astimezone(UTC) + number * step for number in range(int(days * DAY / step))]


def by_day(hours: range, weekdays: range = range(7)) -> list[datetime]:
    days = [MONDAY + day * DAY for day in range(FOUR_WEEKS)]
    return [day + hour * HOUR for day in days if day.weekday() in weekdays for hour in hours]


ROUND_THE_CLOCK = every(HOUR)
BY_DAY = by_day(range(7, 23))
OFFICE = by_day(range(9, 17), range(5))
WEEKLY = by_day(range(9, 10), range(1))
DIGEST = [at + number * timedelta(seconds=20) for at in by_day(range(9, 10)) for number in range(12)]


def found(times: list[datetime], silent_for: timedelta, last: datetime | None = None) -> str:
    """What a silence that begins with the last of these times is taken for."""
    last = last or times[-1]
    return silence_of(learn_habit(times, WARSAW), last, last + silent_for)


@pytest.mark.parametrize(
    ("times", "hours", "silence"),
    [
        # Round the clock: F-15 to the letter, six hours by the clock, and no day off.
        (ROUND_THE_CLOCK, 5.9, "none"),
        (ROUND_THE_CLOCK, 6.1, "silent"),
        # By day, the last news on a Sunday at ten in the evening: the night counts for nothing, and one day may be off.
        (BY_DAY, 9, "none"),
        (BY_DAY, 14, "quiet"),
        (BY_DAY, 24, "quiet"),
        (BY_DAY, 39, "silent"),
        # Office hours, the last news on a Friday at four: the weekend counts for nothing, and two days may be off.
        (OFFICE, 64, "none"),
        (OFFICE, 3 * 24, "quiet"),
        (OFFICE, 4 * 24 + 17, "quiet"),
        (OFFICE, 6 * 24, "silent"),
        # Mondays: three may be missed, for that is four times the usual gap.
        (WEEKLY, 21 * 24, "none"),
        (WEEKLY, 29 * 24, "silent"),
        # Twelve at once each morning are one publication a day, not eleven gaps of nothing.
        (DIGEST, 40, "none"),
        (DIGEST, 3 * 24, "none"),
        (DIGEST, 6 * 24, "silent"),
    ],
)
def test_silence_is_measured_in_the_time_in_which_an_outlet_publishes(
    times: list[datetime], hours: float, silence: str
) -> None:
    assert found(times, hours * HOUR) == silence


@pytest.mark.parametrize(
    "times", [[], every(HOUR, days=6), every(14 * DAY), [MONDAY, MONDAY + 8 * DAY, MONDAY + 16 * DAY]]
)
def test_an_outlet_that_is_hardly_known_is_never_called_silent(times: list[datetime]) -> None:
    assert learn_habit(times, WARSAW) is None
    assert silence_of(None, MONDAY, MONDAY + 300 * DAY) == "none"


def test_a_habit_is_not_unlearned_in_a_long_silence() -> None:
    assert found(ROUND_THE_CLOCK, 300 * DAY) == "silent"


def test_what_came_before_the_last_month_is_forgotten() -> None:
    old = [at - 90 * DAY for at in ROUND_THE_CLOCK]
    assert learn_habit([*old, *OFFICE], WARSAW) == learn_habit(OFFICE, WARSAW)


def test_the_change_of_the_clocks_moves_no_habit() -> None:
    sunday = datetime(2026, 10, 24, 22, tzinfo=WARSAW)  # at three in the morning it is two again
    assert found(BY_DAY, 10 * HOUR, last=sunday) == "none"
    habit = learn_habit(BY_DAY, WARSAW)
    assert habit is not None
    assert habit.active_time(sunday + HOUR, sunday + 9 * HOUR) == timedelta(0)
