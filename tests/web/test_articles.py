"""The page of articles: a plain form that finds, marks and leads on, and says what is wrong."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from db.facts import Analysis, Decision, Kind

Ask = Callable[..., Any]
READ = Analysis("en", (Kind.RELEASE,), Decision.EVENT, "told")


def articles_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h2><a href="/articles/(\d+)"', page)]


def test_without_a_question_the_newest_articles_are_listed(ask: Ask, desk: Any) -> None:
    assert "No article yet" in ask("/articles").text
    for number in (1, 2, 3):
        desk.article(f"Report {number}", "The envoy spoke.")
    page = ask("/articles").text
    assert articles_in(page) == [3, 2, 1]
    assert "3 articles" in page
    assert "<mark" not in page


def test_words_are_found_in_any_form_and_marked(ask: Ask, desk: Any) -> None:
    desk.article("Freed from prison", "Prisoners' families waited.\nOne prisoner spoke.")
    desk.article("Weather", "Fine.")
    page = ask("/articles?q=prisoners").text
    assert articles_in(page) == [1]
    assert re.findall(r'<mark class="hit">(.*?)</mark>', page) == ["Prisoners", "prisoner"]
    assert 'value="prisoners"' in page
    assert "Harbour Post" in page
    assert 'href="https://harbour-post.example/news/1" rel="noopener noreferrer nofollow"' in page


def test_the_form_narrows_by_outlet_language_kind_and_date(ask: Ask, desk: Any) -> None:
    desk.article("Minsk", "Talks.", READ)
    desk.article("Minsk", "Razmovy.", outlet="other", language="be")
    for asked, found in {
        "outlet=Harbour-Post": [1],
        "in=be": [2],
        "kind=release": [1],
        "after=2025-09-12": [],
        "before=2025-09-12&after=2025-09-11": [2, 1],
        "in=be&language=uk": [2],
        "q=-talks": [2],
    }.items():
        assert articles_in(ask(f"/articles?{asked}").text) == found, asked
    page = ask("/articles?outlet=other&in=be&kind=&after=2025-09-11").text
    assert '<option value="be" selected>Belarusian</option>' in page
    assert '<option value="harbour-post">Harbour Post</option>' in page
    assert 'value="2025-09-11"' in page
    assert "білоруська" in ask("/articles?language=uk").text


@pytest.mark.parametrize("order", ["best", "newest"])
def test_links_lead_through_all_pages_and_back_to_the_first(ask: Ask, desk: Any, order: str) -> None:
    for number in range(45):
        desk.article("Minsk", f"Report {number}")
    address, seen = f"/articles?q=Minsk+-%22a%26b%22&order={order}", []
    while address:
        page = ask(address).text
        seen += articles_in(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(following[1]) if following else ""
    assert seen == list(range(45, 0, -1))
    assert f'<a href="/articles?q=Minsk+-%22a%26b%22&amp;order={order}">First page</a>' in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("kind=rumour", "kind:rumour: is none of release, negotiation"),
        ("after=soon", "after:soon: give a day"),
        ("q=***", "***: has no letter"),
        ("q=" + "x" * 10_000, "at most 1,000"),
        ("cursor=x", "cursor: is not one of this search"),
        ("q=kind:%3Cscript%3E", "kind:&lt;script&gt;"),
    ],
)
def test_what_cannot_be_searched_for_is_said_and_the_form_stays(ask: Ask, asked: str, said: str) -> None:
    answer = ask(f"/articles?{asked}")
    assert answer.status_code == 400
    assert said in answer.text
    assert '<form class="search"' in answer.text


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "\u202ex"]
)
def test_what_strangers_write_never_becomes_markup(ask: Ask, desk: Any, payload: str) -> None:
    desk.article(f"Minsk {payload}", f"Text {payload} Minsk", outlet=payload[:80], url="javascript:alert(1)")
    assert articles_in(ask("/articles?q=Minsk").text) == [1]
    for page in (ask("/articles?q=Minsk").text, ask(f"/articles?q=Minsk&outlet={quote(payload)}").text):
        assert not re.search(
            r"<script>|<img|\u202e", page.replace('<script src="/static/times.js" defer></script>', "")
        )
        assert 'href="javascript' not in page
