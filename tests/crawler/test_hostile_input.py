"""Whatever bytes an outlet sends, the answer is a value or the package's own error (T-FUZZ)."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crawler.doors import DOORS, Context, read_body
from crawler.errors import FeedError, PageError
from crawler.extract import extract_article
from crawler.feeds import parse_feed, plain_text
from crawler.guard import check_page
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key
from db import Database
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, PageRow

URL = "https://outlet.example/feed"
PIECES = st.sampled_from([
    "<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<entry>", "<feed>", "<!--",
    "-->", "<![CDATA[", "]]>", "<div ", "<p>", "</p>", "<script type='application/ld+json'>", "</script>", "{", "}",
    '"@type":"NewsArticle"', '"datePublished":', ",", "&", "&amp;", "&#0;", "&#x110000;", "<meta property='og:title' ",
    "content=", '"', "'", ">", "<", "\0", "\ud7ff", "\u202e", "2025-09-11", "<h1>", "</h1>", "<svg>", "https://",
    "<html lang=uk>", "javascript:", "<base href='//x'>", "<?xml version='1.0' encoding='", "utf-16", "'?>", "Воля",
])  # fmt: skip
MARKUP = st.lists(PIECES | st.text(max_size=10), max_size=40).map("".join)
BYTES = st.binary(max_size=400) | MARKUP.map(lambda text: text.encode("utf-8", "replace"))


@given(st.text() | st.lists(st.sampled_from(["http://", "a.example", "/", "?", "=", "&", "#", "[", "]", ":", "@", "%", "м",
                                             "amp", ".", "utm_a", "99999"])).map("".join))  # fmt: skip
@settings(max_examples=500, deadline=None, derandomize=True)
def test_a_key_can_be_made_of_any_text_and_is_its_own_key(url: str) -> None:
    is_web_address(url)
    assert url_key(url_key(url)) == url_key(url)


@given(BYTES)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_feed_is_read_or_refused(body: bytes) -> None:
    for candidate in (body, b"<rss><channel>" + body):
        with suppress(FeedError):
            for entry in parse_feed(candidate, URL):
                assert is_web_address(entry.url)
                assert entry.published_at is None or entry.published_at.tzinfo is not None


CARD = '<p class="tgme_widget_message_wrap"><a class="tgme_widget_message js-message_text" data-post="a_b/1" href="/news/150001">'
BEGINNINGS = {
    "section": CARD * 3,
    "telegram": f'<p class="tgme_channel_info"></p><section class="tgme_channel_history">{CARD}',
    "json_feed": '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/1", "title": "',
    "sitemap": "<urlset><url><loc>https://outlet.example/news/150001</loc><lastmod>",
}


@pytest.mark.parametrize("type_", {door.parser: type_ for type_, door in DOORS.items()}.values())
@given(body=BYTES)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_body_of_any_door_is_read_or_refused(type_: str, body: bytes) -> None:
    beginning = BEGINNINGS.get(type_, "").encode()
    for candidate in (body, beginning + body, beginning + body + b'"}]}</lastmod></url></urlset>'):
        with suppress(FeedError):
            listing = read_body(type_, candidate, "https://outlet.example/s/a_b", Context())
            assert all(is_web_address(entry.url) and entry.url.encode() for entry in listing.entries)
            assert all(entry.published_at is None or entry.published_at.tzinfo for entry in listing.entries)
            assert listing.older is None or is_web_address(listing.older)
            assert all(map(is_web_address, listing.children))


@given(BYTES)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_page_is_extracted_or_refused(body: bytes) -> None:
    with suppress(PageError):
        check_page(body, URL)
        found = extract_article(body, URL, timezone="Europe/Kyiv", feed_title="From the feed")
        assert found.title.value
        assert found.published.value is None or found.published.value.tzinfo is not None


@given(MARKUP)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_markup_becomes_text(markup: str) -> None:
    assert isinstance(plain_text(markup), str)


@given(st.text() | st.from_regex(r"[0-9]{1,14}([-T:+. ][0-9]{1,4}){0,6}Z?", fullmatch=True))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = parse_time(text, ZoneInfo("Europe/Kyiv"))
    assert found is None or found[0].tzinfo is not None


SLOW = (
    b"<html><body><article><h1>x</h1>" + b"<div><span>word</span> <b>a</b></div>" * 80_000 + b"</article></body></html>"
)
HTML = {"Content-Type": "text/html"}
RSS = {"Content-Type": "application/rss+xml"}
LARGE = 20 * 1024 * 1024


def test_hostile_bodies_are_refused_at_the_cap_or_given_up_at_the_deadline_and_all_else_is_on_time(
    site: Any, crawl: Any, reply: Any, bomb: Any, sqlite_database: Database
) -> None:
    site.routes["/slow"] = reply(200, SLOW, HTML)
    site.routes["/large"] = reply(200, b"<html><p>" + b"x" * LARGE, HTML)
    site.routes["/deep"] = reply(200, b"<div>" * 100_000, HTML)
    site.routes["/bomb"] = bomb(200 * 1024 * 1024)
    names = ["slow", "large", "deep", "bomb"]
    for number in range(6):
        site.page(f"/well-{number}", f"well-{number}")
    site.feed("/feed", [(f"/{name}", name) for name in names])
    site.feed("/well", [(f"/well-{number}", f"well-{number}") for number in range(6)])
    entry = b"<item><title>t</title><link>https://o.example/%d</link></item>"
    site.routes["/endless"] = reply(200, b"<rss><channel>" + b"".join(entry % n for n in range(200_000)), RSS)
    site.routes["/dense"] = reply(200, b"<rss><channel>" + b"<item/>" * 200_000, RSS)
    for name in ("feed", "well", "endless", "dense"):
        crawl.outlet(name, f"/{name}")
    crawl.options |= {"page_deadline": 3.0, "extraction_workers": 2}
    started = time.monotonic()
    report = crawl.once()
    assert report["complete"]
    assert time.monotonic() - started < 45

    with sqlite_database.read() as session:
        points = {point.outlet: point for point in session.scalars(select(EntryPointRow))}
        entries = {entry.title: entry.last_error for entry in session.scalars(select(FeedEntryRow))}
        pages = {page.url.rpartition("/")[2]: page.last_error for page in session.scalars(select(PageRow))}
        texts = {article.title: article.text for article in session.scalars(select(ArticleRow))}
    assert "larger than download max size" in points["endless"].last_error
    assert points["dense"].last_error is None or "killed" in points["dense"].last_error
    assert "larger than download max size" in entries["large"]
    assert "DOWNLOAD_MAXSIZE" in entries["bomb"]
    assert "killed" in pages["slow"]
    assert "nested deeper" in pages["deep"]
    assert all(texts[name] == f"Коротко: {name}." for name in names)  # the feed speaks for each
    assert all(texts[f"well-{number}"].startswith("Сьогодні у вигаданому місті") for number in range(6))
