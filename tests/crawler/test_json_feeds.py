"""JSON Feeds of both versions are read, and what is none is told so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES
from crawler.items import Listing
from crawler.json_feeds import read_json_feed

URL = "https://outlet.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def read(feed: Any, url: str = URL) -> Listing:
    body = feed if isinstance(feed, bytes) else json.dumps(feed).encode()
    return read_json_feed(body, url, Context(content_type="application/feed+json"))


def feed(*items: Any, **keys: Any) -> dict[str, Any]:
    return {"version": VERSION, "title": "Outlet", "items": list(items), **keys}


def test_an_item_becomes_an_entry() -> None:
    item = {
        "id": "1", "url": "https://outlet.example/a?utm_source=x", "title": "Прыдуманы <b>загаловак</b>", "summary": "Коратка",
        "content_html": "<p>Першы</p><script>alert(1)</script><p>Другі</p>", "date_published": "2026-05-07T15:00:00+03:00",
        "authors": [{"name": "Алена"}, {"url": "x"}, {"name": "Алесь"}], "language": "zh-cn", "_extra": {"a": [1]},
    }  # fmt: skip
    (entry,) = read(feed(item)).entries
    assert (entry.url_key, entry.guid, entry.title) == ("https://outlet.example/a", "1", "Прыдуманы загаловак")
    assert (entry.content, entry.summary, entry.author) == ("Першы\nДругі", "Коратка", "Алена, Алесь")
    assert (entry.published_at, entry.published_precision) == (datetime(2026, 5, 7, 12, tzinfo=UTC), "instant")


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.0", VERSION,
                                     "http://jsonfeed.org/version/1"])  # fmt: skip
def test_both_versions_are_read(version: str) -> None:
    item = {"id": 7, "url": "/a", "content_text": "Text", "author": {"name": "Anna"}}
    (entry,) = read(feed(item, version=version)).entries
    assert (entry.url, entry.guid, entry.author) == ("https://outlet.example/a", "7", "Anna")


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"id": "https://outlet.example/1"}, "https://outlet.example/1"),
        ({"id": "1", "external_url": "https://other.example/1"}, "https://other.example/1"),
        ({"id": "1", "url": "javascript:alert(1)"}, None),
        ({"id": "1", "url": "http://[", "external_url": 5}, None),
        ({"id": "1", "url": "/\ud800"}, "https://outlet.example/"),
        ({"id": True, "url": None}, None),
        ("text", None), (None, None), ([], None),
    ],
)  # fmt: skip
def test_the_link_of_an_item(item: Any, link: str | None) -> None:
    sound = {"id": "2", "url": "/sound"}
    links = [entry.url for entry in read(feed(item, sound)).entries]
    assert links == [*([link] if link else []), "https://outlet.example/sound"]


def test_a_feed_without_items_is_empty_and_one_without_links_is_not() -> None:
    assert read(feed()).empty_by
    found = read(feed({"id": "1"}))
    assert (found.entries, found.empty_by) == ((), None)


@pytest.mark.parametrize(
    ("stated", "older"),
    [
        ("https://outlet.example/feed.json?page=2", "https://outlet.example/feed.json?page=2"), ("?page=2", f"{URL}?page=2"),
        (URL, None), ("https://outlet.example/canonical.json", None), ("javascript:x", None), (5, None),
    ],
)  # fmt: skip
def test_the_next_page_is_another_one(stated: Any, older: str | None) -> None:
    assert read(feed({"id": "1", "url": "/1"}, next_url=stated, feed_url="/canonical.json")).older == older


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{}", b'"x"', b"<html></html>", b"<rss><channel/></rss>", b"[" * 200_000, b'{"a":' * 100_000,
        b"9" * 100_000, json.dumps(feed()).encode()[:-5], json.dumps({**feed(), "version": "https://jsonfeed.org/version/2"}).encode(),
        json.dumps({**feed(), "version": 1}).encode(), json.dumps({"items": []}).encode(), json.dumps(feed(items={})).encode(),
        json.dumps(feed(items=None)).encode(), json.dumps(feed()).encode().replace(b'"Outlet"', b'"\\x"'),
    ],
)  # fmt: skip
def test_what_is_no_json_feed_is_told_so(body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.subject == URL


def test_hostile_values_cost_their_field_only() -> None:
    item = {"id": "1", "url": "/1", "title": ["x"], "summary": {"a": 1}, "content_html": 5, "content_text": None,
            "authors": [5, None, {"name": ["x"]}], "date_published": "0000-13-99T99:99:99"}  # fmt: skip
    (entry,) = read(feed(item)).entries
    assert (entry.title, entry.summary, entry.content, entry.author, entry.published_at) == (None,) * 5
    (entry,) = read(feed({**item, "title": "\ud800x\x00", "date_published": 12})).entries
    assert (entry.title or "").encode()


def test_no_more_than_the_cap_is_taken() -> None:
    assert len(read(feed(*({"id": "x", "url": f"/{n}"} for n in range(2 * MAX_ENTRIES)))).entries) == MAX_ENTRIES


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(feed({"id": "1", "url": "/1"})).encode()).entries
