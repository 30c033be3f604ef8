from __future__ import annotations

from scrapy.http import Request

from crawler.middlewares import ConditionalMiddleware


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
