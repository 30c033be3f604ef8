"""A made-up outlet on loopback: its feed with validators, robots.txt, front page and articles, published by the clock."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from newsroom.archives import archive_page
from newsroom.doors import DoorBody, door_path, open_door
from newsroom.faults import DEMONSTRATION, MOVED, Fault, FaultDice, FaultPlan
from newsroom.feeds import feed_type, render_feed
from newsroom.found import answer_found
from newsroom.pages import render_article, render_home
from newsroom.press import NEWS_SITEMAP, Dialect, MadeUpOutlet, Publication
from newsroom.served import Served
from newsroom.serving import Answer, Exchange, LoopbackServer, Request
from newsroom.sitemaps import SITEMAP_TYPE, render_news_sitemap
from newsroom.spoiling import spoil, without_text
from newsroom.stories import Story, ToldStory, tell

_HTML = "text/html; charset=utf-8"
_NAMING_HUBS = (Dialect.RSS, Dialect.ATOM, Dialect.JSON_FEED)
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class OutletServer(Served):
    """One outlet with an address of its own; a context manager.

    A story is there from the moment it was published for: `clock` decides, so a schedule can be given ahead.
    `script` makes the next requests of a path fail; `exchanges` are what was asked (304s, politeness). With
    `faults`, a seed, requests fail by themselves as `plan` has it (a third of them), each path at most twice in a row.
    """

    def __init__(
        self,
        outlet: MadeUpOutlet,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
        faults: int | None = None,
        plan: FaultPlan = DEMONSTRATION,
    ) -> None:
        self.outlet = outlet
        self.is_redesigned = False  # then the text of an article comes by a script
        self._dice = FaultDice(faults, outlet, plan) if faults is not None else None
        self._clock = clock
        self._publications: list[Publication] = []
        self._scripts: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._respond, clock, host, port)

    @property
    def url(self) -> str:
        """Return the root address, without a slash at its end."""
        return self._server.url

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        return self._server.address

    @property
    def feed_url(self) -> str:
        """Return the address of the feed."""
        return f"{self.url}{self.outlet.feed_path}"

    @property
    def sitemap_url(self) -> str:
        """Return the address of the news sitemap."""
        return f"{self.url}{NEWS_SITEMAP}"

    @property
    def entry_url(self) -> str:
        """Return where a reader of this outlet begins: its feed, or what it is known by if it has none."""
        is_news = self.outlet.dialect is Dialect.NEWS_SITEMAP
        return self.sitemap_url if is_news else f"{self.url}{door_path(self.outlet)}"

    @property
    def etag(self) -> str:
        """Return the ETag of what a reader begins with, as it stands now and whatever fails."""
        path = self.entry_url.removeprefix(self.url)
        return self._route(Request("GET", path, "", {}, b"", self._clock())).headers["ETag"]

    @property
    def faults(self) -> Mapping[Fault, int]:
        """Return how often it failed by itself, and how."""
        with self._lock:
            return dict(self._dice.counts) if self._dice else {}

    def publish(
        self, story: Story, at: datetime, day: date | None = None, numbers: Mapping[str, int] | None = None
    ) -> Publication:
        """Publish `story` at the time `at` (aware), told of `day` (default: the UTC day of `at`) with `numbers`.

        Raises StoryError when a place of the story stays empty.
        """
        return self.publish_told(tell(story, day or at.astimezone(UTC).date(), numbers), at)

    def publish_told(self, told: ToldStory, at: datetime) -> Publication:
        """Publish a story that is already told."""
        with self._lock:
            number = 100_000 + len(self._publications)
            publication = Publication(told, f"/news/{at:%Y/%m/%d}/{told.name}-{number}.html", at)
            self._publications.append(publication)
        return publication

    def rewrite(self, publication: Publication, told: ToldStory) -> Publication:
        """Let another text stand under the address of what is published, as desks do (F-18)."""
        rewritten = replace(publication, story=told)
        with self._lock:
            self._publications = [rewritten if one.path == publication.path else one for one in self._publications]
        return rewritten

    def grow_older(self, by: timedelta) -> None:
        """Let time pass: all that is published was published so much earlier."""
        with self._lock:
            self._publications = [replace(one, published_at=one.published_at - by) for one in self._publications]

    def script(self, path: str, *answers: Answer) -> None:
        """Give the next requests of `path` these answers, one each, before the true one comes back."""
        with self._lock:
            self._scripts.setdefault(path, []).extend(answers)

    def count(self, path: str, status: int | None = None) -> int:
        """Return how often `path` was asked for (and answered with `status`)."""
        return count(self.exchanges, path, status)

    def visible(self) -> tuple[Publication, ...]:
        """Return what is published by now, newest first."""
        now = self._clock()
        with self._lock:
            there = [one for one in self._publications if one.published_at <= now]
        return tuple(sorted(there, key=lambda one: one.published_at, reverse=True))

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            script = self._scripts.get(request.path)
            if script:
                return script.pop(0)
            fault = self._dice.next_fault(request.path) if self._dice else None
        asked = replace(request, path=request.path.removeprefix(MOVED))
        true = self._archived(asked) or self._route(asked)
        return _compress(request, spoil(true, fault, request) if fault else true)

    def _archived(self, request: Request) -> Answer | None:
        """Return a page of an archive; None if none was asked for."""
        publications = self.visible()
        found = archive_page(self.outlet, self.url, publications, request.path, request.query)
        if found is None:
            return None
        return self._list(request, found.body, found.kind, publications) if found.body else Answer(404)

    def _route(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return Answer(405)
        publications = self.visible()
        if request.path == "/robots.txt":
            robots = self.outlet.robots.replace("{url}", self.url)
            return Answer(200, robots.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        listed = self._open(request, publications)
        if listed is not None:
            return self._list(request, listed.body, listed.kind, publications)
        if request.path == "/":
            return _page(render_home(self.outlet, self.url, publications))
        return self._article(request, publications)

    def _open(self, request: Request, publications: Sequence[Publication]) -> DoorBody | None:
        if request.path == self.outlet.feed_path and self.outlet.dialect.is_feed:
            return DoorBody(render_feed(self.outlet, self.url, publications), feed_type(self.outlet))
        if request.path == NEWS_SITEMAP:
            body = render_news_sitemap(self.outlet, self.url, publications, self._clock())
            return DoorBody(body, SITEMAP_TYPE)
        found = answer_found(self.outlet, self.url, publications, request.path, request.query)
        if found is not None:
            return DoorBody(found.body, found.headers["Content-Type"])
        return open_door(self.outlet, self.url, publications, request.path, request.query)

    def _list(self, request: Request, body: bytes, kind: str, publications: Sequence[Publication]) -> Answer:
        """Return what lists the publications, or 304 if the client has it."""
        modified_at = publications[0].published_at if publications else _NEVER
        headers = {
            "Content-Type": kind,
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:24]}"',
            "Last-Modified": format_datetime(modified_at.astimezone(UTC), usegmt=True),
            "Cache-Control": "max-age=0",
            **self._hub_header(request),
        }
        if is_unchanged(request, headers["ETag"], modified_at):
            return Answer(304, b"", headers)
        return Answer(200, body, headers)

    def _hub_header(self, request: Request) -> dict[str, str]:
        """Return where a hub is announced by the list that cannot name it itself."""
        if self.outlet.hub is None or self.outlet.dialect in _NAMING_HUBS:
            return {}
        return {"Link": f'<{self.outlet.hub}>; rel="hub", <{self.url}{request.path}>; rel=self'}

    def _article(self, request: Request, publications: Sequence[Publication]) -> Answer:
        for one in publications:
            if one.path == request.path:
                others = [other for other in publications if other is not one]
                page = _page(render_article(self.outlet, self.url, one, others))
                return without_text(page) if self.is_redesigned else page
        return Answer(404, b"<!DOCTYPE html><title>404</title><h1>404</h1>", {"Content-Type": _HTML})


def count(exchanges: Sequence[Exchange], path: str, status: int | None = None) -> int:
    """Return how many of `exchanges` asked for `path` (and got `status`)."""
    return sum(1 for one in exchanges if one.request.path == path and status in (None, one.status))


def is_unchanged(request: Request, etag: str, modified_at: datetime) -> bool:
    """Say whether a conditional request is to get 304 (RFC 9110 §13.2.2: If-None-Match wins over the date)."""
    if "if-none-match" in request.headers:
        given = [one.strip().removeprefix("W/") for one in request.headers["if-none-match"].split(",")]
        return etag in given or "*" in given
    since = _http_date(request.headers.get("if-modified-since"))
    return since is not None and modified_at.replace(microsecond=0) <= since


def _http_date(text: str | None) -> datetime | None:
    """Return the date of a header; None if there is none or it cannot be read, which HTTP treats alike."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _page(body: bytes) -> Answer:
    return Answer(200, body, {"Content-Type": _HTML, "Cache-Control": "max-age=60"})


def _compress(request: Request, answer: Answer) -> Answer:
    is_worth_it = answer.status == 200 and bool(answer.body) and not answer.endless  # noqa: PLR2004  OK
    if not is_worth_it or "gzip" not in request.headers.get("accept-encoding", ""):
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(answer, body=gzip.compress(answer.body, 6, mtime=0), headers=headers)
