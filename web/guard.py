"""What stands before every page: host, method and token are checked, security headers are added (SEC-9, SEC-22)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.access import Access

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
READING = ("GET", "HEAD")
OPEN_PATHS = ("/healthz",)  # says no more than that we live: a watcher need not hold the token
BAD_TOKENS = 10
BAD_TOKENS_WITHIN = 60.0


class Guard:
    """Refuses what no page should see: 421 a foreign host, 405 writing, 401 no token, 429 guessing one."""

    def __init__(self, app: ASGIApp, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._access = access
        self._clock = clock
        self._bad_tokens: deque[float] = deque(maxlen=BAD_TOKENS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        target = self._refusal(scope) or self._app
        await target(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.is_host_allowed(headers.get("host", "")):
            return _refuse(421, "This server does not answer to that host name.")
        if scope["method"] not in READING:
            return _refuse(405, "Only reading is possible here.", Allow=", ".join(READING))
        if self._access.is_public and scope["path"] not in OPEN_PATHS:
            return self._check_token(headers.get("authorization", ""))
        return None

    def _check_token(self, authorization: str) -> Response | None:
        now = self._clock()
        if len(self._bad_tokens) == BAD_TOKENS and now - self._bad_tokens[0] < BAD_TOKENS_WITHIN:
            wait = int(BAD_TOKENS_WITHIN - (now - self._bad_tokens[0])) + 1
            return _refuse(429, "Too many wrong tokens.", **{"Retry-After": str(wait)})
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and self._access.is_token(token.strip()):
            return None
        if authorization:  # asking without one is no guess
            self._bad_tokens.append(now)
        return _refuse(401, "This page needs the token.", **{"WWW-Authenticate": "Bearer"})


def _refuse(status: int, sentence: str, **headers: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, headers)


def _with_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_guarded
