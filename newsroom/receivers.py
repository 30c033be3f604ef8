"""Receivers that stand in for the services alerts are sent to: they record everything and fail on order."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError

from newsroom.serving import Answer, Exchange, LoopbackServer, Request

_BODY_LIMIT = 20_000  # bytes: the promise of the generic webhook (reliability 3.4)
_PROBLEM_HEADERS = {"Content-Type": "text/plain; charset=utf-8"}


class ReceiverError(Exception):
    """A request is not what a receiver may trust; `request` is its subject."""

    def __init__(self, message: str, request: Request) -> None:
        super().__init__(message)
        self.request = request


class WebhookReceiver:
    """Takes generic webhooks (Standard Webhooks 1.0.0) as a careful receiver would.

    Answers 204; scripted answers come first, one a call, in order. What breaks the format is refused: other
    methods 405, other content types 415, more than 20,000 bytes 413, a body that is no JSON 400. With `secret`
    (`whsec_…`) a signature that does not verify gets 401.
    """

    def __init__(
        self,
        secret: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._secret = secret
        self._script: deque[Answer] = deque()
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._respond, clock, host, port)

    @property
    def url(self) -> str:
        """Return the address to post to; its path is part of it, as with real receivers."""
        return f"{self._server.url}/hooks/volya"

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Return every recorded request with the status it was to get."""
        return self._server.exchanges

    @property
    def accepted(self) -> tuple[Request, ...]:
        """Return the requests that were answered with 2xx (or would have been, had the line held)."""
        return accepted(self.exchanges)

    def script(self, *answers: Answer) -> None:
        """Give the next calls these answers, one each, before the ordinary one comes back."""
        with self._lock:
            self._script.extend(answers)

    def wait_until(self, holds: Callable[[tuple[Exchange, ...]], bool], seconds: float) -> bool:
        """Wait until `holds` is true of what was recorded, at most `seconds`; say whether it is."""
        return self._server.wait_until(holds, seconds)

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            if self._script:
                return self._script.popleft()
        return self._refuse(request) or Answer(204)

    def _refuse(self, request: Request) -> Answer | None:
        if request.method != "POST":
            return _problem(405, "POST only")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _problem(415, "application/json only")
        if len(request.body) > _BODY_LIMIT:
            return _problem(413, f"more than {_BODY_LIMIT} bytes")
        if not _is_json(request.body):
            return _problem(400, "not JSON")
        if self._secret is not None and not is_signed(request, self._secret):
            return _problem(401, "signature does not verify")
        return None

    def start(self) -> Self:
        """Begin to answer."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def accepted(exchanges: tuple[Exchange, ...]) -> tuple[Request, ...]:
    """Return the requests among `exchanges` that were to be answered with 2xx."""
    return tuple(one.request for one in exchanges if 200 <= one.status < 300)  # noqa: PLR2004  a class of statuses


def open_signed(request: Request, secret: str) -> dict[str, Any]:
    """Return the body of a webhook whose signature verifies on the raw bytes (W-2).

    Raises ReceiverError otherwise. The library also refuses timestamps more than five minutes off.
    """
    try:
        body: dict[str, Any] = Webhook(secret).verify(request.body, dict(request.headers))
    except (WebhookVerificationError, ValueError) as error:
        raise ReceiverError(
            f"signature of {request.headers.get('webhook-id', 'a request without id')} is not valid: {error}", request
        ) from error
    return body


def is_signed(request: Request, secret: str) -> bool:
    """Say whether `open_signed` would return."""
    try:
        open_signed(request, secret)
    except ReceiverError:
        return False
    return True


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _problem(status: int, sentence: str) -> Answer:
    return Answer(status, sentence.encode(), _PROBLEM_HEADERS)
