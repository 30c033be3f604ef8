"""Telegram by the Bot API (reliability 3.3): sends, edits in place, and answers in the thread of what was sent.

There is no key by which a repeat is known, so a repeated message is marked (TG-3); a repeated edit needs no mark. The
token stands in every address, so no address is ever told (SEC-20).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts.channels.base import Parcel, Remote
from alerts.channels.posting import Limits, Poster, usable_url
from alerts.channels.telegram_answers import WORDS_LIMIT, TelegramAnswer, classify_telegram, read_answer
from alerts.channels.telegram_body import telegram_body
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org"
GROUP_INTERVAL = 3.0  # 20 a minute in groups and channels (D-16)
CHAT_INTERVAL = 1.0
MOVED = " > "  # "-100 > -100200": the chat of the settings, and what it became
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")
CHAT_PATTERN = r"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,64})$"  # an id, or the name of a public channel


@dataclass(frozen=True, slots=True)
class Bot:
    """Who writes: the token of a bot, and the server that speaks its API (one may run one's own)."""

    token: str = field(repr=False)
    base_url: str = BASE_URL


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a bot writes: the chat's id or @name, and the topic within it."""

    id: str
    thread: int | None = None


class TelegramChannel:
    """Writes to one chat as a bot. Where the chat was upgraded, the new id that the service gave is used."""

    can_edit = True
    has_key = False
    is_for_machines = False

    def __init__(
        self,
        name: str,
        bot: Bot,
        chat: Chat,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        if not _TOKEN.fullmatch(bot.token):
            raise UnusableDestinationError(name, "its token is not that of a bot: digits, a colon, letters")
        if not re.fullmatch(CHAT_PATTERN, chat.id):
            raise UnusableDestinationError(name, "its chat must be a number, or @ and the name of a public channel")
        self._base = f"{usable_url(name, bot.base_url).rstrip('/')}/bot{bot.token}"
        self._secrets = (self._base, bot.token, bot.token.partition(":")[2])
        self._chat = chat
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    def __repr__(self) -> str:
        return f"TelegramChannel({self.name!r})"

    @property
    def interval(self) -> float:
        """Seconds between two messages: groups and channels bear 20 a minute (D-16)."""
        return CHAT_INTERVAL if self._chat.id.isdecimal() else GROUP_INTERVAL

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write HTML; on the lower rungs plain text."""
        return telegram_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Send a new message."""
        return await self._send(parcel, {})

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Change a sent message; EDIT_LOST for one that is gone, or stands in a chat that we left."""
        if self._has_left(remote, parcel):
            return Result(SendOutcome.EDIT_LOST, code="it stands in another chat")
        chat = remote.channel or self._where(parcel)
        place = {"chat_id": _number(chat), "message_id": _number(remote.id)}
        answer = await self._call("editMessageText", parcel.body, place)
        if isinstance(answer, TelegramAnswer) and answer.is_edit_lost:
            return Result(SendOutcome.EDIT_LOST, answer.status, redacted(answer.words, self._secrets)[:WORDS_LIMIT])
        return self._result(answer, chat)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Answer a sent message; where that is gone, the answer stands alone."""
        if self._has_left(remote, parcel):
            return await self.send(parcel)
        target = {"message_id": _number(remote.id), "allow_sending_without_reply": True}
        return await self._send(parcel, {"reply_parameters": target})

    async def _send(self, parcel: Parcel, more: Mapping[str, Any]) -> Result:
        chat = self._where(parcel)
        place = {"chat_id": _number(chat), **more}
        thread = {"message_thread_id": self._chat.thread} if self._chat.thread is not None else {}
        answer = await self._call("sendMessage", parcel.body, {**place, **thread})
        if thread and isinstance(answer, TelegramAnswer) and answer.is_thread_lost:
            log.warning("destination %s: its topic is gone, the message is sent to the chat", self.name)
            answer = await self._call("sendMessage", parcel.body, place)
        return self._result(answer, chat)

    async def _call(self, method: str, body: bytes, place: Mapping[str, Any]) -> TelegramAnswer | Result:
        """Call a method once."""
        content = json.dumps({**json.loads(body), **place}, ensure_ascii=False, separators=(",", ":"))
        answer = await self._poster.post(f"{self._base}/{method}", content.encode(errors="replace"))
        if isinstance(answer, Result):
            return answer
        wait = retry_after(answer.headers, answer.text, self._clock())
        return replace(read_answer(answer.status, answer.text), wait=wait)

    def _result(self, answer: TelegramAnswer | Result, chat: str) -> Result:
        if isinstance(answer, Result):
            return answer
        outcome = classify_telegram(answer)
        moved_to = answer.moved_to
        if outcome == SendOutcome.DEST_MOVED and moved_to == chat:  # it sends us in a circle: do not run in it
            outcome, moved_to = SendOutcome.DEST_TEMP, None
        is_fine = outcome in (SendOutcome.OK, SendOutcome.NOOP)
        return Result(
            outcome,
            status=answer.status,
            code=None if outcome == SendOutcome.OK else redacted(answer.words, self._secrets)[:WORDS_LIMIT],
            retry_after=answer.wait,
            response=redacted(answer.text, self._secrets),
            remote_channel=answer.chat or (chat if is_fine else None),
            remote_id=answer.message_id,
            moved_to=f"{self._chat.id}{MOVED}{moved_to}" if outcome == SendOutcome.DEST_MOVED else None,
        )

    def _where(self, parcel: Parcel) -> str:
        """Return the chat to write to: the new one, where the chat of the settings was upgraded."""
        before, _, after = (parcel.moved_to or "").partition(MOVED)
        return after if after and before == self._chat.id else self._chat.id

    def _has_left(self, remote: Remote, parcel: Parcel) -> bool:
        """Say whether a sent message stands in another chat than we write to: upgraded since, or set anew."""
        place = self._where(parcel)
        return remote.channel is not None and not place.startswith("@") and remote.channel != place

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()


def _number(identity: str) -> int | str:
    """Return an id as the service writes it; the @name of a channel stays text."""
    return int(identity) if identity.lstrip("-").isdecimal() else identity
