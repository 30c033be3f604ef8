"""Manners towards hosts: one request at a time a site, and none to a host that asked to be left alone (SEC-28)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.sites import site_of
from db.hosts import HostBackOff

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.work import Work

LONGEST_WAIT = 24 * 3600  # a Retry-After beyond a day is taken as a day (D-9)
DEFAULT_WAIT = 60
_WAIT_STATUSES = (429, 503)


class HostBackOffError(IgnoreRequest):
    """The host asked us to keep away; `seconds` are left."""

    def __init__(self, host: str, seconds: int) -> None:
        super().__init__(f"{host} asked us to wait, {seconds} s are left")
        self.seconds = seconds


class SiteMiddleware:
    """Lets all hosts of one registered domain share one download slot: one request in flight, one delay.

    Set anew for each hop: Scrapy would leave a redirected request in the slot of the host that redirected it.
    """

    def process_request(self, request: Request) -> None:
        """Name the slot."""
        request.meta["download_slot"] = site_of(urlparse_cached(request).hostname or "")


class BackOffMiddleware:
    """Keeps away from a host that answered 429 or 503 for as long as it said (Retry-After).

    One that does not say is left alone for a minute, twice as long each time in a row. What is known is kept in the
    database by `work`, so that a restart keeps it; without one (`scrapy crawl`, a check) in memory only.
    """

    def __init__(self, clock: Callable[[], datetime], work: Work | None = None) -> None:
        self._clock = clock
        self._work = work
        self._known: dict[str, HostBackOff] = dict(work.hosts) if work else {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackOffMiddleware:
        """Take the work from the spider, if it has one."""
        return cls(_utc_now, getattr(crawler.spider, "work", None))

    def process_request(self, request: Request) -> None:
        """Raise HostBackOffError while the host's time is not up."""
        host = _host(request)
        known = self._known.get(host)
        left = (known.not_before - self._clock()).total_seconds() if known else 0.0
        if left > 0:
            raise HostBackOffError(host, max(1, min(LONGEST_WAIT, round(left))))

    async def process_response(self, request: Request, response: Response) -> Response:
        """Remember how long the host wants to be left alone, and forget it when it answers again."""
        host = _host(request)
        if response.status in _WAIT_STATUSES:
            now = self._clock()
            asked = retry_after(response.headers.get("Retry-After"), now)
            failures = self._known[host].failures if host in self._known else 0
            self._known[host] = back_off_after(failures, asked, now)
        elif self._known.pop(host, None) is None:
            return response
        if self._work is not None:
            await self._work.keep_away(host, self._known.get(host))
        return response


def back_off_after(failures: int, asked: int | None, now: datetime) -> HostBackOff:
    """Return until when a host is left alone that asks for the time number `failures` + 1 in a row."""
    seconds = asked or min(LONGEST_WAIT, DEFAULT_WAIT * 2 ** min(failures, 20))
    return HostBackOff(now + timedelta(seconds=seconds), failures + 1)


def retry_after(header: bytes | str | None, now: datetime) -> int | None:
    """Return the seconds a Retry-After header asks for: a number, or the time until a date; None if there is none.

    Unreadable or negative is a minute, more than a day is a day (D-9).
    """
    if header is None:
        return None
    text = (header.decode("latin-1") if isinstance(header, bytes) else header).strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text, now)
    is_usable = 0 <= seconds < float("inf")
    return min(LONGEST_WAIT, round(seconds)) if is_usable else DEFAULT_WAIT


def _seconds_until(text: str, now: datetime) -> float:
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return DEFAULT_WAIT
    return ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()


def _host(request: Request) -> str:
    """Return host and port, without what may stand before an `@`."""
    return urlparse_cached(request).netloc.rpartition("@")[2].lower()[:255]


def _utc_now() -> datetime:
    return datetime.now(UTC)
