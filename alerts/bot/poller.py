"""Asking Telegram for what people wrote to a bot: long polling, one bot a task (P6).

The service keeps an update until a later one is asked for; that number is stored with what the update did. Whatever
comes is handled or passed over, and trouble is told once, with what to do; then it is tried again, ever more slowly.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from alerts.bot.desk import Desk, Reply
from alerts.bot.updates import ALLOWED_UPDATES, Command, Press, Update, read_updates
from alerts.channels.posting import Limits
from alerts.channels.telegram_answers import TelegramAnswer
from alerts.channels.telegram_api import TelegramApi
from alerts.outcome import Result, retry_delay
from db import DatabaseError

log = logging.getLogger(__name__)

LONG_POLL = 50  # seconds that the service holds a request open while nothing comes
POLLING = Limits(connect=5.0, read=LONG_POLL + 10.0, total=LONG_POLL + 15.0, size=16 * 1024 * 1024)
AT_ONCE = 50  # updates of an answer; of 100 kB each at most
LONGEST_PAUSE = 300.0
SHORTEST_ROUND = 1.0  # a server that answers at once though nothing is there must not be asked in a circle
LONGEST_RATE = 30.0  # an answer that may be given only later than that is not given
ADMINISTRATORS = ("creator", "administrator")
_ADVICE: Mapping[int, str] = {
    HTTPStatus.CONFLICT: "another program reads them, or a webhook is set: end that, or give Volya a bot of its own",
    HTTPStatus.UNAUTHORIZED: "its token is refused: ask @BotFather for a new one, put it in the settings and restart",
    HTTPStatus.NOT_FOUND: "its token is refused: ask @BotFather for a new one, put it in the settings and restart",
}

OnPress = Callable[[Press], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Line:
    """The two ways to the service: `calls` for single methods, `polls` for requests that are held open."""

    calls: TelegramApi
    polls: TelegramApi


class BotPoller:
    """Hears what is written to the bot of one template. `chance` is in [0, 1); `on_press` takes pressed buttons."""

    def __init__(self, line: Line, desk: Desk, chance: Callable[[], float], on_press: OnPress | None = None) -> None:
        self._line = line
        self._desk = desk
        self._chance = chance
        self._on_press = on_press
        self._username: str | None = None
        self._failures = 0

    async def run(self, wake: Callable[[], None]) -> None:
        """Ask and answer until cancelled."""
        try:
            while True:
                started = time.monotonic()
                pause = await self._safe_round(wake)
                if pause is None:
                    pause = SHORTEST_ROUND - (time.monotonic() - started)
                await asyncio.sleep(max(pause, 0.0))
        finally:
            await self._line.calls.close()
            await self._line.polls.close()

    async def _safe_round(self, wake: Callable[[], None]) -> float | None:
        try:
            return await self._round(wake)
        except DatabaseError as error:
            self._failures += 1
            if self._failures == 1:
                log.error("destination %s: its bot waits for the database: %s", self._name, error)  # noqa: TRY400
            return self._pause()

    async def _round(self, wake: Callable[[], None]) -> float | None:
        """Ask once and handle what came; return the seconds to wait, None where nothing came."""
        if self._username is None:
            answer = await self._line.calls.call("getMe", {})
            if not _is_fine(answer):
                return self._trouble(answer)
            self._username = _username(answer)
        first = await asyncio.to_thread(self._desk.next_update)
        answer = await self._line.polls.call("getUpdates", _question(first))
        updates = read_updates(answer.data.get("result")) if isinstance(answer, TelegramAnswer) else []
        if not _is_fine(answer) or (not updates and _has_rows(answer)):
            return self._trouble(answer)
        self._recovered()
        new = [one for one in updates if first is None or one.id >= first]
        for update in new:
            await self._handle(update)
        if new:
            wake()
        return 0.0 if new else None

    async def _handle(self, update: Update) -> None:
        """Handle one update; whatever is wrong with it costs it alone. Raises DatabaseError: then it comes again."""
        act = update.act
        if isinstance(act, Command) and act.bot not in (None, self._username):  # for another bot
            await asyncio.to_thread(self._desk.skip, update)
            return
        try:
            may = await self._may(act) if isinstance(act, Command) and self._desk.needs_administrator(update) else True
            reply = await asyncio.to_thread(self._desk.settle, update, may=may)
            if reply is not None:
                await self._say(reply)
            if isinstance(act, Press) and self._on_press is not None:
                await self._on_press(act)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 (hostile input; and its text may hold a chat's number)
            log.error("destination %s: an update failed: %s", self._name, type(error).__name__)  # noqa: TRY400
            await asyncio.to_thread(self._desk.skip, update)

    async def _may(self, command: Command) -> bool | None:
        """Say whether a person is an administrator of the group; None if that cannot be found out."""
        fields = {"chat_id": int(command.chat), "user_id": command.person}
        answer = await self._line.calls.call("getChatMember", fields)
        if not isinstance(answer, TelegramAnswer) or not _is_fine(answer):
            return None
        member = answer.data.get("result")
        return isinstance(member, dict) and member.get("status") in ADMINISTRATORS

    async def _say(self, reply: Reply) -> None:
        """Answer; once more where the service asks to wait a little. A chat that is gone is told by an update."""
        fields = json.loads(reply.body)
        answer = await self._line.calls.call("sendMessage", fields)
        wait = answer.wait if isinstance(answer, TelegramAnswer) else None
        if wait is not None and wait <= LONGEST_RATE:
            await asyncio.sleep(wait)
            answer = await self._line.calls.call("sendMessage", fields)
        if not _is_fine(answer):
            log.warning("destination %s: an answer could not be given: %s", self._name, self._line.calls.words(answer))

    @property
    def _name(self) -> str:
        return self._desk.template.name

    def _trouble(self, answer: TelegramAnswer | Result) -> float:
        """Tell of trouble once, and return how long to wait."""
        self._failures += 1
        status = answer.status if answer.status is not None else 0
        if self._failures == 1:
            words, advice = self._line.calls.words(answer), _ADVICE.get(status, "it is tried again")
            log.error("destination %s: what is written to its bot cannot be read (%s): %s", self._name, words, advice)
        return self._pause(answer.wait if isinstance(answer, TelegramAnswer) else None)

    def _recovered(self) -> None:
        if self._failures:
            log.info("destination %s: what is written to its bot is read again", self._name)
        self._failures = 0

    def _pause(self, floor: float | None = None) -> float:
        return retry_delay(self._failures, self._chance(), cap=LONGEST_PAUSE, floor=floor or 0.0)


def _question(first: int | None) -> dict[str, object]:
    asked = {"timeout": LONG_POLL, "limit": AT_ONCE, "allowed_updates": ALLOWED_UPDATES}
    return {**asked, "offset": first} if first is not None else asked


def _is_fine(answer: TelegramAnswer | Result) -> bool:
    return isinstance(answer, TelegramAnswer) and answer.status == HTTPStatus.OK and answer.data.get("ok") is True


def _has_rows(answer: TelegramAnswer | Result) -> bool:
    return isinstance(answer, TelegramAnswer) and answer.data.get("result") != []


def _username(answer: TelegramAnswer | Result) -> str:
    me = answer.data.get("result") if isinstance(answer, TelegramAnswer) else None
    name = me.get("username") if isinstance(me, dict) else None
    return name.lower() if isinstance(name, str) else ""
