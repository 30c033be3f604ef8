"""The receiver of generic webhooks (Standard Webhooks 1.0.0, reliability 3.4): it checks form and signature."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

from newsroom.receiving import Receiver, ReceiverError
from newsroom.serving import Answer, Request

TOLERANCE = timedelta(minutes=5)  # of a timestamp (Standard Webhooks)
_BODY_LIMIT = 20_000  # bytes: the promise of the generic webhook (reliability 3.4)
_PROBLEM_HEADERS = {"Content-Type": "text/plain; charset=utf-8"}


class WebhookReceiver(Receiver):
    """Takes generic webhooks.

    Answers 204. What breaks the format is refused: other methods 405, other content types 415, more than 20,000
    bytes 413, a body that is no JSON 400. With `secret` (`whsec_…`) a signature that does not verify gets 401.
    """

    def __init__(
        self,
        secret: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(clock, host, port)
        self._secret = secret

    @property
    def url(self) -> str:
        """Return the address to post to; its path is part of it, as with real receivers."""
        return f"{self.root}/hooks/volya"

    def answer(self, request: Request) -> Answer:
        """Return 204, or the refusal."""
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


def open_signed(request: Request, secret: str) -> dict[str, Any]:
    """Return the body of a webhook whose signature verifies on the raw bytes (W-2).

    Raises ReceiverError otherwise. The timestamp may be five minutes off the moment at which the request came, whenever
    it is looked at: the library would compare it with the present.
    """
    number = request.headers.get("webhook-id", "a request without id")
    try:
        sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        signature = Webhook(secret).sign(number, sent_at, request.body.decode())
        is_right = signature in request.headers["webhook-signature"].split(" ")
        body: dict[str, Any] = json.loads(request.body)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise ReceiverError(f"signature of {number} cannot be read: {error!r}", request) from error
    if not is_right or abs(request.received_at - sent_at) > TOLERANCE:
        raise ReceiverError(f"signature of {number} is not valid", request)
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
