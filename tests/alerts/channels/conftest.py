"""A loopback receiver that answers by a script, and messages to write."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import DeliveryLoop, Destination, Message, Rules, Sender, SendingOptions, Telling, announce_due, render
from db.announcing import sync_destinations
from db.facts import (
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mark,
    Outcome,
    Person,
    Polarity,
    Status,
    Verdict,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the receiver got it."""

    path: str
    body: dict[str, Any]
    method: str = "POST"
    headers: str = ""


def answer(status: int, body: Any = "", headers: str = "") -> bytes:
    """An HTTP answer; a mapping is sent as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    head = f"HTTP/1.1 {status} X\r\n{headers}content-length: {len(text.encode())}\r\nconnection: close\r\n\r\n"
    return (head + text).encode()


Act = Callable[[str], Awaitable[Any]]


def exchange(act: Act, *script: bytes, network: str | None = None) -> tuple[Any, list[Call]]:
    """Run `act` with the address of a receiver that gives these answers in turn; an empty one resets.

    `network`: "hang" never answers, "refused" does not even listen.
    """
    calls: list[Call] = []
    answers = list(script)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        stated = head.lower().partition("content-length: ")[2].split("\r\n")[0]
        body = await reader.readexactly(int(stated or 0))
        method, path, _ = head.split(" ", 2)
        calls.append(Call(path, json.loads(body or b"{}"), method, head))
        content = answers.pop(0)
        if content:
            writer.write(content)
            await writer.drain()
            writer.close()
        elif network == "hang":
            await reader.read()  # until the other side leaves
            writer.close()
        else:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no farewell
            writer.transport.abort()

    async def scene() -> Any:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        if network == "refused":
            server.close()
        try:
            return await act(f"http://127.0.0.1:{port}")
        finally:
            server.close()

    return asyncio.run(scene()), calls


@pytest.fixture
def exchanging() -> Callable[..., tuple[Any, list[Call]]]:
    return exchange


@pytest.fixture
def answering() -> Callable[..., bytes]:
    return answer


@pytest.fixture(scope="session")
def write() -> Callable[..., Message]:
    """Write the message of an event whose articles are given; everything else by keyword of `Telling`."""

    def written(facts: EventFacts, *articles: EventArticle, **telling: Any) -> Message:
        view = EventView(7, 3, NOW, NOW, facts, articles)
        values = {"type": "created", "change": EventChange("new event"), "previous_revision": None, "at": NOW}
        return render(view, Telling(**{**values, **telling}), "en")

    return written


@pytest.fixture(scope="session")
def crowded(write: Callable[..., Message]) -> Callable[[str, str, int, EventArticle], Message]:
    """Write the message of a release of which everything that can be a list is so long, in words of strangers."""

    def written(name: str, title: str, number: int, report: EventArticle) -> Message:
        facts = EventFacts(
            Kind.RELEASE,
            Status.REPORTED,
            Polarity.POSITIVE,
            counts=(EventCount(CountRole.RELEASED, 52),),
            people=tuple(Person(f"{name}{one}" * 30, Outcome.FREED) for one in range(number)),
            roots=(name,) * number,
            negotiators=(title,) * number,
            mark=Mark(Verdict.FALSE, name * number, title * number, NOW),
            split_from=number,
        )
        return write(facts, *(replace(report, id=one, outlet_title=title) for one in range(number)))

    return written


class Line:
    """A newsroom, one destination that is told of what it publishes, and the real loop or sender between them."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions) -> None:
        self.desk, self.clock, self.options = desk, clock, options

    def announce(self, place: Destination) -> None:
        with self.desk.database.begin() as session:
            sync_destinations(session, {place.name: place.channel}, self.clock.now)
        announce_due(self.desk.database, (place,), Rules(), self.clock.now)

    def run(self, place: Destination, channel: Any, receiver: Any, number: int) -> None:
        """Run the delivery loop until the receiver was asked `number` times in all."""
        self.announce(place)
        asyncio.run(self._run(place, channel, receiver, number))

    async def _run(self, place: Destination, channel: Any, receiver: Any, number: int) -> None:
        loop = DeliveryLoop(self.desk.database, {place.name: channel}, (place,), self.options)
        running = asyncio.create_task(loop.run())
        has_come = await asyncio.to_thread(receiver.wait_until, lambda exchanges: len(exchanges) >= number, 20)
        loop.stop()
        await asyncio.wait_for(running, 20)
        assert has_come

    def drain(self, place: Destination, channel: Any) -> None:
        """Send what is due and turn the clock on, until nothing is left to send."""
        self.announce(place)
        asyncio.run(self._drain(Sender(self.desk.database, place, channel, self.options)))

    async def _drain(self, sender: Sender) -> None:
        for _ in range(20):
            due_at = await sender.next_due_at()
            if due_at is None:
                break
            self.clock.now = max(due_at, self.clock.now)
            await sender.send_next()
        await sender.channel.close()


@pytest.fixture
def line(desk: Any, clock: Any, options: SendingOptions) -> Line:
    """The line to one destination, on either database."""
    return Line(desk, clock, options)
