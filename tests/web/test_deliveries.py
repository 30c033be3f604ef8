"""The page of deliveries: what was sent where, what waits and why; trying again needs the token (SEC-22 to SEC-24)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select

from alerts import Destination, Rules, announce_due
from db import Database
from db.announcing import sync_destinations
from db.models import DeliveryRow
from db.outbox import list_alerts
from web.access import Access
from web.app import build_app
from web.judgement import Judgement

from .conftest import NOW

TOKEN = "t" * 40
HOME = "http://127.0.0.1:8320"
Ask = Callable[..., httpx.Response]
PLACES = (Destination("desk", "webhook", approval=True), Destination("wire", "slack"))


@pytest.fixture
def alert(desk: Any, sqlite_database: Database) -> int:
    """An alert that waits for approval at one destination, and was given up at the other."""
    with sqlite_database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in PLACES}, NOW)
    desk.tell(desk.release(52))
    announce_due(sqlite_database, PLACES, Rules(), NOW)
    with sqlite_database.begin() as session:
        for row in session.scalars(select(DeliveryRow).where(DeliveryRow.is_approved)):
            row.state, row.last_error_code = "dead", "http 400 <script>alert(1)</script>"
        (made,) = list_alerts(session)
    return made.id


def states(database: Database) -> dict[bool, str]:
    with database.read() as session:
        return {row.is_approved: row.state for row in session.scalars(select(DeliveryRow))}


@pytest.fixture
def post(sqlite_database: Database, service: Any) -> Callable[..., httpx.Response]:
    """Send the form of the page, as our own page would."""

    def send(fields: Mapping[str, object], *, token: str | None = TOKEN, origin: str = HOME) -> httpx.Response:
        app = build_app(sqlite_database, lambda: service, Access(token=token), judgement=Judgement(clock=lambda: NOW))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOME) as client:
                return await client.post("/deliveries", content=urlencode(fields), headers={"origin": origin})

        return asyncio.run(ask())

    return send


def test_without_destinations_the_page_says_how_to_get_one(ask: Ask) -> None:
    page = ask("/deliveries")
    assert (page.status_code, "volya alerts test NAME" in page.text) == (200, True)


def test_the_page_tells_what_was_sent_where_and_why_not(ask: Ask, alert: int) -> None:
    page = ask("/deliveries").text
    told = (
        "Belarus frees 52 prisoners",
        "desk",
        "wire",
        "held for approval",
        "given up",
        "http 400 &lt;script&gt;",
        f"alert {alert}",
    )
    assert [words for words in told if words not in page] == []
    assert "<script>alert" not in page
    assert "Try again" not in page  # there is no token, so there is no button
    assert [words for words in ("Доставка", "Адресати") if words not in ask("/deliveries?language=uk").text] == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 2),
        ("?state=dead", 1),
        ("?state=held", 1),
        ("?state=sent", 0),
        ("?destination=wire", 1),
        ("?destination=wire&state=held", 0),
        ("?state=%22%3E&destination=nobody&before=x", 2),
        ("?before=1", 0),
    ],
)  # fmt: skip
def test_messages_are_chosen_by_state_and_destination(ask: Ask, alert: int, query: str, rows: int) -> None:
    assert ask(f"/deliveries{query}").text.count(f"alert {alert}</span>") == rows


def test_what_was_given_up_is_tried_again_with_the_token(
    ask: Ask, alert: int, post: Callable[..., httpx.Response], sqlite_database: Database
) -> None:
    form = {"alert": alert, "destination": "wire", "token": TOKEN}
    assert "Try again" in ask("/deliveries", access=Access(token=TOKEN)).text
    done = post(form)
    assert (done.status_code, done.headers["location"]) == (303, "/deliveries")
    assert states(sqlite_database)[True] == "pending"
    assert post(form).status_code == 404


def test_trying_again_needs_the_token_and_a_page_of_ours(
    alert: int, post: Callable[..., httpx.Response], sqlite_database: Database
) -> None:
    form = {"alert": alert, "destination": "wire"}
    assert post(form).status_code == 401
    assert post({**form, "token": "x" * 40}).status_code == 401
    assert post({**form, "token": TOKEN}, origin="https://evil.example").status_code == 403
    assert post({**form, "token": TOKEN}, token=None).status_code == 405
    assert post({"alert": "x", "destination": "wire", "token": TOKEN}).status_code == 400
    assert post({"alert": alert, "token": TOKEN}).status_code == 400
    assert states(sqlite_database)[True] == "dead"
