"""Where destinations write: what each channel needs and takes, and whether the how-to pages say it rightly."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.keys import Settings
from cli.places import PLACE_KEYS, place_trouble

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
SECRET = {"env": "A"}
MAILS = {"to": ("a@b.example", "c@d.example"), "sender": "alerts@d.example"}
FAR, NEAR = "http://ntfy.example.org", "http://127.0.0.1:8090"


@pytest.mark.parametrize(
    ("channel", "place", "trouble"),
    [
        ("discord", {"url": SECRET}, None),
        ("discord", {"url": SECRET, "thread": 7}, None),
        ("discord", {}, "a destination on discord needs url, each as { env"),
        ("discord", {"url": SECRET, "chat": "7"}, "a destination on discord has no chat"),
        ("matrix", {"token": SECRET, "chat": "!a:b.example", "base_url": NEAR}, None),
        ("matrix", {"token": SECRET, "chat": "#новини:b.example", "base_url": "https://b.example"}, None),
        (
            "matrix",
            {"token": SECRET, "chat": "!a:b.example", "base_url": FAR},
            "a token goes to another machine by https",
        ),
        ("matrix", {"token": SECRET, "chat": "!a:b.example"}, "a destination on matrix needs base_url"),
        (
            "matrix",
            {"token": SECRET, "chat": "@a:b.example", "base_url": NEAR},
            "a destination on matrix takes as chat",
        ),
        (
            "matrix",
            {"token": SECRET, "chat": "!a:b.example", "base_url": NEAR, "thread": 1},
            "a destination on matrix has",
        ),
        ("email", {"url": SECRET, **MAILS}, None),
        ("email", MAILS, "a destination on email needs url, each as { env"),
        ("email", {}, "a destination on email needs url and to and sender, url as { env"),
        ("email", {"url": SECRET, "to": ("a@b.example",)}, "a destination on email needs sender"),
        ("email", {"url": SECRET, **MAILS, "to": ()}, "give as to a list of 1 to 50 addresses"),
        ("email", {"url": SECRET, **MAILS, "to": ("a@b.example",) * 51}, "give as to a list of 1 to 50 addresses"),
        ("email", {"url": SECRET, **MAILS, "to": ("A <a@b.example>",)}, "give as sender and in to plain addresses"),
        ("email", {"url": SECRET, **MAILS, "sender": "alerts"}, "give as sender and in to plain addresses"),
        ("email", {"url": SECRET, **MAILS, "token": SECRET}, "a destination on email has no token"),
        ("apprise", {"url": SECRET}, None),
        ("apprise", {}, "a destination on apprise needs url, each as { env"),
        ("apprise", {"url": SECRET, "to": ("a@b.example",)}, "a destination on apprise has no to"),
        ("telegram", {}, "a destination on telegram needs token and chat, token as { env"),
        ("ntfy", {"topic": SECRET, "to": ("a@b.example",)}, "a destination on ntfy has no to"),
        ("ntfy", {"topic": SECRET}, None),
        ("ntfy", {"topic": SECRET, "base_url": FAR}, None),
        ("ntfy", {"topic": SECRET, "token": SECRET, "base_url": NEAR}, None),
        ("ntfy", {"topic": SECRET, "token": SECRET, "base_url": FAR}, "a token goes to another machine by https only"),
        ("ntfy", {"topic": SECRET, "base_url": "ntfy.example.org"}, "give as base_url the base address of the API"),
        ("ntfy", {"token": SECRET}, "a destination on ntfy needs topic"),
        ("ntfy", {"topic": SECRET, "url": SECRET}, "a destination on ntfy has no url"),
    ],
)
def test_a_channel_takes_what_it_needs_and_nothing_else(
    channel: str, place: dict[str, Any], trouble: str | None
) -> None:
    found = place_trouble(channel, {key: place.get(key) for key in PLACE_KEYS})
    assert (found or "").startswith(trouble or "")
    assert (found is None) == (trouble is None)


@pytest.mark.parametrize("channel", ["discord", "matrix", "ntfy", "email", "apprise"])
def test_the_settings_of_the_how_to_are_valid(channel: str) -> None:
    page = (HOW_TO / f"{channel}.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (destination,) = Settings.model_validate(tomllib.loads(table)).alerts.destination
    assert destination.channel == channel
    assert f"volya alerts test {destination.name}" in page
