"""How often somebody is answered: a bot that answers everything can be made to spam."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

MOST_KEYS = 1000


class Allowance:
    """`number` answers in a `time` for each chat, and `in_all` for everybody together. Lost at a restart."""

    def __init__(self, number: int, time: timedelta, in_all: int) -> None:
        self._number = number
        self._time = time
        self._in_all = in_all
        self._given: deque[tuple[datetime, str]] = deque(maxlen=MOST_KEYS)

    def take(self, chat: str, now: datetime) -> bool:
        """Take an answer if there is one left."""
        while self._given and now - self._given[0][0] >= self._time:
            self._given.popleft()
        own = sum(1 for _, one in self._given if one == chat)
        if own >= self._number or len(self._given) >= self._in_all:
            return False
        self._given.append((now, chat))
        return True
