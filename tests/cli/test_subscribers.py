"""`volya alerts subscribers`, and what else is said of chats that subscribed themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import open_database
from db.subscriptions import NewSubscription, list_subscriptions, subscribe, unsubscribe

Call = Callable[..., Any]
CHAT = "777000123456"
NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
SETTINGS = """
[[alerts.destination]]
name = "public"
channel = "telegram"
token = { env = "PUBLIC_TOKEN" }
subscribers = "anyone"
quiet = "22:00-07:00"
"""


@pytest.fixture
def subscribed(volya: Call, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The program on a database with one subscribed chat."""
    monkeypatch.setenv("PUBLIC_TOKEN", "123456:canary-canary-canary")
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    database = open_database(sqlite_url)
    with database.begin() as session:
        subscribe(session, NewSubscription("public", "telegram", CHAT, "uk"), NOW)
    database.close()
    return volya


def test_subscribers_are_listed_without_saying_which_chats_they_are(subscribed: Call) -> None:
    told = subscribed("alerts", "subscribers", "--json")
    assert told.objects == [
        {"name": "public.1", "destination": "public", "language": "uk", "since": "2025-09-11T15:00:00Z"}
    ]
    table = subscribed("alerts", "subscribers").out
    assert "public.1" in table
    assert CHAT not in table + told.out


def test_without_subscribers_it_is_said(volya: Call) -> None:
    assert volya("alerts", "subscribers").out == "Nobody has subscribed.\n"


def test_a_subscriber_is_a_destination_to_the_other_commands(subscribed: Call, sqlite_url: str) -> None:
    assert subscribed("alerts", "silence", "--to", "public.1", "--for", "8h").code == 0
    checked = subscribed("check", "--json")
    assert "destination public.1" in checked.out
    assert CHAT not in checked.out
    database = open_database(sqlite_url)
    with database.begin() as session:
        unsubscribe(session, list_subscriptions(session)[0].id, NOW)
    database.close()
    assert "public.1" not in subscribed("check", "--json").out
    assert subscribed("alerts", "enable", "public.1").code == 1


def test_a_destination_without_a_chat_cannot_be_tested_and_says_what_to_do(subscribed: Call) -> None:
    told = subscribed("alerts", "test", "public")
    assert (told.code, "write /start to its bot" in told.err) == (1, True)


def test_a_preview_shows_what_subscribers_would_be_sent(subscribed: Call, tmp_path: Path) -> None:
    story = {
        "url": "https://news.example/prisoners",
        "language": "en",
        "title": "Belarus frees 52 political prisoners",
        "text": "Belarus released 52 political prisoners on 11 September 2025, the foreign ministry said.",
        "published": "2025-09-11T15:02:00+03:00",
    }
    (tmp_path / "one.jsonl").write_text(json.dumps(story), encoding="utf-8")
    assert subscribed("import", "one.jsonl").code == 0
    told = subscribed("alerts", "preview", "1", "--to", "public")
    assert "52" in told.out
    assert subscribed("explain", "e1").code == 0
