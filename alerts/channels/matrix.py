"""Matrix by its client-server API (reliability 3.5): sends, edits in place, and answers in a thread, each exactly once.

The id of the transaction is the delivery's key: a home server that gets it again from the same session answers with the
event it has, and shows nothing twice (P2). It remembers for some time only (Synapse for a day), and a new token begins
anew. The token travels in a header, never in an address (SEC-20). Rooms with encryption are not for us: the server would
take our messages, and show them to all as unprotected.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from alerts.channels.base import Parcel, Remote
from alerts.channels.matrix_answers import MatrixAnswer, classify_lookup, classify_matrix, read_answer, word_of
from alerts.channels.matrix_body import answering, matrix_body, replacing
from alerts.channels.posting import Limits, Poster, telling_parts, usable_url
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted, retry_after

log = logging.getLogger(__name__)

API = "/_matrix/client/v3"
ANEW = "-anew"  # what is sent in the place of an edit or an answer is a transaction of its own, the same at every retry
ROOM_PATTERN = r"^(![\w.~=+/-]{1,200}(:[\w.:\[\]-]{1,200})?|#[^\s:]{1,200}:[\w.:\[\]-]{1,200})$"
_TOKEN = re.compile(r"[!-~]{8,2000}")


@dataclass(frozen=True, slots=True)
class Account:
    """Who writes: the access token of an account, and its home server."""

    token: str = field(repr=False)
    base_url: str


class MatrixChannel:
    """Writes to one room. `place` is its id (`!…`), or an alias (`#name:server`), which is looked up once.

    A refusal lets us look the alias up again: a room that was upgraded has another id.
    """

    can_edit = True
    has_key = True
    is_for_machines = False
    interval = 1.0

    def __init__(
        self,
        name: str,
        account: Account,
        place: str,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        if not _TOKEN.fullmatch(account.token):
            raise UnusableDestinationError(name, "its token is not an access token: letters and signs without spaces")
        if not re.fullmatch(ROOM_PATTERN, place):
            raise UnusableDestinationError(name, "its chat must be the id of a room (!…) or an alias (#name:server)")
        self._base = usable_url(name, account.base_url).rstrip("/") + API
        self._headers = {"authorization": f"Bearer {account.token}"}
        self._secrets = (account.token, *telling_parts(account.base_url))
        self._place = place
        self._room = place if place.startswith("!") else None
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    def __repr__(self) -> str:
        return f"MatrixChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write text and HTML; on the lower rungs text alone."""
        return matrix_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Send a new message."""
        room = await self._found()
        return room if isinstance(room, Result) else await self._sent(room, parcel.key, parcel.body)

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Change a sent message; one that is gone, or stands in a room that we left, is sent anew.

        What is remembered stays the first event: an edit of an edit would change nothing.
        """
        return await self._related(parcel, remote, replacing(parcel.body, remote.id), keeps=remote.id)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Answer in the thread of a sent message; where that is gone, the answer stands alone."""
        return await self._related(parcel, remote, answering(parcel.body, remote.id))

    async def _related(self, parcel: Parcel, remote: Remote, content: bytes, keeps: str | None = None) -> Result:
        room = await self._found()
        if isinstance(room, Result):
            return room
        if remote.channel == room and not await self._is_gone(room, remote.id):
            answer = await self._put(room, parcel.key, content)
            if isinstance(answer, Result) or not answer.is_relation_lost:
                return self._result(answer, room, keeps)
        log.warning("destination %s: the message that this belongs to is not there, it is sent anew", self.name)
        return await self._sent(room, parcel.key + ANEW, parcel.body)

    async def _sent(self, room: str, transaction: str, content: bytes) -> Result:
        return self._result(await self._put(room, transaction, content), room)

    async def _put(self, room: str, transaction: str, content: bytes) -> MatrixAnswer | Result:
        path = f"/rooms/{_step(room)}/send/m.room.message/{_step(transaction)}"
        return await self._call("PUT", path, content)

    async def _found(self) -> str | Result:
        """Return the id of the room; a Result where we do not get to know it. Nothing was sent then, whatever it was."""
        if self._room is not None:
            return self._room
        answer = await self._call("GET", f"/directory/room/{_step(self._place)}")
        if isinstance(answer, Result):
            return Result(SendOutcome.DEST_TEMP, code=answer.code)
        if not answer.is_good or answer.room_id is None:
            return self._told(answer, classify_lookup(answer))
        self._room = answer.room_id
        return self._room

    async def _is_gone(self, room: str, event: str) -> bool:
        """Say whether a message was removed: a server takes the edit of one without a word, and nobody would see it."""
        answer = await self._call("GET", f"/rooms/{_step(room)}/event/{_step(event)}")
        return isinstance(answer, MatrixAnswer) and answer.is_about_nothing

    async def _call(self, method: str, path: str, body: bytes = b"") -> MatrixAnswer | Result:
        """Ask once."""
        answer = await self._poster.request(method, self._base + path, body, self._headers)
        if isinstance(answer, Result):
            return answer
        return read_answer(answer.status, answer.text, retry_after(answer.headers, answer.text, self._clock()))

    def _result(self, answer: MatrixAnswer | Result, room: str, keeps: str | None = None) -> Result:
        if isinstance(answer, Result):
            return answer
        outcome = classify_matrix(answer)
        if outcome == SendOutcome.OK:
            return self._told(answer, outcome, room, keeps or answer.event_id)
        if outcome == SendOutcome.DEST_PERM and self._place != room:
            self._room = None
        return self._told(answer, outcome)

    def _told(
        self, answer: MatrixAnswer, outcome: SendOutcome, room: str | None = None, event: str | None = None
    ) -> Result:
        return Result(
            outcome,
            status=answer.status,
            code=None if outcome == SendOutcome.OK else word_of(answer, self._secrets),
            retry_after=answer.wait,
            response=redacted(answer.text, self._secrets),
            remote_channel=room,
            remote_id=event,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()


def _step(name: str) -> str:
    """Return a name as one step of a path: ids hold colons and may hold slashes."""
    return quote(name, safe="")
