from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from newsroom import Answer, Reset, SlackAppReceiver
from newsroom.slack_app import CHANNEL, limited, refusal

OTHER = "C0MADEUP02"
Call = Callable[..., dict[str, Any]]


@pytest.fixture
def slack() -> Iterator[SlackAppReceiver]:
    channels = {CHANNEL: "alerts", OTHER: "other"}
    with SlackAppReceiver(channels=channels, closed={"C0OLD": "is_archived", "C0FAR": "not_in_channel"}) as running:
        yield running


@pytest.fixture
def call(slack: SlackAppReceiver, client: httpx.Client) -> Call:
    """Call a method as the app; the channel is given unless another is."""

    def run(method: str = "chat.postMessage", **fields: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {slack.token}"}
        answer = client.post(f"{slack.url}/{method}", json={"channel": CHANNEL, **fields}, headers=headers)
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    return run


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_a_message_is_posted_edited_and_answered_in_its_thread(slack: SlackAppReceiver, call: Call) -> None:
    sent = call(text="36 freed", blocks=[section("36 are out")])
    assert (sent["ok"], sent["channel"], sent["message"]["text"]) == (True, CHANNEL, "36 freed")
    edited = call("chat.update", ts=sent["ts"], text="39 freed", blocks=[section("39 are out")])
    assert (edited["ok"], edited["ts"]) == (True, sent["ts"])
    answer = call(text="three more", thread_ts=sent["ts"])
    assert answer["message"]["thread_ts"] == sent["ts"] != answer["ts"]
    (first,) = slack.top
    assert (first.seen, first.notice, first.edits) == ("39 are out", "39 freed", 1)
    assert first.words == "39 freed\n39 are out"
    assert [one.seen for one in slack.thread(first.ts)] == ["three more"]


def test_an_answer_may_be_shown_to_the_whole_channel(slack: SlackAppReceiver, call: Call) -> None:
    sent = call(text="a")
    call(text="b", thread_ts=sent["ts"], reply_broadcast=True)
    assert [one.notice for one in slack.top] == ["a", "b"]


def test_an_edit_without_blocks_takes_them_away(slack: SlackAppReceiver, call: Call) -> None:
    sent = call(text="a", blocks=[section("b")])
    assert call("chat.update", ts=sent["ts"], text="c", blocks=[])["ok"]
    assert slack.messages[0].seen == "c"


def test_a_channel_goes_by_its_name_when_posting_and_by_its_id_alone_when_editing(call: Call) -> None:
    sent = call(text="a", channel="#alerts")
    assert sent["channel"] == CHANNEL
    assert call("chat.update", ts=sent["ts"], text="b", channel="#alerts")["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": 5}, "invalid_arguments"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "a", "blocks": {}}, "invalid_blocks_format"),
        ({"text": "a", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "a", "blocks": [section("x" * 2900)] * 4}, "msg_blocks_too_long"),
        ({"text": "a", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "a", "channel": "C0NOWHERE"}, "channel_not_found"),
        ({"text": "a", "channel": "#nowhere"}, "channel_not_found"),
        ({"text": "a", "channel": "C0OLD"}, "is_archived"),
        ({"text": "a", "channel": "C0FAR"}, "not_in_channel"),
        ({"text": "a", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ],
)
def test_bad_messages_are_refused_in_slacks_word(
    slack: SlackAppReceiver, call: Call, fields: dict[str, Any], word: str
) -> None:
    assert call(**fields) == {"ok": False, "error": word}
    assert slack.messages == ()


@pytest.mark.parametrize("fields", [{"text": "x" * 40_000}, {"text": "a", "blocks": [section("x" * 3000)] * 3}])
def test_what_just_keeps_a_limit_is_taken(call: Call, fields: dict[str, Any]) -> None:
    assert call(**fields)["ok"]


def test_an_edit_needs_a_message_of_its_channel_that_is_still_there(slack: SlackAppReceiver, call: Call) -> None:
    sent = call(text="a")
    assert call("chat.update", ts=sent["ts"], channel=OTHER, text="b")["error"] == "message_not_found"
    assert call("chat.update", ts="1.000001", text="b")["error"] == "message_not_found"
    assert call("chat.update", ts=sent["ts"], text="")["error"] == "no_text"
    slack.delete(slack.messages[0])
    assert call("chat.update", ts=sent["ts"], text="b")["error"] == "message_not_found"
    assert call(text="c", thread_ts=sent["ts"])["error"] == "cannot_reply_to_message"


def test_nobody_answers_an_answer(call: Call) -> None:
    sent = call(text="a")
    answer = call(text="b", thread_ts=sent["ts"])
    assert call(text="c", thread_ts=answer["ts"])["error"] == "cannot_reply_to_message"


def test_token_type_body_and_method_are_checked(slack: SlackAppReceiver, client: httpx.Client) -> None:
    bearer = {"Authorization": f"Bearer {slack.token}"}
    is_json = {"Content-Type": "application/json; charset=utf-8"}
    cases: list[tuple[str, str, dict[str, str], bytes]] = [
        ("not_authed", "chat.postMessage", is_json, b"{}"),
        ("not_authed", "chat.postMessage", {**is_json, "Authorization": "Basic x"}, b"{}"),
        ("invalid_auth", "chat.postMessage", {**is_json, "Authorization": "Bearer xoxb-other"}, b"{}"),
        ("missing_post_type", "chat.postMessage", bearer, b"{}"),
        ("invalid_post_type", "chat.postMessage", {**bearer, "Content-Type": "text/csv"}, b"{}"),
        ("invalid_json", "chat.postMessage", {**bearer, **is_json}, b"not json"),
        ("json_not_object", "chat.postMessage", {**bearer, **is_json}, b"[]"),
        ("unknown_method", "chat.sendPigeon", {**bearer, **is_json}, b"{}"),
    ]
    for word, method, headers, body in cases:
        answer = client.post(f"{slack.url}/{method}?token={slack.token}", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": word})
    assert client.get(f"{slack.url}/auth.test", headers=bearer).json()["error"] == "unknown_method"
    assert client.post(f"{slack.url}/auth.test", json={}, headers=bearer).json()["ok"]


def test_where_repeats_are_known_the_second_of_two_is_answered_as_the_first(client: httpx.Client) -> None:
    with SlackAppReceiver(knows_repeats=True) as slack:
        post = lambda text, key: client.post(  # noqa: E731
            f"{slack.url}/chat.postMessage",
            json={"channel": CHANNEL, "text": text, "client_msg_id": key},
            headers={"Authorization": f"Bearer {slack.token}"},
        ).json()
        first, again, other = post("a", "1"), post("a (possible repeat)", "1"), post("b", "2")
        assert first == again
        assert other["ts"] != first["ts"]
        assert [one.notice for one in slack.messages] == ["a", "b"]


def test_faults_come_as_scripted_and_only_a_lost_answer_leaves_a_message(
    slack: SlackAppReceiver, client: httpx.Client
) -> None:
    def post() -> httpx.Response:
        headers = {"Authorization": f"Bearer {slack.token}"}
        return client.post(f"{slack.url}/chat.postMessage", json={"channel": CHANNEL, "text": "a"}, headers=headers)

    slack.script(limited(7), refusal("fatal_error"), Answer(503, b"<h1>503</h1>"), Answer(reset=Reset.BEFORE_RECORDING))
    waiting = post()
    assert (waiting.status_code, waiting.headers["retry-after"], waiting.json()["error"]) == (429, "7", "ratelimited")
    assert post().json() == {"ok": False, "error": "fatal_error"}
    assert post().status_code == 503
    with pytest.raises(httpx.TransportError):
        post()
    assert slack.messages == ()
    slack.script(Answer(reset=Reset.AFTER_RECORDING))
    with pytest.raises(httpx.TransportError):
        post()
    assert len(slack.messages) == 1
