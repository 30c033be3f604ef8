"""Whether a list that was fetched is all there: one that breaks off must not pass for one that was read (F-12)."""

from __future__ import annotations

import asyncio

import pytest
from scrapy.http import Request, Response

from crawler.items import Announced
from crawler.pool import ExtractionPool
from crawler.reading import Door, Reading, has_end, read_entries

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>x</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (FEED, True),
        (FEED + b"\n<!-- cached -->\n", True),
        (FEED[:-8], False),
        (FEED[:60], False),
        (b"<rdf:RDF></rdf:RDF>", True),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed >', True),
        (b"<urlset><url></url>", False),
        (b"<HTML><body>posts</body></HTML>", True),
        (b"<html><body><div class='post'>", False),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', True),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"', False),
        (b"\x1f\x8b\x08 packed", True),
        (b"name,article\r\nA,B", True),
        (b"", True),
    ],
)
def test_a_list_that_breaks_off_is_known_by_its_end(body: bytes, *, expected: bool) -> None:
    assert has_end(body) is expected


@pytest.mark.parametrize("is_named", [True, False])
def test_a_hub_in_the_headers_goes_before_the_one_in_the_body(*, is_named: bool) -> None:
    link = b'<https://first.example/>; rel="hub", <https://made-up.example/feed>; rel="self"'
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><link rel="hub" href="https://second.example/"/>'
        b'<link rel="self" href="https://made-up.example/atom"/></feed>'
    )
    headers = {"Link": link} if is_named else {}
    response = Response(
        "https://made-up.example/feed", headers=headers, body=body, request=Request("https://made-up.example/feed")
    )
    reading = asyncio.run(_read(response))
    first = Announced(("https://first.example/",), "https://made-up.example/feed")
    second = Announced(("https://second.example/",), "https://made-up.example/atom")
    assert reading.announced == (first if is_named else second)


async def _read(response: Response) -> Reading:
    pool = ExtractionPool(workers=1)
    try:
        return await read_entries(response, Door("atom"), pool, _no_download)
    finally:
        pool.close()


async def _no_download(request: Request) -> Response:
    raise AssertionError(request.url)
