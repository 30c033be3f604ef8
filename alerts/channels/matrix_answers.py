"""What a Matrix home server answers, read and classified (reliability 3.5). Pure.

The words are those of the client-server API: `errcode` says more than the status, only M_UNKNOWN less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from alerts.channels.numbered import object_of
from alerts.outcome import SendOutcome, redacted

WORD_LIMIT = 60
_UNKNOWN = "M_UNKNOWN"
_LIMITED = "M_LIMIT_EXCEEDED"
_NOT_FOUND = "M_NOT_FOUND"
_ACCOUNT = (
    "M_UNKNOWN_TOKEN",
    "M_MISSING_TOKEN",
    "M_UNAUTHORIZED",
    "M_USER_DEACTIVATED",
    "M_USER_LOCKED",
    "M_USER_SUSPENDED",
    "M_CONSENT_NOT_GIVEN",
    "M_GUEST_ACCESS_FORBIDDEN",
    "ORG_MATRIX_EXPIRED_ACCOUNT",
)
_PLACE = (
    "M_FORBIDDEN",  # not in the room, may not write there, or the room was upgraded and is closed
    _NOT_FOUND,
    "M_BAD_ALIAS",
    "M_UNSUPPORTED_ROOM_VERSION",
    "M_UNRECOGNIZED",  # `base_url` is another service's
)
_MESSAGE = ("M_BAD_JSON", "M_NOT_JSON", "M_TOO_LARGE", "M_MISSING_PARAM", "M_INVALID_PARAM")
_BY_WORD: Mapping[str, SendOutcome] = {
    **dict.fromkeys((*_ACCOUNT, *_PLACE), SendOutcome.DEST_PERM),
    **dict.fromkeys(_MESSAGE, SendOutcome.MSG_PERM),
    _LIMITED: SendOutcome.RATE,
    "M_RESOURCE_LIMIT_EXCEEDED": SendOutcome.DEST_TEMP,  # the server is full; its admin has to act
}
_BY_STATUS: Mapping[int, SendOutcome] = {
    HTTPStatus.BAD_REQUEST: SendOutcome.MSG_PERM,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: SendOutcome.MSG_PERM,
    HTTPStatus.TOO_MANY_REQUESTS: SendOutcome.RATE,
    HTTPStatus.SERVICE_UNAVAILABLE: SendOutcome.DEST_TEMP,
}


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """An answer: `data` is empty where it was no JSON object, `wait` is in seconds."""

    status: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: float | None = None

    @property
    def word(self) -> str:
        """The server's word for what is wrong; nothing where there is none."""
        word = self.data.get("errcode")
        return word if isinstance(word, str) else ""

    @property
    def event_id(self) -> str | None:
        """The id of an event."""
        return self._identity("event_id", "$")

    @property
    def room_id(self) -> str | None:
        """The id of the room that an alias stands for."""
        return self._identity("room_id", "!")

    @property
    def is_good(self) -> bool:
        """Whether it is of status 2xx."""
        return self.status // 100 == HTTPStatus.OK // 100

    @property
    def is_relation_lost(self) -> bool:
        """Whether a server may refuse an edit or an answer for what it relates to: there is no word for it but this."""
        return self.status == HTTPStatus.BAD_REQUEST and self.word == _UNKNOWN

    @property
    def is_about_nothing(self) -> bool:
        """Whether an event that was asked for is gone: unknown, or without content, as one is that was removed."""
        return self.data.get("content") == {} if self.is_good else self.word == _NOT_FOUND

    def _identity(self, name: str, sigil: str) -> str | None:
        value = self.data.get(name)
        return value if isinstance(value, str) and value.startswith(sigil) else None


def word_of(answer: MatrixAnswer, secrets: tuple[str, ...]) -> str:
    """Return a short word for people and rows: "M_FORBIDDEN". Cut last: half a secret is not known as one."""
    return redacted(answer.word, secrets)[:WORD_LIMIT] or f"http {answer.status}"


def read_answer(status: int, text: str, wait: float | None = None) -> MatrixAnswer:
    """Read an answer; a page of HTML comes from what stands in front of the server, and says nothing by its words."""
    return MatrixAnswer(status, text, object_of(text), wait)


def classify_matrix(answer: MatrixAnswer) -> SendOutcome:
    """Return the class of an answer to a message: by its word first, then by its status.

    A word that we do not know disables nothing (TG-4). What breaks within a server may have broken after it took the
    message: since it knows a repeat (P2), doubt costs nothing, while a changed text under a key that was taken would be
    taken for the old one.
    """
    if answer.is_good:
        return _classify_success(answer)
    if answer.word in _BY_WORD:
        return _BY_WORD[answer.word]
    if answer.status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100:
        return SendOutcome.DEST_PERM
    is_broken = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _BY_STATUS.get(answer.status, SendOutcome.UNCERTAIN if is_broken else SendOutcome.DEST_TEMP)


def _classify_success(answer: MatrixAnswer) -> SendOutcome:
    """200 must name the event; half an object was cut off, and anything else comes from no home server."""
    if answer.event_id is not None:
        return SendOutcome.OK
    is_cut_off = not answer.data and (not answer.text or answer.text.startswith("{"))
    return SendOutcome.UNCERTAIN if is_cut_off else SendOutcome.DEST_TEMP


def classify_lookup(answer: MatrixAnswer) -> SendOutcome:
    """Return what an answer makes of a destination that was only asked after its room: nothing was sent yet."""
    outcome = classify_matrix(answer)
    if outcome == SendOutcome.MSG_PERM:  # it is the alias that was refused
        return SendOutcome.DEST_PERM
    return outcome if outcome in (SendOutcome.RATE, SendOutcome.DEST_PERM) else SendOutcome.DEST_TEMP
