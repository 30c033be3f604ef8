"""What a plain client meets on a broken line, and what the receiver behind it heard of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import trustme

from newsroom import NtfyReceiver, Wire, WireFault
from newsroom.ntfy import TOPIC

BODY = f'{{"topic": "{TOPIC}", "message": "a message"}}'.encode()
CALL = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
ANSWERED = b'"message": "a message"}'
BRIEFLY = 0.2  # seconds: how long this client waits for a line that says nothing


@pytest.fixture
def receiver() -> Iterator[NtfyReceiver]:
    with NtfyReceiver() as running:
        yield running


async def reach(wire: Wire) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(*wire.address)
    writer.write(CALL)
    return reader, writer


async def heard(wire: Wire) -> bytes:
    """Call, and return what is heard until the line ends or the answer is whole."""
    reader, writer = await reach(wire)
    answer = bytearray()
    try:
        while not answer.endswith(ANSWERED) and (byte := await reader.read(1)):
            answer += byte
    finally:
        writer.transport.abort()
    return bytes(answer)


async def hears_nothing(wire: Wire, receiver: NtfyReceiver, taken: int) -> bool:
    """Call, and say whether nothing is heard for a while after the receiver has taken so many requests."""
    reader, writer = await reach(wire)
    assert await asyncio.to_thread(receiver.wait_until, lambda exchanges: len(exchanges) >= taken, 20)
    try:
        async with asyncio.timeout(BRIEFLY):
            await reader.read(1)
    except TimeoutError:
        return True
    finally:
        writer.transport.abort()
    return False


def on(receiver: NtfyReceiver, fault: WireFault | None, act: Callable[[Wire], Awaitable[Any]]) -> Any:
    async def scene() -> Any:
        async with Wire(receiver.url) as wire:
            if fault is not None:
                await wire.fail(fault)
            return await act(wire)

    return asyncio.run(scene())


def test_a_line_that_is_well_passes_everything(receiver: NtfyReceiver) -> None:
    answer = on(receiver, None, heard)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(ANSWERED)
    assert [request.body for request in receiver.accepted] == [BODY]


@pytest.mark.parametrize(
    ("fault", "trouble"), [(WireFault.REFUSED, ConnectionRefusedError), (WireFault.UNREAD, ConnectionError)]
)
def test_nobody_hears_what_is_refused_or_torn_down_unread(
    receiver: NtfyReceiver, fault: WireFault, trouble: type[OSError]
) -> None:
    with pytest.raises(trouble):
        on(receiver, fault, heard)
    assert receiver.exchanges == ()


@pytest.mark.parametrize(
    ("fault", "start"),
    [
        (WireFault.NOISE, b"\x00\xff"),
        (WireFault.ERROR, b"HTTP/1.1 500 Internal Server Error\r\n"),
        (WireFault.BUSY, b"HTTP/1.1 429 Too Many Requests\r\n"),
        (WireFault.MOVED, b"HTTP/1.1 302 Found\r\n"),
    ],
)
def test_something_in_between_answers_and_the_receiver_hears_nothing(
    receiver: NtfyReceiver, fault: WireFault, start: bytes
) -> None:
    answer = on(receiver, fault, heard)
    assert answer.startswith(start)
    assert (b"Retry-After: 7\r\n" in answer) == (fault == WireFault.BUSY)
    assert (b"Location: /elsewhere\r\n" in answer) == (fault == WireFault.MOVED)
    assert receiver.exchanges == ()


@pytest.mark.parametrize(("fault", "taken"), [(WireFault.SILENT, 0), (WireFault.LATE, 1)])
def test_no_answer_comes_whether_the_request_was_taken_or_not(
    receiver: NtfyReceiver, fault: WireFault, taken: int
) -> None:
    assert on(receiver, fault, lambda wire: hears_nothing(wire, receiver, taken))
    assert len(receiver.accepted) == taken


def test_a_dripping_answer_is_the_true_one(receiver: NtfyReceiver) -> None:
    async def sip(wire: Wire) -> list[bytes]:
        reader, writer = await reach(wire)
        sips = [await reader.read(1_000) for _ in range(5)]
        writer.transport.abort()
        return sips

    sips = on(receiver, WireFault.DRIP, sip)
    assert b"HTTP/1.1 200 OK\r\n".startswith(b"".join(sips))
    assert len(receiver.accepted) == 1


def test_an_answer_is_torn_down_or_cut_after_the_receiver_has_taken_the_message(receiver: NtfyReceiver) -> None:
    with pytest.raises(ConnectionError):
        on(receiver, WireFault.RESET, heard)
    assert on(receiver, WireFault.CUT, heard).endswith(b"\r\n\r\n{")
    assert len(receiver.accepted) == 2


def test_a_certificate_nobody_vouches_for_is_refused_and_a_mended_line_needs_none(receiver: NtfyReceiver) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)

    async def scene() -> bytes:
        async with Wire(receiver.url, tls) as wire:
            await wire.fail(WireFault.UNTRUSTED)
            with pytest.raises(ssl.SSLCertVerificationError):
                await asyncio.open_connection(*wire.address, ssl=ssl.create_default_context())
            await wire.mend()
            return await heard(wire)

    assert asyncio.run(scene()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_breaking_a_line_hangs_up_whoever_is_on_it(receiver: NtfyReceiver) -> None:
    async def scene() -> tuple[int, bytes, int]:
        async with Wire(receiver.url) as wire:
            reader, writer = await reach(wire)
            await reader.readuntil(ANSWERED)
            before = wire.open_lines
            await wire.fail(WireFault.SILENT)
            rest = await reader.read()
            writer.close()
            return before, rest, wire.open_lines

    assert asyncio.run(scene()) == (1, b"", 0)
