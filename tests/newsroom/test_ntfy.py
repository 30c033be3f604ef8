from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from newsroom import Answer, NtfyReceiver, Reset
from newsroom.ntfy import TOKEN, TOPIC, failure, shown_title


@pytest.fixture
def ntfy() -> Iterator[NtfyReceiver]:
    with NtfyReceiver() as running:
        yield running


GOOD: dict[str, Any] = {"topic": TOPIC, "title": "36 freed", "message": "x", "tags": ["release"], "priority": 4}


def test_a_message_is_taken_and_shown_with_its_title(ntfy: NtfyReceiver, client: httpx.Client) -> None:
    answer = client.post(ntfy.url, json={**GOOD, "click": "https://outlet.example/a"}).json()
    (message,) = ntfy.messages
    assert (answer["event"], answer["id"], answer["topic"]) == ("message", message.id, TOPIC)
    assert (message.text, message.tags, message.priority) == ("36 freed\nx", ("release",), 4)
    assert (message.click, message.is_attached) == ("https://outlet.example/a", False)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"message": "x"}, 40009),
        ({"topic": "a b", "message": "x"}, 40009),
        ({"topic": "x" * 65, "message": "x"}, 40009),
        ({"topic": "docs", "message": "x"}, 40010),
        ({"topic": TOPIC, "message": 5}, 40024),
        ([], 40024),
        ({"topic": TOPIC, "message": "x" * 8200}, 41303),
    ],
)
def test_a_refusal_has_the_number_of_the_service(
    ntfy: NtfyReceiver, client: httpx.Client, call: Any, code: int
) -> None:
    answer = client.post(ntfy.url, json=call)
    assert (answer.status_code, answer.json()["code"], answer.json()["http"]) == (code // 100, code, code // 100)
    assert ntfy.messages == ()


def test_a_text_over_4096_bytes_becomes_a_file_or_is_refused(ntfy: NtfyReceiver, client: httpx.Client) -> None:
    long = json.dumps({"topic": TOPIC, "message": "ї" * 2049}, ensure_ascii=False)
    client.post(ntfy.url, content=long.encode())
    client.post(ntfy.url, content=long.replace("ї" * 2049, "ї" * 2048).encode())
    assert [one.is_attached for one in ntfy.messages] == [True, False]
    assert ntfy.messages[0].message == "You received a file: attachment.txt"
    with NtfyReceiver(has_attachments=False) as other:
        assert client.post(other.url, content=long.encode()).json()["code"] == 40014


def test_a_topic_of_somebody_takes_the_right_token_only(client: httpx.Client) -> None:
    with NtfyReceiver(token=TOKEN) as ntfy:
        assert client.post(ntfy.url, json=GOOD).json()["code"] == 40301
        wrong = client.post(ntfy.url, json=GOOD, headers={"authorization": "Bearer tk_x"})
        assert wrong.json()["code"] == 40101
        assert client.post(ntfy.url, json=GOOD, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_only_a_post_to_the_root_is_known(ntfy: NtfyReceiver, client: httpx.Client) -> None:
    assert client.get(ntfy.url).json()["code"] == 40401
    assert client.post(f"{ntfy.url}/hooks", json=GOOD).json()["code"] == 40401


@pytest.mark.parametrize(
    ("title", "shown"),
    [("=?utf-8?b?0LHQsNC90Lo=?=", "банк"), ("=?nothing?x?y?=", "=?nothing?x?y?="), ("36 freed?", "36 freed?")],
)
def test_encoded_words_in_a_title_are_decoded(title: str, shown: str) -> None:
    assert shown_title(title) == shown


def test_faults_come_as_scripted_and_only_a_lost_answer_leaves_a_message(
    ntfy: NtfyReceiver, client: httpx.Client
) -> None:
    ntfy.script(failure(42908, {"Retry-After": "5"}), failure(50701), Answer(reset=Reset.AFTER_RECORDING))
    limited = client.post(ntfy.url, json=GOOD)
    assert (limited.status_code, limited.headers["retry-after"], limited.json()["code"]) == (429, "5", 42908)
    assert client.post(ntfy.url, json=GOOD).status_code == 507
    assert ntfy.messages == ()
    with pytest.raises(httpx.TransportError):
        client.post(ntfy.url, json=GOOD)
    assert len(ntfy.messages) == 1


def test_a_message_leads_where_it_says_and_to_every_address_in_it(ntfy: NtfyReceiver, client: httpx.Client) -> None:
    client.post(ntfy.url, json={**GOOD, "message": "see https://one.example/x y", "click": "https://two.example"})
    assert ntfy.messages[0].links == ("https://two.example", "https://one.example/x")
