"""Asks hubs to tell, or to tell no more (WebSub, section 5): one form, one answer. What hubs announce is not trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin

from alerts.channels.posting import Answer, Limits, Poster
from alerts.outcome import Result, redacted
from db.pushes import Push
from db.text import clean_line
from scheduler.guarded import Gate, GuardedTransport

ASKED_FOR = 10 * 24 * 3600  # seconds that we ask to be told; the hub decides
# A job waits for the answer, and the end of the service for the job.
LIMITS = Limits(connect=4.0, read=6.0, total=8.0, size=2_000)
MOST_REDIRECTS = 3
_REDIRECTS = (307, 308)  # those by which a hub sends a request elsewhere as it is
_TOLD = 200  # characters of what a hub says
_FORM = {"content-type": "application/x-www-form-urlencoded"}

Value = TypeVar("Value")


class Hubs:
    """The line to hubs, each request with connections of its own: a hub is asked once in days."""

    def __init__(self, gate: Gate, user_agent: str) -> None:
        self._gate = gate
        self._user_agent = user_agent

    def ask(self, push: Push, hub: str) -> str | None:
        """Ask a hub for a push, or to leave it; return what went wrong, None if the request was taken.

        Taken is any 2xx: the Recommendation says 202, its forerunners 204.
        """
        return _run(self._ask(push, hub))

    async def _ask(self, push: Push, hub: str) -> str | None:
        form = urlencode(request_of(push)).encode()
        poster = Poster(self._user_agent, LIMITS, GuardedTransport(self._gate))
        try:
            return await _sent(poster, push, hub, form)
        except ValueError:  # an address that is none
            return "redirected to what is no address"
        finally:
            await poster.close()


async def _sent(poster: Poster, push: Push, hub: str, form: bytes) -> str | None:
    for _ in range(MOST_REDIRECTS + 1):
        answer = await poster.post(hub, form, _FORM)
        if isinstance(answer, Result):
            return answer.code or "no answer"
        if answer.status not in _REDIRECTS or "location" not in answer.headers:
            return _trouble(answer, push)
        hub = urljoin(hub, answer.headers["location"])
    return "redirected too often"


def request_of(push: Push) -> dict[str, str]:
    """Return the form of a request (section 5.1). The secret is for the hub alone; it is less than 200 bytes."""
    asked = {"hub.callback": push.callback, "hub.topic": push.topic}
    if push.is_leaving:
        return {**asked, "hub.mode": "unsubscribe"}
    return {**asked, "hub.mode": "subscribe", "hub.lease_seconds": str(ASKED_FOR), "hub.secret": push.secret}


def _trouble(answer: Answer, push: Push) -> str | None:
    if 200 <= answer.status < 300:  # noqa: PLR2004 (HTTP's own numbers)
        return None
    words = clean_line(
        redacted(answer.text, (push.secret, push.token)), _TOLD
    )  # it may repeat what it was sent (SEC-20)
    return f"HTTP {answer.status}: {words}" if words else f"HTTP {answer.status}"


def _run(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """Run to the end in a loop of its own. Unlike `asyncio.run` it does not wait for a thread that looks up a name."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
