"""Our own downtime: what happened meanwhile is told together when we are back (D-27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db import Database
from db.notes import make_note, note_of

LONG = timedelta(hours=6)
CATCHES_UP_FOR = timedelta(hours=2)
NOTE_EVERY = timedelta(minutes=1)
PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True, slots=True)
class Absence:
    """From when until when we were down, or asleep."""

    since: datetime
    until: datetime

    def hides(self, published_at: datetime | None, first_seen: datetime) -> bool:
        """Say whether an event that was told in that time, by its first report, came to us only after it."""
        return published_at is not None and published_at < self.until <= first_seen


def note_presence(database: Database, now: datetime) -> Absence | None:
    """Note that we are here; return the long absence that ended a short while ago, if there was one.

    Written once in a minute at most. A clock that was set back begins anew.
    """
    with database.read() as session:
        seen, missed = note_of(session, PRESENT), note_of(session, ABSENT)
    last = Absence(datetime.fromisoformat(missed.value["since"]), missed.at) if missed is not None else None
    if seen is None or abs(now - seen.at) >= NOTE_EVERY:
        with database.begin() as session:
            make_note(session, PRESENT, {}, now)
            if seen is not None and now - seen.at > LONG:
                make_note(session, ABSENT, {"since": seen.at.isoformat()}, now)
                last = Absence(seen.at, now)
    return last if last is not None and timedelta(0) <= now - last.until < CATCHES_UP_FOR else None
