"""When first messages are told together, in a digest, and not one by one (D-25 to D-27).

Four things make a digest: a flood of new events at one destination, events that are old when they are found, what
happened while we were down, and what the first look at an outlet brings. Nothing is dropped by any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.destinations import Destination
from alerts.quiet import quiet_until
from db import Session
from db.digests import Digest, Waiting, count_loaded, form_digest, told_alone_since, waiting_for_digests

CAP_WINDOW = timedelta(minutes=10)
EVENTS_IN_DIGEST = 10  # so that every receiver's limits hold the names of all of them
LOADED_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a digest gathers: until nothing came for `patience`, `longest` at most; then none for a `pause`."""

    patience: timedelta
    longest: timedelta
    pause: timedelta = timedelta(minutes=10)


RHYTHMS: Mapping[Digest, Rhythm] = {
    Digest.STORM: Rhythm(timedelta(minutes=1), timedelta(minutes=5)),
    Digest.CATCHING_UP: Rhythm(timedelta(minutes=2), timedelta(minutes=10)),
    Digest.LOADED: Rhythm(timedelta(minutes=2), timedelta(minutes=10)),
    Digest.LATE: Rhythm(timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1)),
}


def gathered_at(waiting: Waiting) -> datetime:
    """Return when what waits is told together."""
    rhythm = RHYTHMS[waiting.digest]
    at = min(waiting.newest_at + rhythm.patience, waiting.oldest_at + rhythm.longest)
    return at if waiting.last_at is None else max(at, waiting.last_at + rhythm.pause)


def free_at(told: Sequence[datetime], cap: int | None) -> datetime | None:
    """Return until when a destination hears of nothing more one by one; `told` is when it did, the oldest first.

    None: it may. At most `cap` first messages go out in ten minutes (D-25).
    """
    return told[-cap] + CAP_WINDOW if cap is not None and len(told) >= cap else None


def form_due(session: Session, destination: Destination, now: datetime, make_key: Callable[[], str]) -> bool:
    """Form the digests of a destination whose time has come; return whether it is to hear of nothing one by one now."""
    is_capped = _free_at(session, destination, now) is not None
    for waiting in _waiting(session, destination, now, is_capped=is_capped):
        if gathered_at(waiting) <= now:
            for parts, details in _pages(session, waiting, now):
                form_digest(session, waiting.digest, parts, make_key(), details, now)
    return is_capped


def next_moment(session: Session, destination: Destination, now: datetime) -> tuple[bool, datetime | None]:
    """Return whether a destination is capped, and when the next digest comes due or the cap ends; a read only."""
    free = _free_at(session, destination, now)
    waiting = _waiting(session, destination, now, is_capped=free is not None, lock=False)
    moments = [gathered_at(one) for one in waiting]
    if free is not None and any(one.digest == Digest.STORM for one in waiting):
        moments.append(free)
    return free is not None, min(moments, default=None)


def _free_at(session: Session, destination: Destination, now: datetime) -> datetime | None:
    if destination.cap is None:
        return None
    return free_at(told_alone_since(session, destination.name, now - CAP_WINDOW), destination.cap)


def _waiting(
    session: Session, destination: Destination, now: datetime, *, is_capped: bool, lock: bool = True
) -> list[Waiting]:
    is_quiet = quiet_until(destination.quiet, now) is not None
    return waiting_for_digests(session, destination.name, now, is_quiet=is_quiet, is_capped=is_capped, lock=lock)


def _pages(session: Session, waiting: Waiting, now: datetime) -> Iterator[tuple[Sequence[int], dict[str, Any]]]:
    """Yield the parts of each message of a digest, and what is to be said besides."""
    details: dict[str, Any] = {"events": len(waiting.ready)}
    if waiting.digest == Digest.LOADED:
        details["loaded"] = count_loaded(session, now - LOADED_WITHIN)
    starts = range(0, len(waiting.ready), EVENTS_IN_DIGEST)
    pages = [waiting.ready[start : start + EVENTS_IN_DIGEST] for start in starts]
    for page, parts in enumerate(pages, start=1):
        yield parts, {**details, "page": page, "pages": len(pages)}
