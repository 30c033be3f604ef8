"""Telegram by the Bot API (reliability 3.3): sends, edits in place, and answers in the thread of what was sent.

There is no key by which a repeat is known, so a repeated message is marked (TG-3); a repeated edit needs no mark.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.channels.base import Parcel, Remote
from alerts.channels.posting import Limits
from alerts.channels.telegram_answers import TelegramAnswer, classify_telegram
from alerts.channels.telegram_api import Bot, TelegramApi, number
from alerts.channels.telegram_body import telegram_body
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome
from db.subscriptions import MOVED

log = logging.getLogger(__name__)

GROUP_INTERVAL = 3.0  # 20 a minute in groups and channels (D-16)
CHAT_INTERVAL = 1.0
CHAT_PATTERN = r"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,64})$"  # an id, or the name of a public channel


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a bot writes: the chat's id or @name, and the topic within it.

    Of one that `subscribed` itself the service's answers are not kept: they tell who that is.
    """

    id: str
    thread: int | None = None
    subscribed: bool = False


class TelegramChannel:
    """Writes to one chat as a bot. Where the chat was upgraded, the new id that the service gave is used.

    `api` is shared by many chats of one bot: connections of its own cost each of them some 50 ms to set up.
    """

    can_edit = True
    has_key = False
    is_for_machines = False

    def __init__(  # noqa: PLR0913 (who writes, where, and by whose connections)
        self,
        name: str,
        bot: Bot,
        chat: Chat,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        api: TelegramApi | None = None,
    ) -> None:
        self.name = name
        self._api = api or TelegramApi(name, bot, user_agent=user_agent, clock=clock, limits=limits)
        self._is_sharing = api is not None
        if not re.fullmatch(CHAT_PATTERN, chat.id):
            raise UnusableDestinationError(name, "its chat must be a number, or @ and the name of a public channel")
        self._chat = chat

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

    @staticmethod
    def asking(body: bytes, buttons: Mapping[str, str]) -> bytes:
        """Put buttons under a message, in one row."""
        row = [{"text": text, "callback_data": data} for data, text in buttons.items()]
        asked = {**json.loads(body), "reply_markup": {"inline_keyboard": [row]}}
        return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")

    async def send(self, parcel: Parcel) -> Result:
        """Send a new message."""
        return await self._send(parcel, {})

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Change a sent message; EDIT_LOST for one that is gone, or stands in a chat that we left."""
        if self._has_left(remote, parcel):
            return Result(SendOutcome.EDIT_LOST, code="it stands in another chat")
        chat = remote.channel or self._where(parcel)
        place = {"chat_id": number(chat), "message_id": number(remote.id)}
        answer = await self._call("editMessageText", parcel.body, place)
        if isinstance(answer, TelegramAnswer) and answer.is_edit_lost:
            return Result(SendOutcome.EDIT_LOST, answer.status, self._api.words(answer))
        return self._result(answer, chat)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Answer a sent message; where that is gone, the answer stands alone."""
        if self._has_left(remote, parcel):
            return await self.send(parcel)
        target = {"message_id": number(remote.id), "allow_sending_without_reply": True}
        return await self._send(parcel, {"reply_parameters": target})

    async def _send(self, parcel: Parcel, more: Mapping[str, Any]) -> Result:
        chat = self._where(parcel)
        place = {"chat_id": number(chat), **more}
        thread = {"message_thread_id": self._chat.thread} if self._chat.thread is not None else {}
        answer = await self._call("sendMessage", parcel.body, {**place, **thread})
        if thread and isinstance(answer, TelegramAnswer) and answer.is_thread_lost:
            log.warning("destination %s: its topic is gone, the message is sent to the chat", self.name)
            answer = await self._call("sendMessage", parcel.body, place)
        if more and isinstance(answer, TelegramAnswer) and answer.is_reply_lost:
            return await self._send(parcel, {})
        return self._result(answer, chat)

    async def _call(self, method: str, body: bytes, place: Mapping[str, Any]) -> TelegramAnswer | Result:
        return await self._api.call(method, {**json.loads(body), **place})

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
            code=None if outcome == SendOutcome.OK else self._api.words(answer),
            retry_after=answer.wait,
            response=None if self._chat.subscribed else self._api.redacted(answer.text),
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
        """Close the connections; those that are shared are left to whoever shares them."""
        if not self._is_sharing:
            await self._api.close()
