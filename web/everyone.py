"""Everyone who is named or watched, for the page and the API: only events that changed since the last look are read anew."""

from __future__ import annotations

from db import Session
from db.people import Naming, list_namings, list_watches, people_version
from db.queries import EVERY_EVENT, EventStamp, stamps_after
from events.persons import PersonView, join_persons


class Everyone:
    """Keeps what events say of people. What is kept is replaced whole, so threads may ask at the same time."""

    def __init__(self) -> None:
        self._known: tuple[tuple[object, ...], list[PersonView]] | None = None
        self._namings: dict[EventStamp, Naming | None] = {}

    def persons(self, session: Session) -> list[PersonView]:
        """Return everyone, who was named last first, then who is only watched."""
        version, known = people_version(session), self._known
        if known is None or known[0] != version:
            known = version, join_persons(self._read(session), list_watches(session))
            self._known = known
        return known[1]

    def _read(self, session: Session) -> list[Naming]:
        """Return the events that name anybody, the newest first."""
        stamps, kept = stamps_after(session, EVERY_EVENT, None, None), self._namings
        changed = [stamp.id for stamp in stamps if stamp not in kept]
        read = {naming.event: naming for naming in list_namings(session, among=changed)} if changed else {}
        now = {stamp: kept[stamp] if stamp in kept else read.get(stamp.id) for stamp in stamps}
        self._namings = now
        return [naming for naming in now.values() if naming is not None]
