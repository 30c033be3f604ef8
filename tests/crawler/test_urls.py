from __future__ import annotations

import time

import pytest

from crawler.keys import key_rules
from crawler.outlets import load_catalogue
from crawler.urls import KeyRules, is_story_key, is_web_address, site_of, story_pattern, url_key

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


RULES = KeyRules(
    mirrors={"mirror.example": "outlet.example", "m1r.cdn.example": "outlet.example"},
    stories={"outlet.example": story_pattern(r"(?:^\?c=ar&i=|^/(?:(?:be_latn|ru|en)/)?)(\d{5,9})(?:[/?&]|$)")},
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://mirror.example/news/a", "https://outlet.example/news/a"),
        ("http://www.mirror.example/news/a/?utm_source=x", "https://outlet.example/news/a"),
        ("https://m1r.cdn.example/378000", "https://outlet.example/378000"),
    ],
)
def test_a_mirror_has_the_keys_of_its_outlet(one: str, other: str) -> None:
    assert url_key(one, RULES) == url_key(other, RULES)
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://outlet.example/?c=ar&i=378000",
        "https://outlet.example/?i=378000&c=ar&utm_medium=rss",
        "https://outlet.example/378000",
        "https://www.outlet.example/ru/378000/",
        "https://outlet.example/be_latn/378000?utm_source=tg",
        "https://mirror.example/en/378000/comments",
    ],
)
def test_the_language_versions_of_one_story_share_a_key(url: str) -> None:
    assert url_key(url, RULES) == "story:outlet.example:378000"
    assert is_story_key(url_key(url, RULES))
    assert url_key(url_key(url, RULES), RULES) == url_key(url, RULES)


@pytest.mark.parametrize("url", [one for pair in SAME + DIFFERENT for one in pair] + IDENTITIES)
def test_without_a_rule_for_its_host_and_path_an_address_keeps_its_key(url: str) -> None:
    if "c=ar" not in url:  # what the rule above is for
        assert url_key(url, RULES) == url_key(url)
    assert not is_story_key(url_key(url))


@pytest.mark.parametrize(
    "url", ["https://outlet.example:8080/378000", "https://other.example/378000", "https://outlet.example/news/378000"]
)
def test_a_rule_is_for_one_host_and_the_whole_path(url: str) -> None:
    assert url_key(url, RULES) == url_key(url)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://WWW.mirror.example/a", "outlet.example"),
        ("https://m.outlet.example:443/a", "outlet.example"),
        ("https://outlet.example:8443/a", "outlet.example:8443"),
        ("urn:x", ""),
        ("http://[broken/", ""),
    ],
)
def test_the_site_of_an_address_is_that_of_its_key(url: str, site: str) -> None:
    assert site_of(url, RULES) == site


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"/\d+", "one group"),
        (r"/(\w+)/(\d)", "one group"),
        (r"/(\d", "no pattern"),
        (r"(\d+)+x", "repeated group"),
        (r"(?:a|aa){2,}(\d)", "repeated group"),
        (r"/.*/(\d+)", "at most one"),
        (r"/.{1,}/(\d{2,})", "at most one"),
    ],
)
def test_a_pattern_that_is_wrong_or_could_take_for_ever_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        story_pattern(pattern)


@pytest.mark.parametrize("end", ["/" + "1" * 50_000, "/" + "ru/" * 20_000, "/?c=ar&i=" + "9" * 50_000, "/" + "a_" * 30_000,
                                 "/news/2026/1/1/" + "0" * 50_000, "/news/" + "2026/" * 10_000])  # fmt: skip
def test_no_rule_of_the_catalogue_is_slow_on_a_hostile_address(end: str) -> None:
    rules = key_rules(load_catalogue())
    assert rules.stories
    started = time.monotonic()
    for host in rules.stories:
        url_key(f"https://{host}{end}", rules)
    assert time.monotonic() - started < 2
