"""Whether a list that was fetched is all there: one that breaks off must not pass for one that was read (F-12)."""

from __future__ import annotations

import pytest

from crawler.reading import has_end

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
