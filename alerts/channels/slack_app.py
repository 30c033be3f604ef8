"""Slack by an app (reliability 3.2): posts, edits in place, and answers in the thread of what was posted.

Slack promises no key by which a repeat is known, so a repeated message is marked (P2, D-12); a repeated edit needs no
mark. The token travels in a header, never in an address (SEC-20).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from alerts.channels.base import Parcel, Remote
from alerts.channels.posting import Limits, Poster, usable_url
from alerts.channels.slack_app_answers import SlackAnswer, classify_slack_answer, read_slack_answer
from alerts.channels.slack_body import slack_body
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

log = logging.getLogger(__name__)

BASE_URL = "https://slack.com/api"
WORD_LIMIT = 60
PLACE_PATTERN = r"^([CDG][A-Z0-9]{2,30}|#[^\s#@<>&|]{1,80})$"  # the id of a channel, or # and its name
_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{10,250}")
_CHARSET = "application/json; charset=utf-8"  # without the charset Slack warns in every answer
_KEYS = UUID("3f1d1f7c-6d0a-4d1e-9a55-5f2f3c0f8a11")  # the space of names that client_msg_id is made in
# What stands in a message links nobody and nothing by itself (S-2); chat.update would do so unless told (`parse`).
_PLAIN: Mapping[str, Any] = {"link_names": False, "parse": "none"}
_QUIET: Mapping[str, Any] = {**_PLAIN, "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class SlackApp:
    """Who writes: the token of an app's bot, and the server that speaks the Web API."""

    token: str = field(repr=False)
    base_url: str = BASE_URL


class SlackAppChannel:
    """Writes to one channel as an app. `place` is its id, or # and its name; edits always go by the id Slack gave."""

    can_edit = True
    has_key = False
    is_for_machines = False
    interval = 1.0  # D-16, S-5

    def __init__(
        self,
        name: str,
        app: SlackApp,
        place: str,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        if not _TOKEN.fullmatch(app.token):
            raise UnusableDestinationError(name, "its token is not that of an app's bot: it begins with xoxb-")
        if not re.fullmatch(PLACE_PATTERN, place):
            raise UnusableDestinationError(name, "its chat must be the id of a channel, or # and its name")
        self._base = usable_url(name, app.base_url).rstrip("/")
        self._headers = {"authorization": f"Bearer {app.token}", "content-type": _CHARSET}
        self._secrets = (app.token, app.token.removeprefix("xoxb-"))
        self._place = place
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    def __repr__(self) -> str:
        return f"SlackAppChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write text and blocks; on the lower rungs text alone."""
        return slack_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Post a new message."""
        return self._result(await self._post(parcel, {"channel": self._place}))

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Change a posted message; EDIT_LOST for one that is gone, closed to edits, or in a channel that we left."""
        if remote.channel is None or self._has_left(remote):
            return Result(SendOutcome.EDIT_LOST, code="it stands in another channel")
        # Blocks that are not named would stay as they were.
        place = {"channel": remote.channel, "ts": remote.id, **_PLAIN}
        answer = await self._call("chat.update", {"blocks": [], **json.loads(parcel.body), **place})
        if isinstance(answer, SlackAnswer) and answer.is_edit_lost:
            return Result(SendOutcome.EDIT_LOST, answer.status, answer.word)
        return self._result(answer)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Answer in the thread of a posted message and show it in the channel, too: an edit rings nobody's phone (D-22).

        Where the message is gone, the answer stands alone.
        """
        if remote.channel is None or self._has_left(remote):
            return await self.send(parcel)
        thread = {"channel": remote.channel, "thread_ts": remote.id, "reply_broadcast": True}
        answer = await self._post(parcel, thread)
        if isinstance(answer, SlackAnswer) and answer.is_thread_lost:
            log.warning("destination %s: %s: the answer is sent outside of the thread", self.name, answer.word)
            return await self.send(parcel)
        return self._result(answer)

    async def _post(self, parcel: Parcel, place: Mapping[str, Any]) -> SlackAnswer | Result:
        """Post with the delivery's key, which Slack may know a repeat by (S-4); without it where it errs over it."""
        message = {**json.loads(parcel.body), **place, **_QUIET}
        answer = await self._call("chat.postMessage", {**message, "client_msg_id": str(uuid5(_KEYS, parcel.key))})
        if isinstance(answer, SlackAnswer) and answer.is_key_refused:
            return await self._call("chat.postMessage", message)
        return answer

    async def _call(self, method: str, call: Mapping[str, Any]) -> SlackAnswer | Result:
        """Call a method once."""
        content = json.dumps(call, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        answer = await self._poster.post(f"{self._base}/{method}", content, self._headers)
        if isinstance(answer, Result):
            return answer
        wait = retry_after(answer.headers, answer.text, self._clock())
        return read_slack_answer(answer.status, answer.text, wait)

    def _result(self, answer: SlackAnswer | Result) -> Result:
        if isinstance(answer, Result):
            return answer
        outcome = classify_slack_answer(answer)
        is_fine = outcome == SendOutcome.OK
        return Result(
            outcome,
            status=answer.status,
            code=None if is_fine else redacted(answer.word, self._secrets)[:WORD_LIMIT],
            retry_after=answer.wait,
            response=redacted(answer.text, self._secrets),
            remote_channel=answer.channel if is_fine else None,
            remote_id=answer.ts if is_fine else None,
        )

    def _has_left(self, remote: Remote) -> bool:
        """Say whether a message stands in another channel than we write to: the settings were changed since.

        A name does not tell which channel it is; there Slack says whether the message can still be edited.
        """
        return not self._place.startswith("#") and remote.channel != self._place

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()
