"""The step `plan`: what polls found becomes the time of the next check."""

from __future__ import annotations

from datetime import datetime
from random import Random

from db import Database
from db.planning import is_own_outage, is_unplanned, set_next_check, unplanned_entry_points
from scheduler.rhythm import Hints, next_check


def plan_due(database: Database, now: datetime, random: Random) -> int:
    """Plan every entry point with new polls, in one transaction, and return how many there were.

    Until this has run an entry point keeps the safe provisional time that its poll left, so crawling never
    waits for planning.
    """
    with database.read() as session:
        if not is_unplanned(session):
            return 0
    with database.begin(lock="planning") as session:
        polled = unplanned_entry_points(session)
        outage = is_own_outage(session)
        for entry_point in polled:
            hints = Hints(entry_point.priority, entry_point.check_every, outage)
            set_next_check(session, entry_point, next_check(entry_point.history, hints, now, random), now)
    return len(polled)
