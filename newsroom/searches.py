"""Searches of news on loopback, in the forms of GDELT, Google News and Bing News, with the ways in which they fail."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qs, quote

from newsroom.served import Served
from newsroom.serving import Answer, LoopbackServer, Request

GDELT, GOOGLE, BING = "/api/v2/doc/doc", "/rss/search", "/news/search"
EDITIONS = ("US:en", "UA:uk", "US:ru", "PL:pl", "LT:lt", "DE:de")
TOO_MANY = "Please limit requests to one every 5 seconds"
NOT_AVAILABLE = "This feed is not available."
_NAMES = {"en": "English", "uk": "Ukrainian", "ru": "Russian", "be": "Belarusian", "pl": "Polish", "lt": "Lithuanian",
          "de": "German"}  # fmt: skip
_SHORTEST_PHRASE = 5
_MOST = 250
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_RSS = {"Content-Type": "text/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that searches find. `seen_at` (aware) is when; `is_hidden`: Google's link does not hold the address."""

    url: str
    title: str
    outlet: str
    home: str
    seen_at: datetime
    language: str = "en"
    is_hidden: bool = True


class SearchServer(Served):
    """All three searches under one address; a context manager. Each finds whatever was given to `find`.

    `script` makes the next requests of a path fail. With `pace`, GDELT refuses more than one request in so many seconds.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
        pace: float = 0.0,
    ) -> None:
        self._pace = pace
        self._hits: list[Hit] = []
        self._scripts: dict[str, list[Answer]] = {}
        self._asked_at: datetime | None = None
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._respond, clock, host, port)

    @property
    def url(self) -> str:
        """Return the root address, without a slash at its end."""
        return self._server.url

    def gdelt_url(self, query: str) -> str:
        """Return the address of a search by GDELT."""
        return (
            f"{self.url}{GDELT}?query={quote(query)}&mode=artlist&format=json&maxrecords=250&timespan=1d&sort=datedesc"
        )

    def google_url(self, query: str, edition: str = "US:en") -> str:
        """Return the address of a search by Google News."""
        country, _, language = edition.partition(":")
        return f"{self.url}{GOOGLE}?q={quote(query)}&hl={language}&gl={country}&ceid={edition}"

    def bing_url(self, query: str) -> str:
        """Return the address of a search by Bing News."""
        return f"{self.url}{BING}?q={quote(query)}&format=rss"

    def find(self, *hits: Hit) -> None:
        """Let these be found from now on, the newest last."""
        with self._lock:
            self._hits.extend(hits)

    def script(self, path: str, *answers: Answer) -> None:
        """Give the next requests of `path` these answers, one each, before the true one comes back."""
        with self._lock:
            self._scripts.setdefault(path, []).extend(answers)

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            if script := self._scripts.get(request.path):
                return script.pop(0)
            hits = tuple(reversed(self._hits))
            if request.path == GDELT:
                return self._gdelt(request, hits)
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        if request.path == GOOGLE:
            return answer_google(query, hits, self.url)
        if request.path == BING and query.get("format", "").lower() == "rss":
            return answer_bing(query.get("q", ""), hits, self.url)
        if request.path.startswith("/rss/articles/"):
            return Answer(200, b"<!doctype html><title>Google News</title><script>go()</script>", _HTML)
        return Answer(404, b"", _HTML)

    def _gdelt(self, request: Request, hits: Sequence[Hit]) -> Answer:
        last, self._asked_at = self._asked_at, request.received_at
        if last is not None and (request.received_at - last).total_seconds() < self._pace:
            return Answer(429, TOO_MANY.encode(), {"Content-Type": "text/plain"})
        return answer_gdelt({name: values[0] for name, values in parse_qs(request.query).items()}, hits)


def answer_gdelt(query: Mapping[str, str], hits: Sequence[Hit]) -> Answer:
    """Return what GDELT answers: a list, `{}` for none, or 200 and a sentence for a query that it does not take."""
    refusal = _refusal(query.get("query", ""), query.get("timespan", "1d"))
    if refusal:
        return Answer(200, refusal.encode(), _HTML)
    articles = [
        {
            "url": hit.url,
            "url_mobile": "",
            "title": re.sub(r"([,:])", r" \1", hit.title),
            "seendate": f"{hit.seen_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            "socialimage": "",
            "domain": hit.home.rpartition("//")[2],
            "language": _NAMES[hit.language],
            "sourcecountry": "",
        }
        for hit in hits[: min(_MOST, int(query.get("maxrecords", "75")))]
    ]
    body = {"articles": articles} if articles else {}
    return Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"})


def _refusal(query: str, timespan: str) -> str:
    if " OR " in re.sub(r"\([^()]*\)", "", query):
        return "Queries containing OR'd terms must be surrounded by ()."
    if any(len(phrase) < _SHORTEST_PHRASE for phrase in re.findall(r'"([^"]*)"', query)):
        return "The specified phrase is too short."
    return "Timespan is too short." if timespan.endswith("min") else ""


def answer_google(query: Mapping[str, str], hits: Sequence[Hit], url: str) -> Answer:
    """Return the feed of Google News; for an edition that is none it is a feed of one item that says so."""
    words = query.get("q", "")
    if query.get("ceid") not in EDITIONS:
        item = f"<item><title>{NOT_AVAILABLE}</title><link>{url}/</link></item>"
        return Answer(200, _channel("Google News", item, generator="NFE/5.0"), _RSS)
    items = "".join(_google_item(hit, url) for hit in hits)
    return Answer(200, _channel(f'"{escape(words)}" - Google News', items, generator="NFE/5.0"), _RSS)


def google_token(url: str, *, is_hidden: bool) -> str:
    """Return the token of an article: since 2024 it no longer holds the address."""
    held = b"AU_yqL" + hashlib.sha256(url.encode()).hexdigest().encode() if is_hidden else url.encode()
    size = len(held)
    length = bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])  # noqa: PLR2004 (seven bits a byte)
    return base64.urlsafe_b64encode(b"\x08\x13\x22" + length + held + b"\xd2\x01\x00").decode().rstrip("=")


def _google_item(hit: Hit, url: str) -> str:
    token = google_token(hit.url, is_hidden=hit.is_hidden)
    link = f"{url}/rss/articles/{token}?oc=5"
    cluster = f'<a href="{link}">{escape(hit.title)}</a>&nbsp;&nbsp;<font color="#6f6f6f">{escape(hit.outlet)}</font>'
    return (
        f"<item><title>{escape(hit.title)} - {escape(hit.outlet)}</title><link>{link}</link>"
        f'<guid isPermaLink="false">{token}</guid><pubDate>{format_datetime(hit.seen_at.astimezone(UTC), usegmt=True)}</pubDate>'
        f'<description>{escape(cluster)}</description><source url="{escape(hit.home)}">{escape(hit.outlet)}</source></item>'
    )


def answer_bing(words: str, hits: Sequence[Hit], url: str) -> Answer:
    """Return the feed of Bing News, whose prefix `News` stands for the query itself."""
    items = "".join(_bing_item(hit, number, url) for number, hit in enumerate(hits[:10]))
    space = f' xmlns:News="{url}{BING}?q={quote(words)}&amp;format=rss"'
    return Answer(200, _channel(f"{escape(words)} - BingNews", items, space), _RSS)


def _bing_item(hit: Hit, number: int, url: str) -> str:
    address = re.sub(r"%[0-9A-F]{2}", lambda one: one[0].lower(), quote(hit.url, safe=""))
    link = f"{url}/news/apiclick.aspx?ref=FexRss&amp;aid=&amp;tid=t{number}&amp;url={address}&amp;c={number}7&amp;mkt=en-us"
    return (
        f"<item><title>{escape(hit.title)}</title><link>{link}</link><description>{escape(hit.title)} ...</description>"
        f"<pubDate>{format_datetime(hit.seen_at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<News:Source>{escape(hit.outlet)}</News:Source></item>"
    )


def _channel(title: str, items: str, space: str = "", generator: str = "") -> bytes:
    made_by = f"<generator>{generator}</generator>" if generator else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"{space}><channel>{made_by}<title>{title}</title>'
        f"{items}</channel></rss>"
    ).encode()
