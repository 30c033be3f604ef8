"""The page of outlets: who is unwell stands first, with what to do; each with its articles day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from db import Database
from db.health import OutletPast, articles_a_day, learn_outlet
from db.outlets import OutletView, list_outlets, sync_outlets
from db.status import OUTLET_STATES
from web.app import build_app
from web.judgement import Judgement
from web.outlets import BAR, DAYS, tell_outlets
from web.words import page_languages, page_words

from .conftest import NOW, Outlet

PAGE = "http://127.0.0.1:8320/outlets"


@dataclass(frozen=True)
class Point:
    url: str
    type: str = "rss"
    is_stand_in: bool = False
    is_enabled: bool = True
    links: str | None = None
    check_every: int | None = None


@pytest.fixture
def show(sqlite_database: Database, service: Any, send_to: Any) -> Callable[..., httpx.Response]:
    """Ask for the page; `states` says how outlets are, by name."""

    def show_page(query: str = "", states: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        def judge(outlet: OutletView, _past: OutletPast, _now: Any) -> OutletView:
            state = (states or {}).get(outlet.name)
            points = [
                replace(one, state=state, last_error="http 403 <b>", last_checked_at=NOW) if state else one
                for one in outlet.entry_points
            ]
            return replace(outlet, entry_points=tuple(points))

        app = build_app(sqlite_database, lambda: service, judgement=Judgement(judge, clock=lambda: NOW))
        answer: httpx.Response = send_to(app, "GET", f"{PAGE}{query}", headers)
        return answer

    return show_page


def declare(database: Database, *names: str) -> None:
    with database.begin() as session:
        outlets = [
            Outlet(name, name.title(), country="BY", entry_points=(Point(f"https://{name}.example/rss"),))
            for name in names
        ]
        sync_outlets(session, outlets, NOW)


def test_without_outlets_the_page_says_so(show: Callable[..., httpx.Response]) -> None:
    assert "No outlet is watched" in show().text


def test_who_is_unwell_stands_first_with_what_to_do(
    show: Callable[..., httpx.Response], sqlite_database: Database
) -> None:
    declare(sqlite_database, "alfa", "beta", "gama")
    page = show(states={"alfa": "alive", "beta": "blocked", "gama": "gone"}).text
    assert page.index("Gama") < page.index("Beta") < page.index("Alfa")
    assert [words for words in ("keeps us out", "give it another entry point or a proxy", "http 403 &lt;b&gt;",
            'href="https://beta.example/rss" rel="noopener noreferrer nofollow"') if words not in page] == []  # fmt: skip
    assert "не пускає нас" in show(states={"beta": "blocked"}, **{"Accept-Language": "uk"}).text


def test_a_state_can_be_chosen_and_an_unknown_one_chooses_all(
    show: Callable[..., httpx.Response], sqlite_database: Database
) -> None:
    declare(sqlite_database, "alfa", "beta")
    states = {"alfa": "alive", "beta": "stale"}
    assert ("Alfa" in show("?state=stale", states).text, "Beta" in show("?state=stale", states).text) == (False, True)
    assert ("Alfa" in show("?state=%3Cx", states).text, "&lt;x" in show("?state=%3Cx", states).text) == (True, False)


def test_articles_are_counted_day_by_day(
    show: Callable[..., httpx.Response], desk: Any, sqlite_database: Database
) -> None:
    declare(sqlite_database, "harbour-post")
    for number in range(3):
        desk.article(f"Title {number}", "A text.", url=f"https://harbour-post.example/{number}")
    with sqlite_database.begin() as session:
        learn_outlet(session, "harbour-post", NOW)
    with sqlite_database.read() as session:
        (told,) = tell_outlets(list_outlets(session), articles_a_day(session), NOW.date(), "en")
    assert (told.articles, [bar.articles for bar in told.bars]) == (3, [0] * (DAYS - 1) + [3])
    assert (told.bars[0].height, told.bars[-1].height) == (0, BAR)
    assert "3 articles in two weeks" in show().text
    with sqlite_database.read() as session:
        (later,) = tell_outlets(list_outlets(session), articles_a_day(session), NOW.date() + timedelta(days=20), "en")
    assert later.articles == 0


@pytest.mark.parametrize("language", page_languages())
def test_every_state_has_a_word_and_what_is_not_well_an_advice(language: str) -> None:
    tables = page_words(language).tables
    assert set(tables["health"]) == set(OUTLET_STATES)
    assert set(OUTLET_STATES) - set(tables["advice"]) == {"alive", "new"}
