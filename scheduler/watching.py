"""Whether everything moves: queues that are stuck are told of once, and once more when they go on."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import Database, DatabaseError
from db.maintenance import QueueHead, SignOfLife, forget_worker, give_sign_of_life, queue_heads
from db.planning import is_own_outage
from scheduler.child import ChildStatus

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SeenHead:
    """The row that was next in a queue, and since when it has been."""

    head: int
    since: datetime


def follow_heads(
    seen: Mapping[str, SeenHead], queues: Sequence[QueueHead], now: datetime
) -> tuple[dict[str, SeenHead], dict[str, str]]:
    """Return the heads as seen now and the troubles: queues whose head has not moved for ten minutes (pure).

    This tells a stuck queue from a long one, and needs no time in the row: an article that is read again is old.
    """
    heads: dict[str, SeenHead] = {}
    troubles = {}
    for queue in queues:
        if queue.head is None:
            continue
        before = seen.get(queue.name)
        is_same = before is not None and before.head == queue.head and before.since <= now
        head = before if is_same and before is not None else SeenHead(queue.head, now)
        heads[queue.name] = head
        if now - head.since >= STUCK_AFTER:
            wait = f"{(now - head.since) // timedelta(minutes=1)} min"
            troubles[f"queue of {queue.name}"] = f"stuck: number {queue.head} has been next for {wait}"
    return heads, troubles


class Watcher:
    """Remembers what it saw last time, so that each trouble is told when it begins and when it ends."""

    def __init__(self, database: Database, child: Callable[[], ChildStatus | None], started_at: datetime) -> None:
        self._database = database
        self._child = child
        self._started_at = started_at
        self._heads: dict[str, SeenHead] = {}
        self._name = f"service@{socket.gethostname()}"[:80]
        self.troubles: dict[str, str] = {}
        self.queues: dict[str, int] = {}
        self.is_own_outage = False  # said by the crawl process, which sees it first; here it is only shown

    def look(self, now: datetime) -> None:
        """Look at everything once, tell what changed, write the service's sign of life."""
        with self._database.read() as session:
            queues = queue_heads(session, now)
            self.is_own_outage = is_own_outage(session)
        self._heads, troubles = follow_heads(self._heads, queues, now)
        self.queues = {queue.name: queue.length for queue in queues}
        self._tell(troubles)
        self._sign(now)

    def forget(self) -> None:
        """Take the sign of life back: the service ends as it should, also when the database is gone."""
        try:
            with self._database.begin() as session:
                forget_worker(session, self._name)
        except DatabaseError as error:
            log.warning("the sign of life stays in the database: %s", error)

    def _tell(self, troubles: dict[str, str]) -> None:
        for subject in troubles.keys() - self.troubles.keys():
            log.warning("%s: %s", subject, troubles[subject])
        for subject in self.troubles.keys() - troubles.keys():
            log.info("%s: well again", subject)
        self.troubles = troubles

    def _sign(self, now: datetime) -> None:
        child = self._child()
        status = {
            "queues": self.queues,
            "troubles": self.troubles,
            "network": "down" if self.is_own_outage else "up",
            "crawl": "off" if child is None else "alive" if child.is_alive else "dead",
        }
        host = socket.gethostname()
        with self._database.begin() as session:
            give_sign_of_life(
                session, SignOfLife(self._name, "service", os.getpid(), host, self._started_at, now, status)
            )
