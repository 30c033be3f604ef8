"""What every receiver has in common: it records each request, and fails on order."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from newsroom.served import Served
from newsroom.serving import Answer, Exchange, LoopbackServer, Request, Reset


class ReceiverError(Exception):
    """A request is not what a receiver may trust; `request` is its subject."""

    def __init__(self, message: str, request: Request) -> None:
        super().__init__(message)
        self.request = request


class Receiver(Served, ABC):
    """A service that alerts are sent to, on loopback; a context manager.

    Scripted answers come first, one a call, in order. One of 2xx without a body means that the request is taken (or
    refused) as ever and only its answer is late, slow or lost: what a receiver does that crashes after it has
    recorded. Any other scripted answer stands for the whole call: nothing is taken.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.clock = clock
        self._script: deque[Answer] = deque()
        self._pace: Callable[[], float] = lambda: 0.0
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._respond, clock, host, port)

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Return what the service answers; calls come one at a time."""

    @property
    def root(self) -> str:
        """Return the root address, without a slash at its end."""
        return self._server.url

    @property
    def accepted(self) -> tuple[Request, ...]:
        """Return the requests that were answered with 2xx (or would have been, had the line held)."""
        return accepted(self.exchanges)

    def script(self, *answers: Answer) -> None:
        """Give the next calls these answers, one each, before the ordinary one comes back."""
        with self._lock:
            self._script.extend(answers)

    def hesitate(self, pace: Callable[[], float]) -> None:
        """Let every call wait before it is taken, and again before it is answered, for the seconds that `pace` draws.

        Between the two a caller that is killed has been heard and does not know it.
        """
        self._pace = pace

    def _respond(self, request: Request) -> Answer:
        self._server.is_stopping.wait(self._pace())
        with self._lock:
            scripted = self._script.popleft() if self._script else Answer()
            if not _is_taken(scripted):
                return scripted
            true = self.answer(request)
        return replace(true, delay=scripted.delay + self._pace(), drip=scripted.drip, reset=scripted.reset)


def accepted(exchanges: tuple[Exchange, ...]) -> tuple[Request, ...]:
    """Return the requests among `exchanges` that were to be answered with 2xx."""
    return tuple(one.request for one in exchanges if 200 <= one.status < 300)  # noqa: PLR2004  a class of statuses


def _is_taken(scripted: Answer) -> bool:
    is_good = 200 <= scripted.status < 300  # noqa: PLR2004  a class of statuses
    return is_good and not scripted.body and scripted.reset is not Reset.BEFORE_RECORDING
