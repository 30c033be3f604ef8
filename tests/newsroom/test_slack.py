from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from newsroom import Answer, Reset, SlackReceiver
from newsroom.slack import problem_of, rate_limited, visible_text


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    with SlackReceiver() as running:
        yield running


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


def header(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": "header", "text": {"type": kind, "text": text}}


GOOD = {
    "text": "36 freed",
    "blocks": [
        header("36 freed"),
        section("x" * 3000),
        {"type": "divider"},
        {"type": "section", "fields": [{"type": "plain_text", "text": "36"}] * 10},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "from one outlet"}]},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "deep"}]}],
        },
    ],
}


def test_message_is_taken_with_ok_and_recorded(slack: SlackReceiver, client: httpx.Client) -> None:
    answer = client.post(slack.url, json=GOOD)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"].startswith("text/plain")
    assert slack.messages == (GOOD,)
    assert "deep" in visible_text(slack.messages[0])


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ({}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": 5}, "invalid_payload"),
        ({"text": "a", "blocks": {}}, "invalid_payload"),
        ({"text": "a", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [header("x" * 151)]}, "invalid_blocks"),
        ({"blocks": [header("x", "mrkdwn")]}, "invalid_blocks"),
        ({"blocks": [section("x" * 2900)] * 4}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
        ({"blocks": ["section"]}, "invalid_blocks"),
        ({"blocks": [{"type": "no such block"}]}, "invalid_blocks"),
    ],
)
def test_what_breaks_a_limit_gets_the_word_for_it(message: dict[str, Any], word: str) -> None:
    assert problem_of(message) == word


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'"text"'])
def test_what_is_no_message_is_an_invalid_payload(slack: SlackReceiver, client: httpx.Client, body: bytes) -> None:
    answer = client.post(slack.url, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (400, "invalid_payload")
    assert slack.messages == ()
    assert [one.status for one in slack.exchanges] == [400]


def test_other_types_paths_and_methods_are_refused(slack: SlackReceiver, client: httpx.Client) -> None:
    assert client.post(slack.url, content=b"{}", headers={"Content-Type": "text/plain"}).text == "invalid_payload"
    answer = client.post(f"{slack.root}/services/T1/B1/x", json=GOOD)
    assert (answer.status_code, answer.text) == (404, "no_service")
    assert client.get(slack.url).status_code == 405


def test_faults_come_as_scripted_and_only_a_lost_answer_leaves_a_message(
    slack: SlackReceiver, client: httpx.Client
) -> None:
    slack.script(rate_limited(), Answer(200, b"not ok"), Answer(reset=Reset.BEFORE_RECORDING))
    limited = client.post(slack.url, json=GOOD)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
    assert limited.json() == {"retry_after": 1, "ok": False, "error": "rate_limited"}
    assert client.post(slack.url, json=GOOD).text == "not ok"
    with pytest.raises(httpx.TransportError):
        client.post(slack.url, json=GOOD)
    assert slack.messages == ()
    slack.script(Answer(reset=Reset.AFTER_RECORDING), Answer(drip=0.01))
    with pytest.raises(httpx.TransportError):
        client.post(slack.url, json=GOOD)
    assert len(slack.messages) == 1
    assert client.post(slack.url, json=GOOD).text == "ok"
    assert len(slack.messages) == 2
