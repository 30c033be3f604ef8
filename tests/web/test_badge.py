"""The badge as a page of somebody else shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from alerts.wording import message_languages
from db.facts import Count, CountRole, Kind, Mention, Modality, Polarity, Qualifier, Status
from web.access import Access
from web.badge import SVG

Ask = Callable[..., Any]
TOKEN = "t" * 32
DAY = date(2026, 3, 5)
BARE = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "010")


def held(value: int | None, day: date | None = DAY, counter: str | None = "Viasna", **known: Any) -> Mention:
    """A mention that tells how many are held."""
    return replace(BARE, counts=(Count(CountRole.HELD, value, counter=counter, as_of=day, **known),))


def lines(answer: Any) -> list[str]:
    """The lines that people see, checked to be what is read out, too."""
    image = ET.fromstring(answer.content)
    assert (image.tag, image.get("role")) == (f"{{{SVG}}}svg", "img")
    title = image.find(f"{{{SVG}}}title")
    assert title is not None
    assert image.get("aria-labelledby") == title.get("id")
    told = [text.text or "" for text in image.iter(f"{{{SVG}}}text")]
    assert title.text == ". ".join(told)
    assert {element.tag.removeprefix(f"{{{SVG}}}") for element in image.iter()} == {"svg", "title", "rect", "text"}
    return told


def test_a_badge_of_an_empty_database_says_that_nothing_is_known(ask: Ask) -> None:
    assert lines(ask("/badge.svg")) == [
        "Political prisoners of Belarus",
        "Still held: not known",
        "Last release: not known",
    ]
    told = ask("/badge.json").json()
    assert (told["held"], told["release"]) == (None, None)


def test_a_badge_tells_the_figure_with_who_counted_and_when_and_the_last_release(ask: Ask, desk: Any) -> None:
    article = desk.mention(held(1140))
    desk.tell(desk.release(52, status=Status.CONFIRMED))
    assert lines(ask("/badge.svg"))[1:] == [
        "Still held: 1,140 people (Viasna, March 5, 2026)",
        "Last release: 52 people (September 11, 2025)",
    ]
    told = ask("/badge.json").json()
    assert told["held"] == {
        "value": 1140, "qualifier": "exact", "counter": "Viasna", "as_of": "2026-03-05", "outlet": "harbour-post",
        "article": article,
    }  # fmt: skip
    assert told["release"] == {
        "event": 1, "title": "Belarus frees 52 prisoners", "status": "confirmed", "value": 52, "value_max": 52,
        "event_date": "2025-09-11", "date_precision": "day",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((held(1140), held(1300, counter="Reuters", day=date(2026, 4, 1))), "1,140 people (Viasna"),
        ((held(1300, counter="Reuters"),), "1,300 people (Reuters"),
        ((held(1300, counter=None),), "1,300 people (Harbour Post"),
        ((held(1140), held(1100, qualifier=Qualifier.OVER, day=date(2026, 3, 9))), "1,140 people (Viasna, March 5"),
        ((held(1100, qualifier=Qualifier.OVER),), "over 1,100 people"),
        ((held(1227, day=date(2025, 12, 12)), held(1140), held(1226, day=date(2025, 3, 23))), "1,140 people"),
        ((held(1140), held(36)), "1,140 people"),
        ((held(36, nationality="LT"),), "not known"),
        ((held(36, of_count=1140),), "not known"),
        ((held(None, qualifier=Qualifier.VAGUE),), "not known"),
        ((held(1140, day=None),), "1,140 people (Viasna, September 11, 2025"),  # the day of its article
    ],
)
def test_the_figure_of_the_authority_is_the_one_that_counts(
    ask: Ask, desk: Any, told: tuple[Mention, ...], found: str
) -> None:
    for mention in told:
        desk.mention(mention)
    assert lines(ask("/badge.svg"))[1].startswith(f"Still held: {found}")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"status": Status.REPORTED}, "52 people"),
        ({"status": Status.RUMOURED}, "36 people"),
        ({"status": Status.DENIED}, "36 people"),
        ({"status": Status.RETRACTED}, "36 people"),
        ({"event_date": None}, "36 people"),
        ({"polarity": Polarity.NEGATIVE}, "36 people"),
        ({"kind": Kind.NEGOTIATION}, "36 people"),
        ({"counts": ()}, "September 11, 2025"),
    ],
)
def test_the_last_release_is_one_that_happened(ask: Ask, desk: Any, changes: dict[str, Any], found: str) -> None:
    desk.tell(replace(desk.release(36), event_date=date(2025, 9, 1)))
    desk.tell(replace(desk.release(52), **changes))
    assert lines(ask("/badge.svg"))[2].startswith(f"Last release: {found}")


@pytest.mark.parametrize("language", message_languages())
def test_a_badge_is_in_the_language_that_is_asked_for(ask: Ask, desk: Any, language: str) -> None:
    desk.mention(held(1140))
    answer = ask(f"/badge.svg?language={language}")
    assert ET.fromstring(answer.content).get("lang") == language
    told = lines(answer)
    assert (told[0] == "Political prisoners of Belarus") is (language == "en")
    assert re.search(r"1.?140", told[1])
    assert ask("/badge.json", language=language).json()["title"] == told[0]


@pytest.mark.parametrize("query", ["?language=xx", "?language=", "?language=<script>", "?x=1"])
def test_a_language_that_is_none_is_that_of_the_settings(ask: Ask, query: str) -> None:
    assert ask(f"/badge.json{query}", language="uk").json()["language"] == "uk"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"/><image href="//evil.example/x"/>', "]]>&lt;", "\u202ea\u200b"]
)
def test_a_hostile_counter_is_text(ask: Ask, desk: Any, text: str) -> None:
    desk.mention(held(1140, counter=text))
    answer = ask("/badge.svg")
    assert "1,140 people" in lines(answer)[1]
    assert "\u202e" not in answer.text


def test_other_sites_may_show_it_and_keep_it_for_minutes(ask: Ask) -> None:
    for path, media_type in (("/badge.svg", "image/svg+xml"), ("/badge.json", "application/json")):
        answer = ask(path, Origin="https://other.example", **{"Sec-Fetch-Site": "cross-site"})
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert ask(path, **{"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_badge_needs_no_token_but_one_of_our_names(ask: Ask) -> None:
    public = Access("0.0.0.0", TOKEN, ("volya.example.org",))
    assert ask("/badge.svg", host="volya.example.org", access=public).status_code == 200
    assert ask("/badge.svg", host="evil.example", access=public).status_code == 421
    for path in ("/metrics", "/events.atom", "/events.json", "/export/events.csv"):
        assert ask(path, host="volya.example.org", access=public).status_code == 401
        told = ask(path, host="volya.example.org", access=public, Authorization=f"Bearer {TOKEN}")
        assert told.status_code == 200
