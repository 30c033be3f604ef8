"""Telling that the clock was set, from a clock that cannot be (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

NOTICED = timedelta(seconds=5)


class ClockGuard:
    """Compares the wall clock with the monotonic one, look by look (SCH-2)."""

    def __init__(self, wall: datetime, monotonic: float) -> None:
        self._wall = wall
        self._monotonic = monotonic

    def jump(self, wall: datetime, monotonic: float) -> timedelta:
        """Return by how much the clock was set since the last look, negative for back; zero if by less than 5 s.

        Small corrections (NTP slews) are left alone, look by look. A suspended machine shows as a jump forward.
        """
        jump = (wall - self._wall) - timedelta(seconds=monotonic - self._monotonic)
        self._wall, self._monotonic = wall, monotonic
        return jump if abs(jump) >= NOTICED else timedelta(0)
