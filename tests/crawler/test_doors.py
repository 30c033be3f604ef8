"""The table of doors: every type of entry point has a parser, a cap and a proof of emptiness."""

from __future__ import annotations

import pytest

from crawler.doors import DOORS, Context, load_parser, read_body
from crawler.errors import FeedError
from crawler.outlets import ENTRY_POINT_TYPES

URL = "https://outlet.example/door"
EMPTY = {
    "rss": b"<rss version='2.0'><channel><title>x</title></channel></rss>",
    "atom": b"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>",
    "rdf": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>",
    "news_sitemap": b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
    "json_feed": b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}',
    "sitemap": b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
    "telegram": b"<div class='tgme_channel_info'></div><section class='tgme_channel_history'></section>",
}
NOTHING = [b"", b" ", b"<!doctype html><html><head><title>x</title></head><body></body></html>", b"{}", b"[]", b"null"]


@pytest.mark.parametrize("type_", DOORS)
def test_every_door_can_be_named_in_the_catalogue_and_has_a_parser(type_: str) -> None:
    assert type_ in ENTRY_POINT_TYPES
    assert callable(load_parser(DOORS[type_]))


@pytest.mark.parametrize("type_", EMPTY)
def test_a_body_without_entries_is_empty_only_by_a_marker_of_its_format(type_: str) -> None:
    url = "https://t.me/s/made_up" if type_ == "telegram" else URL
    listing = read_body(type_, EMPTY[type_], url, Context())
    assert listing.entries == ()
    assert listing.empty_by


@pytest.mark.parametrize("type_", DOORS)
@pytest.mark.parametrize("body", NOTHING)
def test_what_is_not_of_the_type_is_broken_and_never_empty(type_: str, body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        read_body(type_, body, URL, Context())
    assert caught.value.subject == URL


@pytest.mark.parametrize("type_", DOORS)
def test_a_body_over_the_cap_of_its_type_is_refused_unparsed(type_: str) -> None:
    with pytest.raises(FeedError, match="more than"):
        read_body(type_, b" " * (DOORS[type_].max_bytes + 1), URL, Context())
