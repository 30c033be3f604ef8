"""A loopback outlet that records what it is asked, and the real crawl process beside a real database."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.queries import list_articles

_numbers = itertools.count(1)
PATIENCE = 240  # seconds until a process counts as hanging, however busy the machine is

DRIVER = Path(__file__).with_name("driver.py")

PAGE = """<!doctype html><html lang="uk"><head><meta charset="utf-8"><title>{title} | Вигадані новини</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Вигадані новини">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{title}",
"datePublished":"{published}","author":{{"@type":"Person","name":"Олена Вигадана"}}}}</script></head>
<body><nav><a href="/">Головна</a> <a href="/sport">Спорт</a></nav><article><h1>{title}</h1><p>{text}</p></article>
<aside><h3>Читайте також</h3><ul><li><a href="/x1">Інша новина дня</a></li></ul></aside></body></html>"""
TEXT = (
    "Сьогодні у вигаданому місті сталася подія, про яку розповіли кілька очевидців. За їхніми словами, усе почалося "
    "вранці, коли на площі зібралися люди. Речниця міської ради підтвердила ці відомості та додала, що подробиці "
    "оприлюднять пізніше. Журналісти продовжують стежити за розвитком подій у місті та околицях."
)


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Responder = Callable[[dict[str, str]], Reply]


class Site:
    """What the loopback outlet serves, and the requests it got: (path, headers with lower-case names)."""

    def __init__(self) -> None:
        self.routes: dict[str, Reply | Responder] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hits(self, path: str) -> int:
        return sum(1 for asked, _ in self.requests if asked == path)

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        self.requests.append((path, headers))
        found = self.routes.get(path, Reply(404, b"not here"))
        return found if isinstance(found, Reply) else found(headers)

    def page(self, path: str, title: str, published: str = "2026-11-20T10:00:00+02:00") -> None:
        body = PAGE.format(title=title, published=published, text=TEXT).encode()
        self.routes[path] = Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})

    def feed(self, path: str, items: list[tuple[str, str]], etag: str | None = None) -> None:
        self.routes[path] = self.feed_reply(items, etag)

    def feed_reply(self, items: list[tuple[str, str]], etag: str | None = None) -> Responder:
        parts = "".join(
            f"<item><title>{title}</title><link>{self.url}{link}</link>"
            "<pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate>"
            f"<description>Коротко: {title}.</description></item>"
            for link, title in items
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{parts}</channel></rss>'.encode()
        headers = {"Content-Type": "application/rss+xml", **({"ETag": etag} if etag else {})}

        def answer(asked: dict[str, str]) -> Reply:
            if etag and asked.get("if-none-match") == etag:
                return Reply(304, b"", headers)
            return Reply(200, body, headers)

        return answer


def gzip_bomb(size: int) -> Reply:
    return Reply(200, gzip.compress(b" " * size), {"Content-Type": "text/html", "Content-Encoding": "gzip"})


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = served.reply(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the client may have hung up, as it does on a bomb
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of http.server)
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Ran:
    """How a crawl process ended: its exit code, what it printed and what it logged."""

    code: int
    out: str
    log: str


@dataclass
class Crawl:
    """The real crawl process, in a process of its own, over `site` and `database`."""

    site: Site
    url: str
    nursery: Any
    folder: Path
    outlets: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    def outlet(self, name: str = "made-up", path: str = "/feed", **keys: Any) -> None:
        table = {"title": name, "kind": "independent", "languages": ["uk"], "timezone": "Europe/Kyiv", "priority": 1}
        point = {"type": "rss", "url": path if "://" in path else f"{self.site.url}{path}"}
        self.outlets.append({**table, "name": name, "entry_points": [point], **keys})

    def given(self, mode: str, only: tuple[str, ...] = ()) -> str:
        quick = {"allow_addresses": ["127.0.0.0/8"], "download_delay": 0.0, "tick": 0.05, "retry_base": 0.05,
                 "beat": 0.2, "extraction_workers": 1, "lease": 30}  # fmt: skip
        return json.dumps({"mode": mode, "only": only, "url": self.url, "outlets": self.outlets,
                           "options": {**quick, **self.options}})  # fmt: skip

    def command(self, mode: str) -> list[str]:
        return [sys.executable, str(DRIVER), self.given(mode)]

    def start(self, mode: str) -> subprocess.Popen[str]:
        """Start a crawl process from nothing."""
        pipe = subprocess.PIPE
        return subprocess.Popen(self.command(mode), stdout=pipe, stderr=pipe, text=True)

    def run(self, mode: str, only: tuple[str, ...] = (), failpoint: str | None = None) -> Ran:
        """Let a crawl process do its work and return how it ended."""
        environment = {**os.environ, **({"VOLYA_FAILPOINT": failpoint} if failpoint else {})}
        out, log = (self.folder / f"{next(_numbers)}.{name}" for name in ("out", "log"))
        pid = self.nursery.start([self.given(mode, only)], environment, log, "driver:main", out)
        code = self.nursery.adopt(pid).wait(PATIENCE)
        return Ran(code, out.read_text("utf-8"), log.read_text("utf-8"))

    def once(self, *only: str) -> dict[str, Any]:
        ran = self.run("once", only)
        assert ran.code == 0, ran.log
        report: dict[str, Any] = json.loads(ran.out.strip().splitlines()[-1])
        return {**report, "log": ran.log}

    def check(self, *only: str) -> dict[str, Any]:
        ran = self.run("check", only)
        assert ran.code == 0, ran.log
        return {line[0]: line[1:] for line in map(json.loads, ran.out.splitlines())}

    def killed_at(self, failpoint: str) -> None:
        assert self.run("once", failpoint=failpoint).code == 137


@pytest.fixture(scope="session")
def nursery(forking: Any) -> Iterator[Any]:
    """A process that has loaded the crawler; others are forked from it, for to load it is most of what a crawl costs."""
    with forking.Nursery("driver:warm_up", DRIVER.parent) as opened:
        yield opened


@pytest.fixture
def crawl(site: Site, sqlite_url: str, nursery: Any, tmp_path: Path) -> Crawl:
    return Crawl(site, sqlite_url, nursery, tmp_path)


@pytest.fixture
def bomb() -> Callable[[int], Reply]:
    return gzip_bomb


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


TWO = [("/1", "Перша новина"), ("/2", "Друга новина")]


@pytest.fixture
def two() -> list[tuple[str, str]]:
    """The stories of `news`: path and title."""
    return list(TWO)


@pytest.fixture
def news(site: Site, crawl: Crawl) -> Crawl:
    """An outlet with a feed of two stories."""
    for path, title in TWO:
        site.page(path, title)
    site.feed("/feed", TWO, etag='"one"')
    crawl.outlet()
    return crawl


@pytest.fixture
def rows() -> Callable[..., list[Any]]:
    """Return a function that reads all rows of a table, as they came unless told otherwise."""

    def read(database: Database, table: Any, order: Any = None) -> list[Any]:
        with database.read() as session:
            return list(session.scalars(select(table).order_by(table.id if order is None else order)))

    return read


@pytest.fixture
def titles() -> Callable[[Database], list[str]]:
    """Return a function that reads the titles of all articles, sorted."""

    def read(database: Database) -> list[str]:
        with database.read() as session:
            return sorted(article.title or "" for article in list_articles(session))

    return read
