"""What the first look at an outlet found and nobody is told of: said once, as a number (D-26)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from db import Database
from db.digests import has_loaded_digest, loaded_after, newest_event
from db.notes import make_note, note_of
from db.notices import Notice, add_notice

COUNTED = "loaded"
PATIENCE = timedelta(minutes=5)
LONGEST = timedelta(minutes=30)


def tell_loaded(database: Database, to: Collection[str], now: datetime, make_key: Callable[[], str]) -> bool:
    """Tell the destinations in `to` how many old events a first look found, once no more come; return whether it did.

    Where something recent was among them, the digest that tells of it says the number, and nothing is told here.
    """
    with database.read() as session:
        note = note_of(session, COUNTED)
        upto = int(note.value["upto"]) if note is not None else 0
        newest = newest_event(session)
        number, first_at, last_at = loaded_after(session, upto) if newest > upto else (0, None, None)
    if newest == upto or (last_at is not None and now < min(last_at + PATIENCE, (first_at or last_at) + LONGEST)):
        return False
    with database.begin() as session:
        make_note(session, COUNTED, {"upto": newest}, now)
        if first_at is None or has_loaded_digest(session, first_at):
            return False
        return add_notice(session, Notice("loaded", f"up to {newest}", {"loaded": str(number)}), to, now, make_key)
