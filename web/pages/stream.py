"""The stream of events as they come, in the form of server-sent events (HTML Living Standard §9.2)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from db import Database
from db.newest import Turned, newest_place
from web.live import Watch
from web.pages.frame import ID_DIGITS
from web.tokens import refuse

COME_AGAIN = 3  # seconds after which a browser that lost the stream asks for it again
FULL = 30  # seconds to wait where too many listen
HEADERS = {"X-Accel-Buffering": "no"}  # a proxy must hand each line on at once
MEDIA_TYPE = "text/event-stream"


class EventStream:
    """Handler of the stream. It runs in the event loop, for a listener must not hold a thread."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch

    async def show(self, request: Request) -> Response:
        """Tell what turns from now on, or from where the listener stopped; 503 where too many listen."""
        if request.method == "HEAD":
            return Response(media_type=MEDIA_TYPE, headers=HEADERS)
        place = _place_in(request)
        here = place if place is not None else await run_in_threadpool(self._newest)
        if self._watch.is_full:
            return refuse(503, "Too many listen to the stream of events.", **{"Retry-After": str(FULL)})
        return _Stream(self._watch, here)

    def _newest(self) -> int:
        with self._database.read() as session:
            return newest_place(session)


class _Stream(StreamingResponse):
    """The stream to one listener, who counts from the first byte until the line is closed by either side."""

    def __init__(self, watch: Watch, place: int) -> None:
        self._watch = watch
        self._lines = _lines(watch, place)
        super().__init__(self._lines, media_type=MEDIA_TYPE, headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._watch.joined():
            async with aclosing(self._lines):
                await super().__call__(scope, receive, send)


async def _lines(watch: Watch, place: int) -> AsyncGenerator[str, None]:
    yield f"retry: {COME_AGAIN * 1000}\n\n"
    async with aclosing(watch.listen(place)) as heard:
        async for turned in heard:
            yield _line(turned) if turned is not None else ":\n\n"


def _line(turned: Turned) -> str:
    data = json.dumps({"id": turned.event, "revision": turned.revision})
    return f"id: {turned.place}\ndata: {data}\n\n"


def _place_in(request: Request) -> int | None:
    """Return where a listener stopped: by the header of a browser that comes again, else by the address; else None."""
    given = request.headers.get("last-event-id") or request.query_params.get("since") or ""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= ID_DIGITS else None
