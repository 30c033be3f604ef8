"""A hostile newsroom: feeds and pages made to break who reads them, and a trap that nobody may step on (SEC-1 … SEC-9).

Every case has a name. Feeds and sitemaps are entry points of outlets of their own; pages, and links into the own network,
are what a harmless feed lists. One outlet is well, to show that the others delay nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from html import escape
from types import TracebackType
from typing import Any, Self

from newsroom.hostile_feeds import FEEDS, SITEMAPS
from newsroom.hostile_pages import PAGES, SPELLINGS
from newsroom.serving import Answer, LoopbackServer, Request

HOSTS = 24  # a host is asked one thing at a time: slow cases must not queue behind each other
WELL = 6
NETWORK = "127.4.0.0/16"  # what the crawl may reach; the trap stands outside
_LINKS = {f"link to {host}": host for host in SPELLINGS}
_RSS = {"Content-Type": "application/rss+xml"}
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_SENTENCE = "The choir of railway workers sang in the old depot on Sunday, and half of the town came to listen. "


class HostileNewsroom:
    """See the module; a context manager. Needs a system where every 127.x.y.z is loopback (Linux)."""

    def __init__(self) -> None:
        self._made = {**FEEDS, **SITEMAPS, **PAGES}
        self._trap = LoopbackServer(lambda _: Answer(200, b"<rss><channel/></rss>", _RSS))
        self._hosts = [LoopbackServer(self._respond, host=f"127.4.0.{number + 1}") for number in range(HOSTS)]
        self._running = ExitStack()

    @property
    def cases(self) -> tuple[str, ...]:
        """Return the names of all cases."""
        return (*self._made, *_LINKS)

    @property
    def listed(self) -> tuple[str, ...]:
        """Return the names of those cases that feeds list: pages, and links into the own network."""
        return (*PAGES, *_LINKS)

    @property
    def internal_hits(self) -> int:
        """Return how often somebody came to the trap."""
        return len(self._trap.exchanges)

    def tables(self) -> list[dict[str, Any]]:
        """Return the outlets as tables of a catalogue: one a hostile list, one a host for the pages, one that is well."""
        lists = dict.fromkeys(FEEDS, "rss") | dict.fromkeys(SITEMAPS, "news_sitemap")
        own = [_table(f"list-{n}", name, kind, self._url(n, f"/{n}")) for n, (name, kind) in enumerate(lists.items())]
        pages = [_table(f"pages-{n}", f"pages {n}", "rss", self._url(n, "/pages")) for n in range(HOSTS - 1)]
        return [*own, *pages, _table("well", "well", "rss", self._url(HOSTS - 1, "/well"))]

    def _url(self, number: int, path: str) -> str:
        return f"{self._hosts[number % (HOSTS - 1) if path != '/well' else HOSTS - 1].url}{path}"

    def _respond(self, request: Request) -> Answer:
        name = request.path.strip("/")
        if name.isdigit() and int(name) < len(self._made):
            made = list(self._made.values())[int(name)](self._trap.url)
            return _at_port(made, self._trap.address[1])
        if name == "robots.txt":
            return Answer(404)
        if name == "pages":
            return _feed(self._links_of(request.headers.get("host", "")))
        if name == "well":
            return _feed({f"Well {number}": f"/well-{number}" for number in range(WELL)}.items())
        return Answer(
            200, f"<html><body><article><h1>{name}</h1><p>{_SENTENCE * 4}</article></body></html>".encode(), _HTML
        )

    def _inward(self, number: int, spelling: str) -> str:
        return f"http://{spelling}:{self._trap.address[1]}/link-{number}"

    def _links_of(self, host: str) -> Iterator[tuple[str, str]]:
        """Yield name and address of the pages that the feed of this host lists."""
        own = next(number for number, server in enumerate(self._hosts) if server.url == f"http://{host}")
        first = len(FEEDS) + len(SITEMAPS)
        links: Mapping[str, str] = {
            **{name: f"/{first + number}" for number, name in enumerate(PAGES)},
            **{name: self._inward(number, spelling) for number, (name, spelling) in enumerate(_LINKS.items())},
        }
        yield from ((name, link) for n, (name, link) in enumerate(links.items()) if n % (HOSTS - 1) == own)

    def __enter__(self) -> Self:
        for server in (self._trap, *self._hosts):
            self._running.enter_context(server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()


def _table(name: str, title: str, kind: str, url: str) -> dict[str, Any]:
    common = {"kind": "independent", "languages": ["en"], "timezone": "UTC"}
    return {**common, "name": name, "title": title, "entry_points": [{"type": kind, "url": url}]}


def _feed(links: Any) -> Answer:
    items = "".join(f"<item><title>{escape(name)}</title><link>{escape(link)}</link></item>" for name, link in links)
    return Answer(200, f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode(), _RSS)


def _at_port(answer: Answer, port: int) -> Answer:
    """Return the answer with the trap's port in its Location."""
    location = answer.headers.get("Location", "")
    if "PORT" not in location:
        return answer
    return Answer(answer.status, answer.body, {**answer.headers, "Location": location.replace("PORT", str(port))})
