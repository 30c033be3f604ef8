"""Which doors are preferred of those that were tried, and where a channel is previewed."""

from __future__ import annotations

import pytest

from crawler.check import CheckedEntryPoint
from crawler.finds import Tried, preferred, preview_of


def tried(type_: str, verdict: str = "alive", entries: int = 1) -> Tried:
    url = f"https://o.example/{type_}/{verdict}"
    return Tried(CheckedEntryPoint("", type_, url, verdict, items=entries), "usual address")  # type: ignore[arg-type]  # a case


@pytest.mark.parametrize(
    ("found", "types"),
    [
        ([tried("section"), tried("news_sitemap"), tried("rss")], ["rss", "news_sitemap", "section"]),
        ([tried("section"), tried("sitemap"), tried("json_feed")], ["json_feed", "sitemap", "section"]),
        ([tried("atom"), tried("rss"), tried("rdf")], ["atom"]),
        ([tried("rss", "stale"), tried("atom")], ["atom"]),
        ([tried("rss", "stale"), tried("section")], ["section"]),
        ([tried("rss", "stale"), tried("section", "broken", 0)], ["rss"]),
        ([tried("rss", "gone", 0), tried("news_sitemap", "alive", 0), tried("telegram", "zombie", 0)], []),
        ([], []),
    ],
)
def test_of_each_kind_the_first_that_lives_is_taken_in_order_of_preference(
    found: list[Tried], types: list[str]
) -> None:
    assert [door.type for door in preferred(found)] == types


@pytest.mark.parametrize(
    ("url", "preview"),
    [
        ("https://t.me/made_up", "https://t.me/s/made_up"),
        ("http://telegram.me/s/made_up?before=5#x", "https://t.me/s/made_up"),
        ("https://t.me/made_up/123", "https://t.me/s/made_up"),
        ("https://t.me/@made_up", "https://t.me/s/made_up"),
        ("https://t.me/", "https://t.me/"),
        ("https://o.example/s/made_up", "https://o.example/s/made_up"),
        ("https://o.example/rss?x=1", "https://o.example/rss?x=1"),
    ],
)
def test_a_channel_is_asked_by_its_preview(url: str, preview: str) -> None:
    assert preview_of(url) == preview
