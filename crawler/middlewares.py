"""What every request passes: the address guard, conditional headers, robots.txt (and `crawler.manners`)."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import AddressGuard, literal_address, parse_allowed
from crawler.resolver import GuardedResolver
from crawler.urls import DEFAULT_PORTS, is_web_address

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

ROBOTS_LIFETIME = 24 * 3600
ROBOTS_RETRY = 300  # a robots.txt that could not be fetched is asked for again after this


class AddressRefusedError(IgnoreRequest):
    """The address guard refuses the request (SEC-1, SEC-2); it is never retried.

    `is_for_good`: for what the address is, whoever may answer there.
    """

    def __init__(self, trouble: str, *, is_for_good: bool = False) -> None:
        super().__init__(trouble)
        self.is_for_good = is_for_good


class AddressMiddleware:
    """Refuses schemes and ports early, and what the resolver refused late. Redirects pass here again, each hop.

    The addresses themselves are checked in the resolver, at each connection; through a proxy, which resolves
    names itself, only literal addresses can be. An outlet's own proxy (`request.meta["proxy"]`) comes before that of all;
    robots.txt is asked for through the same. A proxy's own address, exempt in the resolver, is nothing to fetch from.
    """

    def __init__(self, guard: AddressGuard, proxy: str, reactor: Any, robots: Callable[[], Any]) -> None:
        self._guard = guard
        self._proxy = proxy
        self._reactor = reactor
        self._robots = robots

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        """Build from the settings VOLYA_ALLOW_ADDRESSES and VOLYA_PROXY."""
        from twisted.internet import reactor  # noqa: PLC0415 (importing it earlier would install the wrong reactor)

        guard = AddressGuard(parse_allowed(crawler.settings.getlist("VOLYA_ALLOW_ADDRESSES")))
        proxy = crawler.settings.get("VOLYA_PROXY") or ""
        return cls(guard, proxy, reactor, lambda: crawler.get_downloader_middleware(RobotsMiddleware))

    def process_request(self, request: Request) -> None:
        """Raise AddressRefusedError, or send the request on, through the proxy if there is one."""
        if not isinstance(self._reactor.nameResolver, GuardedResolver):
            raise AddressRefusedError("the address guard is not installed: nothing is fetched without it")
        if not is_web_address(request.url):
            raise AddressRefusedError(f"no http(s) address: {request.url[:200]}", is_for_good=True)
        if "@" in urlparse_cached(request).netloc:  # Twisted would take it for a part of the host's name
            raise AddressRefusedError("a name stands before the host", is_for_good=True)
        host, port = _target(request)
        if not self._guard.allows_port(port):
            raise AddressRefusedError(f"port {port} is refused", is_for_good=True)
        if (host, port) in self._reactor.nameResolver.proxies and not self._guard.allows(host, port):
            raise AddressRefusedError(f"{host}:{port} is a proxy")
        proxy, credentials = proxy_parts(self._proxy_of(request))
        if proxy:
            request.meta["proxy"] = proxy
            if credentials:
                request.headers["Proxy-Authorization"] = credentials
            literal = literal_address(host)
            if literal is not None and not self._guard.allows(literal, port):
                raise AddressRefusedError(f"{host} is no public address")

    def _proxy_of(self, request: Request) -> str:
        robots = self._robots() if request.meta.get("dont_obey_robotstxt") else None
        own = robots.proxy_of(request) if robots is not None else request.meta.get("proxy")
        return own or self._proxy

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turn "cannot resolve" into a refusal where it was one, before the retry middleware sees it."""
        resolver = self._reactor.nameResolver
        is_unresolved = isinstance(exception, CannotResolveHostError) and isinstance(resolver, GuardedResolver)
        if is_unresolved and _target(request) in resolver.refused:
            request.meta["dont_retry"] = True
            request.meta["is_refused"] = True


class ConditionalMiddleware:
    """Asks only for what has changed: `request.meta["validators"]` is (ETag, Last-Modified) of the last full answer."""

    def process_request(self, request: Request) -> None:
        """Set If-None-Match and If-Modified-Since."""
        etag, last_modified = request.meta.get("validators") or (None, None)
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, with a lifetime: it would keep a robots.txt for as long as the spider lives, here for ever.

    And one request a host at a time asks for it: of several that wait for one answer, Scrapy's own gives the rules
    to the first only and lets the others through (each awaits the same Deferred, whose result the first takes).
    """

    def __init__(self, crawler: Crawler, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(crawler)
        self._monotonic = monotonic
        self._asked_at: dict[str, float] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._proxies: dict[str, str | None] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules of the request's host, not older than a day; None where there are none."""
        netloc = urlparse_cached(request).netloc
        async with self._asking[netloc]:
            self._forget_if_old(netloc)
            self._proxies[netloc] = request.meta.get("proxy")
            return await super().robot_parser(request)

    def proxy_of(self, request: Request) -> str | None:
        """Return the proxy of the request whose host is being asked for its robots.txt, if that has its own."""
        return request.meta.get("proxy") or self._proxies.get(urlparse_cached(request).netloc)

    def _forget_if_old(self, netloc: str) -> None:
        age = self._monotonic() - self._asked_at.get(netloc, float("-inf"))
        lifetime = ROBOTS_RETRY if self._parsers.get(netloc) is None else ROBOTS_LIFETIME
        if age > lifetime:
            self._parsers.pop(netloc, None)
            self._asked_at[netloc] = self._monotonic()


def proxy_parts(address: str) -> tuple[str, bytes | None]:
    """Return a proxy's address without name and password, and the header that tells them.

    In the address they would be taken for a part of the host's name, and stand in every error (SEC-20).
    """
    parts = urlsplit(address)
    if parts.username is None:
        return address, None
    named = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, b"Basic " + base64.b64encode(named.encode())


def _target(request: Request) -> tuple[str, int]:
    parts = urlparse_cached(request)
    return parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
