"""What each receiver heard is read and judged: by hand-made requests, and by those of the real channels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.heard import READERS, Account, Heard, account_of, hear
from newsroom.serving import Exchange, Request
from newsroom.stage import Stage

STATES = (131, 134)
CREATED, GROWN = Heard("created", "131 freed"), Heard("follow-up", "UPDATE: 134 freed (131)")
MARKED = Heard("created", "131 freed\n(possible repeat)")
KEYED = Heard("created", "131 freed", "msg_1", 1)


def exchange(method: str, path: str, body: Mapping[str, Any], status: int = 200) -> Exchange:
    headers = {"webhook-id": "msg_1"}
    return Exchange(Request(method, path, "", headers, json.dumps(body).encode(), datetime.now(UTC)), status)


READ = [
    ("webhook", "POST", "/", {"type": "event.created", "data": {"text": "131", "revision": 1}}, "created"),
    ("webhook", "POST", "/", {"type": "event.updated", "data": {"text": "131", "revision": 2}}, "follow-up"),
    ("webhook", "POST", "/", {"type": "system", "data": {"text": "131"}}, None),
    ("slack", "POST", "/", {"text": "131 freed"}, "created"),
    ("slack", "POST", "/", {"text": "UPDATE: 131 freed"}, "follow-up"),
    ("slack-app", "POST", "/api/chat.postMessage", {"text": "131"}, "created"),
    ("slack-app", "POST", "/api/chat.postMessage", {"text": "131", "thread_ts": "1.2"}, "follow-up"),
    ("slack-app", "POST", "/api/chat.update", {"text": "131", "ts": "1.2"}, "edit"),
    ("slack-app", "POST", "/api/auth.test", {}, None),
    ("telegram", "POST", "/bot1:A/sendMessage", {"text": "131"}, "created"),
    ("telegram", "POST", "/bot1:A/sendMessage", {"text": "131", "reply_parameters": {"message_id": 1}}, "follow-up"),
    ("telegram", "POST", "/bot1:A/editMessageText", {"text": "131"}, "edit"),
    ("telegram", "POST", "/bot1:A/getMe", {}, None),
    ("discord", "POST", "/api/webhooks/1/t", {"content": "**131**", "embeds": [{"description": "x"}]}, "created"),
    (
        "discord",
        "POST",
        "/api/webhooks/1/t",
        {"content": "**UPDATE: 131**\nhttps://d.example", "embeds": []},
        "follow-up",
    ),
    ("discord", "PATCH", "/api/webhooks/1/t/messages/5", {"content": "**131**", "embeds": []}, "edit"),
    ("discord", "GET", "/api/webhooks/1/t", {}, None),
    ("matrix", "PUT", "/send/m.room.message/msg_1", {"body": "131"}, "created"),
    ("matrix", "PUT", "/send/m.room.message/m", {"body": "131", "m.relates_to": {"rel_type": "m.thread"}}, "follow-up"),
    (
        "matrix",
        "PUT",
        "/send/m.room.message/m",
        {"body": "* 131", "m.new_content": {"body": "131"}, "m.relates_to": {"rel_type": "m.replace"}},
        "edit",
    ),
    ("matrix", "GET", "/directory/room/x", {}, None),
    ("ntfy", "POST", "/", {"title": "131 freed", "message": "x"}, "created"),
    ("ntfy", "POST", "/", {"title": "UPDATE: 131 freed", "message": "x"}, "follow-up"),
]


@pytest.mark.parametrize(("channel", "method", "path", "body", "kind"), READ)
def test_a_request_is_read_as_what_its_reader_sees(
    channel: str, method: str, path: str, body: Mapping[str, Any], kind: str | None
) -> None:
    heard = hear(channel, [exchange(method, path, body)])
    assert [one.kind for one in heard] == ([kind] if kind else [])
    assert all(131 in one.numbers for one in heard)


def test_what_was_refused_was_not_heard() -> None:
    assert hear("slack", [exchange("POST", "/", {"text": "131"}, status) for status in (400, 500)]) == ()


def test_every_receiver_of_the_stage_can_be_read() -> None:
    assert set(Stage().receivers) == set(READERS)


ACCOUNTS = [
    ("nothing was heard", (), Account(is_lost=True)),
    ("of another event only", (Heard("created", "138 freed"),), Account(is_lost=True)),
    ("the newest state was not", (CREATED,), Account(is_lost=True)),
    ("all is well", (CREATED, GROWN), Account()),
    ("the first message told it all", (Heard("created", "134 freed"),), Account()),
    ("an edit tells it, twice", (CREATED, Heard("edit", "134"), Heard("edit", "134")), Account()),
    ("a repeat with its key", (KEYED, KEYED, Heard("follow-up", "134", "msg_2", 2)), Account(known=1)),
    ("a repeat with another key", (KEYED, Heard("created", "134", "msg_9", 1)), Account(repeats=1)),
    ("a marked repeat", (CREATED, MARKED, GROWN), Account(repeats=1)),
    ("a repeat without mark", (CREATED, CREATED, GROWN), Account(repeats=1, unmarked=1)),
    ("an update twice", (CREATED, GROWN, GROWN), Account(repeats=1, unmarked=1)),
    ("an update before the first message", (GROWN, Heard("created", "134")), Account(disorders=1)),
    ("a step back", (CREATED, GROWN, MARKED), Account(disorders=1, repeats=1)),
    (
        "revisions out of order",
        (KEYED, Heard("follow-up", "134", "b", 3), Heard("follow-up", "134", "c", 2)),
        Account(disorders=1),
    ),
]


@pytest.mark.parametrize(("heard", "account"), [case[1:] for case in ACCOUNTS], ids=[case[0] for case in ACCOUNTS])
def test_an_account_says_what_is_lost_disordered_and_repeated(heard: tuple[Heard, ...], account: Account) -> None:
    assert account_of(heard, STATES) == account
