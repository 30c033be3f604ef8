"""Events as JSON, each written once for as long as nothing of it changes: to write 200 of them took a quarter of a second."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from alerts.headline import headline
from db import Session
from db.queries import EventStamp, get_events
from db.views import event_json
from web.api.answers import written

KEPT = 2_000  # events, in whatever languages they were asked for: some 20 MB


class KeptEvents:
    """What was written last of each event, those that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, EventStamp], bytes] = OrderedDict()
        self._lock = Lock()

    def write(self, session: Session, stamps: Sequence[EventStamp], language: str) -> list[bytes]:
        """Return the events of these stamps as JSON, with titles in a language; those that are kept are not read."""
        found = self._find(stamps, language)
        missing = [stamp.id for stamp in stamps if stamp not in found]
        read = {
            view.id: written(event_json(view, headline(view.facts, language))) for view in get_events(session, missing)
        }
        fresh = {stamp: read[stamp.id] for stamp in stamps if stamp.id in read}
        self._keep(fresh, language)
        return [text for stamp in stamps if (text := found.get(stamp) or fresh.get(stamp)) is not None]

    def _find(self, stamps: Sequence[EventStamp], language: str) -> dict[EventStamp, bytes]:
        with self._lock:
            found = {stamp: text for stamp in stamps if (text := self._kept.get((language, stamp))) is not None}
            for stamp in found:
                self._kept.move_to_end((language, stamp))
        return found

    def _keep(self, fresh: Mapping[EventStamp, bytes], language: str) -> None:
        with self._lock:
            self._kept.update(((language, stamp), text) for stamp, text in fresh.items())
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
