"""Dates without a time, as an instant. Light, so that `volya import` reads dates as the crawler does."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo


def noon_of(day: date, zone: tzinfo) -> datetime:
    """Return the instant that stands for a date without a time: its noon where the outlet is, in UTC.

    Midnight would show as the day before almost everywhere west of the outlet.
    """
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
