"""The first page: events under their days with what changed last, chosen by kind and status, and one by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.facts import EventChange, FieldChange, Kind, Precision, Status
from db.views import EventView
from web.now import days_of
from web.pages.now import EVENTS_SHOWN
from web.words import page_words

Ask = Callable[..., Any]
NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


def view(facts: Any, number: int = 1, **known: Any) -> EventView:
    known = {"day": facts.event_date} | known
    return EventView(
        **{"id": number, "revision": 1, "first_seen": NOON, "updated": NOON, "facts": facts, "articles": ()} | known
    )


@pytest.mark.parametrize(
    ("language", "today", "heading", "ago"),
    [
        ("en", date(2025, 9, 11), "Thursday, September 11, 2025", "today"),
        ("en", date(2025, 9, 12), "Thursday, September 11, 2025", "yesterday"),
        ("uk", date(2025, 9, 13), "Четвер, 11 вересня 2025\u202fр.", "2 дні тому"),
        ("en", date(2025, 9, 17), "Thursday, September 11, 2025", "6 days ago"),
        ("en", date(2025, 9, 18), "Thursday, September 11, 2025", None),
        ("en", date(2025, 9, 10), "Thursday, September 11, 2025", None),
    ],
)
def test_a_day_has_its_name_and_says_how_long_ago_it_was(
    desk: Any, language: str, today: date, heading: str, ago: str | None
) -> None:
    (day,) = days_of([view(desk.release(52))], {}, today, language, page_words(language))
    assert (day.heading, day.ago) == (heading, ago)


def test_events_of_a_day_stand_under_one_heading_and_those_without_one_under_the_day_of_their_first_report(
    desk: Any,
) -> None:
    undated = replace(desk.release(3), event_date=None, date_precision=None)
    months = replace(desk.release(4), event_date=date(2025, 9, 1), date_precision=Precision.MONTH)
    views = [
        view(desk.release(1), 9),
        view(desk.release(2), 8),
        view(undated, 7, day=date(2025, 9, 10)),
        view(months, 6),
    ]
    days = days_of(views, {}, date(2025, 10, 1), "en", page_words("en"))
    assert [(day.heading, [one.brief.id for one in day.events]) for day in days] == [
        ("Thursday, September 11, 2025", [9, 8]),
        ("Wednesday, September 10, 2025", [7]),
        ("September 2025", [6]),
    ]


def test_a_number_is_set_large_with_what_stands_around_it(ask: Ask, desk: Any) -> None:
    desk.tell(desk.release(1227))
    assert "<strong>1,227</strong> <span>people</span>" in ask("/").text
    assert "<strong>1 227</strong> <span>осіб</span>" in ask("/", language="uk").text


def test_the_last_change_is_told_with_its_time(ask: Ask, desk: Any) -> None:
    desk.tell(desk.release(14))
    number = desk.tell(desk.release(52))
    fields = (FieldChange("status", "reported", "confirmed"),)
    desk.revise(number, desk.release(52, status=Status.CONFIRMED), EventChange("status", fields, is_material=True))
    desk.revise(number, desk.release(52, status=Status.CONFIRMED), EventChange("x", (FieldChange("conflicts", 0, 1),)))
    page = ask("/").text
    assert page.count("First told of") == 1
    assert "Another article tells of it" in page
    assert 'data-since="4"' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [3, 2, 1]),
        ("?kind=&status=", [3, 2, 1]),
        ("?kind=release", [2, 1]),
        ("?kind=negotiation", [3]),
        ("?status=confirmed", [3, 2]),
        ("?kind=release&status=confirmed", [2]),
        ("?kind=release&status=denied", []),
        ("?kind=%3Cscript%3E&status=superseded", [3, 2, 1]),
    ],
)
def test_kind_and_status_choose_among_the_events_and_stay_chosen(
    ask: Ask, desk: Any, query: str, shown: list[int]
) -> None:
    desk.tell(desk.release(14))
    desk.tell(desk.release(36, status=Status.CONFIRMED))
    desk.tell(desk.release(52, status=Status.CONFIRMED, kind=Kind.NEGOTIATION))
    page = ask(f"/{query}").text
    assert [int(one) for one in re.findall(r'data-event="(\d+)"', page)] == shown
    assert ("No event fits" in page) is (not shown)
    for chosen in re.findall(r"=(release|negotiation|confirmed|denied)", query):
        assert re.search(rf'<option value="{chosen}"[^>]* selected>', page)


def test_the_list_goes_on_to_earlier_events_with_what_was_chosen(ask: Ask, desk: Any) -> None:
    for number in range(EVENTS_SHOWN + 2):
        desk.tell(desk.release(10 + number))
    desk.tell(desk.release(9, kind=Kind.NEGOTIATION))
    first = ask("/?kind=release").text
    (address,) = re.findall(r'<a href="([^"]+)" rel="next">', first)
    second = ask(address.replace("&amp;", "&")).text
    assert [len(re.findall("data-event", page)) for page in (first, second)] == [EVENTS_SHOWN, 2]
    assert 'rel="next"' not in second
    assert "The newest events" in second
    older, newer = (re.findall(r'data-event="(\d+)"', page)[0] for page in (second, first))
    query = address.replace("&amp;", "&").partition("?")[2]
    assert [ask(f"/events/{number}/item?{query}").status_code for number in (older, newer)] == [200, 204]


@pytest.mark.parametrize("place", ["x", "e", "eAAAA", "e" + "_" * 12, "a" + "A" * 12, "<script>", "e" + "A" * 99])
def test_a_place_that_is_none_begins_at_the_newest(ask: Ask, desk: Any, place: str) -> None:
    desk.tell(desk.release(52))
    assert "52" in ask(f"/?before={place}").text


def test_one_event_is_given_by_itself_as_the_list_shows_it(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    answer = ask(f"/events/{number}/item", **{"Accept-Language": "uk"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.strip() in ask("/", **{"Accept-Language": "uk"}).text
    assert "<html" not in answer.text


def test_an_event_that_is_not_asked_for_is_not_given(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    answer = ask(f"/events/{number}/item?kind=negotiation")
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask("/events/9/item").status_code == 404


def test_a_merged_event_that_stands_on_an_open_page_says_what_became_of_it(ask: Ask, desk: Any) -> None:
    first, second = desk.tell(desk.release(14)), desk.tell(desk.release(52))
    desk.merge(first, second)
    assert "Same event as another alert" in ask(f"/events/{first}/item").text


def test_the_script_makes_no_markup_and_asks_nobody_else(ask: Ask) -> None:
    script = ask("/static/live.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|https?:", script.text) == []
