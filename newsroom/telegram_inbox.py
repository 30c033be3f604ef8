"""What people and the service tell a made-up bot: updates that are kept until a later one is asked for."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIRST_UPDATE = 700
KEPT_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A person of Telegram; `language` as their program says it."""

    id: int = 555_000_111
    language: str = "en"
    name: str = "Made"

    def as_json(self) -> dict[str, Any]:
        """Return the person as the API tells of them."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}


class Inbox:
    """The updates of one bot, oldest first; may be used from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._updates: list[dict[str, Any]] = []
        self._numbers = itertools.count(FIRST_UPDATE)
        self._is_closed = False

    def wait_until_confirmed(self, seconds: float) -> bool:
        """Wait until the bot has confirmed every update, at most `seconds`; say whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._updates, seconds)

    def put(self, content: Any, number: int | None = None) -> int:
        """Keep an update (a mapping) or anything else that is to stand in its place; return its number."""
        with self._changed:
            given = next(self._numbers) if number is None else number
            self._updates.append({"update_id": given, **content} if isinstance(content, Mapping) else content)
            self._changed.notify_all()
        return given

    def wait(self, offset: int | None, seconds: float) -> None:
        """Confirm what is older than `offset`, and return when there is an update, at most after `seconds`."""
        with self._changed:
            if offset is not None:
                self._updates = [one for one in self._updates if _number(one) >= offset]
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._updates or self._is_closed, seconds)

    def unconfirmed(self, limit: int) -> list[Any]:
        """Return what waits, without confirming it."""
        with self._changed:
            return list(self._updates[:limit])

    def close(self) -> None:
        """Hold no request open any longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 0
