"""A whole landscape of outlets, with every kind of entry point, each at an address of its own, failing in every way.

A new kind is a row of KINDS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from types import MappingProxyType, TracebackType
from typing import Any, Self

from newsroom.certificates import expired_context
from newsroom.doors import NEWS_INDEX
from newsroom.faults import EVERY_WAY, Fault
from newsroom.found import BING_SEARCH, DOCUMENTS_SEARCH, GDELT_SEARCH, GOOGLE_SEARCH, title_of_held
from newsroom.ordinary import LANGUAGES, draw_ordinary
from newsroom.outlets import OutletServer
from newsroom.press import Dialect, MadeUpOutlet, Publication, made_up_outlets
from newsroom.registers import OFAC, PRISONERS
from newsroom.serving import Answer, LoopbackServer
from newsroom.spoiling import EXPIRED_HOST, EXPIRED_PORT
from newsroom.stories import find_story, tell

_HOSTS_A_NET = 250


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry point: its type in the catalogue, what such an outlet is known by, and where, if not at its usual place.

    One that `is_figure` tells a number, which each publication makes another one.
    """

    type: str
    dialect: Dialect
    path: str | None = None
    is_figure: bool = False


KINDS: Mapping[str, Kind] = MappingProxyType({
    "RSS": Kind("rss", Dialect.RSS),
    "Atom": Kind("atom", Dialect.ATOM),
    "RDF": Kind("rdf", Dialect.RDF),
    "news sitemap": Kind("news_sitemap", Dialect.NEWS_SITEMAP),
    "index of news sitemaps": Kind("news_sitemap", Dialect.NEWS_SITEMAP, NEWS_INDEX),
    "index of packed sitemaps": Kind("sitemap", Dialect.SITEMAP),
    "JSON Feed": Kind("json_feed", Dialect.JSON_FEED),
    "section page": Kind("section", Dialect.SECTION),
    "Telegram preview": Kind("telegram", Dialect.TELEGRAM),
    "GDELT": Kind("gdelt", Dialect.SECTION, GDELT_SEARCH),
    "Google News": Kind("google_news", Dialect.SECTION, GOOGLE_SEARCH),
    "Bing News": Kind("bing_news", Dialect.SECTION, BING_SEARCH),
    "Federal Register": Kind("federal_register", Dialect.SECTION, DOCUMENTS_SEARCH),
    "OFAC": Kind("ofac", Dialect.SECTION, OFAC),
    "Viasna's list": Kind("viasna", Dialect.SECTION, PRISONERS, is_figure=True),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """A publication, the outlet that has it, and the kind of entry point it is to be found by.

    A number that a newer one `is_overtaken` by is told nowhere any more: it may have been found, and need not.
    """

    outlet: str
    kind: str
    publication: Publication
    is_overtaken: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return outlet and title, which no two have in common."""
        return self.outlet, self.publication.story.title


class Landscape:
    """So many outlets, the kinds in turn; a context manager. Equal seeds draw equal outlets, stories and faults.

    Needs a system where every 127.x.y.z is loopback (Linux), for a host is asked one thing at a time.
    """

    def __init__(self, seed: int, outlets: int, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._random = Random(seed)  # noqa: S311  play
        self._numbers: Counter[str] = Counter()
        kinds = cycle(KINDS)
        drawn = [(_draw_outlet(self._random, number), next(kinds)) for number in range(outlets)]
        self.kinds: Mapping[str, str] = {outlet.name: kind for outlet, kind in drawn}
        self.servers: Mapping[str, OutletServer] = {
            outlet.name: OutletServer(outlet, clock, _host(number), 0, seed, EVERY_WAY)
            for number, (outlet, _) in enumerate(drawn)
        }
        self._turns = cycle([name for name, kind in self.kinds.items() if not KINDS[kind].is_figure])
        self._expired = _open_expired(clock)
        self._running = ExitStack()

    def tables(self) -> list[dict[str, Any]]:
        """Return the outlets as tables of a catalogue."""
        return [self._table(name) for name in self.servers]

    def publish(self, number: int) -> tuple[Printed, ...]:
        """Publish so many ordinary stories now, each at the next outlet that tells stories."""
        return tuple(self.publish_at(next(self._turns), self._clock()) for _ in range(number))

    def publish_at(self, name: str, at: datetime) -> Printed:
        """Publish an ordinary story at an outlet, at the time `at` (aware)."""
        server = self.servers[name]
        told = draw_ordinary(server.outlet.language, self._numbers[name], self._random)
        self._numbers[name] += 1
        return Printed(name, self.kinds[name], server.publish_told(told, at))

    def publish_story(self, name: str, story: str, numbers: Mapping[str, int]) -> Printed:
        """Publish now, at an outlet, the story of this name in its language. Raises StoryError."""
        server, now = self.servers[name], self._clock()
        told = tell(find_story(f"{story}-{server.outlet.language}"), now.date(), numbers)
        return Printed(name, self.kinds[name], server.publish_told(told, now))

    def rewrite(self, printed: Printed, story: str, numbers: Mapping[str, int]) -> Printed:
        """Let a story of this name stand in the place of what was published, under the same title (F-18)."""
        server, before = self.servers[printed.outlet], printed.publication
        told = tell(find_story(f"{story}-{server.outlet.language}"), self._clock().date(), numbers)
        return replace(printed, publication=server.rewrite(before, replace(told, title=before.story.title)))

    def recount(self) -> tuple[Printed, ...]:
        """Let every list that tells a number tell another one from now on."""
        names = [name for name, kind in self.kinds.items() if KINDS[kind].is_figure]
        return tuple(self._count(self.publish_at(name, self._clock())) for name in names)

    def _count(self, printed: Printed) -> Printed:
        story = replace(printed.publication.story, title=title_of_held(self._numbers[printed.outlet]))
        return replace(printed, publication=replace(printed.publication, story=story))

    def grow_older(self, by: timedelta) -> None:
        """Let time pass: all that is published was published so much earlier."""
        for server in self.servers.values():
            server.grow_older(by)

    @property
    def faults(self) -> Mapping[tuple[str, Fault], int]:
        """Return how often requests failed, by kind of entry point and fault."""
        counts: Counter[tuple[str, Fault]] = Counter()
        for name, server in self.servers.items():
            counts.update({(self.kinds[name], fault): count for fault, count in server.faults.items()})
        return counts

    @property
    def requests(self) -> int:
        """Return how many requests came."""
        return sum(len(server.exchanges) for server in self.servers.values())

    def _table(self, name: str) -> dict[str, Any]:
        server, kind = self.servers[name], KINDS[self.kinds[name]]
        url = f"{server.url}{kind.path}" if kind.path else server.entry_url
        return {
            "name": name,
            "title": server.outlet.title,
            "kind": "independent",
            "languages": [server.outlet.language],
            "timezone": server.outlet.timezone,
            "homepage": f"{server.url}/",
            "entry_points": [{"type": kind.type, "url": url}],
        }

    def __enter__(self) -> Self:
        if self._expired is not None:
            self._running.enter_context(self._expired)
        for server in self.servers.values():
            self._running.enter_context(server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()


def _draw_outlet(random: Random, number: int) -> MadeUpOutlet:
    language = random.choice(LANGUAGES)
    chosen = random.choice([one for one in made_up_outlets().values() if one.language == language])
    dialect = KINDS[list(KINDS)[number % len(KINDS)]].dialect
    return replace(chosen, name=f"{chosen.name}-{number + 1}", title=f"{chosen.title} {number + 1}", dialect=dialect)


def _open_expired(clock: Callable[[], datetime]) -> LoopbackServer | None:
    """Return the server with the old certificate; None if another landscape of this machine has it: one will do."""
    try:
        return LoopbackServer(lambda _: Answer(200), clock, EXPIRED_HOST, EXPIRED_PORT, expired_context(EXPIRED_HOST))
    except OSError:
        return None


def _host(number: int) -> str:
    return f"127.2.{number // _HOSTS_A_NET}.{number % _HOSTS_A_NET + 1}"
