"""The service: its parts started in order, kept, and stopped in order (F-26 … F-28, DB-4)."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import FrameType

from db import hold_service_lock
from db.leases import free_dead
from db.planning import move_checks, move_sends
from scheduler.child import ChildKeeper, ChildStatus
from scheduler.clocks import ClockGuard
from scheduler.delivering import DeliveryThread
from scheduler.jobs import JOBS, JobContext
from scheduler.parts import ServiceParts, ServiceStatus
from scheduler.running import JobRunner
from scheduler.serving import WebThread, spare_what_stays
from scheduler.signals import handled_signals
from scheduler.status import status_of
from scheduler.systemd import Systemd
from scheduler.watching import Watcher

log = logging.getLogger(__name__)

SAME_SIGNAL = 1.0  # seconds within which a second signal is the first one told twice
LOOK_EVERY = 1.0


class Service:
    """Everything that `volya run` does, from `start()` to `stop()`; `run()` is both, with signals in between.

    Started in this order: the right to be the only service, delivery (what was promised is sent first), the web
    page, the crawl process, the jobs. Stopped in the reverse order, so that nothing makes work for what is gone.
    """

    def __init__(self, parts: ServiceParts, systemd: Systemd | None = None) -> None:
        self._parts = parts
        self._systemd = systemd if systemd is not None else Systemd.of_environment(os.environ)
        self._started_at = parts.clock()
        self._stopping = threading.Event()
        self._signalled_at: float | None = None
        self._bell, self._ring = socket.socketpair()  # sockets, for they close themselves
        self._delivery = DeliveryThread(parts.delivery, self._systemd)
        self._child = ChildKeeper(parts.child, self._on_articles) if parts.child is not None else None
        self._watcher = Watcher(parts.database, self._child_status, self._started_at)
        context = JobContext(parts, self._watcher, self._stopping.is_set)
        self._jobs = JobRunner(JOBS, context, parts.intervals)
        self._web = WebThread(parts.web.make_app(self.status, self._stopping.is_set), parts.web.host, parts.web.port)
        self._started: ExitStack | None = None

    @property
    def address(self) -> str:
        """The address of the web page."""
        return self._web.address

    def start(self) -> None:
        """Start everything; if a part cannot, those before it are stopped again.

        Raises AlreadyRunningError (another service on this database), PortTakenError, ServiceError.
        """
        with ExitStack() as started:
            started.enter_context(hold_service_lock(self._parts.database))
            self._free_dead()
            started.callback(self._watcher.forget)
            for part in (self._delivery, self._web, self._child, self._jobs):
                if part is not None:
                    part.start()
                    started.callback(part.stop)
            self._started = started.pop_all()
        log.info("Volya runs: %s (end it with Ctrl-C or SIGTERM)", self.address)
        self._systemd.tell("READY=1")

    def _free_dead(self) -> None:
        """Take over at once what an earlier life left claimed: a message in flight, an article half read."""
        with self._parts.database.begin() as session:
            free_dead(session, self._parts.owner)

    def stop(self) -> None:
        """Stop everything: begin nothing new, end the child, finish the sends in flight and the jobs under way.

        A service that does not run is left as it is.
        """
        if self._started is None:
            return
        self._systemd.tell("STOPPING=1")
        self._stopping.set()
        # Ask all first, then wait for each: the waits run side by side.
        self._jobs.pause()
        if self._child is not None:
            self._child.ask_to_stop()
        self._delivery.ask_to_stop()
        self._started.close()
        self._started = None
        log.info("Volya has stopped")

    def run(self) -> int:
        """Start, go on until a signal or `request_stop`, stop; return the exit code 0. For the main thread only."""
        with handled_signals(self._on_signal):
            self.start()
            spare_what_stays()
            try:
                self._wait()
            finally:
                self.stop()
        return 0

    def request_stop(self) -> None:
        """Let `run` end; any thread may ask."""
        self._ring.send(b"x")

    def status(self) -> ServiceStatus:
        """Return how everything is."""
        parts = {"delivery loop": self._delivery.is_alive, "web page": self._web.is_alive}
        return status_of(self._jobs, parts, self._child_status(), self._watcher, self._started_at)

    def _child_status(self) -> ChildStatus | None:
        return self._child.status() if self._child is not None else None

    def _on_articles(self, _number: int) -> None:
        if not self._stopping.is_set():
            self._jobs.wake("read")

    def _wait(self) -> None:
        guard = ClockGuard(self._parts.clock(), time.monotonic())
        while not select.select([self._bell], [], [], LOOK_EVERY)[0]:
            jump = guard.jump(self._parts.clock(), time.monotonic())
            if jump < timedelta(0):
                self._follow_clock(jump, self._parts.clock())

    def _follow_clock(self, jump: timedelta, now: datetime) -> None:
        log.warning("the clock was set back by %s; waits are counted from now", -jump)
        self._jobs.wake_all()
        try:
            with self._parts.database.begin() as session:
                move_checks(session, jump, now)
                move_sends(session, jump, now)
        except Exception:  # the border of the main loop: it must go on to hear signals
            log.exception("the times of checks and sends could not be moved; they go on after that time")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Stop in order at the first signal, this instant at the next that comes a second or more later (F-27).

        Some senders signal a process and then its whole group: that is one wish, told twice. The stop is asked for by
        a byte through a socket, for a handler may not touch a lock that the interrupted code may hold.
        """
        now = time.monotonic()
        if self._signalled_at is not None:
            if now - self._signalled_at < SAME_SIGNAL:
                return
            if self._child is not None:
                self._child.kill()
            os._exit(128 + number)
        self._signalled_at = now
        self._ring.send(b"x")
