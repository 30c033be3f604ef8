"""What Discord answers at a webhook, read and classified (reliability 3.5). Pure.

The codes are those of Discord's own table of JSON error codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from alerts.channels.numbered import NumberedAnswer, object_of
from alerts.outcome import SendOutcome, redacted

WORDS_LIMIT = 60
UNKNOWN_MESSAGE = 10008
_EDIT_LOST = frozenset(
    {
        UNKNOWN_MESSAGE,
        50005,  # another wrote it
        50083,  # its thread is archived: a new message opens it again, an edit does not
    }
)
_PLACE = frozenset(
    {
        10003,  # unknown channel, or thread
        10015,  # unknown webhook
        50001,  # missing access
        50013,  # missing permissions
        50027,  # invalid webhook token
        160005,  # the thread is locked
        220001,  # webhooks of a forum need a thread
    }
)


@dataclass(frozen=True, slots=True)
class DiscordAnswer(NumberedAnswer):
    """An answer of Discord."""

    @property
    def message_id(self) -> str | None:
        """The id of a message."""
        return self.identity("id")

    @property
    def is_edit_lost(self) -> bool:
        """Whether the message to edit is no longer there for us."""
        return self.code in _EDIT_LOST

    def identity(self, name: str) -> str | None:
        """Return an id that the answer holds; Discord writes them as strings of digits."""
        value = self.data.get(name)
        return value if isinstance(value, str) and value.isdecimal() else None


def words_of(answer: DiscordAnswer, secrets: tuple[str, ...]) -> str:
    """Return a short word for people and rows: "Unknown Webhook (10015)". Cut last: half a secret is not known as one.

    `everywhere`: the pause is for all that this machine sends to Discord, not for this webhook alone.
    """
    said = redacted(str(answer.data.get("message", "")), secrets) or f"http {answer.status}"
    notes = f" ({answer.code})" if answer.code else ""
    notes += " (everywhere)" if answer.data.get("global") is True else ""
    return said[: WORDS_LIMIT - len(notes)] + notes


def read_answer(status: int, text: str, wait: float | None = None) -> DiscordAnswer:
    """Read an answer; a page of HTML comes from what stands in front of Discord, and says nothing by its words."""
    return DiscordAnswer(status, text, object_of(text), wait)


def classify_discord(answer: DiscordAnswer) -> SendOutcome:
    """Return the class of an answer: by Discord's code first, then by the status.

    A status without a known code is the destination's fault, not the message's (D-7); 401, 403 and 404 are given up
    after 24 h. Success without a readable message was cut off: it may have been accepted.
    """
    status = answer.status
    if status // 100 == HTTPStatus.OK // 100:
        return _classify_success(answer)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SendOutcome.RATE
    if answer.code in _PLACE or status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100:
        return SendOutcome.DEST_PERM
    if status == HTTPStatus.UNAUTHORIZED and answer.data:
        return SendOutcome.DEST_PERM
    is_wrong = status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return SendOutcome.MSG_PERM if is_wrong else SendOutcome.DEST_TEMP


def _classify_success(answer: DiscordAnswer) -> SendOutcome:
    """200 must hold the message (`wait=true`); 204 has none, and nothing can be known of it but that it was taken."""
    if answer.message_id is not None or answer.status == HTTPStatus.NO_CONTENT:
        return SendOutcome.OK
    is_cut_off = not answer.data and (not answer.text or answer.text.startswith("{"))
    return SendOutcome.UNCERTAIN if is_cut_off else SendOutcome.DEST_TEMP
