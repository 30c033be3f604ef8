"""Calling the Telegram Bot API: one method, once, under a total deadline (D-15) and at the bot's pace (D-16).

The token stands in every address, so no address is ever told (SEC-20).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts.channels.pace import pace_of
from alerts.channels.posting import Limits, Poster, usable_url
from alerts.channels.telegram_answers import WORDS_LIMIT, TelegramAnswer, read_answer
from alerts.errors import UnusableDestinationError
from alerts.outcome import Result, redacted, retry_after

BASE_URL = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")
_HEADERS = {"accept-encoding": "identity"}  # bytes are read as they come


@dataclass(frozen=True, slots=True)
class Bot:
    """Who writes: the token of a bot, and the server that speaks its API (one may run one's own)."""

    token: str = field(repr=False)
    base_url: str = BASE_URL

    @property
    def number(self) -> str:
        """The bot's number, which is no secret."""
        return self.token.partition(":")[0]


class TelegramApi:
    """The methods of the API as one bot. `name` is the destination's, for errors.

    Raises UnusableDestinationError for a token or an address that cannot be one.
    """

    def __init__(
        self, name: str, bot: Bot, *, user_agent: str, clock: Callable[[], datetime], limits: Limits | None = None
    ) -> None:
        if not _TOKEN.fullmatch(bot.token):
            raise UnusableDestinationError(name, "its token is not that of a bot: digits, a colon, letters")
        self._base = f"{usable_url(name, bot.base_url).rstrip('/')}/bot{bot.token}"
        self._secrets = (self._base, bot.token, bot.token.partition(":")[2])
        self._pace = pace_of(bot.number)
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    async def call(self, method: str, fields: Mapping[str, Any]) -> TelegramAnswer | Result:
        """Call a method once; a Result where no answer came."""
        await self._pace.turn()
        content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        answer = await self._poster.post(f"{self._base}/{method}", content, _HEADERS)
        if isinstance(answer, Result):
            return answer
        wait = retry_after(answer.headers, answer.text, self._clock())
        return replace(read_answer(answer.status, answer.text), wait=wait)

    def redacted(self, text: str) -> str:
        """Return words of the service without the token, on one line."""
        return redacted(text, self._secrets)

    def words(self, answer: TelegramAnswer | Result) -> str:
        """Return what an answer says, short and without the token."""
        said = answer.words if isinstance(answer, TelegramAnswer) else answer.code or answer.outcome.value
        return self.redacted(said)[:WORDS_LIMIT]

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()


def number(identity: str) -> int | str:
    """Return an id as the service writes it; the @name of a channel stays text."""
    return int(identity) if identity.lstrip("-").isdecimal() else identity
