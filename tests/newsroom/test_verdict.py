from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from newsroom import Exchange, Request
from newsroom.plot import draw_numbers, load_plot
from newsroom.slack_app import CHANNEL, SlackAppMessage
from newsroom.telegram import CHAT, TelegramMessage
from newsroom.telegram_text import VisibleText
from newsroom.verdict import judge, judge_slack, judge_slack_app, judge_telegram, received

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NUMBERS = {"released": 36, "more": 39}


def exchange(type_: str, key: str, released: int | None, event: int = 1, **changes: str) -> Exchange:
    counts = (
        [] if released is None else [{"role": "released", "value": released, "value_max": None, "nationality": None}]
    )
    data: Mapping[str, Any] = {"id": event, "text": "told", "counts": counts}
    body = json.dumps({"type": type_, "data": data}).encode()
    now = datetime.now(UTC)
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(SECRET).sign(key, now, body.decode()),
        **changes,
    }
    return Exchange(Request("POST", "/", "", headers, body, now), 204)


CREATED = exchange("event.created", "msg_1", 36)
UPDATED = exchange("event.updated", "msg_2", 39)


def verdict(*exchanges: Exchange) -> tuple[str, ...]:
    return judge(received(exchanges, SECRET), load_plot(), NUMBERS)


def test_one_created_and_one_updated_are_as_they_have_to_be() -> None:
    assert verdict(CREATED, UPDATED) == ()


def test_repeat_of_one_key_is_no_second_alert() -> None:
    assert verdict(CREATED, CREATED, UPDATED) == ()


@pytest.mark.parametrize(
    ("exchanges", "problem"),
    [
        ((CREATED,), "event.updated: 0 came"),
        ((), "event.created: 0 came"),
        ((CREATED, UPDATED, exchange("event.updated", "msg_3", 39)), "event.updated: 2 came, 1 should have"),
        ((CREATED, UPDATED, exchange("system", "msg_3", None, 0)), "system: 1 came, 0 should have"),
        ((CREATED, exchange("event.created", "msg_3", 134, 2)), "event.created: 2 came"),
        ((CREATED, exchange("event.updated", "msg_2", 39, 2)), "speak of 2 events"),
        ((CREATED, exchange("event.updated", "msg_2", 36)), "says 36 were freed, the outlets wrote 39"),
        ((exchange("event.created", "msg_1", None), UPDATED), "says None were freed"),
        ((exchange("event.created", "msg_1", 36, **{"webhook-signature": "v1,AAAA"}), UPDATED), "msg_1 is not valid"),
    ],
)
def test_whatever_differs_is_said(exchanges: tuple[Exchange, ...], problem: str) -> None:
    assert problem in "; ".join(verdict(*exchanges))


def test_signed_nonsense_is_a_problem_and_no_crash() -> None:
    body = b"[]"
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_9",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(SECRET).sign("msg_9", now, body.decode()),
    }
    strange = Exchange(Request("POST", "/", "", headers, body, now), 204)
    assert any("not the form of a webhook" in problem for problem in verdict(CREATED, UPDATED, strange))


def test_numbers_come_from_the_seed_and_grow_by_three() -> None:
    assert draw_numbers(Random(7)) == draw_numbers(Random(7))
    drawn = [draw_numbers(Random(seed)) for seed in range(50)]
    assert {numbers["more"] - numbers["released"] for numbers in drawn} == {3}
    assert len({numbers["released"] for numbers in drawn}) > 1
    assert all(number % 10 for numbers in drawn for number in numbers.values())


def slack_message(text: str) -> dict[str, Any]:
    return {"text": text, "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "facts"}}]}


ALERT = slack_message("Belarus frees 36 prisoners")
UPDATE = slack_message("UPDATE: Belarus frees 39 prisoners")


def test_slack_is_to_get_an_alert_and_then_an_update() -> None:
    assert judge_slack([ALERT, UPDATE], NUMBERS) == ()


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([], "0 messages came, 2 should have"),
        ([ALERT], "1 messages came"),
        ([ALERT, UPDATE, UPDATE], "3 messages came"),
        ([UPDATE, ALERT], "the first message is an update"),
        ([ALERT, ALERT], "the second message is no update"),
        ([slack_message("Belarus frees 35 prisoners"), UPDATE], "the alert does not say 36"),
        ([ALERT, slack_message("UPDATE: 36 freed")], "the update does not say 39"),
    ],
)
def test_whatever_differs_in_slack_is_said(messages: list[dict[str, Any]], problem: str) -> None:
    assert problem in "; ".join(judge_slack(messages, NUMBERS))


def chat_message(number: int, text: str, reply_to: int | None = None, edits: int = 0) -> TelegramMessage:
    return TelegramMessage(number, CHAT, VisibleText(text), reply_to, edits)


EDITED = chat_message(5, "39 freed", edits=1)
ANSWER = chat_message(6, "39 freed", reply_to=5)


def test_telegram_is_to_show_the_edited_alert_and_one_answer() -> None:
    assert judge_telegram([EDITED, ANSWER], NUMBERS) == ()


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([], "0 messages stand in the chat, 2 should"),
        ([EDITED, ANSWER, ANSWER], "3 messages stand"),
        ([chat_message(5, "36 freed"), ANSWER], "was edited 0 times"),
        ([chat_message(5, "39 freed", edits=2), ANSWER], "was edited 2 times"),
        ([chat_message(5, "36 freed", edits=1), ANSWER], "the edited alert does not say 39"),
        ([EDITED, chat_message(6, "39 freed")], "the second message is no answer to the alert"),
        ([EDITED, chat_message(6, "36 freed", reply_to=5)], "the answer does not say 39"),
        ([chat_message(5, "39", reply_to=4, edits=1), ANSWER], "the first message answers another"),
    ],
)
def test_whatever_differs_in_telegram_is_said(messages: list[TelegramMessage], problem: str) -> None:
    assert problem in "; ".join(judge_telegram(messages, NUMBERS))


def app_message(ts: str, text: str, thread_ts: str | None = None, edits: int = 0) -> SlackAppMessage:
    return SlackAppMessage(CHANNEL, ts, {"text": text}, thread_ts, edits=edits)


def test_a_slack_app_is_to_show_the_edited_alert_and_one_answer_in_its_thread() -> None:
    alert, answer = app_message("1.1", "39 freed", edits=1), app_message("1.2", "39 freed", "1.1")
    assert judge_slack_app([alert, answer], NUMBERS) == ()
    problems = judge_slack_app([app_message("1.1", "36 freed"), app_message("1.2", "39 freed")], NUMBERS)
    assert [problem.startswith("Slack app: ") for problem in problems] == [True] * 3
    assert judge_slack_app([alert], NUMBERS) == ("Slack app: 1 messages stand in the chat, 2 should",)
