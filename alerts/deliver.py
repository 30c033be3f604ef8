"""The delivery loop: a permanent task a destination, so that one that hangs delays no other (P6, D-14).

Chats that subscribe themselves get their task, and lose it, while the loop runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerts.channels.base import Channel
from alerts.destinations import Destination
from alerts.errors import UnusableDestinationError
from alerts.roster import Roster, Subscriber
from alerts.sending import Sender, SendingOptions
from db import Database, DatabaseError

log = logging.getLogger(__name__)

LONGEST_NAP = timedelta(seconds=15)  # other processes queue too, and clocks jump (F-24): look again at least so often
BRIEF_NAP = timedelta(seconds=1)  # another process was quicker
STOP_WITHIN_SECONDS = 30.0


class Errand(Protocol):
    """Work that goes on beside the deliveries, in a task of its own; it is cancelled when the loop stops."""

    async def run(self, wake: Callable[[], None]) -> None:
        """Work until cancelled; `wake` has every queue, and the roster, looked at now."""


@dataclass(frozen=True, slots=True)
class Guests:
    """Chats that come and go: who is there, what makes a channel to one, and what closes what those share."""

    roster: Roster
    open_channel: Callable[[Subscriber], Channel]
    close: Callable[[], Awaitable[None]]


class _Seat:
    """A destination's place in the loop."""

    def __init__(self, sender: Sender, subscriber: Subscriber | None = None) -> None:
        self.sender = sender
        self.subscriber = subscriber
        self.bell = asyncio.Event()
        self.is_leaving = False

    def leave(self) -> None:
        """Take nothing new; what is in flight is finished."""
        self.is_leaving = True
        self.bell.set()


class DeliveryLoop:
    """Sends what is due until it is stopped. `run` lives in one event loop; `wake` and `stop` may be called anywhere.

    `channels` holds a channel for the name of each destination. The `guests` come and go.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        destinations: Sequence[Destination],
        options: SendingOptions,
        *,
        guests: Guests | None = None,
        errands: Sequence[Errand] = (),
    ) -> None:
        missing = [one.name for one in destinations if one.name not in channels]
        if missing:
            raise UnusableDestinationError(missing[0], "has no channel")
        self._database = database
        self._senders = [Sender(database, one, channels[one.name], options) for one in destinations]
        self._options = options
        self._guests = guests
        self._errands = tuple(errands)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seats: dict[str, _Seat] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._look = asyncio.Event()
        self._stopping: asyncio.Event | None = None
        self._is_stopping = False

    async def run(self) -> None:
        """Deliver until `stop`; then the sends in flight are finished and recorded, for at most 30 s (F-27)."""
        self._loop = asyncio.get_running_loop()
        self._look, self._stopping = asyncio.Event(), asyncio.Event()
        self._seats, self._tasks = {}, set()
        for sender in self._senders:
            self._seat(_Seat(sender))
        helpers = self._start_helpers()
        try:
            if not self._is_stopping:
                await self._stopping.wait()
            await _end(helpers)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=STOP_WITHIN_SECONDS)
        finally:
            await _end([*helpers, *self._tasks])
            await asyncio.gather(*(sender.channel.close() for sender in self._senders), return_exceptions=True)
            if self._guests is not None:
                await self._guests.close()
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
        self._look.set()
        for seat in self._seats.values():
            seat.bell.set()
        if self._is_stopping and self._stopping is not None:
            self._stopping.set()

    def _start_helpers(self) -> list[asyncio.Task[None]]:
        helpers = [asyncio.create_task(self._run_errand(errand)) for errand in self._errands]
        if self._guests is not None:
            helpers.append(asyncio.create_task(self._keep_up_with(self._guests)))
        return helpers

    async def _run_errand(self, errand: Errand) -> None:
        while not self._is_stopping:
            try:
                await errand.run(self.wake)
            except Exception as error:  # noqa: BLE001 (its trouble must not end the deliveries; texts may hold secrets)
                log.error("work beside the deliveries failed and goes on: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(LONGEST_NAP.total_seconds())

    async def _keep_up_with(self, guests: Guests) -> None:
        while not self._is_stopping:
            self._look.clear()
            try:
                await self._update_seats(guests)
            except DatabaseError as error:
                log.error("subscribers wait for the database: %s", error)  # noqa: TRY400
            except Exception:  # the border: those who have a seat are served meanwhile
                log.exception("subscribers could not be looked up")
            await _rest(self._look, LONGEST_NAP)

    async def _update_seats(self, guests: Guests) -> None:
        for name in await asyncio.to_thread(guests.roster.follow, self._options.clock()):
            log.info("destination %s has left: its chat refused a message", name)
        wanted = {one.destination.name: one for one in await asyncio.to_thread(guests.roster.subscribers)}
        for name, seat in list(self._seats.items()):
            if seat.subscriber is not None and seat.subscriber != wanted.get(name):
                seat.leave()
        for name, subscriber in wanted.items():
            if name not in self._seats:  # one that leaves rings when it is gone
                channel = guests.open_channel(subscriber)
                self._seat(_Seat(Sender(self._database, subscriber.destination, channel, self._options), subscriber))

    def _seat(self, seat: _Seat) -> None:
        self._seats[seat.sender.destination.name] = seat
        task = asyncio.create_task(self._serve(seat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, seat: _Seat) -> None:
        try:
            while not self._is_stopping and not seat.is_leaving:
                seat.bell.clear()
                nap = await self._work(seat.sender)
                if nap > timedelta(0) and not self._is_stopping and not seat.is_leaving:
                    await _rest(seat.bell, nap)
        finally:
            if seat.subscriber is not None:
                del self._seats[seat.sender.destination.name]
                self._look.set()
                await seat.sender.channel.close()

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
            self._look.set()  # its answer may tell that the chat has gone
            await self._keep_pace(sender)
        return timedelta(0) if has_sent else BRIEF_NAP

    async def _keep_pace(self, sender: Sender) -> None:
        if sender.channel.interval > 0 and not self._is_stopping:
            await asyncio.sleep(sender.channel.interval)  # D-16

    @staticmethod
    def _until(due_at: datetime | None, now: datetime) -> timedelta:
        return min(due_at - now, LONGEST_NAP) if due_at is not None else LONGEST_NAP


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _rest(bell: asyncio.Event, nap: timedelta) -> None:
    try:
        async with asyncio.timeout(nap.total_seconds()):
            await bell.wait()
    except TimeoutError:
        return
