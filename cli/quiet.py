"""Quiet hours as people write them: "22:00-07:00", by the clock of an IANA time zone (pure)."""

from __future__ import annotations

import re
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.quiet import QuietHours

_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"


def checked_hours(written: str) -> str:
    """Return hours that can be; raises ValueError."""
    if not re.fullmatch(f"{_TIME}-{_TIME}", written) or len(set(written.split("-"))) == 1:
        raise ValueError('give two different times of day, such as "22:00-07:00"')
    return written


def checked_timezone(name: str) -> str:
    """Return the name of a time zone that there is; raises ValueError."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError('give the IANA name of a time zone, such as "Europe/Kyiv"') from None
    return name


def quiet_hours(written: str | None, timezone: str | None) -> QuietHours | None:
    """Return checked hours as a value, by the machine's clock where no time zone is named."""
    if written is None:
        return None
    begins, _, ends = written.partition("-")
    zone = ZoneInfo(timezone) if timezone is not None else None
    return QuietHours(time.fromisoformat(begins), time.fromisoformat(ends), zone)
