"""Every made-up outlet and a webhook receiver, running together: what a whole program can be pointed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from newsroom.outlets import OutletServer
from newsroom.plot import Scene
from newsroom.press import MadeUpOutlet, Publication, made_up_outlets
from newsroom.receivers import WebhookReceiver
from newsroom.serving import Exchange
from newsroom.stories import find_story

_ORDINARY_AGE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Printed:
    """A publication and the outlet that printed it."""

    server: OutletServer
    publication: Publication

    @property
    def url(self) -> str:
        """Return the address of the article."""
        return f"{self.server.url}{self.publication.path}"

    @property
    def is_fetched(self) -> bool:
        """Say whether somebody has got the article."""
        return self.server.count(self.publication.path, 200) > 0


class Stage:
    """The made-up outlets and one receiver; a context manager.

    Each outlet has a loopback address of its own where the system allows it (Linux; others know 127.0.0.1 only),
    so that politeness towards one host does not slow the others.
    """

    def __init__(self, secret: str | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.outlets: Mapping[str, OutletServer] = {
            outlet.name: _open(outlet, clock, number) for number, outlet in enumerate(made_up_outlets().values(), 1)
        }
        self.receiver = WebhookReceiver(secret, clock)
        self._running = ExitStack()

    def print_ordinary(self) -> tuple[Printed, ...]:
        """Publish, some hours back, what the outlets print on any day."""
        at = self.clock() - _ORDINARY_AGE
        chosen = ((server, name) for server in self.outlets.values() for name in server.outlet.ordinary)
        return tuple(Printed(server, server.publish(find_story(name), at)) for server, name in chosen)

    def play(self, scene: Scene, numbers: Mapping[str, int]) -> tuple[Printed, ...]:
        """Publish the stories of a scene now; the day they tell of is the day of the clock (UTC).

        Raises StoryError for a story that is not there or keeps an empty place.
        """
        at = self.clock()
        chosen = ((self.outlets[name], story) for name, stories in scene.stories.items() for story in stories)
        return tuple(
            Printed(server, server.publish(find_story(story), at, numbers=numbers)) for server, story in chosen
        )

    @property
    def requests(self) -> tuple[tuple[OutletServer, Exchange], ...]:
        """Return everything the outlets were asked, by outlet."""
        return tuple((server, exchange) for server in self.outlets.values() for exchange in server.exchanges)

    @property
    def unchanged_answers(self) -> int:
        """Return how many requests were answered 304: bodies that did not have to travel."""
        return sum(exchange.status == 304 for _, exchange in self.requests)  # noqa: PLR2004  Not Modified

    def __enter__(self) -> Self:
        for server in self.outlets.values():
            self._running.enter_context(server)
        self._running.enter_context(self.receiver)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()


def all_fetched(printed: Iterable[Printed]) -> bool:
    """Say whether somebody has got every one of these articles."""
    return all(one.is_fetched for one in printed)


def _open(outlet: MadeUpOutlet, clock: Callable[[], datetime], number: int) -> OutletServer:
    try:
        return OutletServer(outlet, clock, host=f"127.0.{number}.1")
    except OSError:
        return OutletServer(outlet, clock)
