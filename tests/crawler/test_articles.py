from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.articles import (
    alerting_of,
    article_of_entry,
    article_of_page,
    is_front_page,
    new_entry,
    page_key,
    syndicated_key,
)
from crawler.items import EntryItem, ExtractedArticle, Field
from crawler.urls import KeyRules, story_pattern
from db.entries import StoredEntry
from db.leases import Lease
from db.pages import ClaimedPage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://outlet.example/1"
ENTRY = StoredEntry(1, "made-up", URL, URL, "З стрічки", "Коротко", None, "Ганна", NOW - timedelta(hours=1), NOW,
                    is_baseline=False, languages=("uk",), timezone="Europe/Kyiv")  # fmt: skip
PAGE = ClaimedPage(Lease(1, "w", 1), 7, 1, URL, URL, URL, b"", None, NOW, ENTRY)
FOUND = ExtractedArticle(
    url=URL,
    title=Field("Зі сторінки", "h1", 0.8),
    text=Field("Довгий текст. " * 30, "trafilatura", 0.85),
    author=Field(),
    published=Field(NOW - timedelta(hours=2), "json-ld datePublished", 0.95),
    modified=Field(),
    language=Field("uk", "html lang", 0.8),
    section=Field(),
    canonical=Field("https://other.example/1", "link canonical", 0.9),
    image=Field(),
    encoding="utf-8",
    precision="instant",
)


def test_the_page_is_believed_and_the_feed_fills_the_gaps() -> None:
    article = article_of_page(PAGE, FOUND)
    assert (article.title, article.author, article.page_id) == ("Зі сторінки", "Ганна", 7)
    assert article.published_at == NOW - timedelta(hours=2)
    assert article.canonical_url == "https://other.example/1"
    assert article.url == URL
    assert article.fields["title"] == {"source": "h1", "confidence": 0.8}
    assert article_of_page(PAGE, replace(FOUND, title=Field())).title == "З стрічки"


def test_the_feeds_exact_date_beats_a_guess_and_fills_a_gap() -> None:
    for published in (Field(NOW - timedelta(days=3), "htmldate", 0.6), Field()):
        article = article_of_page(PAGE, replace(FOUND, published=published, precision="day"))
        assert article.published_at == ENTRY.published_at
        assert article.published_precision == "instant"
        assert article.fields["published"]["source"] == "feed"


def test_a_guess_is_better_than_nothing() -> None:
    guessed = replace(FOUND, published=Field(NOW, "htmldate", 0.6), precision="day")
    article = article_of_page(replace(PAGE, entry=replace(ENTRY, published_at=None)), guessed)
    assert (article.published_at, article.published_precision) == (NOW, "day")


def test_a_page_behind_a_wall_gets_the_feeds_text() -> None:
    wall = replace(FOUND, text=Field("Увійдіть, щоб читати.", "trafilatura", 0.85))
    article = article_of_page(replace(PAGE, entry=replace(ENTRY, content="Повний текст. " * 20)), wall)
    assert article.text.startswith("Повний текст")
    assert article.fields["text"]["source"] == "feed"


def test_an_entry_whose_page_cannot_be_had_is_an_article_of_its_own() -> None:
    article = article_of_entry(ENTRY, NOW)
    assert (article.title, article.text, article.language) == ("З стрічки", "Коротко", "uk")
    assert article_of_entry(replace(ENTRY, title=None), NOW) is None


@pytest.mark.parametrize(
    ("is_baseline", "age", "precision", "alerting"),
    [
        (False, timedelta(days=900), "instant", "normal"),
        (True, timedelta(hours=35), "instant", "loaded"),
        (True, timedelta(hours=37), "instant", "silent"),
        (True, timedelta(hours=47), "day", "loaded"),
        (True, timedelta(hours=49), "day", "silent"),
        (True, timedelta(hours=-5), "instant", "loaded"),
    ],
)
def test_what_a_first_poll_finds_is_silent_only_if_it_is_old(
    is_baseline: bool, age: timedelta, precision: Any, alerting: str
) -> None:
    assert alerting_of(replace(ENTRY, is_baseline=is_baseline), NOW - age, precision) == alerting


def test_what_a_first_poll_finds_without_a_date_is_silent() -> None:
    assert alerting_of(replace(ENTRY, is_baseline=True), None, None) == "silent"
    assert alerting_of(ENTRY, None, None) == "normal"


def test_a_redirect_within_the_outlet_gives_the_key_and_one_away_does_not() -> None:
    assert (
        page_key("http://outlet.example/r?id=5", "https://www.outlet.example/story") == "https://outlet.example/story"
    )
    assert page_key("https://outlet.example/story", "https://login.example/") == "https://outlet.example/story"


@pytest.mark.parametrize(
    ("requested", "final", "expected"),
    [
        ("https://o.example/story", "https://o.example/", True),
        ("https://o.example/?p=5", "https://www.o.example/", True),
        ("https://o.example/story", "https://o.example/story/", False),
        ("https://o.example/", "https://www.o.example/", False),
        ("https://o.example/story", "https://o.example/?p=5", False),
    ],
)
def test_a_removed_article_is_known_by_the_front_page_it_leads_to(requested: str, final: str, expected: Any) -> None:
    assert is_front_page(requested, final) == expected


RULES = KeyRules({"mirror.example": "outlet.example"}, {"outlet.example": story_pattern(r"^/(?:ru/)?(\d{1,9})$")})


@pytest.mark.parametrize(
    ("canonical", "key"),
    [
        (None, None),
        ("https://outlet.example/2", None),
        ("http://www.outlet.example/2?utm_source=x", None),
        ("https://mirror.example/2", None),
        ("https://other.example/2?utm_source=x", "https://other.example/2"),
        ("/2", None),
        ("javascript:alert(1)", None),
        ("http://[broken/", None),
    ],
)
def test_a_canonical_address_at_another_host_means_syndication(canonical: str | None, key: str | None) -> None:
    assert syndicated_key(URL, canonical, RULES) == key


def test_an_article_carries_what_the_rules_say_of_its_addresses() -> None:
    key = page_key("https://mirror.example/ru/1", URL, RULES)
    assert key == "story:outlet.example:1"
    article = article_of_page(replace(PAGE, url_key=key), FOUND, RULES)
    assert (article.url_key, article.canonical_key, article.has_twins) == (key, "https://other.example/1", True)
    told = article_of_entry(replace(ENTRY, url_key=key), NOW)
    assert told is not None
    assert told.has_twins
    assert not article_of_page(PAGE, FOUND).has_twins


def test_an_entry_gets_the_key_of_its_story() -> None:
    item = EntryItem("https://mirror.example/ru/1", "https://mirror.example/ru/1", title="T")
    assert new_entry(item, RULES).url_key == "story:outlet.example:1"
    assert new_entry(item).url_key == item.url_key
