"""Google News and Bing News: whose article it is, where it is, and what is no result."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.doors import Context, read_body
from crawler.errors import FeedError
from crawler.news_search import hidden_address
from newsroom.searches import Hit, answer_bing, answer_google, google_token

GOOGLE = "https://news.google.com/rss/search?q=x&hl=uk&gl=UA&ceid=UA:uk"
BING = "https://www.bing.com/news/search?q=x&format=rss"
EDITION = {"q": "made up", "ceid": "UA:uk"}
HIT = Hit("https://outlet.example/2026/05/07/a-story?id=1&x=ї", "Мінськ звільнив десятьох - так кажуть", "Вигадана газета",
          "https://outlet.example", datetime(2026, 5, 7, 12, tzinfo=UTC), "uk")  # fmt: skip
SHORT = replace(HIT, url="https://outlet.example/2026/05/07/a-story")


def google(*hits: Hit) -> Any:
    return read_body("google_news", answer_google(EDITION, hits, "https://news.google.com").body, GOOGLE, Context())


def bing(*hits: Hit) -> Any:
    return read_body("bing_news", answer_bing("made up", hits, "http://www.bing.com").body, BING, Context())


def rss(items: str, title: str = '"x" - Google News', generator: str = "NFE/5.0") -> bytes:
    head = f"<generator>{generator}</generator><title>{title}</title>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def test_a_hidden_article_is_one_by_itself_with_headline_outlet_and_time() -> None:
    (entry,) = google(HIT).entries
    assert entry.is_article
    assert entry.url.startswith("https://news.google.com/rss/articles/CBMi")
    assert (entry.title, entry.publisher, entry.publisher_url) == (HIT.title, HIT.outlet, HIT.home)
    assert (entry.published_at, entry.published_precision) == (HIT.seen_at, "instant")
    assert (entry.summary, entry.content) == (None, None)  # a description repeats the headline


def test_an_article_whose_address_the_link_holds_is_fetched_there() -> None:
    (entry,) = google(replace(HIT, is_hidden=False)).entries
    assert (entry.url, entry.is_article, entry.guid) == (HIT.url, False, None)
    assert entry.title == HIT.title


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://news.google.com/rss/articles/CBMiKWh0dHBzOi8vb3V0bGV0LmV4YW1wbGUvMjAyNi8wNS8wNy9hLXN0b3J50gEA?oc=5", SHORT.url),
        ("https://news.google.com/__i/rss/rd/articles/CBMiKWh0dHBzOi8vb3V0bGV0LmV4YW1wbGUvMjAyNi8wNS8wNy9hLXN0b3J50gEA", SHORT.url),
        ("https://news.google.com/read/CBMiKWh0dHBzOi8vb3V0bGV0LmV4YW1wbGUvMjAyNi8wNS8wNy9hLXN0b3J50gEA?hl=uk", SHORT.url),
        ("https://news.google.com/rss/articles/CBMiQEFVX3lxTE5tYWRlLXVwLXRva2VuLW1hZGUtdXAtdG9rZW4tbWFkZS11cC10b2tlbi1tYWRlLXVwLXRva2VuLXg", None),
        ("https://news.google.com/rss/articles/CBMiKWh0dHBzOi8vb3V0", None),  # shorter than it says
        ("https://news.google.com/rss/articles/" + "A" * 4097, None),
        ("https://news.google.com/rss/articles/AAAAAAAAA", None),
        ("https://news.google.com/topics/CAAqBwgKMK", None),
        ("https://outlet.example/a", None),
    ],
)  # fmt: skip
def test_only_what_a_token_holds_in_the_clear_is_taken(link: str, address: str | None) -> None:
    assert hidden_address(link) == address


@pytest.mark.parametrize(
    "held", ["file:///etc/passwd", "javascript:alert(1)", "https://a b.example/", "https://x.example/\n"]
)
def test_a_token_that_holds_no_web_address_is_opaque(held: str) -> None:
    assert hidden_address(f"https://news.google.com/rss/articles/{google_token(held, is_hidden=False)}") is None


def test_long_addresses_have_their_length_in_two_bytes() -> None:
    long = f"https://outlet.example/{'x' * 300}"
    token = google_token(long, is_hidden=False)
    assert hidden_address(f"https://news.google.com/rss/articles/{token}") == long
    endless = base64.urlsafe_b64encode(b"\x08\x13\x22" + b"\xff" * 200).decode().rstrip("=")
    assert hidden_address(f"https://news.google.com/rss/articles/{endless}") is None


def test_exactly_the_publisher_is_taken_from_the_end_of_a_headline() -> None:
    item = (
        "<item><title>Ten freed - says - Other</title><link>https://news.google.com/rss/articles/AAAAAAAAAA</link>"
        '<source url="https://outlet.example">Outlet</source></item>'
    )
    (entry,) = read_body("google_news", rss(item), GOOGLE, Context()).entries
    assert entry.title == "Ten freed - says - Other"


@pytest.mark.parametrize("edition", ["US:be", "BY:be", ""])
def test_an_edition_that_is_none_is_an_error_and_no_article(edition: str) -> None:
    body = answer_google({"q": "x", "ceid": edition}, [HIT], "https://news.google.com").body
    with pytest.raises(FeedError, match="refused: 'This feed is not available"):
        read_body("google_news", body, GOOGLE, Context())


def test_a_refusal_in_another_language_is_one_too() -> None:
    item = "<item><title>Цей фід недоступний.</title><link>https://news.google.com/</link></item>"
    with pytest.raises(FeedError, match="refused: 'Цей"):
        read_body("google_news", rss(item, "Google News"), GOOGLE, Context())


def test_a_channel_that_names_the_query_and_has_no_items_is_empty() -> None:
    assert google().empty_by == "a channel of the query without items"
    assert bing().empty_by == "a channel of BingNews without items"


@pytest.mark.parametrize("type_", ["google_news", "bing_news"])
@pytest.mark.parametrize(
    "body",
    [
        rss("", "Google News"),
        rss("", "x", ""),
        b"<!doctype html><title>Before you continue</title><form action='https://consent.google.com/save'></form>",
        b"<rss><channel><item><title>x - BingNews",
        b"",
        rss("<item><title>x</title><link>javascript:alert(1)</link></item>"),
        rss("<item><title>x</title><link>https://www.bing.com/news/apiclick.aspx?tid=1</link></item>"),
    ],
)
def test_what_is_no_answer_is_broken_and_never_empty(type_: str, body: bytes) -> None:
    with pytest.raises(FeedError):
        read_body(type_, body, GOOGLE if type_ == "google_news" else BING, Context())


def test_bing_tells_the_address_of_the_outlet_and_it_alone_is_the_identity() -> None:
    listing = bing(HIT, replace(HIT, seen_at=datetime(2026, 5, 8, tzinfo=UTC)))
    (entry,) = listing.entries  # twice the same address, under two addresses of Bing's
    assert (entry.url, entry.title, entry.published_at) == (HIT.url, HIT.title, HIT.seen_at)
    assert (entry.guid, entry.is_article) == (None, False)


@pytest.mark.parametrize(
    ("link", "urls"),
    [
        ("http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2foutlet.example%2fa%3fid%3d1&amp;c=4", ["https://outlet.example/a?id=1"]),
        ("https://outlet.example/direct", ["https://outlet.example/direct"]),
        ("http://www.bing.com/news/apiclick.aspx?url=javascript%3aalert(1)", []),
        ("http://www.bing.com/news/apiclick.aspx?url=%2fetc%2fpasswd", []),
        ("http://www.bing.com/news/apiclick.aspx?" + "x=1&amp;" * 60 + "url=https%3a%2f%2foutlet.example", []),
        ("http://www.bing.com/news/other", []),
    ],
)  # fmt: skip
def test_an_item_of_bing_without_an_outlets_address_is_left_out(link: str, urls: list[str]) -> None:
    good = "<item><title>y</title><link>https://good.example/</link></item>"
    body = rss(f"<item><title>x</title><link>{link}</link></item>{good}", "x - BingNews")
    found = [entry.url for entry in read_body("bing_news", body, BING, Context()).entries]
    assert found == [*urls, "https://good.example/"]
