"""How often an outlet publishes, and when, from what was found at its entry point (pure).

The expected rate of new items is a mean rate, times a factor for the hour of the day, times one for the day of the
week; hours and days are UTC, for a month of learning forgets a change of the clocks. Where little was seen, little
is believed: each number starts at a mild guess and needs evidence to move.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.publishing import Publishing

LEARNED_OVER = timedelta(days=28)  # four of each weekday
HOUR = timedelta(hours=1)

# The guess before anything is seen: one item in two hours, believed as much as six hours of watching.
_GUESSED_ITEMS, _GUESSED_HOURS = 3.0, 6.0
GUESSED_RATE = _GUESSED_ITEMS / _GUESSED_HOURS
_DOUBT = 1.0  # so many items must be seen in an hour or on a weekday to outweigh the mean
_LEAST = 0.02  # no hour is believed to be quite silent


def learn(times: Sequence[datetime], watched_since: datetime, now: datetime) -> Publishing:
    """Return what the times of an entry point's items tell; those of the first poll reach back before it.

    `times` in any order, of items published or else found; future ones count as now. `watched_since` is the first
    poll. Of what is older than four weeks only how long nothing was published is learned.
    """
    known = [min(time, now) for time in times]
    since = max(now - LEARNED_OVER, min([watched_since, *known]))
    recent = [time.astimezone(UTC) for time in known if time >= since]
    hours = [since + number * HOUR for number in range(int((now - since) / HOUR))]
    rate = (len(recent) + _GUESSED_ITEMS) / ((now - since) / HOUR + _GUESSED_HOURS)
    return Publishing(
        rate=rate,
        by_hour=_factors([time.hour for time in _blurred(recent)], [hour.hour for hour in hours], 24),
        by_weekday=_factors([time.weekday() for time in recent], [hour.weekday() for hour in hours], 7),
        quiet_since=max(known, default=since),
        learned_at=now,
    )


def _blurred(times: Sequence[datetime]) -> list[datetime]:
    """Let each item count in its hour and half an hour sooner and later: news of 9:58 may come at 10:02 tomorrow."""
    return [time + shift for time in times for shift in (-HOUR / 2, timedelta(0), HOUR / 2)]


def _factors(items: Sequence[int], watched: Sequence[int], size: int) -> tuple[float, ...]:
    """Return for each slot its items as a multiple of what it would have if all hours watched were alike."""
    found, seen = [0] * size, [0] * size
    for slot in items:
        found[slot] += 1
    for slot in watched:
        seen[slot] += 1
    each = len(items) / max(1, len(watched))
    return tuple(
        round(max(_LEAST, (count + _DOUBT) / (each * hours + _DOUBT)), 4) if hours else 1.0
        for count, hours in zip(found, seen, strict=True)
    )
