"""Runs the delivery loop: one asyncio loop in a thread of its own, so that nothing else can hold up a message."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress

from scheduler.parts import Delivery
from scheduler.systemd import Systemd

log = logging.getLogger(__name__)

BEAT_EVERY = 1.0
ALIVE_WITHIN = 15.0
LONGEST_PAUSE = 60.0
LONGEST_SEND = 35.0  # the total deadline of a send in flight is 30 s (D-15)


class DeliveryThread:
    """Keeps the delivery loop running; if it fails it is said, and it is started again after a pause.

    The loop's own beat pings systemd's watchdog (F-36): a blocked loop is a service that does not send.
    """

    def __init__(self, delivery: Delivery, systemd: Systemd) -> None:
        self._delivery = delivery
        self._systemd = systemd
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="delivery", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_up = threading.Event()
        self._must_stop = asyncio.Event()
        self._beat_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether the loop turns."""
        return self._thread.is_alive() and time.monotonic() - self._beat_at < ALIVE_WITHIN

    def start(self) -> None:
        """Start, and return when the loop turns."""
        self._thread.start()
        self._is_up.wait()

    def ask_to_stop(self) -> None:
        """Have nothing new taken; returns at once."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed already
                self._loop.call_soon_threadsafe(self._stop)

    def stop(self) -> None:
        """Stop, and return when the sends in flight are finished."""
        self.ask_to_stop()
        self._thread.join(LONGEST_SEND)
        if self._thread.is_alive():
            log.warning("a send in flight did not finish; its delivery is found again at the next start")

    def _stop(self) -> None:
        self._must_stop.set()
        self._delivery.stop()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        beating = asyncio.create_task(self._beat())
        self._is_up.set()
        pause = 1.0
        while not self._must_stop.is_set():
            await self._deliver()
            if await self._stops_within(pause):
                break
            pause = min(pause * 2, LONGEST_PAUSE)
        beating.cancel()

    async def _deliver(self) -> None:
        try:
            await self._delivery.run()
        except Exception:  # the border of the loop: whatever is wrong with it, it must not end for good
            log.exception("the delivery loop failed and is started again")
        else:
            if not self._must_stop.is_set():
                log.error("the delivery loop ended by itself and is started again")

    async def _stops_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._must_stop.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _beat(self) -> None:
        pinged_at = -1e9
        while True:
            self._beat_at = time.monotonic()
            if self._systemd.watchdog is not None and self._beat_at - pinged_at >= self._systemd.watchdog / 3:
                self._systemd.tell("WATCHDOG=1")
                pinged_at = self._beat_at
            await asyncio.sleep(BEAT_EVERY)
