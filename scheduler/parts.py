"""What the service is made of: values and callables that the composition root (`cli.wiring`) hands in."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from alerts.keys import new_key
from db import Database
from db.leases import owner_name
from scheduler.child import ChildPlan

App = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI


class Reading(Protocol):
    """What one round of reading came to: articles read, and articles that could not be."""

    @property
    def read(self) -> int: ...  # noqa: D102 (the field)
    @property
    def failed(self) -> int: ...  # noqa: D102 (the field)


class ReadNew(Protocol):
    """The step `events.read_new`, bound to its database; it contains the trouble of a single article itself."""

    def __call__(self, *, now: datetime) -> Reading: ...  # noqa: D102 (the class says it)


class AnnounceDue(Protocol):
    """The step `alerts.announce_due`, bound to its database and destinations; returns how many it announced."""

    def __call__(self, *, now: datetime) -> int: ...  # noqa: D102 (the class says it)


class Delivery(Protocol):
    """The delivery loop. `run` returns after `stop`, when the sends in flight are finished and committed."""

    async def run(self) -> None: ...  # noqa: D102 (the class says it)
    def wake(self) -> None:
        """Say that there may be something to send; any thread may."""

    def stop(self) -> None:
        """Take nothing new, and let `run` return; called in the loop's own thread."""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How the service is, for `/healthz` (faults: it is not well), `/readyz` (reasons: it cannot do its work)."""

    faults: tuple[str, ...]
    reasons: tuple[str, ...]
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WebParts:
    """The web page: where it listens (port 0: any free one), and how it is made.

    `make_app` gets the service's status and whether it is stopping: what answers without end must end then.
    """

    host: str
    port: int
    make_app: Callable[[Callable[[], ServiceStatus], Callable[[], bool]], App]


def utc_now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """Everything the service needs. Without `child` it crawls nothing, without `backups` it makes no copies.

    `operators` are the destinations that are told of silent outlets; `make_key` makes the keys of those messages.
    `owner` is the name under which the service claims work. `intervals` replaces the interval of jobs by name; `keep_pages` is how long a page without a mention keeps
    its body.
    """

    database: Database
    read: ReadNew
    announce: AnnounceDue
    delivery: Delivery
    web: WebParts
    child: ChildPlan | None = None
    owner: str = field(default_factory=owner_name)
    backups: Path | None = None
    operators: tuple[str, ...] = ()
    make_key: Callable[[], str] = new_key
    keep_pages: timedelta = timedelta(days=30)
    intervals: Mapping[str, timedelta] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now
    random: random.Random = field(default_factory=random.Random)
