from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.http import Request, Response

from crawler.manners import (
    LONGEST_WAIT,
    BackOffMiddleware,
    HostBackOffError,
    SiteMiddleware,
    back_off_after,
    retry_after,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        (b"1.5", 2),
        ("0", 0),
        ("-5", 60),
        ("soon", 60),
        ("", 60),
        ("nan", 60),
        ("inf", 60),
        ("999999999", 86400),
        ("Fri, 20 Nov 2026 12:05:00 GMT", 300),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 60),
        ("Fri, 99 Nov 2026 11:00:00 GMT", 60),
    ],
)
def test_retry_after_is_read_in_each_form(header: Any, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def answered(middleware: BackOffMiddleware, request: Request, status: int, wait: str | None = None) -> None:
    headers = {"Retry-After": wait} if wait else {}
    asyncio.run(middleware.process_response(request, Response(request.url, status=status, headers=headers)))


def test_a_host_that_asked_to_wait_is_left_alone_until_its_time_is_up() -> None:
    clock = Clock()
    middleware = BackOffMiddleware(clock)
    request = Request("https://outlet.example/feed")
    answered(middleware, request, 429, "90")
    with pytest.raises(HostBackOffError) as caught:
        middleware.process_request(Request("https://reader:secret@OUTLET.example/other"))
    assert caught.value.seconds == 90
    middleware.process_request(Request("https://elsewhere.example/"))
    clock.now += timedelta(seconds=91)
    middleware.process_request(request)


def test_a_host_that_says_no_time_is_left_alone_longer_each_time_until_it_answers_again() -> None:
    clock = Clock()
    middleware = BackOffMiddleware(clock)
    request = Request("https://outlet.example/feed")
    for seconds in (60, 120, 240):
        answered(middleware, request, 503)
        with pytest.raises(HostBackOffError, match=f"{seconds} s"):
            middleware.process_request(request)
        clock.now += timedelta(seconds=seconds)
        middleware.process_request(request)
    answered(middleware, request, 304)
    answered(middleware, request, 503)
    with pytest.raises(HostBackOffError, match="60 s"):
        middleware.process_request(request)


def test_no_host_is_left_alone_for_more_than_a_day() -> None:
    assert back_off_after(10_000, None, NOW).not_before == NOW + timedelta(seconds=LONGEST_WAIT)
    assert back_off_after(10_000, 5, NOW).not_before == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("https://www.outlet.com/feed", "outlet.com"),
        ("https://be.outlet.com:8443/feed", "outlet.com"),
        ("https://feeds.bbci.co.uk/news", "bbci.co.uk"),
        ("https://NEWS.outlet.com.ua./", "outlet.com.ua"),
        ("http://127.1.0.1:8900/feed", "127.1.0.1"),
        ("http://127.1.0.2:8900/feed", "127.1.0.2"),
        ("http://[::1]/feed", "::1"),
        ("http://localhost/feed", "localhost"),
    ],
)
def test_one_site_has_one_slot_whatever_its_hosts_and_an_address_is_its_own(url: str, slot: str) -> None:
    request = Request(url, meta={"download_slot": "where-it-was-redirected-from.example"})
    SiteMiddleware().process_request(request)
    assert request.meta["download_slot"] == slot
