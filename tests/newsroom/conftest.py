"""A clock that tests turn by hand, outlets that run by it, and a client that does nothing clever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from newsroom import MadeUpOutlet, OutletServer, made_up_outlets

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


class HandClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def open_outlet(clock: HandClock) -> Iterator[Callable[[MadeUpOutlet], OutletServer]]:
    """Return a function that starts an outlet which is stopped after the test."""
    running: list[OutletServer] = []

    def start(outlet: MadeUpOutlet) -> OutletServer:
        running.append(OutletServer(outlet, clock).start())
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(params=["ranok", "neman", "amber"])
def outlet(request: pytest.FixtureRequest, open_outlet: Callable[[MadeUpOutlet], OutletServer]) -> OutletServer:
    """An outlet of each language in turn, running, with nothing published yet."""
    return open_outlet(made_up_outlets()[request.param])


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One client for all tests: making one reads the certificates of the whole world."""
    with httpx.Client(timeout=10, follow_redirects=False, trust_env=False) as opened:
        yield opened
