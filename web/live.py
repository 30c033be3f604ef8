"""Events as they come, to everybody who listens: one question a second to the database, however many they are.

While nobody listens nothing is asked. A listener has a place, the number of the last revision it was told of; what lies
behind what is kept in memory is asked for once, so whoever comes back goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from db import Database, DatabaseError, Session
from db.newest import Turned, newest_place, turned_after

log = logging.getLogger(__name__)

LISTENERS = 64  # of the 200 connections that the page takes; the rest is for looking at it
KEPT = 100  # revisions in memory, and events that one who comes back is told of: more than a page shows

Answer = TypeVar("Answer")


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Running:
    """How the page runs: whether it `is_stopping`, its pace in seconds, and its `clock`, which counts them.

    `look` stands between two looks at the database, `beat` between two signs of life to who hears nothing else.
    """

    is_stopping: Callable[[], bool] = _never
    look: float = 1.0
    beat: float = 15.0
    clock: Callable[[], float] = time.monotonic


class Watch:
    """Follows the revisions of events for its listeners, from the first who comes to the last who leaves.

    All of it runs in the event loop of the page. It ends, and every listener with it, when the page is stopping.
    """

    def __init__(self, database: Database, running: Running) -> None:
        self._database = database
        self._running = running
        self._listeners = 0
        self._follower: asyncio.Task[None] | None = None
        self._turned = asyncio.Event()  # replaced by a new one whenever something has come
        self._recent: deque[Turned] = deque(maxlen=KEPT)
        self._since: int | None = None  # everything after this place is in memory; None: nothing is yet
        self._has_failed = False

    @property
    def is_full(self) -> bool:
        """Whether nobody more may listen."""
        return self._listeners >= LISTENERS

    async def listen(self, place: int) -> AsyncGenerator[Turned | None, None]:
        """Yield what has turned after `place` and then what does; None is a sign of life. Ends when the page stops.

        Only for who has `joined`.
        """
        while self._follower is not None and not self._running.is_stopping():
            coming = self._turned
            for turned in await self._after(place):
                place = turned.place
                yield turned
            if not await _has_come(coming, self._running.beat):
                yield None

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Count somebody as a listener; the first one starts the following."""
        self._listeners += 1
        if self._follower is None:
            self._follower = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            self._listeners -= 1

    async def _follow(self) -> None:
        self._recent.clear()
        self._since = None
        try:
            while self._listeners and not self._running.is_stopping():
                await self._look()
                await asyncio.sleep(self._running.look)
        finally:
            self._follower = None
            self._tell()  # the end is told, too

    async def _look(self) -> None:
        """Take over what has turned since the last look."""
        if self._since is None:
            self._since = await self._ask(newest_place, None)
            return
        newest = self._recent[-1].place if self._recent else self._since
        found = await self._turned_after(newest)
        for turned in found:
            self._since = self._recent[0].place if len(self._recent) == KEPT else self._since
            self._recent.append(turned)
        if found:
            self._tell()

    def _tell(self) -> None:
        self._turned, before = asyncio.Event(), self._turned
        before.set()

    async def _after(self, place: int) -> list[Turned]:
        if self._since is None or place < self._since:
            return await self._turned_after(place)
        return [turned for turned in self._recent if turned.place > place]

    async def _turned_after(self, place: int) -> list[Turned]:
        nothing: list[Turned] = []
        return await self._ask(lambda session: turned_after(session, place, KEPT), nothing)

    async def _ask(self, question: Callable[[Session], Answer], otherwise: Answer) -> Answer:
        """Ask the database in a thread; while it does not answer, the stream waits with `otherwise` for the answer."""
        try:
            answer = await run_in_threadpool(self._read, question)
        except DatabaseError as error:
            if not self._has_failed:
                log.warning("events do not come to the page as they happen: %s", error)
            self._has_failed = True
            return otherwise
        self._has_failed = False
        return answer

    def _read(self, question: Callable[[Session], Answer]) -> Answer:
        with self._database.read() as session:
            return question(session)


async def _has_come(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
