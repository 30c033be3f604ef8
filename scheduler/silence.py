"""When an outlet's silence is longer than its habits explain (F-15, pure).

Gaps are measured in active time: an hour counts as much as the outlet publishes at that hour of that weekday, a mean
hour as one, so that nights and Sundays without news count for nothing. The expected gap is F-15's in this time: six
hours, or four times the 95th percentile of the last 30 days' gaps. Beyond it an outlet is quiet. It is silent when a
day off does not explain that either: one day for those that rest at night, two for those that rest on some weekday
(a public holiday and the Friday after it), none for those that never rest. `benchmarks/silence.py` measures the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

Silence = Literal["none", "quiet", "silent"]

LEARNED_OVER = timedelta(days=30)
LEAST_SPAN = timedelta(days=7)
LEAST_GAPS = 3
SHORTEST = timedelta(hours=6)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TIMES_P95 = 4
_ONE_BURST = timedelta(minutes=30)  # what comes so close together is one publication: a digest of ten has no nine gaps
_RESTING = 0.1  # an hour or a weekday with less than a tenth of the mean is one of rest
_HOURS_OF_A_NIGHT = 4


@dataclass(frozen=True, slots=True)
class Habit:
    """When an outlet publishes, in its time zone.

    `by_hour` (24) and `by_weekday` (7, Monday first) are multiples of its mean rate. `gap` and `allowance` are in active
    time: after `gap` it is quiet, after both it is silent.
    """

    by_hour: tuple[float, ...]
    by_weekday: tuple[float, ...]
    zone: ZoneInfo
    gap: timedelta
    allowance: timedelta

    def active_time(self, since: datetime, until: datetime) -> timedelta:
        """Return how much of the time between two instants counts, hour by hour of the wall clock."""
        total, at = timedelta(0), since.astimezone(UTC)
        while at < until:
            following = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, until)
            local = at.astimezone(self.zone)
            total += (following - at) * self.by_hour[local.hour] * self.by_weekday[local.weekday()]
            at = following
        return total


def learn_habit(times: Sequence[datetime], zone: ZoneInfo) -> Habit | None:
    """Return the habit that the times of publications tell (any order); None where they tell too little.

    The 30 days end with the newest one, for a silent outlet must not be unlearned.
    """
    newest = max(times, default=None)
    if newest is None:
        return None
    bursts = _bursts([time for time in times if time >= newest - LEARNED_OVER])
    if len(bursts) <= LEAST_GAPS or bursts[-1] - bursts[0] < LEAST_SPAN:
        return None
    local = [time.astimezone(zone) for time in bursts]
    by_hour = _shares([time.hour for time in local], 24)
    by_weekday = _shares([time.weekday() for time in local], 7)
    weights = Habit(by_hour, by_weekday, zone, SHORTEST, timedelta(0))
    typical = _p95([weights.active_time(since, until) for since, until in pairwise(bursts)])
    day = max(by_weekday) * DAY
    off = _days_off(weights) if typical < day else 0  # who publishes less than daily misses days all the time
    return Habit(by_hour, by_weekday, zone, max(SHORTEST, TIMES_P95 * typical), off * day)


def silence_of(habit: Habit | None, since: datetime, until: datetime) -> Silence:
    """Return how the silence between an outlet's last news and the last look at it is to be taken."""
    if habit is None or until - since < SHORTEST:
        return "none"
    active = habit.active_time(since, until)
    if active < habit.gap:
        return "none"
    return "quiet" if active < habit.gap + habit.allowance else "silent"


def _bursts(times: Sequence[datetime]) -> list[datetime]:
    """Return times that are at least half an hour apart: the first of each half hour in which something came."""
    firsts: list[datetime] = []
    for time in sorted(times):
        if not firsts or time - firsts[-1] >= _ONE_BURST:
            firsts.append(time)
    return firsts


def _shares(slots: Sequence[int], size: int) -> tuple[float, ...]:
    """Return for each slot how many fell into it, as a multiple of the mean."""
    return tuple(slots.count(slot) * size / len(slots) for slot in range(size))


def _p95(gaps: Sequence[timedelta]) -> timedelta:
    ranked = sorted(gaps)
    return ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]


def _days_off(habit: Habit) -> int:
    if any(share < _RESTING for share in habit.by_weekday):
        return 2
    return 1 if sum(share < _RESTING for share in habit.by_hour) >= _HOURS_OF_A_NIGHT else 0
