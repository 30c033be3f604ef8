"""Discord by a webhook (reliability 3.5): sends, edits in place, and answers by a new message with a link.

A webhook can answer nothing: `message_reference` is for bots. An answer is therefore a new message below, which ends
with the link to the first one. Everything may go to one thread of the channel. There is no key by which a repeat is
known, so a repeated message is marked (P2); a repeated edit needs no mark. The address is the secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import httpx

from alerts.channels.base import Parcel, Remote
from alerts.channels.discord_answers import DiscordAnswer, classify_discord, read_answer, words_of
from alerts.channels.discord_body import answering, discord_body
from alerts.channels.posting import Limits, Poster, telling_parts, usable_url
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

_PATH = re.compile(r"/api(?:/v\d+)?/webhooks/\d+/[\w-]+")
PLACE = "https://discord.com/channels/{}/{}/{}"


class DiscordChannel:
    """Writes by one webhook, to its channel or to one thread of it.

    `interval`: a channel takes 30 messages a minute of webhooks; what Discord's headers foretell is not read, a 429
    is heeded.
    """

    can_edit = True
    has_key = False
    is_for_machines = False
    interval = 2.0

    def __init__(
        self,
        name: str,
        url: str,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        thread: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        address = httpx.URL(usable_url(name, url))
        self._url = address.copy_with(path=address.path.rstrip("/"))
        if not _PATH.fullmatch(self._url.path) or address.query or address.fragment:
            trouble = "its url must be that of a Discord webhook, …/api/webhooks/ID/TOKEN, and end there"
            raise UnusableDestinationError(name, trouble)
        self._secrets = (url, str(self._url), *telling_parts(str(self._url)))
        self._thread = {} if thread is None else {"thread_id": str(thread)}
        self._guild: str | None = None
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    def __repr__(self) -> str:
        return f"DiscordChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write headline and embed; on the lower rungs text alone."""
        return discord_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Send a new message, and wait for it to be saved: without `wait` a message that is lost gives no error."""
        return self._result(await self._call("POST", parcel.body, {"wait": "true"}))

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Change a sent message; EDIT_LOST for one that is gone."""
        answer = await self._call("PATCH", parcel.body, {}, f"/messages/{remote.id}")
        if isinstance(answer, DiscordAnswer) and answer.is_edit_lost:
            return Result(SendOutcome.EDIT_LOST, answer.status, words_of(answer, self._secrets))
        return self._result(answer)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Send a new message with a link to a sent one; where we do not get to know where that stands, without."""
        if self._guild is None:
            about = await self._call("GET")
            if isinstance(about, Result):  # no answer came, so nothing was sent: what we ask is only asked again
                return Result(SendOutcome.DEST_TEMP, code=about.code)
            self._guild = about.identity("guild_id")
        is_known = self._guild is not None and remote.channel is not None
        link = PLACE.format(self._guild, remote.channel, remote.id) if is_known else None
        return self._result(await self._call("POST", answering(parcel.body, link), {"wait": "true"}))

    async def _call(
        self, method: str, body: bytes = b"", query: dict[str, str] | None = None, path: str = ""
    ) -> DiscordAnswer | Result:
        """Ask once; `query` None: not in a thread."""
        address = self._url.copy_with(path=self._url.path + path)
        if query is not None:
            address = address.copy_merge_params({**query, **self._thread})
        answer = await self._poster.request(method, str(address), body)
        if isinstance(answer, Result):
            return answer
        return read_answer(answer.status, answer.text, retry_after(answer.headers, answer.text, self._clock()))

    def _result(self, answer: DiscordAnswer | Result) -> Result:
        if isinstance(answer, Result):
            return answer
        outcome = classify_discord(answer)
        is_ok = outcome == SendOutcome.OK
        return Result(
            outcome,
            status=answer.status,
            code=None if is_ok else words_of(answer, self._secrets),
            retry_after=answer.wait,
            response=redacted(answer.text, self._secrets),
            remote_channel=answer.identity("channel_id") if is_ok else None,
            remote_id=answer.message_id if is_ok else None,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()
