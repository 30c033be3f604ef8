"""Quiet hours of a destination: when they hold, by its own clock (pure; what passes them says `alerts.policy`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when it is quiet each day, by the clock of `zone`; None is that of the machine.

    They may go over midnight. `begins` and `ends` differ.
    """

    begins: time
    ends: time
    zone: tzinfo | None = None


def quiet_until(hours: QuietHours | None, now: datetime) -> datetime | None:
    """Return when the quiet that holds at `now` ends, in UTC; None where none holds.

    Moments are compared, not times of day: on the days when clocks change, quiet hours last an hour more or less, and
    an hour that comes twice does not make them begin or end twice.
    """
    if hours is None:
        return None
    today = now.astimezone(hours.zone).date()
    spans = (_span(hours, today - _DAY), _span(hours, today))
    return next((ends for begins, ends in spans if begins <= now < ends), None)


def _span(hours: QuietHours, day: date) -> tuple[datetime, datetime]:
    """Return the quiet that begins on a day, in UTC."""
    last = day if hours.begins < hours.ends else day + _DAY
    return _moment(day, hours.begins, hours.zone), _moment(last, hours.ends, hours.zone)


def _moment(day: date, at: time, zone: tzinfo | None) -> datetime:
    # A time without a zone is taken for the machine's. The first of two equal times counts.
    return datetime.combine(day, at, zone).astimezone(UTC)
