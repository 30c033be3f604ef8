"""Measures how well silence is judged: false alarms in 30 days of regular publishing, and how soon real silence is seen.

Each kind of outlet is played eight times: 30 days to learn from, 30 days in which it publishes as it does, and then the end
of it at a random moment. It is polled every half hour, and its habit learned anew each day. Beside our rule stands F-15
to the letter (gaps by the clock). Fails where an outlet that publishes as ever is called silent, or silence is not seen
in the time that the docs state.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from scheduler.silence import Habit, learn_habit, silence_of

ZONE = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 9, 7, tzinfo=ZONE)  # a Monday; the clocks change on 25 October, among the days that are judged
DAYS_LEARNED = 30
DAYS_JUDGED = 30
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
POLL = timedelta(minutes=30)
ROUNDS = 8
HOLIDAY = 45  # the number of a Thursday among the days that are judged

NIGHT, AWAKE, OFFICE_HOURS, MORNING = range(6), range(7, 23), range(9, 17), range(9, 12)
WORKING_DAYS, SUNDAY = range(5), 6

Share = Callable[[datetime, int], float]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of outlet: items a day in the mean, how much of it an hour gets, and within how many days its end is seen."""

    name: str
    items: float
    share: Share
    seen_within: float


def always(_at: datetime, _day: int) -> float:
    """Publish round the clock."""
    return 1


def thin_at_night(at: datetime, _day: int) -> float:
    """Publish at night too, but a tenth of it."""
    return 0.13 if at.hour in NIGHT else 1.29


def awake(at: datetime, _day: int) -> float:
    """Publish from seven to eleven in the evening, half of it on Sundays."""
    return (1.5 if at.hour in AWAKE else 0) * (0.5 if at.weekday() == SUNDAY else 1)


def office(at: datetime, _day: int) -> float:
    """Publish on working days from nine to five."""
    return 3 if at.weekday() in WORKING_DAYS and at.hour in OFFICE_HOURS else 0


def twice_a_day(at: datetime, _day: int) -> float:
    """Publish all at nine and at six."""
    return 12 if at.hour in (9, 18) else 0


def mondays(at: datetime, _day: int) -> float:
    """Publish on Monday morning."""
    return 56 if at.weekday() == 0 and at.hour in MORNING else 0


def with_holiday(share: Share, days: int, left: float) -> Share:
    """Return the share of one that publishes only `left` of it on some days in a row."""
    return lambda at, day: share(at, day) * (left if HOLIDAY <= day < HOLIDAY + days else 1)


KINDS = (
    Kind("wire, round the clock, 200 a day", 200, always, 0.3),
    Kind("wire, round the clock, 40 a day", 40, always, 0.6),
    Kind("newsroom, thin at night, 60 a day", 60, thin_at_night, 0.75),
    Kind("newsroom, thin at night, 20 a day", 20, thin_at_night, 1.5),
    Kind("newsroom, silent at night, 60 a day", 60, awake, 2),
    Kind("newsroom, silent at night, 15 a day", 15, awake, 4),
    Kind("newsroom, silent at night, 5 a day", 5, awake, 7),
    Kind("bulletin, nine and six o'clock", 16, twice_a_day, 5),
    Kind("office, 10 on working days", 10, office, 8),
    Kind("office, 3 on working days", 3, office, 15),
    Kind("organisation, 3 a week", 3 / 7, awake, 60),
    Kind("blog, Mondays", 1 / 7, mondays, 55),
    Kind("newsroom, a quarter on two holidays", 15, with_holiday(awake, 2, 0.25), 4),
    Kind("newsroom, silent on a holiday", 15, with_holiday(awake, 1, 0), 4),
    Kind("office, shut on Thursday and Friday", 10, with_holiday(office, 2, 0), 8),
)


def publications(kind: Kind, random: Random) -> list[datetime]:
    """Return when an outlet published over the days that are learned from and those that are judged."""
    times = []
    for hour in range(24 * (DAYS_LEARNED + DAYS_JUDGED)):
        at = (START.astimezone(UTC) + hour * HOUR).astimezone(ZONE)
        if kind.share is mondays:
            times += [at + random.random() * HOUR] if at.weekday() == 0 and at.hour == 9 + hour // 168 % 3 else []
            continue
        rate = kind.items * kind.share(at, hour // 24) / 24
        times += [at + random.random() * HOUR for _ in range(_poisson(rate, random))]
    return sorted(times)


def _poisson(rate: float, random: Random) -> int:
    number, left, floor = 0, random.random(), math.exp(-rate)
    while left > floor:
        number, left = number + 1, left * random.random()
    return number


def to_the_letter(times: Sequence[datetime]) -> Habit | None:
    """Return F-15 by the clock, without any knowledge of nights and weekends."""
    recent = [time for time in times if time >= times[-1] - timedelta(days=30)]
    gaps = sorted(later - earlier for earlier, later in pairwise(recent))
    if not gaps:
        return None
    gap = max(6 * HOUR, 4 * gaps[min(len(gaps) - 1, round(0.95 * len(gaps)))])
    return Habit((1.0,) * 24, (1.0,) * 7, ZONE, gap, timedelta(0))


def ours(times: Sequence[datetime]) -> Habit | None:
    """Return the habit as the service learns it."""
    return learn_habit(times, ZONE)


def silences(times: Sequence[datetime], rule: Callable[[Sequence[datetime]], Habit | None]) -> Iterator[datetime]:
    """Yield each moment at which the rule begins to call an outlet silent while it is judged."""
    first = START + DAYS_LEARNED * DAY
    polls = (first.astimezone(UTC) + number * POLL for number in range(int(DAYS_JUDGED * DAY / POLL)))
    known, habit, learned_on, was_silent = 0, None, None, False
    for at in polls:
        while known < len(times) and times[known] <= at:
            known += 1
        if learned_on != at.date():
            habit, learned_on = rule(times[:known]), at.date()
        is_silent = silence_of(habit, times[known - 1], at) == "silent"
        if is_silent and not was_silent:
            yield at
        was_silent = is_silent


def delay(times: Sequence[datetime], random: Random) -> timedelta | None:
    """Return how long after a random end an outlet is called silent; None if not within 60 days."""
    end = START + (DAYS_LEARNED + random.random() * DAYS_JUDGED) * DAY
    before = [time for time in times if time <= end]
    habit = ours(before)
    waits = (number * POLL for number in range(1, int(60 * DAY / POLL)))
    return next((wait for wait in waits if silence_of(habit, before[-1], end + wait) == "silent"), None)


def main() -> int:
    """Play every kind of outlet, print the figures, return 1 if one is not kept."""
    print(f"{'outlet':<38}{'false alarms':>14}{'to the letter':>15}{'seen after':>12}{'at most':>9}{'stated':>8}")
    wrong = 0
    for kind in KINDS:
        wrong += _measure(kind)
    print("as stated" if not wrong else f"{wrong} kinds of outlets are not judged as stated")
    return 1 if wrong else 0


def _measure(kind: Kind) -> bool:
    false, literal, delays = 0, 0, []
    for number in range(ROUNDS):
        random = Random(f"{kind.name} {number}")  # noqa: S311 (a simulation)
        times = publications(kind, random)
        false += len(list(silences(times, ours)))
        literal += len(list(silences(times, to_the_letter)))
        delays.append((delay(times, random) or timedelta(days=999)) / DAY)
    worst = max(delays)
    print(f"{kind.name:<38}{false:>14}{literal:>15}{median(delays):>10.1f} d{worst:>7.1f} d{kind.seen_within:>6} d")
    return bool(false) or worst > kind.seen_within


if __name__ == "__main__":
    sys.exit(main())
