"""ntfy (reliability 3.5): a push message to everyone who follows a topic; new messages only.

Servers from 2.16.0 on can replace a message by its sequence id, but an older one silently posts a second, so nothing is
edited. Everything travels in JSON and nothing of a message in headers, which take no Cyrillic. There is no key by which
a repeat is known, so a repeat is marked (P2). Who knows a topic can read and write there: it is a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from alerts.channels.base import Parcel
from alerts.channels.ntfy_answers import classify_ntfy, read_answer, words_of
from alerts.channels.ntfy_body import as_json, ntfy_body
from alerts.channels.posting import Answer, Limits, Poster, telling_parts, usable_url
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

NTFY_SERVER = "https://ntfy.sh"
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_TOKEN = re.compile(r"[-_A-Za-z0-9]{1,200}")


@dataclass(frozen=True, slots=True)
class Topic:
    """Where messages go: the topic, a token of who may write there (none: everyone may), and the server."""

    name: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    base_url: str = NTFY_SERVER


class NtfyChannel:
    """Writes to one topic of a server."""

    can_edit = False
    has_key = False
    is_for_machines = False
    interval = 1.0

    def __init__(
        self, name: str, topic: Topic, *, user_agent: str, clock: Callable[[], datetime], limits: Limits | None = None
    ) -> None:
        self.name = name
        if not _TOPIC.fullmatch(topic.name):
            raise UnusableDestinationError(name, "its topic must be 1 to 64 letters of a to z, digits, - and _")
        if topic.token is not None and not _TOKEN.fullmatch(topic.token):
            raise UnusableDestinationError(name, "its token must be one of ntfy: tk_ and letters")
        self._url = usable_url(name, topic.base_url).rstrip("/") + "/"
        self._topic = topic.name
        self._headers = {} if topic.token is None else {"authorization": f"Bearer {topic.token}"}
        self._secrets = (topic.token or "", topic.name, *telling_parts(topic.base_url))
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    def __repr__(self) -> str:
        return f"NtfyChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write title and text; on the lower rungs text alone."""
        return ntfy_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Post once."""
        body = as_json({"topic": self._topic, **json.loads(parcel.body)})
        answer = await self._poster.post(self._url, body, self._headers)
        return answer if isinstance(answer, Result) else self._result(answer)

    def _result(self, received: Answer) -> Result:
        now = self._clock()
        wait = retry_after(received.headers, received.text, now)
        answer = read_answer(received.status, received.text, wait, now)
        outcome = classify_ntfy(answer)
        return Result(
            outcome,
            status=answer.status,
            code=None if outcome == SendOutcome.OK else words_of(answer, self._secrets),
            retry_after=answer.wait,
            response=redacted(answer.text, self._secrets),
            remote_id=answer.message_id,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()
