"""The pages of people: found in any spelling, each with their events, watched with the token alone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from db import Database
from db.facts import EventFacts, Outcome, Person
from db.people import list_watches, watch
from web.access import Access
from web.app import build_app

from .conftest import NOW

TOKEN = "t" * 40
HOME = "http://127.0.0.1:8320"
Ask = Callable[..., httpx.Response]
Post = Callable[..., httpx.Response]


def naming(facts: EventFacts, *names: str, outcome: Outcome = Outcome.FREED) -> EventFacts:
    return replace(facts, people=tuple(Person(name, outcome) for name in names))


@pytest.fixture
def post(sqlite_database: Database, service: Any) -> Post:
    """Send the form of a page, as our own page would."""

    def send(fields: dict[str, str], *, token: str | None = TOKEN, origin: str = HOME) -> httpx.Response:
        app = build_app(sqlite_database, lambda: service, Access(token=token))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOME) as client:
                return await client.post("/people", content=urlencode(fields), headers={"origin": origin})

        return asyncio.run(ask())

    return send


def watched(database: Database) -> list[str]:
    with database.read() as session:
        return list_watches(session)


def test_without_events_the_page_says_that_nobody_is_named(ask: Ask) -> None:
    assert "Nobody is named in an event yet." in ask("/people").text
    assert "Події ще нікого не згадують." in ask("/people", **{"Accept-Language": "uk"}).text


@pytest.mark.parametrize("asked", ["Losik", "Ігар Лосік", "игорь лосик", "Ihar L"])
def test_a_person_is_found_in_any_spelling(ask: Ask, desk: Any, asked: str) -> None:
    number = desk.tell(naming(desk.release(2), "Ihar Losik", "Maryia Made-Up"))
    page = ask(f"/people?q={quote(asked)}").text
    assert [part for part in ("Ihar Losik", "1 person", f'href="/events/{number}"', "freed") if part not in page] == []
    assert "Made-Up" not in page


def test_a_list_is_cut_into_pages_of_a_hundred(ask: Ask, desk: Any) -> None:
    names = [
        "Ivan " + "a".join(one).title() + "a" for one in itertools.islice(itertools.product("bdklmnrt", repeat=3), 120)
    ]
    desk.tell(naming(desk.release(120), *names))
    first, second = ask("/people").text, ask("/people?page=2").text
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (100, 20)
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert ('rel="next"' in second, 'rel="prev"' in second) == (False, True)
    assert ask("/people?page=-1").text.count('<th scope="row">') == 100
    assert ask("/people?page=77777777").text.count('<th scope="row">') == 100


def test_the_page_of_a_person_tells_each_event_with_what_became_of_them(ask: Ask, desk: Any) -> None:
    first = desk.tell(naming(desk.release(2), "Ihar Losik"))
    second = desk.tell(naming(desk.release(3), "Ihar Losik", outcome=Outcome.NOT_INCLUDED))
    page = ask(f"/people/{quote('Ігар Лосік')}")
    assert page.status_code == 200
    assert [part for part in ("<h1", "Ihar Losik", f"/events/{first}", f"/events/{second}", "freed", "not included")
            if part not in page.text] == []  # fmt: skip
    assert ask(f"/people/{quote('Nobody Whatever')}").status_code == 404
    assert ask("/people/%20").status_code == 404


def test_a_new_event_is_on_the_page_at_once(
    ask: Ask, desk: Any, sqlite_database: Database, service: Any, send_to: Any
) -> None:
    app = build_app(sqlite_database, lambda: service)
    assert "Losik" not in send_to(app, "GET", f"{HOME}/people", {}).text
    desk.tell(naming(desk.release(2), "Ihar Losik"))
    assert "Losik" in send_to(app, "GET", f"{HOME}/people", {}).text


def test_a_hostile_name_is_text_and_its_address_one_part(ask: Ask, desk: Any) -> None:
    name = '"><script>alert(1)</script>/../x?a=1#b'
    desk.tell(naming(desk.release(1), name, "../../etc/passwd"))
    desk.tell(naming(desk.release(1), "Half \ud800 Pair"))
    page = ask("/people").text
    assert "<script>alert" not in page
    links = [unescape(part.split('"')[0]) for part in page.split('href="/people/')[1:]]
    assert [ask(f"/people/{link}").status_code for link in links] == [200] * len(links)
    assert not any("<" in link or "/" in link for link in links)


def test_watching_needs_the_token(post: Post, desk: Any, sqlite_database: Database) -> None:
    desk.tell(naming(desk.release(2), "Ihar Losik"))
    form = {"name": "Ihar Losik", "act": "watch"}
    assert post(form).status_code == 401
    assert post({**form, "token": "x" * 40}).status_code == 401
    assert post({**form, "token": TOKEN}, origin="https://evil.example").status_code == 403
    assert post({**form, "token": TOKEN}, token=None).status_code == 405
    assert watched(sqlite_database) == []


def test_a_person_is_watched_and_watched_no_more(ask: Ask, post: Post, desk: Any, sqlite_database: Database) -> None:
    desk.tell(naming(desk.release(2), "Ihar Losik"))
    done = post({"name": "Ihar Losik", "act": "watch", "token": TOKEN})
    assert (done.status_code, done.headers["location"]) == (303, "/people/Ihar%20Losik")
    assert watched(sqlite_database) == ["Ihar Losik"]
    assert "★" in ask("/people?watched=1").text
    assert "Watch no more" in ask("/people/Ihar%20Losik", access=Access(token=TOKEN)).text
    assert post({"name": "Ігар Лосік", "act": "unwatch", "token": TOKEN}).status_code == 303
    assert watched(sqlite_database) == []
    assert post({"name": "Nobody Whatever", "act": "watch", "token": TOKEN}).status_code == 404
    assert post({"name": "Ihar Losik", "act": "free", "token": TOKEN}).status_code == 400


def test_whoever_is_watched_has_a_page_before_any_event(ask: Ask, sqlite_database: Database) -> None:
    with sqlite_database.begin() as session:
        watch(session, "Maryia Made-Up", NOW)
    assert "No event names this person yet." in ask("/people/Maryia%20Made-Up").text
