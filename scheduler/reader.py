"""One more process that reads articles: the step `read` without the rest of the service.

What is announced and sent stays with the service, which looks every second for events that wait.
"""

from __future__ import annotations

import logging
import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from db import Database, DatabaseError
from db.leases import free_dead
from db.maintenance import SignOfLife, forget_worker, give_sign_of_life
from scheduler.parts import ReadNew, utc_now
from scheduler.signals import handled_signals

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two looks at an empty queue
PAUSE_AFTER_FAILURE = 10.0
SIGN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ReaderParts:
    """What a read worker is made of; `owner` is the name under which `read` claims articles.

    `pause` is for how many seconds it waits after the database failed.
    """

    database: Database
    read: ReadNew
    owner: str
    clock: Callable[[], datetime] = utc_now
    pause: float = PAUSE_AFTER_FAILURE


class Reader:
    """Reads what is new until it is stopped. A database that fails is tried again: it may be on another machine."""

    def __init__(self, parts: ReaderParts) -> None:
        self._parts = parts
        self._name = f"read@{parts.owner}"[:80]
        self._started_at = parts.clock()
        self._signed_at: datetime | None = None
        self._read = 0
        self._trouble: str | None = None
        self._is_stopping = False
        self._bell, self._ring = socket.socketpair()  # as in `service`: a handler may touch no lock

    def run(self) -> int:
        """Read until SIGTERM, SIGINT or `request_stop`; return the exit code 0. For the main thread only."""
        with handled_signals(self._on_signal):
            log.info("reads articles on %s (end it with Ctrl-C or SIGTERM)", self._parts.database.address)
            try:
                while not self._is_stopping:
                    self._wait(self._step())
            finally:
                self._forget()
        log.info("%d articles read", self._read)
        return 0

    def request_stop(self) -> None:
        """Let `run` end after the articles it has claimed; any thread may ask."""
        self._is_stopping = True
        self._ring.send(b"x")

    def _step(self) -> float:
        """Read once; return for how many seconds there is nothing to do."""
        try:
            if self._signed_at is None:
                self._free_dead()
            self._sign()
            reading = self._parts.read(now=self._parts.clock())
        except DatabaseError as error:
            self._note(str(error))
            return self._parts.pause
        self._note(None)
        self._read += reading.read
        return 0.0 if reading.read + reading.failed else PAUSE

    def _note(self, trouble: str | None) -> None:
        """Tell of a trouble when it begins and when it ends."""
        if trouble is not None and trouble != self._trouble:
            log.error("%s; it is tried again", trouble)
        if trouble is None and self._trouble is not None:
            log.info("the database answers again")
        self._trouble = trouble

    def _free_dead(self) -> None:
        with self._parts.database.begin() as session:
            free_dead(session, self._parts.owner)

    def _sign(self) -> None:
        now = self._parts.clock()
        if self._signed_at is not None and abs(now - self._signed_at) < SIGN_EVERY:
            return
        with self._parts.database.begin() as session:
            told = (self._name, "read", os.getpid(), socket.gethostname(), self._started_at, now)
            give_sign_of_life(session, SignOfLife(*told, {"read": self._read}))
        self._signed_at = now

    def _forget(self) -> None:
        with suppress(DatabaseError), self._parts.database.begin() as session:  # a sign that stays is forgotten later
            forget_worker(session, self._name)

    def _wait(self, seconds: float) -> None:
        select.select([self._bell], [], [], 0.0 if self._is_stopping else seconds)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.request_stop()
