from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from newsroom import AdjudicatorReceiver, Answer
from newsroom.adjudicator import opinion

QUESTION = {"model": "m", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}


@pytest.fixture
def adjudicator() -> Iterator[AdjudicatorReceiver]:
    with AdjudicatorReceiver("key") as running:
        yield running


def ask(
    adjudicator: AdjudicatorReceiver, client: httpx.Client, body: Any = QUESTION, key: str = "key"
) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"}
    return client.post(f"{adjudicator.url}/chat/completions", json=body, headers=headers)


def content(response: httpx.Response) -> Any:
    return json.loads(response.json()["choices"][0]["message"]["content"])


def test_a_question_is_answered_as_told_and_then_as_ever(
    adjudicator: AdjudicatorReceiver, client: httpx.Client
) -> None:
    adjudicator.say(opinion("event", "release", why="They are out."))
    assert content(ask(adjudicator, client)) == {"decision": "event", "kinds": ["release"], "why": "They are out."}
    assert content(ask(adjudicator, client))["decision"] == "related"
    assert adjudicator.questions == (QUESTION, QUESTION)


@pytest.mark.parametrize("body", [[], {}, "no", {"model": 5, "messages": []}, {**QUESTION, "messages": ["user"]}])
def test_what_is_no_chat_is_refused(adjudicator: AdjudicatorReceiver, client: httpx.Client, body: Any) -> None:
    assert ask(adjudicator, client, body).status_code == 400
    assert adjudicator.questions == ()


def test_a_wrong_key_and_a_wrong_path_are_refused(adjudicator: AdjudicatorReceiver, client: httpx.Client) -> None:
    assert ask(adjudicator, client, key="other").status_code == 401
    assert client.post(adjudicator.url, json=QUESTION).status_code == 404


def test_it_fails_on_order(adjudicator: AdjudicatorReceiver, client: httpx.Client) -> None:
    adjudicator.script(Answer(500, b"oh"))
    adjudicator.say(opinion("none"))
    assert ask(adjudicator, client).status_code == 500
    assert content(ask(adjudicator, client))["decision"] == "none"
