"""Slack by an incoming webhook (reliability 3.1): new messages only; it can neither edit nor answer.

It has no key by which it could know a repeat, so a repeat is marked (P2, D-12).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from alerts.channels.base import Parcel
from alerts.channels.posting import Answer, Limits, Poster, telling_parts, usable_url
from alerts.channels.slack_body import slack_body
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

_GONE = (
    "invalid_token",
    "action_prohibited",
    "posting_to_general_channel_denied",
    "no_service",
    "no_active_hooks",
    "no_service_id",
    "no_team",
    "channel_not_found",
    "user_not_found",
    "channel_is_archived",
    "team_disabled",
)
_WRONG = (
    "no_text",
    "invalid_payload",
    "invalid_blocks",
    "invalid_blocks_format",
    "too_many_attachments",
    "msg_too_long",
    "msg_blocks_too_long",
)
_WAIT = ("rate_limited", "ratelimited", "message_limit_exceeded")
_UNCLEAR = ("fatal_error", "internal_error", "request_timeout", "service_unavailable")
_BY_WORD: Mapping[str, SendOutcome] = {
    **dict.fromkeys(_GONE, SendOutcome.DEST_PERM),
    **dict.fromkeys(_WRONG, SendOutcome.MSG_PERM),
    **dict.fromkeys(_WAIT, SendOutcome.RATE),
    **dict.fromkeys(_UNCLEAR, SendOutcome.UNCERTAIN),
    "rollup_error": SendOutcome.DEST_TEMP,
}


def classify_slack(status: int, word: str) -> SendOutcome:
    """Return the class of an answer: by its word first, then by its status (table 3.1).

    200 with another word than `ok` is a failure (F-30); 200 with less of it was cut off and may have been accepted. A
    status the table does not name is the destination's fault (D-7).
    """
    if word in _BY_WORD:
        return _BY_WORD[word]
    if status == HTTPStatus.OK and "ok".startswith(word):
        return SendOutcome.OK if word == "ok" else SendOutcome.UNCERTAIN
    if status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100 or status == HTTPStatus.GONE:
        return SendOutcome.DEST_PERM
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SendOutcome.RATE
    is_wrong = status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return SendOutcome.MSG_PERM if is_wrong else SendOutcome.DEST_TEMP


def word_of(text: str) -> str:
    """Return the word an answer comes down to: the bare body, or `error` where it is JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip()
    if not isinstance(data, dict):
        return text.strip()
    return "ok" if data.get("ok") is True else str(data.get("error", "")) or text.strip()


class SlackChannel:
    """Posts to one incoming webhook; its address is the secret."""

    can_edit = False
    has_key = False
    is_for_machines = False
    interval = 1.0

    def __init__(
        self, name: str, url: str, *, user_agent: str, clock: Callable[[], datetime], limits: Limits | None = None
    ) -> None:
        self.name = name
        self._url = usable_url(name, url)
        self._secrets = (url, *telling_parts(url))
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write text and blocks; on the lower rungs text alone."""
        return slack_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Post once."""
        answer = await self._poster.post(self._url, parcel.body)
        return answer if isinstance(answer, Result) else self._result(answer)

    def _result(self, answer: Answer) -> Result:
        word = word_of(answer.text)
        outcome = classify_slack(answer.status, word)
        known = word if word in _BY_WORD else f"http {answer.status}"
        return Result(
            outcome,
            status=answer.status,
            code=known if outcome != SendOutcome.OK else None,
            retry_after=retry_after(answer.headers, answer.text, self._clock()),
            response=redacted(answer.text, self._secrets),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()
