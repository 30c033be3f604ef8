from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.http import Request, Response

from crawler.middlewares import BackOffMiddleware, ConditionalMiddleware, HostBackOffError, retry_after

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


def test_a_host_that_asked_to_wait_is_left_alone_until_its_time_is_up() -> None:
    clock = [1000.0]
    middleware = BackOffMiddleware(lambda: clock[0])
    request = Request("https://outlet.example/feed")
    middleware.process_response(request, Response(request.url, status=429, headers={"Retry-After": "90"}))
    with pytest.raises(HostBackOffError) as caught:
        middleware.process_request(Request("https://outlet.example/other"))
    assert caught.value.seconds == 90
    middleware.process_request(Request("https://elsewhere.example/"))
    clock[0] += 91
    middleware.process_request(request)


def test_a_host_that_is_busy_and_says_no_time_is_left_alone_for_a_minute() -> None:
    middleware = BackOffMiddleware(lambda: 0.0)
    request = Request("https://outlet.example/feed")
    middleware.process_response(request, Response(request.url, status=503))
    with pytest.raises(HostBackOffError, match="60 s"):
        middleware.process_request(request)


def test_only_known_validators_are_sent() -> None:
    middleware = ConditionalMiddleware()
    both = Request("https://o.example/", meta={"validators": ('"a"', "Fri, 20 Nov 2026 12:05:00 GMT")})
    middleware.process_request(both)
    assert both.headers["If-None-Match"] == b'"a"'
    assert both.headers["If-Modified-Since"] == b"Fri, 20 Nov 2026 12:05:00 GMT"
    for meta in ({}, {"validators": (None, None)}):
        plain = Request("https://o.example/", meta=meta)
        middleware.process_request(plain)
        assert "If-None-Match" not in plain.headers
