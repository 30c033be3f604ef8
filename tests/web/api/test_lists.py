"""The JSON API: the objects of the commands, in pieces, with filters; what is wrong is told as a problem (RFC 9457)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from db import Database
from db.delivery_views import delivery_json
from db.facts import Outcome, Person, Status
from db.people import watch
from db.queries import get_article, get_delivery, get_event, list_articles
from db.silences import Holds
from db.views import article_json, event_json

from ..conftest import NOW, Desk  # noqa: TID252 (test folders are no packages)
from .conftest import LATER, READ, Api


def walk(api: Api, path: str) -> list[list[Any]]:
    """Return the pieces of a list, as `next` leads through it; the link says the same."""
    pieces = []
    while True:
        answer = api(path)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        pieces.append(body["items"])
        if body["next"] is None:
            assert "link" not in answer.headers
            return pieces
        assert answer.headers["link"] == f'<{body["next"]}>; rel="next"'
        path = body["next"].removeprefix("/api")


def test_events_are_those_of_the_command_in_pieces(desk: Desk, api: Api, database: Database) -> None:
    made = [desk.tell(desk.release(number)) for number in range(1, 6)]
    pieces = walk(api, "/v1/events?limit=2&kind=release")
    assert [[event["id"] for event in piece] for piece in pieces] == [made[:2:-1], made[2:0:-1], made[:1]]
    with database.read() as session:
        view = get_event(session, made[0])
    assert view is not None
    (told,) = pieces[-1]
    assert told == event_json(view, "Belarus frees one prisoner") | {"title": told["title"]}
    assert api(f"/v1/events/{made[0]}").json() == told


def test_a_title_is_in_the_language_that_is_asked_for(desk: Desk, api: Api) -> None:
    number = desk.tell(desk.release(52))
    assert "52" in api(f"/v1/events/{number}").json()["title"]
    titles = {api(f"/v1/events/{number}?language={code}").json()["title"] for code in ("en", "uk", "de")}
    assert len(titles) == 3
    assert api("/v1/events?language=uk").json()["items"][0]["title"] in titles


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("kind=negotiation", []),
        ("status=confirmed", [2]),
        ("polarity=positive&status=reported", [3, 1]),
        ("since=2025-09-12", [3]),
        ("until=2025-09-11", [2, 1]),
        ("since=2025-09-11&until=2025-09-11", [2]),
        ("nationality=LT", [2]),
        ("nationality=PL", []),
        ("min_released=14", [3, 2]),
        ("person=Ihar+Losik", [3, 1]),
        ("person=Ігар+Лосік", [3, 1]),
        ("person=лосик", [3, 1]),
        ("person=Ihar", [3, 1]),
        ("person=Nobody", []),
        ("person=+", []),
        ("person=Losik&until=2025-09-11", [1]),
    ],
)
def test_events_by_filter(desk: Desk, api: Api, query: str, found: list[int]) -> None:
    named = (Person("Ihar Losik", Outcome.FREED),)
    told = [
        desk.release(3, people=named, event_date=date(2025, 6, 21)),
        desk.release(52, status=Status.CONFIRMED, nationalities={"LT": 6}),
        desk.release(14, people=named, event_date=date(2025, 12, 13)),
    ]
    made = {desk.tell(facts): number for number, facts in enumerate(told, 1)}
    (piece,) = walk(api, f"/v1/events?{query}")
    assert [made[event["id"]] for event in piece] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("outlet=harbour-post", [3, 1]),
        ("language=uk", [2]),
        ("kind=release", [1]),
        ("kind=negotiation", []),
        ("decision=event", [1]),
        ("decision=none", []),
        ("since=2025-09-11", [3, 1]),
        ("until=2025-09-10", [2]),
        ("since=2025-09-10&until=2025-09-10", [2]),
        ("until=9999-12-31&since=0001-01-01", [3, 2, 1]),
        ("outlet=%D1%82%D1%81%D0%BD", []),
    ],
)
def test_articles_by_filter(desk: Desk, api: Api, database: Database, query: str, found: list[int]) -> None:
    desk.tell(desk.release(52))
    yesterday = {"outlet": "tsn", "language": "uk", "published_at": NOW - timedelta(days=1)}
    desk.article("Інше", "Про інше.", **yesterday)
    desk.article("Other", "Of other things.")
    with database.begin() as session:
        numbers = {view.id: number for number, view in enumerate(reversed(list_articles(session)), 1)}
        desk_read(session, min(numbers))
    pieces = walk(api, f"/v1/articles?limit=2&{query}")
    assert [numbers[article["id"]] for piece in pieces for article in piece] == found


def desk_read(session: Any, number: int) -> None:
    """Count an article as read."""
    from db.facts import to_json
    from db.models import ArticleRow

    row = session.get_one(ArticleRow, number)
    row.decision, row.analysis, row.read_at = READ.decision, to_json(READ), NOW


def test_an_article_is_shown_whole(desk: Desk, api: Api, database: Database) -> None:
    number = desk.article("A title", "A text.", READ)
    with database.read() as session:
        view = get_article(session, number)
    assert view is not None
    assert api(f"/v1/articles/{number}").json() == article_json(view, whole=True)
    assert api("/v1/articles").json()["items"] == [article_json(view)]


@pytest.mark.parametrize("order", ["best", "newest"])
def test_a_search_finds_in_pieces_and_says_where(desk: Desk, api: Api, order: str) -> None:
    made = [
        desk.article(f"Звільнено {number} політв'язнів", "Їх привезли до Вільнюса.", language="uk")
        for number in (5, 7, 9)
    ]
    desk.article("Something else", "Nothing of it.")
    pieces = walk(api, f"/v1/search?limit=2&order={order}&q=політв'язень")
    assert [len(piece) for piece in pieces] == [2, 1]
    assert sorted(found["id"] for piece in pieces for found in piece) == made
    assert {tuple(map(tuple, found["matches"]["title"]["spans"])) for found in pieces[0]} == {((12, 24),)}
    assert api("/v1/search?q=Вільнюс+outlet:nobody").json() == {"items": [], "next": None}
    (without_words,) = walk(api, "/v1/search?q=-Вільнюс&cursor=b7-7")
    assert [found["title"] for found in without_words] == ["Something else"]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%21", "q=x%01y", "q=x&order=worst", "q=before:soon", "q=x&cursor=b1", f"q={'x' * 201}"]
)
def test_what_cannot_be_searched_for_is_told(api: Api, query: str) -> None:
    answer = api(f"/v1/search?{query}")
    assert (answer.status_code, bool(answer.json()["errors"])) == (400, True)


def test_people_are_those_of_the_command_in_pieces(desk: Desk, api: Api, database: Database) -> None:
    names = ("Ihar Losik", "Ivan Pavlov", "Maria Novik")
    for number, name in enumerate(names):
        freed = (Person(name, Outcome.FREED), Person("Alena Karpenka", Outcome.FREED))
        desk.tell(desk.release(number + 1, people=freed, event_date=date(2025, 9, 1 + number)))
    with database.begin() as session:
        watch(session, "Nadzeya Zaiats", NOW)
    pieces = walk(api, "/v1/people?limit=2")
    assert [len(piece) for piece in pieces] == [2, 2, 1]
    told = [person["name"] for piece in pieces for person in piece]
    assert sorted(told[:2]) == ["Alena Karpenka", "Maria Novik"]
    assert told[2:] == ["Ivan Pavlov", "Ihar Losik", "Nadzeya Zaiats"]
    assert pieces[-1] == [{"name": "Nadzeya Zaiats", "aliases": [], "watched": True, "events": []}]
    (karpenka,) = api("/v1/people?name=Карпенка").json()["items"]
    assert [event["date"] for event in karpenka["events"]] == ["2025-09-03", "2025-09-02", "2025-09-01"]
    assert api("/v1/people?name=Nobody").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["belta", "nv", "tsn"]),
        ("country=UA", ["nv", "tsn"]),
        ("country=LT", []),
        ("state=alive", []),
        ("country=UA&limit=1", ["nv", "tsn"]),
    ],
)
def test_outlets_by_filter(api: Api, outlets: None, query: str, found: list[str]) -> None:
    assert [outlet["name"] for piece in walk(api, f"/v1/outlets?{query}") for outlet in piece] == found


def test_an_outlet_has_a_name(api: Api, outlets: None) -> None:
    assert api("/v1/outlets/tsn").json()["country"] == "UA"
    assert api("/v1/outlets/nobody").json()["detail"] == "No outlet has this name."


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("state=dead", [1]),
        ("state=held", [3]),
        ("destination=wire", [2, 1]),
        ("destination=nobody", []),
        ("event=999999999", []),
        ("destination=wire&state=sent", [2]),
    ],
)
def test_deliveries_by_filter(api: Api, deliveries: list[int], query: str, found: list[int]) -> None:
    numbers = {delivery: number for number, delivery in enumerate(deliveries, 1)}
    pieces = walk(api, f"/v1/deliveries?limit=1&{query}")
    assert [numbers[delivery["id"]] for piece in pieces for delivery in piece] == found


def test_a_delivery_is_that_of_the_command_with_what_holds_it(
    api: Api, deliveries: list[int], database: Database
) -> None:
    with database.read() as session:
        view = get_delivery(session, deliveries[2], Holds(NOW, {"desk": LATER}))
    assert view is not None
    told = api(f"/v1/deliveries/{deliveries[2]}").json()
    assert told == delivery_json(view)
    assert (told["held_by"], told["held_until"]) == ("quiet", "2025-09-12T00:00:00Z")


def test_figures_of_what_is_stored(api: Api, deliveries: list[int], outlets: None) -> None:
    told = api("/v1/stats").json()
    assert told["events"] == {
        "total": 1,
        "by_kind": {"release": 1},
        "by_status": {"reported": 1},
        "updated": "2025-09-11T15:00:00Z",
    }
    assert told["articles"] == {"total": 1, "by_decision": {"unread": 1}, "seen": "2025-09-11T15:00:00Z"}
    assert told["deliveries"] == {"total": 3, "by_state": {"dead": 1, "pending": 1, "sent": 1}}
    assert told["outlets"] == {"total": 4, "by_state": {"unknown": 4}}
