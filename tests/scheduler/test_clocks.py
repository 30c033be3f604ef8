"""A clock that was set is noticed, a clock that is steered is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clocks import ClockGuard

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "monotonic", "jump"),
    [(1, 1, 0), (60, 60, 0), (1.5, 1, 0), (-3599, 1, -3600), (3601, 1, 3600), (-4, 1, -5), (-3.9, 1, 0), (0, 4, 0)],
)
def test_a_jump_is_what_the_wall_clock_did_more_than_time_passed(wall: float, monotonic: float, jump: float) -> None:
    guard = ClockGuard(NOON, 100.0)
    assert guard.jump(NOON + timedelta(seconds=wall), 100.0 + monotonic) == timedelta(seconds=jump)


def test_a_jump_is_told_once() -> None:
    guard = ClockGuard(NOON, 0.0)
    assert guard.jump(NOON - timedelta(hours=1), 1.0) < timedelta(0)
    assert guard.jump(NOON - timedelta(hours=1) + timedelta(seconds=1), 2.0) == timedelta(0)
