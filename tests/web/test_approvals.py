"""Approving by the page: with the token, from a page of ours, once (SEC-22 to SEC-24)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from alerts import Destination, Rules, announce_due
from db import Database
from db.announcing import sync_destinations
from db.delivery_views import DeliveryView
from db.outbox import list_alerts
from web.access import Access
from web.app import build_app

from .conftest import NOW

TOKEN = "t" * 40
HOME = "http://127.0.0.1:8320"
Post = Callable[..., httpx.Response]


@pytest.fixture
def alert(desk: Any, sqlite_database: Database) -> int:
    """An alert that waits at one destination, and went out at another."""
    places = (Destination("desk", "webhook", approval=True), Destination("wire", "webhook"))
    with sqlite_database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in places}, NOW)
    desk.tell(desk.release(52))
    announce_due(sqlite_database, places, Rules(), NOW)
    with sqlite_database.read() as session:
        (made,) = list_alerts(session)
    return made.id


@pytest.fixture
def post(sqlite_database: Database, service: Any) -> Post:
    """Send the form of the page, as its own page would; `token` is that of the settings."""

    def send(
        fields: dict[str, Any] | str, *, token: str | None = TOKEN, origin: str | None = HOME, **headers: str
    ) -> httpx.Response:
        app = build_app(sqlite_database, lambda: service, Access(token=token))
        given = headers | ({"origin": origin} if origin else {})
        content = fields if isinstance(fields, str) else urlencode(fields)

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOME) as client:
                return await client.post("/approvals", content=content, headers=given)

        return asyncio.run(ask())

    return send


def states(database: Database) -> dict[str, DeliveryView]:
    with database.read() as session:
        return {one.destination: one for alert in list_alerts(session) for one in alert.deliveries}


def test_what_waits_is_shown_with_its_buttons_where_there_is_a_token(ask: Any, alert: int) -> None:
    page = ask("/approvals", access=Access(token=TOKEN)).text
    assert "Belarus frees 52 prisoners" in page
    assert f'name="alert" value="{alert}"' in page
    assert "to desk" in page
    assert "wire" not in page
    page = ask("/approvals").text
    assert "<form" not in page
    assert "web.token" in page


def test_approved_alert_leaves_and_a_second_click_finds_nothing(
    post: Post, ask: Any, alert: int, sqlite_database: Database
) -> None:
    answer = post({"alert": alert, "act": "approve", "token": TOKEN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")
    assert states(sqlite_database)["desk"].is_approved
    assert "Nothing waits" in ask("/approvals").text
    assert post({"alert": alert, "act": "drop", "token": TOKEN}).status_code == 404


def test_dropped_alert_is_not_sent_there_and_still_elsewhere(post: Post, alert: int, sqlite_database: Database) -> None:
    assert post({"alert": alert, "act": "drop", "token": TOKEN}).status_code == 303
    assert {name: one.state for name, one in states(sqlite_database).items()} == {
        "desk": "cancelled",
        "wire": "pending",
    }


@pytest.mark.parametrize(
    ("fields", "options", "status"),
    [
        ({"act": "approve"}, {}, 401),
        ({"act": "approve", "token": "guess"}, {}, 401),
        ({"act": "approve", "token": TOKEN}, {"token": None}, 405),
        ({"act": "approve", "token": TOKEN}, {"origin": "https://evil.example"}, 403),
        ({"act": "approve", "token": TOKEN}, {"origin": "null"}, 403),
        ({"act": "approve", "token": TOKEN}, {"origin": None}, 403),
        ({"act": "burn", "token": TOKEN}, {}, 400),
        ({"act": "approve", "token": TOKEN, "alert": "1; DROP TABLE"}, {}, 400),
        ({"act": "approve", "token": TOKEN, "alert": "9" * 40}, {}, 400),
        ({"act": "approve", "token": TOKEN, "alert": "٣"}, {}, 400),
        ({"act": "approve", "token": TOKEN, "alert": "99"}, {}, 404),
        ("x" * 5000, {}, 413),
        ("%ff%00&&==", {}, 401),
    ],
)
def test_everything_else_is_refused_and_changes_nothing(
    *, post: Post, alert: int, sqlite_database: Database, fields: Any, options: dict[str, Any], status: int
) -> None:
    given = {"alert": alert, **fields} if isinstance(fields, dict) else fields
    assert post(given, **options).status_code == status
    assert not states(sqlite_database)["desk"].is_approved
    assert states(sqlite_database)["desk"].state == "pending"


def test_a_browser_that_names_no_origin_says_where_the_form_came_from(post: Post, alert: int) -> None:
    form = {"alert": alert, "act": "approve", "token": TOKEN}
    assert post(form, origin=None, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert post(form, origin=None, **{"sec-fetch-site": "same-origin"}).status_code == 303
