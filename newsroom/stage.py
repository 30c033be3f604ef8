"""The outlets of a world and the receivers, running together: what a whole program can be pointed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from types import TracebackType
from typing import Self

from newsroom.discord import DiscordReceiver
from newsroom.matrix import MatrixReceiver
from newsroom.ntfy import NtfyReceiver
from newsroom.outlets import OutletServer
from newsroom.plot import Scene
from newsroom.press import MadeUpOutlet, Publication
from newsroom.receivers import WebhookReceiver
from newsroom.receiving import Receiver
from newsroom.serving import Exchange
from newsroom.slack import SlackReceiver
from newsroom.slack_app import SlackAppReceiver
from newsroom.stories import find_story, tell
from newsroom.telegram import TelegramReceiver
from newsroom.world import World, plain_world

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
        """Say whether somebody has got the whole article."""
        return any(one.request.path == self.publication.path and _is_good(one) for one in self.server.exchanges)


class Stage:
    """The outlets of a world (default: the plain one) and a receiver for each channel; a context manager.

    Each outlet has a loopback address of its own where the system allows it (Linux; others know 127.0.0.1 only),
    so that politeness towards one host does not slow the others. `receiver` takes webhooks; `receivers` are all, by
    channel.
    """

    def __init__(
        self,
        secret: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        world: World | None = None,
    ) -> None:
        self.clock = clock
        self.world = world or plain_world()
        self.outlets: Mapping[str, OutletServer] = {
            outlet.name: _open(outlet, clock, self.world) for outlet in self.world.outlets
        }
        self.receiver = WebhookReceiver(secret, clock)
        self.slack = SlackReceiver(clock)
        self.slack_app = SlackAppReceiver(clock)
        self.telegram = TelegramReceiver(clock=clock)
        self.discord = DiscordReceiver(clock=clock)
        self.matrix = MatrixReceiver(clock=clock)
        self.ntfy = NtfyReceiver(clock=clock)
        self.receivers: Mapping[str, Receiver] = {
            "webhook": self.receiver,
            "slack": self.slack,
            "slack-app": self.slack_app,
            "telegram": self.telegram,
            "discord": self.discord,
            "matrix": self.matrix,
            "ntfy": self.ntfy,
        }
        self._running = ExitStack()

    def print_ordinary(self) -> tuple[Printed, ...]:
        """Publish, some hours back, what the outlets print on any day."""
        at = self.clock() - _ORDINARY_AGE
        chosen = ((server, name) for server in self.outlets.values() for name in server.outlet.ordinary)
        return tuple(self._print(server, name, at, {}) for server, name in chosen)

    def play(self, scene: Scene, numbers: Mapping[str, int]) -> tuple[Printed, ...]:
        """Publish the stories of a scene now; the day they tell of is the day of the clock (UTC).

        Raises StoryError for a story that is not there or keeps an empty place.
        """
        at = self.clock()
        chosen = ((self.outlets[name], story) for name, stories in scene.stories.items() for story in stories)
        return tuple(self._print(server, story, at, numbers) for server, story in chosen)

    def _print(self, server: OutletServer, name: str, at: datetime, numbers: Mapping[str, int]) -> Printed:
        """Publish a story; in a world that was drawn, in words and paragraphs that are drawn, too."""
        seed = self.world.seed
        random = None if seed is None else Random(f"{seed}/{server.outlet.name}/{name}")  # noqa: S311  play
        told = tell(find_story(name), at.astimezone(UTC).date(), numbers, random)
        return Printed(server, server.publish_told(told, at))

    @property
    def requests(self) -> tuple[tuple[OutletServer, Exchange], ...]:
        """Return everything the outlets were asked, by outlet."""
        return tuple((server, exchange) for server in self.outlets.values() for exchange in server.exchanges)

    @property
    def unchanged_answers(self) -> int:
        """Return how many requests were answered 304: bodies that did not have to travel."""
        return sum(exchange.status == 304 for _, exchange in self.requests)  # noqa: PLR2004  Not Modified

    @property
    def faults(self) -> Mapping[str, int]:
        """Return how often the outlets failed by themselves, and how."""
        counts: Counter[str] = Counter()
        for server in self.outlets.values():
            counts.update({str(fault): count for fault, count in server.faults.items()})
        return dict(sorted(counts.items()))

    def __enter__(self) -> Self:
        for server in self.outlets.values():
            self._running.enter_context(server)
        for receiver in self.receivers.values():
            self._running.enter_context(receiver)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()


def all_fetched(printed: Iterable[Printed]) -> bool:
    """Say whether somebody has got every one of these articles."""
    return all(one.is_fetched for one in printed)


def _is_good(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.is_whole  # noqa: PLR2004  OK


def _open(outlet: MadeUpOutlet, clock: Callable[[], datetime], world: World) -> OutletServer:
    try:
        return OutletServer(outlet, clock, host=world.hosts[outlet.name], faults=world.seed)
    except OSError:
        return OutletServer(outlet, clock, faults=world.seed)
