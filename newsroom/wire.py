"""A line to a receiver that breaks on order: a TCP proxy that passes bytes, or does one of twelve bad things (T-FAULT).

What a receiver does by itself (refuse, answer late) is scripted there; here the receiver is well and the line is not,
so that what it took is known for certain, whatever the sender came to know.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from newsroom.wire_speech import HTTP, Speech

_CHUNK = 65_536
_DRIP_SECONDS = 0.02  # an answer of 150 bytes takes three seconds, and no pause in it is long
_NOISE = b"\x00\xff* not what you came for\r\n\r\n"


class WireFault(StrEnum):
    """What may be wrong with a line.

    The first five keep the request from the receiver, the next four the answer from the sender. The last three are
    answers of something in between, and the receiver hears nothing.
    """

    REFUSED = "connection refused"
    UNTRUSTED = "untrusted certificate"
    UNREAD = "reset before the request is read"
    SILENT = "accepted, never answered"
    NOISE = "noise instead of an answer"
    LATE = "answer too late"
    DRIP = "answer byte by byte"
    RESET = "reset in place of the answer"
    CUT = "answer cut after the first byte of its body"
    ERROR = "status 500"
    BUSY = "status 429 with Retry-After"
    MOVED = "redirect to elsewhere"


@dataclass(frozen=True, slots=True)
class _Line:
    """One connection of a sender."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def listen(self) -> None:
        """Take what the sender says, and drop it, until it hangs up."""
        while await self.reader.read(_CHUNK):
            continue

    def tear(self) -> None:
        """End with a reset (RST), as a crash does."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Wire:
    """Listens on a loopback port of its own for the receiver at the address `url`; an async context manager.

    It passes everything until it is broken, and again once it is mended; both hang up all lines that are open. `tls` is
    how the door speaks while its certificate is the fault. The port stays ours while nobody listens on it.
    """

    def __init__(self, url: str, tls: ssl.SSLContext | None = None, speech: Speech = HTTP) -> None:
        self._target = urlsplit(url)
        self._speech = speech
        self._answers: Mapping[WireFault | None, bytes | None] = {
            WireFault.NOISE: _NOISE,
            WireFault.ERROR: speech.error,
            WireFault.BUSY: speech.busy,
            WireFault.MOVED: speech.moved,
        }
        self._tls = tls
        self._fault: WireFault | None = None
        self._holder = _bound(0)
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._heard: list[bytes] = []
        self._called = asyncio.Event()

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port of the door."""
        host, port = self._holder.getsockname()
        return str(host), int(port)

    @property
    def url(self) -> str:
        """Return the receiver's address by way of this line."""
        user, at, _ = self._target.netloc.rpartition("@")
        return self._target._replace(netloc="{}{}{}:{}".format(user, at, *self.address)).geturl()

    @property
    def private_url(self) -> str:
        """Return the same with TLS, which the door speaks while its certificate is the fault."""
        scheme, rest = self.url.split(":", 1)
        return f"{scheme}s:{rest}"

    @property
    def open_lines(self) -> int:
        """Return how many senders are on the line."""
        return len(self._lines)

    @property
    def heard(self) -> tuple[bytes, ...]:
        """Return the beginning of each request that was answered in the receiver's place."""
        return tuple(self._heard)

    async def wait_for_caller(self) -> None:
        """Wait until a sender has come since the line was last broken or mended."""
        await self._called.wait()

    async def fail(self, fault: WireFault) -> None:
        """Break: whoever comes from now on meets the fault."""
        await self._reopen(fault)

    async def mend(self) -> None:
        """Pass everything from now on."""
        await self._reopen(None)

    async def _reopen(self, fault: WireFault | None) -> None:
        await self._close()
        self._fault = fault
        self._called.clear()
        if fault == WireFault.REFUSED:
            return
        tls = self._tls if fault == WireFault.UNTRUSTED else None
        door = _bound(self.address[1])
        self._server = await asyncio.start_server(self._serve, sock=door, ssl=tls)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        lines = tuple(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # a callback of a server always runs in one
            return
        self._lines.add(task)
        self._called.set()
        try:
            await self._act(_Line(reader, writer))
        except (
            OSError,
            asyncio.CancelledError,
        ):  # an end left in the middle, or we hang up: that is what lines do here
            writer.transport.abort()
        finally:
            self._lines.discard(task)
            writer.close()

    async def _act(self, line: _Line) -> None:
        if self._fault in _BEFORE:
            await _BEFORE[self._fault](line)
            return
        answer = self._answers.get(self._fault)
        if answer is not None:
            await self._say(line, answer)
            return
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
        asking = asyncio.create_task(_pump(line.reader, back))
        try:
            await _first_of(asking, self._answer(there, line))
        finally:
            asking.cancel()
            back.transport.abort()

    async def _say(self, line: _Line, answer: bytes) -> None:
        """Answer as soon as it is our turn, and hear the sender out: closing before would be a reset."""
        if not self._speech.is_greeted:
            self._heard.append(await line.reader.read(_CHUNK))
        line.writer.write(answer)
        line.writer.write_eof()
        await line.listen()

    async def _answer(self, there: asyncio.StreamReader, line: _Line) -> None:
        """Pass what the receiver says before its answer counts; that one is spoiled."""
        if self._fault is None:
            await _pump(there, line.writer)
            return
        for _ in range(self._speech.asides):
            line.writer.write(await there.read(_CHUNK))
        if self._fault == WireFault.CUT:
            await self._cut(there, line)
        else:
            await _AFTER[self._fault](there, line)

    async def _cut(self, there: asyncio.StreamReader, line: _Line) -> None:
        """Pass the head and a byte; an answer over HTTP that has no body is whole then."""
        head = await there.readuntil(self._speech.head_end) if self._speech.head_end else b""
        has_body = not head or b"content-length:" in head.lower()
        line.writer.write(head + (await there.read(1) if has_body else b""))
        await line.writer.drain()

    async def __aenter__(self) -> Self:
        await self._reopen(None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()
        self._holder.close()


def _bound(port: int) -> socket.socket:
    """Return a socket that is bound and does not listen: who connects to it is refused, and nobody else gets the port."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    return door


async def _first_of(asking: asyncio.Task[None], answering: Awaitable[None]) -> None:
    """Wait until the sender hangs up or the answer is through, whichever is first."""
    answer = asyncio.ensure_future(answering)
    try:
        await asyncio.wait({asking, answer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answer.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await answer


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()


async def _unread(line: _Line) -> None:
    line.tear()


async def _silent(line: _Line) -> None:
    await line.listen()


# The rest has the answer of the receiver, or its beginning: what was asked for is done by then.


async def _late(there: asyncio.StreamReader, line: _Line) -> None:  # noqa: ARG001  later than any sender waits
    await there.read(_CHUNK)
    await asyncio.Event().wait()


async def _drip(there: asyncio.StreamReader, line: _Line) -> None:
    while byte := await there.read(1):
        line.writer.write(byte)
        await line.writer.drain()
        await asyncio.sleep(_DRIP_SECONDS)


async def _reset(there: asyncio.StreamReader, line: _Line) -> None:
    await there.read(_CHUNK)
    line.tear()


_BEFORE: Mapping[WireFault | None, Callable[[_Line], Awaitable[None]]] = {
    WireFault.UNREAD: _unread,
    WireFault.SILENT: _silent,
    WireFault.UNTRUSTED: _silent,  # for a sender that trusts it
}
_AFTER: Mapping[WireFault, Callable[[asyncio.StreamReader, _Line], Awaitable[None]]] = {
    WireFault.LATE: _late,
    WireFault.DRIP: _drip,
    WireFault.RESET: _reset,
}
