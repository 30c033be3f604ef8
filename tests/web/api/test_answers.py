"""How the API answers: what has changed, what is wrong (RFC 9457), what the description says, and the page on it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from db import Database
from db.facts import Outcome, Person
from web.access import Access
from web.app import build_app
from web.judgement import Judgement

from ..conftest import Desk, Service, send  # noqa: TID252 (test folders are no packages)
from .conftest import READ, Api

TOKEN = "t" * 32


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
            needed = [one["name"] for one in item["get"]["parameters"] if one.get("required")]
            found = api(path + "".join(f"?{name}=title" for name in needed)).json()["items"]
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
