"""The step `plan`: what polls found becomes the time of the next check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from db import Database, Session
from db.bursts import Burst, WaitingEntryPoint, bring_forward, burst_at, waiting_entry_points
from db.planning import PolledEntryPoint, is_own_outage, is_unplanned, set_next_checks, unplanned_entry_points
from db.publishing import Publishing, first_poll_of, item_times, publishing_of, store_publishing
from db.pushes import promises_of
from scheduler.learning import LEARNED_OVER, learn
from scheduler.rhythm import Hints, brought_forward, next_check

LEARNED_AGAIN = timedelta(hours=24)
LEARNED_AT_ONCE = 10  # a month of a wire's items takes some 30 ms, and others wait to write


def plan_due(database: Database, now: datetime, random: Random) -> int:
    """Plan every entry point with new polls, in one transaction, and return how many there were.

    Until this has run an entry point keeps the safe provisional time that its poll left, so crawling never
    waits for planning. When an event breaks, those that wait are brought forward, polled lately or not.
    """
    with database.read() as session:
        burst = burst_at(session, now)
        hurried = _hurried(waiting_entry_points(session, burst, now) if burst else (), now, random)
        if not hurried and not is_unplanned(session):
            return 0
    with database.begin(lock="planning") as session:
        bring_forward(session, hurried, now)
        polled = unplanned_entry_points(session)
        known = _learned(session, polled, now)
        promises = promises_of(session, [point.id for point in polled], now)
        outage = is_own_outage(session)
        checks = []
        for entry_point in polled:
            hints = _hints(entry_point, known.get(entry_point.id), burst, is_own_outage=outage)
            hints = replace(hints, promise=promises.get(entry_point.id))
            checks.append((entry_point, next_check(entry_point.history, hints, now, random)))
        set_next_checks(session, checks, now)
    return len(polled)


def _hurried(waiting: Sequence[WaitingEntryPoint], now: datetime, random: Random) -> list[tuple[int, datetime]]:
    """Return whose wait is longer than a burst allows, each with its new time."""
    times = ((p.id, brought_forward(p.last_checked_at, p.next_check_at, p.priority, now, random)) for p in waiting)
    return [(entry_point, at) for entry_point, at in times if at is not None]


def _learned(session: Session, polled: Sequence[PolledEntryPoint], now: datetime) -> dict[int, Publishing]:
    """Return what is known of each, learned anew where that is a day old; of some at a time, the others have theirs."""
    known = publishing_of(session, [point.id for point in polled])
    stale = (p for p in polled if p.id not in known or known[p.id].learned_at <= now - LEARNED_AGAIN)
    for point in islice((p for p in stale if p.check_every is None), LEARNED_AT_ONCE):
        since = first_poll_of(session, point.id) or now
        known[point.id] = learn(item_times(session, point.id, now - LEARNED_OVER), since, now)
        store_publishing(session, point.id, known[point.id])
    return known


def _hints(entry_point: PolledEntryPoint, publishing: Publishing | None, burst: Burst, *, is_own_outage: bool) -> Hints:
    return Hints(
        priority=entry_point.priority,
        check_every=entry_point.check_every,
        is_own_outage=is_own_outage,
        is_burst=burst.holds(entry_point.outlet, entry_point.priority),
        publishing=publishing,
        ttl=entry_point.ttl,
        skipped=entry_point.skipped,
    )
