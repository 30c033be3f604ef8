"""The pace that everybody keeps who writes as one bot: 30 messages a second in all (D-16)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache

PER_SECOND = 25.0
AT_ONCE = 5  # together at most 30 within any second


class Pace:
    """Lets through `AT_ONCE` at once, then one every 1 / `PER_SECOND` seconds, in the order in which they came."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next_at = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now, step = self._clock(), 1 / PER_SECOND
        mine = max(self._next_at, now - (AT_ONCE - 1) * step)
        self._next_at = mine + step
        if mine > now:
            await self._sleep(mine - now)


@cache
def pace_of(bot: str) -> Pace:
    """Return the pace of a bot by its number, one for the process: the service counts by bot, not by destination."""
    del bot
    return Pace()
