"""Whatever bytes an outlet sends, the answer is a value or the package's own error (T-FUZZ)."""

from __future__ import annotations

from contextlib import suppress
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import FeedError, PageError
from crawler.extract import extract_article
from crawler.feeds import parse_feed, plain_text
from crawler.guard import check_page
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key

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
