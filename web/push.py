"""The door for hubs (WebSub, sections 5.3, 7 and 8): they verify what we asked for, and tell that there is news.

The only page that is open beyond this machine without the token. What is told is not read here: bytes of others are parsed
in the crawl process alone. A push that is signed well lets its entry point be asked now, and that is all it does.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from db import Database
from db.pushed import find_push, note_agreement, note_denial, note_forged, note_push
from db.pushes import Push
from db.text import clean_line
from web.pages.frame import number_in
from web.signatures import Signature, read_signature
from web.tokens import refuse

LONGEST_PUSH = 5 * 1024 * 1024  # a hub sends the whole feed; longer ones are not fetched either (SEC-4)
LONGEST_CHALLENGE = 2000
READ_WITHIN = 10.0  # seconds
MOST_AT_ONCE = 8
MOST_A_MINUTE = 60  # of one push
_MINUTE = 60.0
_REMEMBERED = 1000
LEASE_DIGITS = 18  # of seconds; nobody promises more
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=5), timedelta(days=30)
UNSAID_LEASE = timedelta(days=1)  # of a hub that does not say how long it will tell, which it must
_DUE_TO_ASK = ("asked", "verified", "failed")  # states in which a hub may agree to tell


@dataclass(slots=True)
class Pace:
    """Counts the pushes of each number within the last minute."""

    clock: Callable[[], float] = time.monotonic
    _times: OrderedDict[int, deque[float]] = field(default_factory=OrderedDict)

    def allows(self, number: int) -> bool:
        """Say whether one more may come now, and count it."""
        now = self.clock()
        times = self._times.setdefault(number, deque(maxlen=MOST_A_MINUTE))
        self._times.move_to_end(number)
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        if len(times) == MOST_A_MINUTE and now - times[0] < _MINUTE:
            return False
        times.append(now)
        return True


class Pushes:
    """Handlers of the one path below which each push has its own."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] | None = None,
        pace: Pace | None = None,
        read_within: float = READ_WITHIN,
    ) -> None:
        self._database = database
        self._clock = clock or (lambda: datetime.now(UTC))
        self._pace = pace or Pace()
        self._read_within = read_within
        self._busy = 0

    def verify(self, request: Request) -> Response:
        """Agree to what we asked for, with the challenge; 404 for anything else. A refusal of the hub is noted."""
        push = self._find(request)
        asked = request.query_params
        if push is None or not hmac.compare_digest(asked.get("hub.topic", "").encode(), push.topic.encode()):
            return refuse(404, "Nothing like that was asked for.")
        if asked.get("hub.mode") == "denied":
            with self._database.begin() as session:
                note_denial(session, push, f"the hub refuses: {clean_line(asked.get('hub.reason', ''))}", self._clock())
            return Response(status_code=204)
        challenge = asked.get("hub.challenge", "")
        if not is_agreed(push, asked.get("hub.mode")) or not 0 < len(challenge) <= LONGEST_CHALLENGE:
            return refuse(404, "Nothing like that was asked for.")
        with self._database.begin() as session:
            note_agreement(session, push, lease_of(asked.get("hub.lease_seconds")), self._clock())
        return PlainTextResponse(challenge)

    async def receive(self, request: Request) -> Response:
        """Take a push: 204 at once, well signed or not, so that nobody learns which (section 8).

        410 where there is no such push, so that its hub may forget it; 413, 408 for a body too long or too slow; 429, 503
        for too many.
        """
        if self._busy >= MOST_AT_ONCE:
            return refuse(503, "Too many pushes at once.", **{"Retry-After": "10"})
        self._busy += 1
        try:
            return await self._receive(request)
        finally:
            self._busy -= 1

    async def _receive(self, request: Request) -> Response:
        push = await run_in_threadpool(self._find, request)
        if push is None:
            return refuse(410, "There is no such push.")
        if not self._pace.allows(push.id):
            return refuse(429, "Too many pushes.", **{"Retry-After": "60"})
        signature = read_signature(request.headers.get("x-hub-signature"), push.algorithm)
        computed = signature.begin(push.secret)
        try:
            async with asyncio.timeout(self._read_within):
                if not await _feed(computed, request):
                    return refuse(413, "The push is too long.")
        except (TimeoutError, ClientDisconnect):
            return refuse(408, "The push did not come to its end.")
        is_signed = signature.is_of(computed)
        return Response(status_code=204, background=BackgroundTask(self._note, push, signature, is_signed=is_signed))

    def _note(self, push: Push, signature: Signature, *, is_signed: bool) -> None:
        with self._database.begin() as session:
            if is_signed:
                note_push(session, push, signature.algorithm, self._clock())
            else:
                note_forged(session, push)

    def _find(self, request: Request) -> Push | None:
        """Return the push of a path; None where its number is unknown or its token another."""
        number, token = number_in(request), request.path_params["token"]
        if number is None:
            return None
        with self._database.read() as session:
            push = find_push(session, number)
        return push if push is not None and hmac.compare_digest(token.encode(), push.token.encode()) else None


def is_agreed(push: Push, mode: str | None) -> bool:
    """Say whether this is what we asked the hub for."""
    return mode == "unsubscribe" if push.is_leaving else mode == "subscribe" and push.state in _DUE_TO_ASK


def lease_of(text: str | None) -> timedelta:
    """Return for how long a hub promises to tell, within five minutes and thirty days."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= LEASE_DIGITS):
        return UNSAID_LEASE
    seconds = min(int(text), round(LONGEST_LEASE.total_seconds()))
    return max(timedelta(seconds=seconds), SHORTEST_LEASE)


async def _feed(computed: hmac.HMAC, request: Request) -> bool:
    """Feed the body to its HMAC, piece by piece, and keep none; False if it is too long."""
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > LONGEST_PUSH:
            return False
        computed.update(chunk)
    return True
