"""A loopback receiver that answers by a script, and messages to write."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import Message, Telling, render
from db.facts import EventChange, EventFacts
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the receiver got it."""

    path: str
    body: dict[str, Any]


def answer(status: int, body: Any = "", headers: str = "") -> bytes:
    """An HTTP answer; a mapping is sent as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    head = f"HTTP/1.1 {status} X\r\n{headers}content-length: {len(text.encode())}\r\nconnection: close\r\n\r\n"
    return (head + text).encode()


Act = Callable[[str], Awaitable[Any]]


def exchange(act: Act, *script: bytes) -> tuple[Any, list[Call]]:
    """Run `act` with the address of a receiver that gives these answers in turn; an empty one resets."""
    calls: list[Call] = []
    answers = list(script)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        calls.append(Call(head.split(" ")[1], json.loads(await reader.readexactly(length))))
        content = answers.pop(0)
        if content:
            writer.write(content)
            await writer.drain()
            writer.close()
        else:
            writer.transport.abort()

    async def scene() -> Any:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
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
