"""One page for `analyse` and `extract`: fetched politely (robots.txt, an honest User-Agent) and behind the guard.

The guard is at the only place where a connection is opened, so redirects and names that change their address are
checked each time (SEC-1). With a proxy the proxy resolves, as it does for the crawl.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from cli.errors import CommandError, ExitCode
from cli.keys import Settings
from crawler.addresses import AddressGuard, parse_allowed
from crawler.guard import MAX_PAGE_BYTES
from crawler.settings import ROBOTSTXT_USER_AGENT, USER_AGENT
from crawler.urls import is_web_address

DEADLINE_SECONDS = 30.0
MAX_REDIRECTS = 5
MAX_ROBOTS_BYTES = 512 * 1024
TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=15.0, pool=5.0)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came: `url` after redirects, `content` decompressed."""

    url: str
    content: bytes
    content_type: str
    charset: str | None


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to allowed addresses only, and to the very address that was checked."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that the guard allows."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: no such name") from error
        for *_, address in found:
            if self._guard.allows(str(address[0]), port):
                return self._inner.connect_tcp(str(address[0]), port, timeout, local_address, socket_options)
        raise CommandError(f"{host}:{port}: not a public address; except it in crawler.allow_addresses if it is meant")


class _GuardedTransport(httpx.BaseTransport):
    """httpx over a pool whose connections are guarded."""

    def __init__(self, guard: AddressGuard) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_GuardedBackend(guard)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises httpcore's errors."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=str(request.url),
                headers=request.headers.raw,
                extensions=request.extensions,
            ),
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def fetch_page(url: str, settings: Settings) -> FetchedPage:
    """Return the page at `url`. Raises CommandError: refused by the guard or robots.txt, too large, unreachable."""
    guard = AddressGuard(parse_allowed(settings.crawler.allow_addresses))
    with _client(settings, guard) as client:
        try:
            _check_robots(client, url, time.monotonic() + DEADLINE_SECONDS)
            return _follow(client, url, time.monotonic() + DEADLINE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException) as error:
            trouble = str(error) or type(error).__name__
            raise CommandError(f"{url}: {trouble}; is the network there?", ExitCode.UNAVAILABLE) from error
        except httpcore.ProtocolError as error:
            raise CommandError(f"{url}: not an HTTP server: {error}", ExitCode.UNAVAILABLE) from error


def _client(settings: Settings, guard: AddressGuard) -> httpx.Client:
    contact = f" (+{settings.crawler.contact})" if settings.crawler.contact else ""
    headers = {"user-agent": USER_AGENT + contact, "accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
    if settings.crawler.proxy:
        return httpx.Client(proxy=settings.crawler.proxy, headers=headers, timeout=TIMEOUT, trust_env=False)
    return httpx.Client(transport=_GuardedTransport(guard), headers=headers, timeout=TIMEOUT, trust_env=False)


def _follow(client: httpx.Client, url: str, deadline: float) -> FetchedPage:
    for _ in range(MAX_REDIRECTS + 1):
        if not is_web_address(url):
            raise CommandError(f"{url}: only http and https are fetched")
        with client.stream("GET", url) as answer:
            target = answer.headers.get("location") if answer.is_redirect else None
            if target is None:
                return _page(url, answer, deadline)
            url = urljoin(url, target)
    raise CommandError(f"{url}: more than {MAX_REDIRECTS} redirects")


def _page(url: str, answer: httpx.Response, deadline: float) -> FetchedPage:
    if not answer.is_success:
        raise CommandError(f"{url}: the server answers {answer.status_code}", ExitCode.UNAVAILABLE)
    content = _body(answer, MAX_PAGE_BYTES, deadline)
    header = Message()
    header["content-type"] = answer.headers.get("content-type", "")
    return FetchedPage(url, content, header.get_content_type(), header.get_content_charset())


def _body(answer: httpx.Response, limit: int, deadline: float) -> bytes:
    content = bytearray()
    for chunk in answer.iter_bytes(64 * 1024):
        content += chunk
        if len(content) > limit:
            raise CommandError(f"{answer.url}: larger than {limit:,} bytes")
        if time.monotonic() > deadline:
            raise CommandError(f"{answer.url}: took longer than {DEADLINE_SECONDS:.0f} s", ExitCode.UNAVAILABLE)
    return bytes(content)


def _check_robots(client: httpx.Client, url: str, deadline: float) -> None:
    """Refuse what the site's robots.txt refuses us (SEC-28); none there means all may be fetched."""
    if not is_web_address(url):
        raise CommandError(f"{url}: only http and https are fetched")
    parts = urlsplit(url)
    with client.stream("GET", f"{parts.scheme}://{parts.netloc}/robots.txt") as answer:
        if not answer.is_success:
            return
        rules = _body(answer, MAX_ROBOTS_BYTES, deadline).decode("utf-8", "replace")
    if not Protego.parse(rules).can_fetch(url, ROBOTSTXT_USER_AGENT):
        raise CommandError(f"{url}: the site's robots.txt asks us not to fetch it")
