from __future__ import annotations

import pytest
from scrapy.http import Request

from crawler.middlewares import ConditionalMiddleware, proxy_parts


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


@pytest.mark.parametrize(
    ("address", "bare", "header"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", None),
        ("http://me:pass@proxy.example:3128", "http://proxy.example:3128", b"Basic bWU6cGFzcw=="),
        ("http://me:p%40ss%2Fw@[::1]:1", "http://[::1]:1", b"Basic bWU6cEBzcy93"),
        ("http://me@proxy.example", "http://proxy.example", b"Basic bWU6"),
        ("", "", None),
    ],
)
def test_the_password_of_a_proxy_is_no_part_of_its_address(address: str, bare: str, header: bytes | None) -> None:
    assert proxy_parts(address) == (bare, header)
