"""The JSON API: the objects of the commands, in pieces, with filters; what is wrong is told as a problem (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from db import Database
from db.crawling import OutletView, sync_outlets
from db.delivery_views import delivery_json
from db.facts import Analysis, Decision, Kind, Mention, Modality, Outcome, Person, Polarity, Status
from db.health import OutletPast
from db.models import AlertRow, DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.people import watch
from db.queries import get_article, get_delivery, get_event, list_articles
from db.silences import Holds
from db.views import article_json, event_json
from web.access import Access
from web.app import build_app
from web.judgement import Judgement

from .conftest import NOW, Desk, Outlet, Service, send

TOKEN = "t" * 32
LATER = NOW + timedelta(hours=9)
Api = Callable[..., httpx.Response]
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
READ = Analysis("en", (Kind.RELEASE,), Decision.EVENT, "completed release in the title", (MENTION,))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def judge(outlet: OutletView, _past: OutletPast, _now: Any) -> OutletView:
    return outlet


@pytest.fixture
def api(database: Database) -> Api:
    """Ask the API on this machine; `access` is for other places."""
    judgement = Judgement(judge, lambda _session, now: Holds(now, {"desk": LATER}), lambda: NOW)

    def ask(path: str, method: str = "GET", access: Access | None = None, **headers: str) -> httpx.Response:
        app = build_app(database, Service, access, judgement=judgement)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(app, method, f"http://127.0.0.1:8320/api{path}", {"Host": "127.0.0.1:8320", **given})

    return ask


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


@pytest.fixture
def outlets(database: Database) -> None:
    with database.begin() as session:
        given = [("tsn", "UA"), ("nv", "UA"), ("belta", "BY")]
        sync_outlets(session, [Outlet(name, name.upper(), country=country) for name, country in given], NOW)


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


@pytest.fixture
def deliveries(desk: Desk, database: Database) -> list[int]:
    """Three deliveries of an event: one dead, one sent, one that quiet hours hold."""
    event = desk.tell(desk.release(52))
    with database.begin() as session:
        places = [DestinationRow(name=name, channel="webhook", since=NOW) for name in ("wire", "desk")]
        alert = AlertRow(event_id=event, revision=1, type="created", reason="new event", change={}, created_at=NOW)
        session.add_all([*places, alert])
        session.flush()
        return [
            deliver(session, alert, places[0], "created", "dead"),
            deliver(session, alert, places[0], "updated", "sent"),
            deliver(session, alert, places[1], "created", "pending"),
        ]


def deliver(session: Any, alert: AlertRow, place: DestinationRow, kind: str, state: str) -> int:
    row = DeliveryRow(
        alert_id=alert.id,
        destination_id=place.id,
        event_id=alert.event_id,
        revision=1,
        type=kind,
        key=f"msg_{place.id}_{kind}",
        state=state,
        is_urgent=False,
        next_attempt_at=NOW,
        last_error_code="gone" if state == "dead" else None,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    tried = {"outcome": "permanent", "status": 410, "error": "gone", "response": "no such hook"}
    session.add(DeliveryAttemptRow(delivery_id=row.id, at=NOW, milliseconds=1, bytes=2, **tried))
    session.flush()
    return row.id


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


def test_who_has_the_newest_already_is_told_so(desk: Desk, api: Api) -> None:
    desk.tell(desk.release(52))
    first = api("/v1/events")
    tag = first.headers["etag"]
    assert re.fullmatch('"[0-9a-f]{32}"', tag)
    for named in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = api("/v1/events", if_none_match=named)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert api("/v1/events", if_none_match='"other"').status_code == 200
    assert api("/v1/events", "HEAD").headers["etag"] == tag
    desk.tell(desk.release(14))
    assert api("/v1/events", if_none_match=tag).status_code == 200


def test_head_is_the_same_without_the_body(desk: Desk, api: Api) -> None:
    desk.tell(desk.release(52))
    asked, head = api("/v1/events"), api("/v1/events", "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == asked.headers


@pytest.mark.parametrize(
    ("path", "wrong", "words"),
    [
        ("/v1/events?limit=0", "limit", "greater than or equal to 1"),
        ("/v1/events?limit=201", "limit", "less than or equal to 200"),
        ("/v1/events?limit=ten", "limit", "whole number"),
        ("/v1/events?limit=1.0", "limit", "whole number"),
        ("/v1/events?limit=%D9%A1", "limit", "whole number"),
        ("/v1/events?limit=", "limit", "whole number"),
        ("/v1/events?limit=1&limit=2", "limit", "more than once"),
        ("/v1/events?since=yesterday", "since", "YYYY-MM-DD"),
        ("/v1/events?since=20250911", "since", "YYYY-MM-DD"),
        ("/v1/events?until=2025-02-30", "until", "day value is outside"),
        ("/v1/events?kind=related", "kind", "'release' or 'negotiation'"),
        ("/v1/events?status=sure", "status", "'rumoured'"),
        ("/v1/events?nationality=lt", "nationality", "pattern"),
        ("/v1/events?language=fr", "language", "'uk'"),
        ("/v1/events?person=", "person", "at least 1 character"),
        ("/v1/events?person=a%00b", "person", "pattern"),
        ("/v1/events?cursor=hello", "cursor", "pattern"),
        ("/v1/events?cursor=aAAAAAAAB", "cursor", "pattern"),
        ("/v1/deliveries?event=1000000000", "event", "less than or equal to 999999999"),
        ("/v1/events?colour=red", "colour", "there are: cursor, kind"),
        ("/v1/events/1?colour=red", "colour", "there are: language"),
        ("/v1/articles/1?colour=red", "colour", "there are none"),
        ("/v1/articles?decision=maybe", "decision", "'event', 'related' or 'none'"),
        ("/v1/outlets?state=ill", "state", "'alive'"),
        ("/v1/deliveries?state=lost", "state", "'held'"),
        ("/v1/deliveries?event=0", "event", "greater than or equal to 1"),
        ("/v1/stats?x=1", "x", "there are none"),
    ],
)
def test_what_cannot_be_understood_is_named(api: Api, path: str, wrong: str, words: str) -> None:
    answer = api(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["parameter"] == wrong
    assert words in error["detail"]
    assert words in answer.json()["detail"]


def test_every_wrong_parameter_is_named_at_once(api: Api) -> None:
    errors = api("/v1/events?limit=0&kind=x&since=y").json()["errors"]
    assert [error["parameter"] for error in errors] == ["limit", "kind", "since"]


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/v1/events/999", "GET", {}, 404),
        ("/v1/events/0", "GET", {}, 404),
        ("/v1/events/01", "GET", {}, 404),
        ("/v1/events/x", "GET", {}, 404),
        (f"/v1/events/{'9' * 5000}", "GET", {}, 404),
        ("/v1/articles/999999999", "GET", {}, 404),
        ("/v1/articles/999999999999999999", "GET", {}, 404),
        ("/v1/deliveries/7", "GET", {}, 404),
        ("/v1/outlets/a%0Ab", "GET", {}, 404),
        ("/v1/nothing", "GET", {}, 404),
        ("/v2/events", "GET", {}, 404),
        ("/nothing%0A", "GET", {}, 404),
        ("/v1/events", "POST", {}, 405),
        ("/v1/nothing", "DELETE", {}, 405),
        ("/v1/events", "GET", {"accept": "text/html"}, 406),
        ("/v1/events", "GET", {"accept": "application/json;q=0, */*"}, 406),
        ("/v1/events", "GET", {"accept": "application/*;q=x"}, 406),
        ("/v1/events", "GET", {"host": "evil.example"}, 421),
    ],
)
def test_what_is_not_answered_is_told_as_a_problem(
    api: Api, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    answer = api(path, method, **({"Host": headers["host"]} if "host" in headers else headers))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told.keys() == {"type", "title", "status", "detail"}
    assert told["status"] == status
    assert (answer.headers.get("allow") == "GET, HEAD") is (status == 405)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.1", ""])
def test_who_takes_json_gets_it(api: Api, accept: str) -> None:
    assert api("/v1/events", accept=accept).status_code == 200


def test_beyond_this_machine_the_token_opens(api: Api) -> None:
    public = Access("0.0.0.0", TOKEN)
    refused = api("/v1/events", access=public)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.json()["detail"] == "This page needs the token."
    assert api("/v1/events", access=public, Authorization=f"Bearer {TOKEN}").status_code == 200
    document = api("/openapi.json", access=public, Authorization=f"Bearer {TOKEN}").json()
    assert document["security"] == [{"token": []}]
    assert {"401", "429"} <= document["paths"]["/v1/events"]["get"]["responses"].keys()
    assert "security" not in api("/openapi.json").json()


def test_a_failure_of_ours_is_told_without_its_reason(api: Api, database: Database) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("a secret")

    app = build_app(database, Service, judgement=Judgement(holds=fail))
    answer = send(app, "GET", "http://127.0.0.1:8320/api/v1/deliveries", {"Host": "127.0.0.1:8320"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_the_description_names_every_key_and_no_other(desk: Desk, api: Api, deliveries: list[int]) -> None:
    desk.article("A title", "A text.", READ)
    desk.tell(desk.release(3, people=(Person("Ihar Losik", Outcome.FREED),)))
    document = api("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        if "properties" in schema:
            shape = schemas[schema["properties"]["items"]["items"]["$ref"].rpartition("/")[2]]
            found = api(path).json()["items"]
            assert found, path
            assert all(list(one) == list(shape["properties"]) for one in found), path
    whole = api(f"/v1/articles/{api('/v1/articles').json()['items'][0]['id']}").json()
    assert list(whole) == list(schemas["WholeArticle"]["properties"])


def test_the_page_on_the_api_is_ours_and_tells_every_parameter(api: Api) -> None:
    page = api("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "min_released" in page.text
    assert "GET /api/v1/deliveries/{id}" in page.text
    assert not re.findall(r'(?:src|href)="(?!/|#|\?)', page.text)  # nothing from elsewhere
    anchors = set(re.findall(r'href="#([A-Za-z]+)"', page.text))
    assert anchors <= set(re.findall(r'id="([A-Za-z]+)"', page.text))
    assert api("/docs?language=uk").headers["content-language"] == "uk"
    assert api("/").headers["location"] == "/api/docs"
