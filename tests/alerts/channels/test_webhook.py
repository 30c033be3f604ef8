from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from alerts import (
    DeliveryLoop,
    Destination,
    Limits,
    Parcel,
    Result,
    Rules,
    SendingOptions,
    SendOutcome,
    UnusableDestinationError,
    WebhookChannel,
    announce_due,
)
from alerts.channels.webhook import sign, signing_keys

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + "QUJD" * 8
KNOWN_BODY = (
    b'{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",'
    b'"data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}'
)
PARCEL = Parcel("msg_0123456789abcdef", b'{"type":"event.created"}')
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Request:
    """What the receiver got."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A receiver on loopback that answers each request by its script: bytes, or `hang`, `reset`, `drip`."""

    script: list[bytes | str]
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    arrivals: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, number: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(10), self.arrivals:
            await self.arrivals.wait_for(lambda: len(self.requests) >= number)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rows = head.decode().strip().split("\r\n")
                headers = {name.lower(): value for name, value in (row.split(": ", 1) for row in rows)}
                body = await reader.readexactly(int(headers["content-length"]))
                async with self.arrivals:
                    self.requests.append(Request(line, headers, body))
                    self.arrivals.notify_all()
                await self._answer(writer, self.script.pop(0) if self.script else OK)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the sender is done
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, answer: bytes | str) -> None:
        if answer == "hang":
            await asyncio.Event().wait()
        elif answer == "reset":
            writer.transport.abort()
        elif answer == "drip":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\nx")
            await writer.drain()
            await asyncio.Event().wait()
        elif isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/CANARY-path?token=CANARY-query"


@asynccontextmanager
async def receiving(*script: bytes | str) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(script))
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(receiver.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def status(code: int, headers: str = "", body: str = "") -> bytes:
    return f"HTTP/1.1 {code} X\r\n{headers}content-length: {len(body)}\r\n\r\n{body}".encode()


def channel_to(url: str, clock: Callable[[], datetime] | None = None, limits: Limits | None = None) -> WebhookChannel:
    return WebhookChannel(
        "mine",
        url,
        SECRET,
        user_agent="volya/1.2.3",
        clock=clock or (lambda: datetime.now(UTC)),
        limits=limits or Limits(),
    )


def exchange(*script: bytes | str, limits: Limits | None = None) -> tuple[Result, Receiver]:
    async def scene() -> tuple[Result, Receiver]:
        async with receiving(*script) as receiver:
            channel = channel_to(receiver.url, limits=limits)
            result = await channel.send(PARCEL)
            await channel.close()
            return result, receiver

    return asyncio.run(scene())


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/St_Johns"])
def timezone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The process in another time zone; signatures must not depend on it."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def test_the_known_answer_comes_out(timezone: str) -> None:
    signature = sign(signing_keys("mine", SECRET), "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231, KNOWN_BODY)
    assert signature == "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ="


def test_the_receivers_library_accepts_what_arrived_and_nothing_else(timezone: str) -> None:
    result, receiver = exchange(OK)
    (request,) = receiver.requests
    assert result.outcome == SendOutcome.OK
    assert request.body == PARCEL.body
    Webhook(SECRET).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(json.dumps(json.loads(request.body)), request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(request.body, request.headers)


def test_while_rotating_each_secret_verifies() -> None:
    keys = signing_keys("mine", f"{SECRET} {OTHER_SECRET}")
    now = int(time.time())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": sign(keys, "msg_1", now, b"{}"),
    }
    for secret in (SECRET, OTHER_SECRET):
        Webhook(secret).verify("{}", headers)


def test_the_headers_are_those_of_the_scheme() -> None:
    _, receiver = exchange(OK)
    headers = receiver.requests[0].headers
    assert receiver.requests[0].line == "POST /CANARY-path?token=CANARY-query HTTP/1.1"
    assert headers["webhook-id"] == PARCEL.key
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "volya/1.2.3"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def test_a_retry_keeps_id_and_bytes_and_renews_timestamp_and_signature(clock: Any) -> None:
    async def scene() -> Receiver:
        async with receiving(status(500), "reset", OK) as receiver:
            channel = channel_to(receiver.url, clock)
            for _ in range(3):
                await channel.send(PARCEL)
                clock.pass_time(minutes=7)
            await channel.close()
            return receiver

    requests = asyncio.run(scene()).requests
    assert len(requests) == 3
    assert {(one.headers["webhook-id"], one.body) for one in requests} == {(PARCEL.key, PARCEL.body)}
    stamps = [int(one.headers["webhook-timestamp"]) for one in requests]
    assert [stamp - stamps[0] for stamp in stamps] == [0, 420, 840]
    assert len({one.headers["webhook-signature"] for one in requests}) == 3


@pytest.mark.parametrize("limits", [Limits(read=0.05), Limits(total=0.05)])
def test_a_receiver_that_hangs_is_left_at_the_deadline_as_uncertain(limits: Limits) -> None:
    result, _ = exchange("hang", limits=limits)
    assert result.outcome == SendOutcome.UNCERTAIN


def test_a_status_is_an_answer_even_if_its_words_never_end() -> None:
    result, _ = exchange("drip", limits=Limits(total=0.2))
    assert (result.outcome, result.status) == (SendOutcome.OK, 200)


def test_an_answer_without_end_is_read_to_64_kb_and_kept_to_one() -> None:
    result, _ = exchange(status(500, "", "x" * 300_000))
    assert result.response == "x" * 1024


def test_what_is_not_http_is_uncertain() -> None:
    assert exchange(b"SSH-2.0-OpenSSH\r\n\r\n")[0].outcome == SendOutcome.UNCERTAIN


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/"])
def test_nobody_listening_is_a_fault_of_the_destination(url: str) -> None:
    result = asyncio.run(channel_to(url).send(PARCEL))
    assert (result.outcome, result.code) == (SendOutcome.DEST_TEMP, "ConnectError")


@pytest.mark.parametrize(
    "url", ["", "CANARY", "ftp://127.0.0.1/CANARY", "http:///CANARY", "http://x:CANARY/", "//CANARY"]
)
def test_an_address_one_cannot_post_to_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UnusableDestinationError, match="destination mine: its url") as refused:
        channel_to(url)
    assert "CANARY" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "answer", [status(500, "", "you sent CANARY-query to CANARY-path and " + SECRET), "reset", "hang", status(302)]
)
def test_no_secret_and_no_address_shows_anywhere(answer: bytes | str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as the command line does
    with caplog.at_level(logging.DEBUG, "alerts"):
        result, receiver = exchange(answer, limits=Limits(total=0.1))
    shown = repr(result) + caplog.text
    assert SECRET not in shown
    assert receiver.url not in shown
    assert "CANARY" not in shown


@pytest.mark.parametrize(
    "secret",
    ["", "CANARY", "whsec_", "whsec_!!!", "whsec_QUJD", "whsec_" + "QUJD" * 30, f"{SECRET} CANARY", "MfKQ9r8GKYqrTwjU"],
)
def test_a_secret_that_is_none_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(UnusableDestinationError, match="destination mine: ") as refused:
        WebhookChannel("mine", "http://127.0.0.1/", secret, user_agent="volya/1", clock=lambda: datetime.now(UTC))
    assert "CANARY" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_loop_delivers_signed_alerts_over_failures_to_a_real_receiver(
    sqlite_desk: Any,
    store_destinations: Callable[..., Any],
    release: Callable[..., Any],
    deliveries_of: Callable[..., Any],
) -> None:
    (place,) = store_destinations(sqlite_desk.database, Destination("mine", "webhook"))
    event = sqlite_desk.publish(release(44))
    announce_due(sqlite_desk.database, (place,), Rules(), sqlite_desk.now)
    options = SendingOptions("sender-1", lambda: datetime.now(UTC), chance=lambda: 0.0)

    async def scene() -> list[Request]:
        async with receiving(status(500), "reset") as receiver:
            loop = DeliveryLoop(sqlite_desk.database, {"mine": channel_to(receiver.url)}, (place,), options)
            running = asyncio.create_task(loop.run())
            await receiver.until(3)
            await asyncio.to_thread(sqlite_desk.revise, event, release(52))
            await asyncio.to_thread(announce_due, sqlite_desk.database, (place,), Rules(), sqlite_desk.now)
            loop.wake()
            await receiver.until(4)
            loop.stop()
            await asyncio.wait_for(running, 10)
            return receiver.requests

    requests = asyncio.run(scene())
    bodies = [Webhook(SECRET).verify(one.body, one.headers) for one in requests]
    assert [body["type"] for body in bodies] == ["event.created"] * 3 + ["event.updated"]
    assert len({one.headers["webhook-id"] for one in requests[:3]}) == 1
    assert (bodies[3]["data"]["previous_revision"], bodies[3]["data"]["revision"]) == (1, 2)
    assert [view.state for view in deliveries_of(sqlite_desk.database)] == ["sent", "sent"]
