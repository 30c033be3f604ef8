"""Pages, feeds and the API where a name is withheld: also what the service had made of it before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.articles import NewArticle, store_article
from db.withheld import NewWithheldName, withhold
from events import forms_of, read_new, withhold_stored
from web.app import build_app

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
SECRET = b"0123456789abcdef"
TITLE = "Ivan Paulau and 13 other political prisoners freed in Belarus"
TEXT = (
    "Belarus released 14 political prisoners on Thursday. Among them are Ihar Losik and the journalist Ivan Paulau. "
    "Paulau crossed the border into Lithuania."
)
PATHS = (
    "/",
    "/timeline",
    "/people",
    "/articles",
    "/articles/1",
    "/events/1",
    "/events.atom",
    "/events.json",
    "/api/v1/events",
    "/api/v1/events/1",
    "/api/v1/articles",
    "/api/v1/articles/1",
    "/api/v1/people",
    "/articles?q=Paulau",
)


@pytest.fixture
def get(sqlite_database: Database, service: Any, send_to: Callable[..., Any]) -> Callable[[str], Any]:
    """Ask one page, which keeps what it made, for a path."""
    app = build_app(sqlite_database, lambda: service, None, "en")
    return lambda path: send_to(app, "GET", f"http://127.0.0.1:8320{path}", {"Host": "127.0.0.1:8320"})


def test_no_page_feed_or_answer_shows_the_name_any_more(sqlite_database: Database, get: Callable[[str], Any]) -> None:
    url = "https://harbour-post.example/1"
    with sqlite_database.begin() as session:
        store_article(session, NewArticle(url, url, TEXT, title=TITLE, language="en", published_at=NOW), NOW)
    read_new(sqlite_database, owner="reader", now=NOW)
    before = {path: get(path) for path in PATHS}
    assert {path: answer.status_code for path, answer in before.items()} == dict.fromkeys(PATHS, 200)
    assert "Ivan Paulau" in before["/people"].text
    assert "Ivan Paulau" in before["/events/1"].text
    with sqlite_database.begin() as session:
        new = NewWithheldName(*forms_of(session, SECRET, "Ivan Paulau"), "anna", "he asked")
        number = withhold(session, SECRET, new, NOW)
    withhold_stored(sqlite_database, number, NOW + timedelta(minutes=1))
    after = {path: get(path) for path in PATHS}
    assert {path: answer.status_code for path, answer in after.items()} == dict.fromkeys(PATHS, 200)
    told = {path: answer.text.replace('value="Paulau"', "").replace("q=Paulau", "") for path, answer in after.items()}
    assert [path for path, text in told.items() if "Paulau" in text and path != "/articles?q=Paulau"] == []
    assert "NN¹" in told["/articles/1"]
    assert "NN¹" in told["/articles"]
    assert ["whose name is not shown" in answers["/articles/1"].text for answers in (before, after)] == [False, True]
    assert "Ihar Losik" in told["/people"]
    assert "/articles/1" not in told["/articles?q=Paulau"]
