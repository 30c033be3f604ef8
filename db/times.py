"""The times that articles state of themselves, made plausible (SEC-18; pure)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HALF_A_DAY = timedelta(hours=12)
FUTURE_ALLOWED = timedelta(minutes=10)
OLDEST_PLAUSIBLE = datetime(2000, 1, 1, tzinfo=UTC)


def plausible_time(
    stated: datetime | None, precision: str | None, fetched_at: datetime, now: datetime
) -> tuple[datetime | None, str | None]:
    """Return a stated time made plausible (SEC-18), and a note if it was not: the future is clamped to the fetch."""
    if stated is None:
        return None, None
    if precision == "day" and now < stated <= now + HALF_A_DAY:  # the noon of today
        return fetched_at, None
    if stated > now + FUTURE_ALLOWED:
        return fetched_at, f"stated {stated.isoformat()}, in the future: taken as the time of the fetch"
    if stated < OLDEST_PLAUSIBLE:
        return None, f"stated {stated.isoformat()}, before 2000: taken as unknown"
    return stated, None
