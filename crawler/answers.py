"""What a response or a failed request means: from Scrapy's objects to values. Pure but for the clock."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError
from w3lib.encoding import http_content_type_encoding

from crawler.items import PageItem
from crawler.manners import HostBackOffError, retry_after
from crawler.middlewares import AddressRefusedError
from crawler.outcomes import UnfetchedItem
from crawler.polling import BLOCKED_STATUSES, Answer, answer_of_status, is_challenge
from crawler.work import utc_now
from db.answers import NOT_FOUND
from db.entries import ClaimedEntry
from db.gaps import ClaimedGap
from db.polls import GONE

_KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "server", "content-language")
_UNREACHABLE = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError, ConnectError)
_PERMANENT = (301, 308)


def poll_failure(error: BaseException | None, request: Any) -> Answer:
    """Return what a failed request for a feed means; `error` is what Scrapy's errback was given."""
    if isinstance(error, HttpError):
        response: Response = error.response
        wait = retry_after(response.headers.get("Retry-After"), utc_now())
        bot_check = is_challenge(headers_of(response), response.body)
        return answer_of_status(response.status, wait, is_challenge=bot_check)
    if isinstance(error, HostBackOffError):
        return Answer("failed", None, str(error), retry_after=error.seconds)
    if isinstance(error, AddressRefusedError) or request.meta.get("is_refused"):
        return Answer("refused", None, f"refused by the address guard: {error}")
    if "robots.txt" in str(error):
        return Answer("refused", None, "forbidden by robots.txt", refusal="robots-denied")
    return Answer("failed", None, reason_of(error), is_unreachable=isinstance(error, _UNREACHABLE))


def page_failure(error: BaseException | None, request: Any, job: ClaimedEntry | ClaimedGap) -> UnfetchedItem:
    """Return what a failed request for a page means, of an article or of an archive."""
    if isinstance(error, HttpError):
        status = error.response.status
        wait = retry_after(error.response.headers.get("Retry-After"), utc_now())
        return UnfetchedItem(job, f"HTTP {status}", status in (NOT_FOUND, GONE, *BLOCKED_STATUSES), wait)
    if isinstance(error, HostBackOffError):
        return UnfetchedItem(job, str(error), wait=error.seconds, was_asked=False)
    if isinstance(error, AddressRefusedError) or request.meta.get("is_refused"):
        is_own = "redirect_times" not in request.meta  # where a redirect led today says nothing of tomorrow
        is_hopeless = is_own and isinstance(error, AddressRefusedError) and error.is_for_good
        return UnfetchedItem(job, f"refused by the address guard: {error}", is_final=True, is_hopeless=is_hopeless)
    is_final = "robots.txt" in str(error) or "MAXSIZE" in str(error) or "download max size" in str(error)
    return UnfetchedItem(job, reason_of(error), is_final, is_unreachable=isinstance(error, _UNREACHABLE))


def page_of(response: Response, requested: str) -> PageItem:
    """Return a fetched page, with those of its headers that are kept."""
    headers = headers_of(response)
    return PageItem(
        url=requested,
        final_url=response.url,
        status=response.status,
        headers={name: headers[name][:500] for name in _KEPT_HEADERS if name in headers},
        body=response.body,
        charset=http_content_type_encoding(headers.get("content-type")),
        fetched_at=utc_now(),
    )


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers, names in lower case, text as latin-1: what HTTP says they are."""
    found = response.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in found.items()}


def redirects_to(response: Response) -> str | None:
    """Return where redirects for good (301, 308) led, as far as all were for good; None if the first was not (F-9)."""
    reasons = response.meta.get("redirect_reasons", ())
    permanent = len(list(takewhile(lambda reason: reason in _PERMANENT, reasons)))
    if not permanent:
        return None
    asked: list[str] = response.meta["redirect_urls"]
    return asked[permanent] if permanent < len(asked) else response.url


def reason_of(error: BaseException | None) -> str:
    """Return an exception as one line of at most 300 characters, its class first."""
    words = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
