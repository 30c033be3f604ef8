from __future__ import annotations

import time

import pytest

from crawler.urls import is_web_address, url_key

SAME = [
    ("https://www.outlet.example/a/", "https://outlet.example/a"),
    ("http://outlet.example/a", "https://outlet.example/a"),
    ("https://OUTLET.example:443/a#comments", "https://outlet.example/a"),
    ("http://outlet.example:80/a", "https://outlet.example/a"),
    ("https://m.outlet.example/a", "https://outlet.example/a"),
    ("https://amp.outlet.example/a", "https://outlet.example/a"),
    ("https://outlet.example/news/a/amp/", "https://outlet.example/news/a"),
    ("https://outlet.example/amp/news/a", "https://outlet.example/news/a"),
    ("https://outlet.example/a.amp.html", "https://outlet.example/a.html"),
    ("https://outlet.example/a?utm_source=x&utm_medium=rss", "https://outlet.example/a"),
    ("https://outlet.example/a?source=rss", "https://outlet.example/a"),
    ("https://outlet.example/a?fbclid=1&p=123&yclid=2", "https://outlet.example/a?p=123"),
    ("https://outlet.example/a?b=2&a=1", "https://outlet.example/a?a=1&b=2"),
    ("  https://outlet.example/a\n", "https://outlet.example/a"),
    ("https://outlet.example/%D0%B0", "https://outlet.example/а"),
    ("https://outlet.example/a?maca=en-rss-en-all-1573-rdf", "https://outlet.example/a"),
]  # fmt: skip
DIFFERENT = [
    ("https://outlet.example/?c=ar&i=378000", "https://outlet.example/?c=ar&i=378001"),
    ("https://outlet.example/?p=123", "https://outlet.example/?p=124"),
    ("https://outlet.example/a", "https://outlet.example/b"),
    ("https://outlet.example/A", "https://outlet.example/a"),
    ("https://outlet.example:8080/a", "https://outlet.example/a"),
    ("https://ru.outlet.example/a", "https://outlet.example/a"),
    ("https://outlet.example/a?source=agency", "https://outlet.example/a"),
    ("https://outlet.example/a?id=", "https://outlet.example/a"),
]
IDENTITIES = [
    "urn:volya:seed:000",
    "tag:outlet.example,2025:1",
    "mailto:a@b.example",
    "http://[broken/",
    "no address",
    "",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_variants_of_an_address_share_a_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_articles_keep_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("url", IDENTITIES)
def test_an_identity_that_is_no_web_address_is_kept_as_it_is(url: str) -> None:
    assert url_key(url) == url


@pytest.mark.parametrize("url", [one for one, _ in SAME + DIFFERENT])
def test_the_key_of_a_key_is_itself(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


def test_article_ids_stay_in_the_key() -> None:
    assert "i=378000" in url_key("https://www.outlet.example/?c=ar&i=378000&utm_source=tg")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//outlet.example/a", "ftp://h/a",
                                 "http:///a", "http://h:0/", "http://[x/", "java\tscript:x", "file:///etc/passwd"])  # fmt: skip
def test_only_absolute_http_addresses_are_web_addresses(url: str) -> None:
    assert not is_web_address(url)


def test_a_hostile_address_costs_little() -> None:
    started = time.monotonic()
    url_key("https://outlet.example/" + "/amp" * 50_000 + "?" + "utm_a=1&" * 50_000)
    assert time.monotonic() - started < 5
