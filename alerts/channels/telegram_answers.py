"""What the Bot API answers, read and classified (table 3.3). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from alerts.outcome import SendOutcome

WORDS_LIMIT = 60
_NOOP = "message is not modified"
_EDIT_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
_THREAD_LOST = "message thread not found"
_REPLY_LOST = ("message to be replied not found", "replied message not found")
_NO_CHAT = ("chat not found", "chat_id is empty", "peer_id_invalid")
_NO_ENTRY = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "group chat was deleted",
)
_BY_STATUS: Mapping[int, SendOutcome] = {
    HTTPStatus.UNAUTHORIZED: SendOutcome.DEST_PERM,  # the token is no longer that of a bot
    HTTPStatus.NOT_FOUND: SendOutcome.DEST_PERM,  # no such token or method
    HTTPStatus.MISDIRECTED_REQUEST: SendOutcome.DEST_PERM,  # another server serves this token
    HTTPStatus.TOO_MANY_REQUESTS: SendOutcome.RATE,
    HTTPStatus.BAD_GATEWAY: SendOutcome.UNCERTAIN,
    HTTPStatus.GATEWAY_TIMEOUT: SendOutcome.UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class TelegramAnswer:
    """An answer of the Bot API: `data` is empty where it was no JSON object, `wait` is in seconds."""

    status: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: float | None = None

    @property
    def said(self) -> str:
        """What the service says, in small letters."""
        return str(self.data.get("description", "")).lower()

    @property
    def words(self) -> str:
        """What it says for people and rows, as long as it came; to be cut after secrets were taken out."""
        return str(self.data.get("description", "")) or f"http {self.status}"

    @property
    def moved_to(self) -> str | None:
        """The new id of a group that became a supergroup."""
        return _identity(self._part("parameters").get("migrate_to_chat_id"))

    @property
    def chat(self) -> str | None:
        """The id of the chat that a message stands in."""
        chat = self._part("result").get("chat")
        return _identity(chat.get("id")) if isinstance(chat, dict) else None

    @property
    def message_id(self) -> str | None:
        """The id of a message in its chat."""
        return _identity(self._part("result").get("message_id"))

    @property
    def is_edit_lost(self) -> bool:
        """Whether the message to edit is no longer there for us."""
        return any(words in self.said for words in _EDIT_LOST)

    @property
    def is_thread_lost(self) -> bool:
        """Whether the topic to write to is no longer there."""
        return _THREAD_LOST in self.said

    @property
    def is_reply_lost(self) -> bool:
        """Whether the message to answer is no longer there; a server that knows our flag answers alone by itself."""
        return any(words in self.said for words in _REPLY_LOST)

    def _part(self, name: str) -> dict[str, Any]:
        part = self.data.get(name)
        return part if isinstance(part, dict) else {}


def _identity(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def read_answer(status: int, text: str) -> TelegramAnswer:
    """Read an answer; where a gateway answers 200 with `ok: false`, the code inside counts."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return TelegramAnswer(status, text)
    if not isinstance(data, dict):
        return TelegramAnswer(status, text)
    code = data.get("error_code")
    is_inside = data.get("ok") is False and isinstance(code, int) and not isinstance(code, bool)
    return TelegramAnswer(int(str(code)) if is_inside else status, text, data)


def classify_telegram(answer: TelegramAnswer) -> SendOutcome:
    """Return the class of an answer (table 3.3). Words that the table does not know disable nothing (TG-4).

    Success without readable words was cut off: it may have been accepted.
    """
    status = answer.status
    if answer.data.get("ok") is True:
        return SendOutcome.OK
    if answer.moved_to is not None:
        return SendOutcome.DEST_MOVED
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        return _classify_refusal(answer.said)
    if status == HTTPStatus.FORBIDDEN and any(words in answer.said for words in _NO_ENTRY):
        return SendOutcome.DEST_PERM
    if status == HTTPStatus.OK and not answer.data:
        return SendOutcome.UNCERTAIN
    is_redirect = status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100
    return SendOutcome.DEST_PERM if is_redirect else _BY_STATUS.get(status, SendOutcome.DEST_TEMP)


def _classify_refusal(said: str) -> SendOutcome:
    if _NOOP in said:
        return SendOutcome.NOOP
    return SendOutcome.DEST_PERM if any(words in said for words in _NO_CHAT) else SendOutcome.MSG_PERM
