"""The step `subscribe`: hubs that entry points announce are asked to tell us of news, and asked again in time.

A poll finds what a hub tells; so all that can go wrong here costs time only, and the step never hurries.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from db import Database
from db.pushes import Push, begin_asking, due_pushes, is_any_push, note_failure, plan_pushes

ASKED_AT_ONCE = 10
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)
JITTER = 0.2
UNVERIFIED = "the hub did not come to verify: can it reach web.address?"


class AsksHubs(Protocol):
    """Whoever sends the requests; returns what went wrong, None if a request was taken."""

    def ask(self, push: Push, hub: str) -> str | None: ...  # noqa: D102 (the class says it)


def make_token() -> str:
    """Return 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class PushParts:
    """What the step needs: the line to the hubs, and the address at which they find our page; without it all are left."""

    hubs: AsksHubs
    address: str | None
    make_token: Callable[[], str] = make_token


def subscribe_due(
    database: Database,
    parts: PushParts,
    clock: Callable[[], datetime],
    random: Random,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Ask the hubs whose time has come, at most ten, and return how many were asked.

    What is asked for is committed before the request: a hub may verify before it answers.
    """
    with database.read() as session:
        if not is_any_push(session, parts.address):
            return 0
    with database.begin(lock="pushes") as session:
        plan_pushes(session, parts.address, clock(), parts.make_token)
        due = due_pushes(session, clock(), ASKED_AT_ONCE)
    asked = 0
    for push in due:
        if is_stopping():
            break
        if push.state == "asked":  # since an hour
            _note(database, push, UNVERIFIED, clock(), random)
        else:
            asked += 1
            _ask(database, parts, push, clock, random)
    return asked


def _ask(database: Database, parts: PushParts, push: Push, clock: Callable[[], datetime], random: Random) -> None:
    hub = hub_to_ask(push)
    with database.begin() as session:
        begin_asking(session, push, hub, clock())
    trouble = parts.hubs.ask(push, hub)
    if trouble is not None:
        _note(database, push, trouble, clock(), random)


def _note(database: Database, push: Push, trouble: str, now: datetime, random: Random) -> None:
    with database.begin() as session:
        note_failure(session, push, trouble, now + retry_wait(push.failures, random.random()))


def hub_to_ask(push: Push) -> str:
    """Return whom to ask: the one asked before, or after failures the next that the entry point announces."""
    if push.is_leaving or not push.failures or push.hub not in push.hubs:
        return push.hub
    return push.hubs[(push.hubs.index(push.hub) + 1) % len(push.hubs)]


def retry_wait(failures: int, chance: float) -> timedelta:
    """Return how long to wait after one more failure: five minutes, four times as long each time, a day at most."""
    wait = min(FIRST_RETRY * 4.0 ** min(failures, 10), LONGEST_RETRY)
    return wait * (1 - JITTER * chance)
