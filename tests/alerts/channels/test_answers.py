"""The tables of the receivers (reliability 3.1 to 3.5): every answer, given by a server on loopback to the real channel, and what follows."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from alerts import (
    Channel,
    DiscordChannel,
    EditingChannel,
    Limits,
    NtfyChannel,
    Parcel,
    Remote,
    Result,
    SendOutcome,
    SlackAppChannel,
    SlackChannel,
    TelegramChannel,
    WebhookChannel,
)
from alerts.channels.ntfy import Topic
from alerts.channels.slack_app import SlackApp
from alerts.channels.telegram import Chat
from alerts.channels.telegram_api import Bot

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
PARCEL = Parcel("msg_1", b'{"text":"x","content":"x"}')
CODE_LIMIT = 60
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HANG = Limits(read=0.1)
COMMON: dict[str, Any] = {"user_agent": "volya/1", "clock": lambda: NOW}

Table = list[dict[str, Any]]
Case = tuple[dict[str, Any], int]
Make = Callable[[str, Any, Limits | None], Channel]


def service_body(row: dict[str, Any]) -> Any:
    """The words of Slack's Web API, Discord or ntfy."""
    if "word" in row:
        return {"ok": False, "error": row["word"]}
    return {"message": row["says"], "error": row["says"], "code": row["number"]} if "number" in row else row["body"]


def numbered_code(row: dict[str, Any]) -> str:
    return f"{row['says']} ({row['number']})"


def telegram_body(row: dict[str, Any], status: int) -> Any:
    code = row.get("error_code", row["status"][0] if isinstance(row["status"], list) else status)
    said = {"ok": False, "error_code": code, "description": row["says"]}
    return {**said, "parameters": row["parameters"]} if "parameters" in row else said


@dataclass(frozen=True, slots=True)
class Receiver:
    """How a channel to it is made (of an address, the topic and limits), its acceptance, and a message sent there."""

    make: Make
    accepts: Any
    remote: Remote | None = None
    asks_by_method: bool = False


RECEIVERS = {
    "webhook": Receiver(
        lambda url, _, limits: WebhookChannel("mine", url + "/hook", SECRET, limits=limits, **COMMON), "ok"
    ),
    "slack": Receiver(
        lambda url, _, limits: SlackChannel("mine", url + "/services/T/B/X", limits=limits, **COMMON), ""
    ),
    "slack_app": Receiver(
        lambda url, _, limits: SlackAppChannel(
            "mine", SlackApp("xoxb-1234567890-CANARY", url), "C0ALERTS", limits=limits, **COMMON
        ),
        {"ok": True, "channel": "C0ALERTS", "ts": "1503435956.000247"},
        Remote("C0ALERTS", "1503435956.000247"),
    ),
    "telegram": Receiver(
        lambda url, topic, limits: TelegramChannel(
            "mine", Bot("123456:CANARY-CANARY-CANARY", url), Chat("-100", topic), limits=limits, **COMMON
        ),
        {"ok": True, "result": {"message_id": 5, "date": 1, "chat": {"id": -100}}},
        Remote("-100", "5"),
    ),
    "discord": Receiver(
        lambda url, _, limits: DiscordChannel("mine", url + "/api/webhooks/1/CANARY", limits=limits, **COMMON),
        {"id": "5", "channel_id": "3"},
        Remote("3", "5"),
        asks_by_method=True,
    ),
    "ntfy": Receiver(
        lambda url, _, limits: NtfyChannel("mine", Topic("desk", None, url), limits=limits, **COMMON),
        {"id": "abc", "event": "message"},
    ),
}


def tables() -> dict[str, Table]:
    path = Path(__file__).parents[2] / "data" / "answers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def cases() -> Iterator[Any]:
    for receiver, table in tables().items():
        for row in table:
            stated = row.get("status", 200)
            for status in stated if isinstance(stated, list) else [stated]:
                yield pytest.param(receiver, row, status, id=f"{receiver}: {row['row']} ({status})")


@dataclass(frozen=True, slots=True)
class Play:
    """A row of a receiver's table with one of its statuses: what the server does, and what is expected of the channel."""

    receiver: str
    row: dict[str, Any]
    status: int

    @property
    def body(self) -> Any:
        row = self.row
        if self.receiver == "telegram" and "says" in row:
            return telegram_body(row, self.status)
        if self.receiver == "slack" and "word" in row:
            return row["word"]
        if {"word", "number", "body"} & set(row):
            return service_body(row)
        return RECEIVERS[self.receiver].accepts if self.status == HTTPStatus.OK else ""

    @property
    def told_status(self) -> int | None:
        """The status that is told: what a gateway says with 200 has that of the words; where no answer came, none."""
        is_answered = self.row.get("network") in (None, "cut")
        code = self.body.get("error_code") if isinstance(self.body, dict) else None
        return (code or self.status) if is_answered else None

    @property
    def code(self) -> str | None:
        row = self.row
        if "code" in row:
            return str(row["code"]).format(status=self.status)
        if row["class"] == "ok":
            return None
        if "number" in row:
            return numbered_code(row)
        return str(row.get("word", row.get("says")))[:CODE_LIMIT]

    def script(self, answering: Callable[..., bytes]) -> list[bytes]:
        """The answers in turn: that of the row, and acceptance of whatever is asked after it."""
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.row.get("headers", {}).items())
        first = b"" if self.row.get("network") in ("reset", "hang") else answering(self.status, self.body, headers)
        if self.row.get("network") == "cut":
            first = first.replace(b"content-length: 2", b"content-length: 99")
        return [first, answering(200, RECEIVERS[self.receiver].accepts)]

    async def act(self, url: str) -> Result:
        receiver = RECEIVERS[self.receiver]
        limits = HANG if self.row.get("network") == "hang" else None
        channel = receiver.make(url, 9 if self.row.get("call") == "topic" else None, limits)
        try:
            return await self._call(channel, receiver.remote)
        finally:
            await channel.close()

    async def _call(self, channel: Channel, remote: Remote | None) -> Result:
        call = self.row.get("call", "send")
        if call in ("edit", "reply"):
            assert isinstance(channel, EditingChannel)
            assert remote is not None
            return await (channel.edit if call == "edit" else channel.reply)(PARCEL, remote)
        return await channel.send(PARCEL)

    def asked(self, calls: list[Any]) -> list[str]:
        by_method = RECEIVERS[self.receiver].asks_by_method
        return [call.method if by_method else call.path.rpartition("/")[2] for call in calls]


@pytest.mark.parametrize(("receiver", "row", "status"), list(cases()))
def test_each_row_of_the_tables_has_its_class_its_word_and_what_follows(
    exchanging: Callable[..., Any], answering: Callable[..., bytes], receiver: str, row: dict[str, Any], status: int
) -> None:
    play = Play(receiver, row, status)
    result, calls = exchanging(play.act, *play.script(answering), network=row.get("network"))
    assert (result.outcome, result.code) == (SendOutcome(row["class"]), play.code)
    assert (result.retry_after, result.moved_to) == (row.get("wait"), row.get("moved"))
    assert result.status == (200 if "asks" in row else play.told_status)
    assert play.asked(calls) == row["asks"] if "asks" in row else len(calls) == (row.get("network") != "refused")
    if "drops" in row:
        assert [row["drops"] in call.body for call in calls] == [True, False]


def test_every_table_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Counter({receiver: len(table) for receiver, table in tables().items()})
    with capsys.disabled():
        each = ", ".join(f"{receiver} {number}" for receiver, number in rows.items())
        sys.stdout.write(f"\nrows of the receivers' tables: {rows.total()} ({each})\n")
    assert set(rows) == set(RECEIVERS)
    assert all(len({row["row"] for row in table}) == len(table) for table in tables().values()), "named once"
