"""How long to wait for the next new item of an outlet that is well (pure).

The rule: of all ways to spend a number of requests, that one finds items soonest in the mean whose wait goes by one
over the square root of the expected rate (Sia, Cho and Cho, "Efficient monitoring algorithm for fast news alerts",
IEEE TKDE 19(7), 2007, draw it for hundreds of feeds by Lagrange's multipliers). As the rate changes within a wait, each
minute of it counts by the wait that it would deserve, and the poll is due when these shares make one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from db.planning import PastPoll
from db.publishing import Publishing
from scheduler.learning import GUESSED_RATE

LONGEST_SKIPPED = timedelta(hours=24)
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)

# Priority 1 is where such news appears first, 3 repeats it; other numbers count as the nearest of these.
LIMITS = {
    1: (timedelta(minutes=2), timedelta(minutes=15)),
    2: (timedelta(minutes=5), timedelta(minutes=30)),
    3: (timedelta(minutes=10), timedelta(minutes=60)),
}
# The wait where one item an hour is expected.
PACES = {1: timedelta(minutes=5), 2: timedelta(minutes=12), 3: timedelta(minutes=25)}

QUIET_AFTER = timedelta(days=7)  # without anything new the ceiling rises, in four weeks to fourfold
MOST_QUIET = 4.0

# News comes in clusters: of the rate that is expected now, this share goes by what came lately, the newest the most.
CLUSTERED = 0.5
FADES_IN = timedelta(minutes=30)


def limits_of(priority: int) -> tuple[timedelta, timedelta]:
    """Return the shortest and the longest regular wait."""
    return LIMITS[_nearest(priority)]


def _nearest(priority: int) -> int:
    return min(max(priority, min(LIMITS)), max(LIMITS))


@dataclass(frozen=True, slots=True)
class Pace:
    """What the pace of an entry point goes by, beside its polls; `skipped` are hours of the week, 0 is Monday 0:00."""

    priority: int
    publishing: Publishing | None = None
    skipped: frozenset[int] = frozenset()


def paced(learned: Sequence[PastPoll], pace: Pace, since: datetime, needed: float = 1.0) -> timedelta:
    """Return the wait from `since`, the newest poll; `learned` are the polls without trouble, newest first.

    Within floor and ceiling, which is higher for who has been quiet for weeks; in skipped hours no time counts, for a
    day at most. `needed` is the share of what is deserved that is waited for.
    """
    floor, ceiling = limits_of(pace.priority)
    news = list(_came(learned))
    ceiling *= 1.0 if news else _quietness(pace.publishing, since)
    share, wait = 0.0, timedelta(0)
    while share < needed and wait < LONGEST_SKIPPED:
        time = since + wait
        wait += STEP
        if time.weekday() * 24 + time.hour in pace.skipped:
            continue
        deserved = min(max(_deserved(_expected(pace.publishing, news, time), pace.priority), floor), ceiling)
        share += STEP / deserved
        if share > needed:  # the last step is too long
            wait -= (share - needed) * deserved
    return wait


def _deserved(rate: float, priority: int) -> timedelta:
    return PACES[_nearest(priority)] / math.sqrt(max(rate, 1e-6))


def _quietness(publishing: Publishing | None, now: datetime) -> float:
    """Return how many times the ceiling may be exceeded: once a week without news, up to four."""
    if publishing is None:
        return 1.0
    return min(max((now - publishing.quiet_since) / QUIET_AFTER, 1.0), MOST_QUIET)


def _expected(publishing: Publishing | None, news: Sequence[tuple[datetime, int]], time: datetime) -> float:
    """Return the items an hour that are expected at a time: habit, and what came lately (a Hawkes process)."""
    habit = publishing.at(time) if publishing is not None else GUESSED_RATE
    lately = sum(number * math.exp(-max((time - at) / FADES_IN, 0.0)) for at, number in news) / (FADES_IN / HOUR)
    return (1 - CLUSTERED) * habit + CLUSTERED * lately


def _came(learned: Sequence[PastPoll]) -> Iterator[tuple[datetime, int]]:
    """Yield when new items came, and how many: halfway between two polls. What the oldest poll found has no time."""
    for poll, before in pairwise(learned):
        if poll.items_new:
            yield poll.at - max(poll.at - before.at, timedelta(0)) / 2, poll.items_new
