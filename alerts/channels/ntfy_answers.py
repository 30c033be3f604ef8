"""What an ntfy server answers, read and classified (reliability 3.5). Pure.

The numbers are those of the server's own table of errors: the status and two digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

from alerts.channels.numbered import NumberedAnswer, object_of
from alerts.outcome import SendOutcome, redacted

WORDS_LIMIT = 60
ID_LIMIT = 40  # theirs have twelve letters; what else stands in its place is not kept
PAUSE = 10.0  # seconds: the server lets one more request come every five, and says nothing of it
_PLACE = frozenset(
    {
        40009,  # no name for a topic
        40010,  # a topic of this name is not allowed
        40101,  # unauthorized
        40301,  # forbidden
        40401,  # there is no ntfy at this address
    }
)
_FULL = 42904  # the server takes no more topics: waiting does not help, its owner must
_DAILY = frozenset({42905, 42908})  # the quota of bytes and that of messages begin anew at midnight UTC


@dataclass(frozen=True, slots=True)
class NtfyAnswer(NumberedAnswer):
    """An answer of an ntfy server."""

    @property
    def message_id(self) -> str | None:
        """The id of a message that was taken."""
        identity = self.data.get("id")
        is_id = isinstance(identity, str) and identity.isalnum() and len(identity) <= ID_LIMIT
        return identity if is_id and self.data.get("event") == "message" else None


def read_answer(status: int, text: str, wait: float | None, now: datetime) -> NtfyAnswer:
    """Read an answer. `wait` is what a header asks for; where the server only says why, the wait follows from that."""
    answer = NtfyAnswer(status, text, object_of(text), wait)
    if status != HTTPStatus.TOO_MANY_REQUESTS:
        return answer
    least = until_midnight(now) if answer.code in _DAILY else PAUSE
    return NtfyAnswer(status, text, answer.data, max(wait or 0.0, least))


def until_midnight(now: datetime) -> float:
    """Return the seconds until the day ends in UTC."""
    day = now.astimezone(UTC).date() + timedelta(days=1)
    return (datetime.combine(day, time(0), UTC) - now).total_seconds()


def words_of(answer: NtfyAnswer, secrets: tuple[str, ...]) -> str:
    """Return a short word for people and rows: "unauthorized (40101)". Cut last: half a secret is not known as one."""
    said = redacted(str(answer.data.get("error", "")), secrets) or f"http {answer.status}"
    number = f" ({answer.code})" if answer.code else ""
    return said[: WORDS_LIMIT - len(number)] + number


def classify_ntfy(answer: NtfyAnswer) -> SendOutcome:
    """Return the class of an answer: by the server's number first, then by the status.

    A status without a known number is the destination's fault, not the message's (D-7); 401, 403 and 404 are given up
    after 24 h. Success without a readable message was cut off: it may have been accepted.
    """
    status = answer.status
    if status // 100 == HTTPStatus.OK // 100:
        return _classify_success(answer)
    if answer.code in _PLACE or status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100:
        return SendOutcome.DEST_PERM
    if status == HTTPStatus.TOO_MANY_REQUESTS and answer.code != _FULL:
        return SendOutcome.RATE
    is_wrong = status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return SendOutcome.MSG_PERM if is_wrong else SendOutcome.DEST_TEMP


def _classify_success(answer: NtfyAnswer) -> SendOutcome:
    """200 must hold the message; any other page is not from an ntfy server (F-30)."""
    if answer.message_id is not None:
        return SendOutcome.OK
    is_cut_off = not answer.data and (not answer.text or answer.text.startswith("{"))
    return SendOutcome.UNCERTAIN if is_cut_off else SendOutcome.DEST_TEMP
