from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import httpx
import pytest
from standardwebhooks import Webhook

from newsroom import Answer, ReceiverError, Request, Reset, WebhookReceiver, open_signed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the published test vector (W-3)
BODY = json.dumps({"type": "event.created", "version": 1, "data": {}}).encode()


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver(SECRET) as running:
        yield running


def signed(body: bytes, key: str = "msg_1", secret: str = SECRET) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, now, body.decode()),
    }


def test_signed_webhook_is_accepted_and_recorded_raw(receiver: WebhookReceiver, client: httpx.Client) -> None:
    answer = client.post(f"{receiver.url}?desk=1", content=BODY, headers=signed(BODY))
    assert answer.status_code == 204
    (request,) = receiver.accepted
    assert (request.method, request.query, request.body) == ("POST", "desk=1", BODY)
    assert request.headers["webhook-id"] == "msg_1"
    assert abs((datetime.now(UTC) - request.received_at).total_seconds()) < 60
    assert open_signed(request, SECRET)["type"] == "event.created"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (BODY, {**signed(BODY), "webhook-signature": "v1,AAAA"}, 401),
        (BODY, signed(BODY, secret="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 401),
        (BODY, {"content-type": "application/json"}, 401),
        (BODY, {**signed(BODY), "webhook-timestamp": "1674087231"}, 401),
        (BODY, {**signed(BODY), "content-type": "text/plain"}, 415),
        (b"not json", signed(b"not json"), 400),
        (b'"' + b"x" * 20_000 + b'"', {"content-type": "application/json"}, 413),
    ],
)
def test_what_breaks_the_format_is_refused_and_recorded(
    receiver: WebhookReceiver, client: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert client.post(receiver.url, content=body, headers=headers).status_code == status
    assert receiver.accepted == ()
    assert [one.status for one in receiver.exchanges] == [status]


def test_reading_is_refused(receiver: WebhookReceiver, client: httpx.Client) -> None:
    assert client.get(receiver.url).status_code == 405


def test_body_written_anew_no_longer_verifies(receiver: WebhookReceiver, client: httpx.Client) -> None:
    client.post(receiver.url, content=BODY, headers=signed(BODY))
    (taken,) = receiver.accepted
    rewritten = json.dumps(json.loads(taken.body), indent=1).encode()
    changed = Request(taken.method, taken.path, taken.query, taken.headers, rewritten, taken.received_at)
    with pytest.raises(ReceiverError, match="msg_1"):
        open_signed(changed, SECRET)


def test_scripted_answers_come_in_order_with_their_headers(receiver: WebhookReceiver, client: httpx.Client) -> None:
    receiver.script(Answer(429, headers={"Retry-After": "3"}), Answer(500, b"ill"), Answer(410))
    answers = [client.post(receiver.url, content=BODY, headers=signed(BODY)) for _ in range(4)]
    assert [one.status_code for one in answers] == [429, 500, 410, 204]
    assert (answers[0].headers["retry-after"], answers[1].content) == ("3", b"ill")
    assert len(receiver.accepted) == 1


def test_reset_before_recording_leaves_no_trace(receiver: WebhookReceiver, client: httpx.Client) -> None:
    receiver.script(Answer(reset=Reset.BEFORE_RECORDING))
    with pytest.raises(httpx.TransportError):
        client.post(receiver.url, content=BODY, headers=signed(BODY))
    assert receiver.exchanges == ()


def test_reset_after_recording_is_the_message_that_came_without_an_answer(
    receiver: WebhookReceiver, client: httpx.Client
) -> None:
    receiver.script(Answer(204, reset=Reset.AFTER_RECORDING))
    with pytest.raises(httpx.TransportError):
        client.post(receiver.url, content=BODY, headers=signed(BODY))
    assert [request.body for request in receiver.accepted] == [BODY]


def test_delay_outlasts_a_client_that_does_not_wait(receiver: WebhookReceiver, client: httpx.Client) -> None:
    receiver.script(Answer(204, delay=30))
    with pytest.raises(httpx.ReadTimeout):
        client.post(receiver.url, content=BODY, headers=signed(BODY), timeout=0.2)


@pytest.mark.parametrize(("before", "after", "taken"), [(30.0, 0.0, 0), (0.0, 30.0, 1)])
def test_hesitation_comes_before_a_message_is_taken_and_again_before_it_is_answered(
    receiver: WebhookReceiver, client: httpx.Client, before: float, after: float, taken: int
) -> None:
    receiver.hesitate(partial(next, iter((before, after))))
    with pytest.raises(httpx.ReadTimeout):
        client.post(receiver.url, content=BODY, headers=signed(BODY), timeout=0.2)
    assert len(receiver.accepted) == taken


def test_drip_gives_one_byte_at_a_time(receiver: WebhookReceiver, client: httpx.Client) -> None:
    receiver.script(Answer(200, b"abcde", drip=0.01))
    with client.stream("POST", receiver.url, content=BODY, headers=signed(BODY)) as answer:
        assert b"".join(answer.iter_raw(chunk_size=1)) == b"abcde"


def test_a_caller_that_dies_before_its_request_is_whole_was_not_heard(
    receiver: WebhookReceiver, client: httpx.Client
) -> None:
    host, port = httpx.URL(receiver.url).host, httpx.URL(receiver.url).port
    with socket.create_connection((host, port or 0), timeout=5) as half:
        half.sendall(b"POST /hooks/volya HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        half.shutdown(socket.SHUT_WR)
        assert half.recv(1) == b""
    client.post(receiver.url, content=BODY, headers=signed(BODY))
    assert [exchange.request.body for exchange in receiver.exchanges] == [BODY]


def test_stopping_cuts_delays_short(client: httpx.Client) -> None:
    receiver = WebhookReceiver().start()
    receiver.script(Answer(204, delay=60))
    with pytest.raises(httpx.ReadTimeout):
        client.post(receiver.url, content=BODY, headers=signed(BODY), timeout=0.1)
    began = time.monotonic()
    receiver.stop()
    assert time.monotonic() - began < 10


def test_waiting_ends_when_the_condition_holds_and_says_when_it_does_not(
    receiver: WebhookReceiver, client: httpx.Client
) -> None:
    assert not receiver.wait_until(lambda exchanges: len(exchanges) == 1, 0.05)
    client.post(receiver.url, content=BODY, headers=signed(BODY))
    assert receiver.wait_until(lambda exchanges: len(exchanges) == 1, 10)
