"""What stands before every page: host, method and token are checked, security headers are added (SEC-9, SEC-22)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.pushes import PUSH_PATH
from web.access import Access
from web.api.problems import problem
from web.tokens import Refusal, TokenCheck, refuse

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a browser sends our own forms with `Origin: null`
    "Cache-Control": "no-store",
}
API = "/api/"
READING = ("GET", "HEAD")
# What needs no token: that we live, for watchers; and the badge, which is there to stand on pages of others and tells two
# figures that were published.
OPEN_PATHS = ("/healthz", "/badge.svg", "/badge.json")
WRITING_PATHS = ("/approvals", "/deliveries", "/people")
# Hubs come here, who have no token: each push has a path that nobody can guess and a signature of its own (`web.push`).
HUB_DOOR = re.compile(rf"{PUSH_PATH}/[0-9]{{1,18}}/[A-Za-z0-9_-]{{40,80}}")
HUB_METHODS = ("GET", "POST")


class Guard:
    """Refuses what no page should see: 421 a foreign host, 405 writing where there is nothing to write, 403 from elsewhere, 401 no token, 429 guessing one."""

    def __init__(self, app: ASGIApp, access: Access, tokens: TokenCheck) -> None:
        self._app = app
        self._access = access
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        target = _told(refusal, scope["path"]) if refusal is not None else self._app
        await target(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        if not self._access.is_host_allowed(headers.get("host", "")):
            return refuse(421, "This server does not answer to that host name.")
        if scope["method"] in HUB_METHODS and HUB_DOOR.fullmatch(scope["path"]):
            return None
        if scope["method"] not in READING:
            refusal = self._writing_refusal(scope, headers)
            if refusal is not None:
                return refusal
        if self._access.is_public and scope["path"] not in OPEN_PATHS:
            return self._tokens.refusal(_bearer(headers.get("authorization")))
        return None

    def _writing_refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Return why a request that writes is refused: few pages take one, all with a token, from a page of ours alone."""
        if scope["method"] != "POST" or scope["path"] not in WRITING_PATHS or not self._tokens.is_possible:
            return refuse(405, "Only reading is possible here.", Allow=", ".join(READING))
        return None if _is_ours(headers) else refuse(403, "This form was not sent from a page of ours.")


def _told(refusal: Refusal, path: str) -> Response:
    """Return a refusal as who asked can read it: below /api as a problem."""
    if not path.startswith(API):
        return refusal
    answer = problem(refusal.status_code, refusal.sentence)
    answer.headers.update(refusal.told)
    return answer


def _bearer(authorization: str | None) -> str | None:
    """Return the token of a header, "" where it holds something else, None where there is none."""
    if not authorization:
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_ours(headers: Headers) -> bool:
    """Say whether a form was sent from a page of this server (SEC-23); a browser names the origin of every form."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    return headers.get("sec-fetch-site") == "same-origin"


def _with_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_guarded
