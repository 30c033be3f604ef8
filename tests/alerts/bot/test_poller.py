"""Asking the service: nothing is done twice or forgotten, trouble is told once, and nothing that comes raises."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.bot.updates import Command, Press, Update, read_updates
from alerts.channels.pace import Pace
from newsroom import Answer
from newsroom.telegram import TOKEN
from newsroom.telegram_calls import failure, flooded

CHAT = 777_000_123_456
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["/start", "kicked"]),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "update_id",
                    "message",
                    "chat",
                    "id",
                    "text",
                    "from",
                    "type",
                    "my_chat_member",
                    "new_chat_member",
                    "status",
                    "callback_query",
                    "data",
                    "migrate_to_chat_id",
                    "language_code",
                    "sender_chat",
                ]
            ),
            part,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def asked(telegram: Any) -> list[dict[str, Any]]:
    """What was asked of getUpdates, in order."""
    every = [one.request for one in telegram.exchanges if one.request.path.endswith("/getUpdates")]
    return [json.loads(request.body) for request in every]


@settings(max_examples=100, deadline=None)
@given(st.lists(JSON, max_size=3))
def test_any_json_is_read_without_an_error(found: list[Any]) -> None:
    assert all(isinstance(one.id, int) for one in read_updates(found))
    assert read_updates({"update_id": 1}) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"message": []},
        {"message": {"chat": {"id": True, "type": "private"}, "text": "/start"}},
        {"message": {"chat": {"id": 10**30, "type": "private"}, "text": "/start"}},
        {"message": {"chat": {"id": CHAT, "type": "channel"}, "text": "/start"}},
        {"message": {"chat": {"id": CHAT, "type": "private"}, "text": "/start\ud800"}},
        {"message": {"chat": {"id": CHAT, "type": "private"}, "text": {"a": 1}}},
        {"message": {"chat": {"id": -5, "type": "group"}, "text": "/start", "from": "me"}},
        {"my_chat_member": {"chat": {"id": CHAT}, "new_chat_member": "kicked"}},
        {"callback_query": {"id": 5, "from": {"id": "x"}}},
        "what",
        None,
        7,
    ],
)
def test_a_hostile_update_costs_itself_alone(sqlite_rig: Any, telegram: Any, content: Any) -> None:
    telegram.inbox.put(content)
    [said] = sqlite_rig.say("/start")
    assert said.startswith("Subscribed.")


def test_a_bot_goes_on_behind_what_it_handled_after_a_restart(rig: Any, telegram: Any) -> None:
    first = telegram.write(CHAT, "/start")
    rig.listen()
    telegram.write(CHAT, "/help")
    assert len(rig.listen()) == 1
    offsets = [one.get("offset") for one in asked(telegram)]
    assert offsets[0] is None
    assert set(offsets[1:]) <= {first + 1, first + 2}
    assert {tuple(one["allowed_updates"]) for one in asked(telegram)} == {
        ("message", "my_chat_member", "callback_query")
    }


def test_an_update_that_comes_again_after_a_crash_is_handled_once(rig: Any, telegram: Any) -> None:
    number = telegram.write(CHAT, "/start")
    start = Update(number, Command(str(CHAT), is_group=False, person=1, name="start"))
    assert rig.make_desk().settle(start) is not None  # and the program dies before the service is told
    assert rig.make_desk().settle(start) is None
    assert rig.listen() == []
    telegram.inbox.put({"message": {"chat": {"id": CHAT, "type": "private"}, "text": "/start"}}, number)
    assert rig.say("/stop")[0].startswith("Unsubscribed.")
    assert rig.subscribers() == []


def test_after_a_week_of_quiet_numbers_may_begin_anew(sqlite_rig: Any, telegram: Any, clock: Any) -> None:
    sqlite_rig.say("/start")
    clock.pass_time(days=8)
    telegram.inbox.put({"message": {"chat": {"id": CHAT, "type": "private"}, "text": "/stop"}}, 5)
    assert sqlite_rig.listen()[0].startswith("Unsubscribed.")


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (failure(409, "Conflict: terminated by other getUpdates request"), "another program reads them"),
        (failure(409, "Conflict: can't use getUpdates method while webhook is active"), "a webhook is set"),
        (failure(401, "Unauthorized"), "its token is refused"),
        (Answer(200, b"<html>", {}), "it is tried again"),
        (Answer(200, b'{"ok":true,"result":{"a":1}}', {}), "it is tried again"),
        (Answer(200, b'{"ok":true,"result":["a"]}', {}), "it is tried again"),
        (Answer(502, b"", {}), "it is tried again"),
        (failure(500, f"Internal: /bot{TOKEN}/getUpdates"), "it is tried again"),
    ],
)
def test_trouble_is_told_once_with_what_to_do_and_without_the_token(
    sqlite_rig: Any, telegram: Any, caplog: pytest.LogCaptureFixture, answer: Answer, advice: str
) -> None:
    caplog.set_level(logging.DEBUG, "alerts")
    taken = Answer()  # getMe
    telegram.script(taken, answer, answer, answer)
    assert len(sqlite_rig.say("/start")) == 1
    errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert advice in errors[0]
    assert TOKEN not in caplog.text
    assert str(CHAT) not in caplog.text
    assert "read again" in caplog.text
    assert not any("deleteWebhook" in one.request.path for one in telegram.exchanges)


def test_an_answer_waits_where_the_service_asks_to_wait(sqlite_rig: Any, telegram: Any) -> None:
    telegram.script(Answer(), Answer(), flooded(0))
    assert len(sqlite_rig.say("/start")) == 1


def test_an_answer_that_cannot_be_given_stops_nothing(
    sqlite_rig: Any, telegram: Any, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.write(CHAT, "/start")
    telegram.script(Answer(), Answer(), failure(403, "Forbidden: bot was blocked by the user"))
    assert sqlite_rig.listen() == []
    assert str(CHAT) not in caplog.text
    assert len(sqlite_rig.say("/help")) == 1


def test_what_cannot_be_found_out_about_a_person_is_not_decided(sqlite_rig: Any, telegram: Any) -> None:
    sqlite_rig.allow(None)
    telegram.script(Answer(), Answer(), failure(500, "Internal"))
    assert sqlite_rig.say("/start", -5) == ["This cannot be checked right now. Please try again in a minute."]


def test_a_pressed_button_goes_to_whoever_takes_them(sqlite_rig: Any, telegram: Any) -> None:
    pressed: list[Press] = []

    async def take(press: Press) -> None:
        pressed.append(press)

    poller = sqlite_rig.poller
    sqlite_rig.poller = lambda: replace_taker(poller(), take)
    message = {"message_id": 3, "chat": {"id": CHAT, "type": "private"}}
    person = {"id": 5, "language_code": "uk"}
    telegram.inbox.put({"callback_query": {"id": "q1", "from": person, "message": message, "data": "approve 5"}})
    sqlite_rig.listen()
    assert pressed == [Press("q1", str(CHAT), 3, 5, "approve 5", "uk")]


def replace_taker(poller: Any, take: Callable[[Press], Any]) -> Any:
    poller._on_press = take
    return poller


def test_together_at_most_thirty_messages_a_second_leave_as_one_bot() -> None:
    now, sent = 0.0, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def scene() -> None:
        pace = Pace(lambda: now, sleep)
        for _ in range(100):
            await pace.turn()
            sent.append(now)

    asyncio.run(scene())
    assert max(sum(1 for other in sent if one <= other < one + 1) for one in sent) <= 30
    assert sent[-1] < 4
