"""What Slack's Web API answers to an app, read and classified (table 3.2). Pure.

Nearly every answer has status 200; what it means stands in `ok` and `error`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from alerts.outcome import SendOutcome

_AUTH = (
    "not_authed",
    "invalid_auth",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "no_permission",
    "team_access_not_granted",
    "not_allowed_token_type",
    "access_denied",
    "accesslimited",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "two_factor_setup_required",
    "unknown_method",  # `base_url` is another service's
)
_NO_PLACE = ("channel_not_found", "not_in_channel", "is_archived", "is_inactive")
_RESTRICTED = "restricted_action"  # and what begins with it: a rule of the workspace
_WRONG = (
    "no_text",
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_attachments",
    "invalid_arguments",
    "too_many_attachments",
    "block_mismatch",
)
_WAIT = ("ratelimited", "rate_limited", "message_limit_exceeded")
_UNCLEAR = ("fatal_error", "internal_error", "request_timeout", "service_unavailable", "update_failed")
_MOVING = ("team_added_to_org", "org_login_required", "external_channel_migrating")
_BY_WORD: Mapping[str, SendOutcome] = {
    **dict.fromkeys((*_AUTH, *_NO_PLACE), SendOutcome.DEST_PERM),
    **dict.fromkeys(_WRONG, SendOutcome.MSG_PERM),
    **dict.fromkeys(_WAIT, SendOutcome.RATE),
    **dict.fromkeys(_UNCLEAR, SendOutcome.UNCERTAIN),
    **dict.fromkeys(_MOVING, SendOutcome.DEST_TEMP),
}
_BY_STATUS: Mapping[int, SendOutcome] = {
    HTTPStatus.OK: SendOutcome.UNCERTAIN,  # cut off, or words of a proxy: it may have been accepted
    HTTPStatus.GONE: SendOutcome.DEST_PERM,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: SendOutcome.MSG_PERM,
    HTTPStatus.TOO_MANY_REQUESTS: SendOutcome.RATE,
    HTTPStatus.BAD_GATEWAY: SendOutcome.UNCERTAIN,
    HTTPStatus.GATEWAY_TIMEOUT: SendOutcome.UNCERTAIN,
}
# A place that is gone for an edit need not be gone for us: the settings may name another by now.
_EDIT_LOST = ("message_not_found", "cant_update_message", "edit_window_closed", *_NO_PLACE)
_THREAD_LOST = (
    "cannot_reply_to_message",
    "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel",
    "message_not_found",
    "thread_not_found",
    *_NO_PLACE,
)
_KEY_REFUSED = ("duplicate_message_not_found", "duplicate_channel_not_found")
_ID = re.compile(r"[A-Z0-9.]{1,40}")


@dataclass(frozen=True, slots=True)
class SlackAnswer:
    """An answer of the Web API: `data` is empty where it was no JSON object, `wait` is in seconds."""

    status: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: float | None = None

    @property
    def word(self) -> str:
        """Slack's word for what is wrong, as long as it came; the status where there is none."""
        word = self.data.get("error")
        return word if isinstance(word, str) and word else f"http {self.status}"

    @property
    def channel(self) -> str | None:
        """The id of the channel that a message stands in."""
        return _identity(self.data.get("channel"))

    @property
    def ts(self) -> str | None:
        """The id of a message in its channel."""
        return _identity(self.data.get("ts"))

    @property
    def is_edit_lost(self) -> bool:
        """Whether the message to edit is no longer there for us, or can no longer be changed."""
        return self.word in _EDIT_LOST

    @property
    def is_thread_lost(self) -> bool:
        """Whether the message to answer is no longer there for us, or takes no answers."""
        return self.word in _THREAD_LOST

    @property
    def is_key_refused(self) -> bool:
        """Whether Slack takes a message for the repeat of one that it cannot find (S-4)."""
        return self.word in _KEY_REFUSED


def _identity(value: object) -> str | None:
    """Return an id as it is stored; a server that says anything else in its place, our token even, is not believed."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def read_slack_answer(status: int, text: str, wait: float | None = None) -> SlackAnswer:
    """Read an answer; what is no JSON object says nothing but its status."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    return SlackAnswer(status, text, data if isinstance(data, dict) else {}, wait)


def classify_slack_answer(answer: SlackAnswer) -> SendOutcome:
    """Return the class of an answer: by its word first, then by its status (table 3.2).

    A word that the table does not know disables nothing and costs the message nothing (D-7, TG-4): it is tried again.
    """
    if answer.data.get("ok") is True:
        return SendOutcome.OK
    if answer.word in _BY_WORD:
        return _BY_WORD[answer.word]
    if answer.word.startswith(_RESTRICTED):
        return SendOutcome.DEST_PERM
    if answer.status == HTTPStatus.OK and answer.data:
        return SendOutcome.DEST_TEMP
    is_redirect = answer.status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100
    return SendOutcome.DEST_PERM if is_redirect else _BY_STATUS.get(answer.status, SendOutcome.DEST_TEMP)
