from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.doors import Context, read_body
from crawler.errors import FeedError
from crawler.gdelt import read_gdelt
from newsroom.searches import TOO_MANY, Hit, answer_gdelt

URL = "https://api.gdeltproject.org/api/v2/doc/doc?query=x"
HIT = Hit("https://outlet.example/a?id=1", "Minsk frees ten: names, and thanks", "Outlet", "https://outlet.example",
          datetime(2026, 5, 7, 12, tzinfo=UTC))  # fmt: skip


def read(body: Any) -> Any:
    return read_gdelt(body if isinstance(body, bytes) else json.dumps(body).encode(), URL, Context())


def test_articles_are_found_without_a_date_because_only_the_time_they_were_seen_is_told() -> None:
    (entry,) = read(answer_gdelt({"query": "(belarus OR minsk)"}, [HIT]).body).entries
    assert (entry.url, entry.title) == (HIT.url, HIT.title)  # the spaces before the signs are gone
    assert (entry.published_at, entry.is_article) == (None, False)


@pytest.mark.parametrize("body", [b"{}", b"\xef\xbb\xbf {}\n", b'{"articles":[]}'])
def test_no_articles_is_an_answer_when_it_is_said(body: bytes) -> None:
    listing = read_body("gdelt", body, URL, Context())
    assert (listing.entries, listing.empty_by) == ((), "an answer without articles")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"query": "belarus OR minsk"}, "refused: .*surrounded by"),
        ({"query": '"abc"'}, "refused: .*phrase is too short"),
        ({"query": "x", "timespan": "15min"}, "refused: .*Timespan is too short"),
    ],
)
def test_a_query_that_is_refused_is_an_error_though_the_answer_is_200(query: dict[str, str], said: str) -> None:
    answer = answer_gdelt(query, [HIT])
    assert answer.status == 200
    with pytest.raises(FeedError, match=said):
        read(answer.body)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (TOO_MANY.encode(), "too many requests"),
        (b"<!doctype html><title>Just a moment...</title>", "refused"),
        (b"", "refused"),
        (b"[]", "refused"),
        (b'{"articles":{}}', "without a list"),
        (b'{"status":"x"}', "without a list"),
        (b'{"articles":null}', "without a list"),
        (b'{"articles":[{"url":"https://outlet.example/a"', "no JSON"),
        (b'{"articles":' + b"[" * 100_000, "no JSON"),
        (b'{"articles":[' + b"9" * 10_000 + b"]}", "no JSON"),
    ],
)
def test_what_is_no_answer_is_broken_and_never_empty(body: bytes, trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble):
        read(body)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", None, 7, "https://", "http://[x"])
def test_articles_without_an_address_to_fetch_are_left_out(url: object) -> None:
    listing = read({"articles": [{"url": url, "title": "x"}, "text", None, {"url": HIT.url}]})
    assert [entry.url for entry in listing.entries if entry.url == HIT.url] == [HIT.url]
    with pytest.raises(FeedError, match="nothing in it"):
        read_body("gdelt", json.dumps({"articles": [{"url": "javascript:alert(1)"}]}).encode(), URL, Context())


def test_a_backslash_that_escapes_nothing_does_not_cost_the_answer() -> None:
    body = rb'{"articles":[{"url":"https:\/\/outlet.example\/a","title":"C:\News \"x\" \u0410\\q"}]}'
    (entry,) = read(body).entries
    assert (entry.url, entry.title) == ("https://outlet.example/a", 'C:\\News "x" А\\q')


def test_markup_and_half_characters_in_titles_are_harmless() -> None:
    (entry,) = read({"articles": [{"url": HIT.url, "title": "<b>Ten</b> &amp; more\ud800" + "x" * 5000}]}).entries
    assert entry.title.startswith("Ten & more?x")
    assert len(entry.title) <= 1000


def test_an_answer_of_thousands_of_articles_or_of_backslashes_alone_is_survived() -> None:
    listing = read({"articles": [{"url": f"https://outlet.example/{n}", "title": " ," * 500} for n in range(4000)]})
    assert len(listing.entries) == 500
    with pytest.raises(FeedError, match="no JSON"):
        read(b'{"a":"' + b"\\" * 3_000_001 + b'"')
    with pytest.raises(FeedError, match="without a list"):
        read(b'{"a":"' + b"\\q" * 100_000 + b'"}')
