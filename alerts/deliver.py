"""The delivery loop: a permanent task a destination, so that one that hangs delays no other (P6, D-14)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.channels.base import Channel
from alerts.destinations import Destination
from alerts.errors import UnusableDestinationError
from alerts.sending import Sender, SendingOptions
from db import Database, DatabaseError

log = logging.getLogger(__name__)

LONGEST_NAP = timedelta(seconds=15)  # other processes queue too, and clocks jump (F-24): look again at least so often
BRIEF_NAP = timedelta(seconds=1)  # another process was quicker
STOP_WITHIN_SECONDS = 30.0


class DeliveryLoop:
    """Sends what is due until it is stopped. `run` lives in one event loop; `wake` and `stop` may be called anywhere.

    `channels` holds a channel for the name of each destination.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        destinations: Sequence[Destination],
        options: SendingOptions,
    ) -> None:
        missing = [one.name for one in destinations if one.name not in channels]
        if missing:
            raise UnusableDestinationError(missing[0], "has no channel")
        self._senders = [Sender(database, one, channels[one.name], options) for one in destinations]
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bells: list[asyncio.Event] = []
        self._stopping: asyncio.Event | None = None
        self._is_stopping = False

    async def run(self) -> None:
        """Deliver until `stop`; then the sends in flight are finished and recorded, for at most 30 s (F-27)."""
        self._loop = asyncio.get_running_loop()
        self._bells = [asyncio.Event() for _ in self._senders]
        self._stopping = asyncio.Event()
        tasks = [asyncio.create_task(self._serve(*pair)) for pair in zip(self._senders, self._bells, strict=True)]
        try:
            if not self._is_stopping:
                await self._stopping.wait()
            if tasks:
                await asyncio.wait(tasks, timeout=STOP_WITHIN_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(sender.channel.close() for sender in self._senders), return_exceptions=True)
            self._loop = None

    def wake(self) -> None:
        """Look at every queue now. Safe from any thread, and of no effect where the loop does not run."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._ring)
        except RuntimeError:  # closed in this very moment: there is nothing to wake
            log.debug("the delivery loop has just ended")

    def stop(self) -> None:
        """End `run` after the sends in flight. Safe from any thread, also before `run` has begun."""
        self._is_stopping = True
        self.wake()

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()
        if self._is_stopping and self._stopping is not None:
            self._stopping.set()

    async def _serve(self, sender: Sender, bell: asyncio.Event) -> None:
        while not self._is_stopping:
            bell.clear()
            nap = await self._work(sender)
            if nap > timedelta(0) and not self._is_stopping:
                await _rest(bell, nap)

    async def _work(self, sender: Sender) -> timedelta:
        """Send one delivery if one is due; return how long nothing is to be done."""
        try:
            due_at = await sender.next_due_at()
            now = self._options.clock()
            if due_at is None or due_at > now:
                return self._until(due_at, now)
            has_sent = await sender.send_next()
        except DatabaseError as error:  # a full disk or a long lock: nothing was sent without its commit (D-5)
            log.error("destination %s waits for the database: %s", sender.destination.name, error)  # noqa: TRY400
            return LONGEST_NAP
        except Exception:  # one destination is one unit of work: its trouble must not end the others (P6)
            log.exception("destination %s: delivery failed", sender.destination.name)
            return LONGEST_NAP
        if has_sent:
            await self._keep_pace(sender)
        return timedelta(0) if has_sent else BRIEF_NAP

    async def _keep_pace(self, sender: Sender) -> None:
        if sender.channel.interval > 0 and not self._is_stopping:
            await asyncio.sleep(sender.channel.interval)  # D-16

    @staticmethod
    def _until(due_at: datetime | None, now: datetime) -> timedelta:
        return min(due_at - now, LONGEST_NAP) if due_at is not None else LONGEST_NAP


async def _rest(bell: asyncio.Event, nap: timedelta) -> None:
    try:
        async with asyncio.timeout(nap.total_seconds()):
            await bell.wait()
    except TimeoutError:
        return
