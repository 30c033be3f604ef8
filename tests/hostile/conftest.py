"""Hostile strings, and every receiver of the newsroom with the reading that says what people would see in it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from pydantic import SecretStr

from alerts.channels.base import Channel
from cli.alert_keys import DestinationKeys
from cli.channels import channel_of
from newsroom import (
    DiscordReceiver,
    FormReceiver,
    MailReceiver,
    MatrixReceiver,
    NtfyReceiver,
    Receiver,
    SlackAppReceiver,
    SlackReceiver,
    TelegramReceiver,
    WebhookReceiver,
)
from newsroom.matrix import ROOM
from newsroom.matrix import TOKEN as MATRIX_TOKEN
from newsroom.ntfy import TOKEN as NTFY_TOKEN
from newsroom.ntfy import TOPIC
from newsroom.sights import (
    Sight,
    look_at_discord,
    look_at_forms,
    look_at_mails,
    look_at_matrix,
    look_at_ntfy,
    look_at_slack,
    look_at_slack_app,
    look_at_telegram,
    look_at_webhooks,
)
from newsroom.slack_app import CHANNEL
from newsroom.telegram import CHAT

DATA = Path(__file__).parents[1] / "data" / "hostile.json"
SENDER, DESK = "alerts@volya.example", "desk@news.example"
SECRET = "whsec_bWFkZSB1cCBmb3IgdGhlIHRlc3RzIG9mIHZvbHlhISE="


@dataclass(frozen=True, slots=True)
class Row:
    """A receiver: how it is opened, what the settings say of it, its secrets by key, and how its messages are read.

    `trap` returns settings and secrets for a server at another address, where each secret holds the given word.
    """

    channel: str
    open: Callable[[], Receiver | MailReceiver]
    keys: Callable[[Any], Mapping[str, Any]]
    secrets: Callable[[Any], Mapping[str, str]]
    look: Callable[[Any], list[Sight]]
    trap: Callable[[str, str], tuple[Mapping[str, Any], Mapping[str, str]]]


def whsec(word: str) -> str:
    return f"whsec_{base64.b64encode(word.ljust(32, '0').encode()).decode()}"


def refusals(receiver: Any) -> list[str]:
    """Return what a receiver refused."""
    if isinstance(receiver, MailReceiver):
        return [reply for visit in receiver.visits for reply in visit.replies if reply[:1] in "45"]
    return [str(one.status) for one in receiver.exchanges if one.status >= 300]


# Another receiver is another row.
ROWS = (
    Row("webhook", lambda: WebhookReceiver(SECRET), lambda _: {}, lambda one: {"url": one.url, "secret": SECRET},
        lambda one: look_at_webhooks(one, SECRET),
        lambda root, word: ({}, {"url": f"{root}/hooks/{word}?key={word}%2Fx", "secret": whsec(word)})),
    Row("slack", SlackReceiver, lambda _: {}, lambda one: {"url": one.url}, look_at_slack,
        lambda root, word: ({}, {"url": f"{root}/services/T0/B0/{word}"})),
    Row("slack-app", SlackAppReceiver, lambda one: {"chat": CHANNEL, "base_url": one.url},
        lambda one: {"token": one.token}, look_at_slack_app,
        lambda root, word: ({"chat": CHANNEL, "base_url": f"{root}/api"}, {"token": f"xoxb-{word}"})),
    Row("telegram", TelegramReceiver, lambda one: {"chat": str(CHAT), "base_url": one.url},
        lambda one: {"token": one.token}, look_at_telegram,
        lambda root, word: ({"chat": str(CHAT), "base_url": root}, {"token": f"123456:{word}"})),
    Row("discord", DiscordReceiver, lambda _: {}, lambda one: {"url": one.url}, look_at_discord,
        lambda root, word: ({}, {"url": f"{root}/api/webhooks/1400000000000000001/{word}"})),
    Row("matrix", MatrixReceiver, lambda one: {"chat": one.room, "base_url": one.url},
        lambda _: {"token": MATRIX_TOKEN}, look_at_matrix,
        lambda root, word: ({"chat": ROOM, "base_url": root}, {"token": f"syt_{word}"})),
    Row("ntfy", lambda: NtfyReceiver(NTFY_TOKEN), lambda one: {"base_url": one.url},
        lambda _: {"topic": TOPIC, "token": NTFY_TOKEN}, look_at_ntfy,
        lambda root, word: ({"base_url": root}, {"topic": word, "token": f"tk_{word}"})),
    Row("email", MailReceiver, lambda _: {"sender": SENDER, "to": [DESK]}, lambda one: {"url": one.url}, look_at_mails,
        lambda root, word: ({"sender": SENDER, "to": [DESK]}, {"url": f"smtp://{word}:{word}@{root.rpartition('/')[2]}"})),
    Row("apprise", FormReceiver, lambda _: {}, lambda one: {"url": one.url}, look_at_forms,
        lambda root, word: ({}, {"url": f"{root.replace('http', 'form', 1)}/{word}"})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A receiver that runs, with the settings of a destination that writes to it."""

    row: Row
    receiver: Any

    @property
    def name(self) -> str:
        return self.row.channel

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets by the variable that holds each."""
        return {f"SECRET_{self.name}_{key}": value for key, value in self.row.secrets(self.receiver).items()}

    @property
    def keys(self) -> dict[str, Any]:
        references = {key: {"env": f"SECRET_{self.name}_{key}"} for key in self.row.secrets(self.receiver)}
        return {"name": self.name, "channel": self.name, "cap": 0, **self.row.keys(self.receiver), **references}

    @property
    def toml(self) -> str:
        """The destination as a settings file has it."""
        return destination_toml(self.keys)

    @property
    def channel(self) -> Channel:
        """The channel that the program would make of these settings."""
        given = self.row.secrets(self.receiver).items()
        secrets = {f"alerts.destination.{self.name}.{key}": SecretStr(value) for key, value in given}
        return channel_of(DestinationKeys.model_validate(self.keys), secrets)

    @property
    def sights(self) -> list[Sight]:
        return self.row.look(self.receiver)


def destination_toml(keys: Mapping[str, Any]) -> str:
    """Return a destination as a settings file has it."""
    return "\n".join(["[[alerts.destination]]", *(f"{key} = {toml_value(value)}" for key, value in keys.items()), ""])


def toml_value(value: Any) -> str:
    return f'{{ env = "{value["env"]}" }}' if isinstance(value, dict) else json.dumps(value)


@pytest.fixture(scope="session")
def hostile() -> dict[str, list[str]]:
    """The strings by category; one that is written as [text, number] is so many times the text."""
    tables = json.loads(DATA.read_text(encoding="utf-8"))
    return {name: [one if isinstance(one, str) else one[0] * one[1] for one in given] for name, given in tables.items()}


@pytest.fixture(scope="session")
def strings(hostile: dict[str, list[str]]) -> list[str]:
    return [text for given in hostile.values() for text in given]


@pytest.fixture
def places() -> Iterator[list[Place]]:
    """Every receiver of the newsroom, running."""
    with ExitStack() as running:
        yield [Place(row, running.enter_context(row.open())) for row in ROWS]


@pytest.fixture
def rows() -> tuple[Row, ...]:
    return ROWS


@pytest.fixture
def as_toml() -> Callable[[Mapping[str, Any]], str]:
    return destination_toml


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # signatures are refused that are not of these minutes


UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u00ad\u2061-\u2064\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def spelled(address: str) -> str:
    """Return an address as it is the same for every service: each has its own signs that it percent-encodes."""

    return quote(unquote(address), safe="")


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what is wrong with messages that may lead to these addresses only."""

    allowed: frozenset[str]

    @classmethod
    def of(cls, addresses: Iterable[str]) -> Judge:
        return cls(frozenset(map(spelled, addresses)))

    def knows(self, address: str) -> bool:
        return spelled(address) in self.allowed

    def troubles(self, place: Place) -> list[str]:
        """Return what a receiver refused, and what is wrong with what it took."""
        refused = [f"{place.name} refused: {said}" for said in refusals(place.receiver)]
        return refused + [f"{place.name} {trouble}" for sight in place.sights for trouble in self._wrong(sight)]

    def _wrong(self, sight: Sight) -> Iterator[str]:
        yield from (f"mentions {one!r}: {sight.text[:200]!r}" for one in sight.mentions)
        yield from (f"has markup {one!r}: {sight.text[:200]!r}" for one in sight.markup)
        yield from (f"leads to {one!r}: {sight.text[:200]!r}" for one in sight.links if not self.knows(one))
        yield from (f"hides {one!r}: {sight.text[:200]!r}" for one in UNSEEN.findall(sight.text))


@pytest.fixture
def judge() -> Callable[[Iterable[str]], Judge]:
    return Judge.of
