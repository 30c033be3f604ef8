"""A receiver that behaves like an ntfy server (reliability 3.5): it takes JSON at its root and keeps its own limits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any

from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request

TOPIC = "made-up-topic-Zk3v9"
TOKEN = "tk_madeupmadeupmadeupmadeupmade0"  # noqa: S105  of nobody
_MESSAGE_BYTES = 4_096
_BODY_BYTES = 2 * _MESSAGE_BYTES
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_DISALLOWED = ("account", "app", "docs", "file", "login", "settings", "signup", "static", "v1")
_KNOWN = {
    40009: "invalid request: topic invalid",
    40010: "invalid request: topic name is disallowed",
    40014: "invalid request: attachments not allowed",
    40024: "invalid request: request body must be valid JSON",
    40101: "unauthorized",
    40301: "forbidden",
    40401: "page not found",
    41301: "attachment too large, or bandwidth limit reached",
    41303: "JSON body too large",
    42901: "limit reached: too many requests",
    42904: "limit reached: the total number of topics on the server has been reached, please contact the admin",
    42908: "limit reached: daily message quota reached",
    50001: "internal server error",
    50701: "cannot publish to UnifiedPush topic without previously active subscriber",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_KINDS: Mapping[str, type] = {"title": str, "message": str, "tags": list, "priority": int, "click": str}


@dataclass(frozen=True, slots=True)
class NtfyMessage:
    """A message as phones show it; one too long `is_attached`: its text is then in a file that has to be opened."""

    id: str
    topic: str
    title: str
    message: str
    tags: tuple[str, ...] = ()
    priority: int = 3
    click: str | None = None
    is_attached: bool = False

    @property
    def text(self) -> str:
        """All that is seen of it."""
        return "\n".join(filter(None, [self.title, self.message]))

    @property
    def links(self) -> tuple[str, ...]:
        """What can be opened: the message itself, and the addresses that phones find in its text."""
        return (*([self.click] if self.click else []), *_ADDRESS.findall(self.text))


class NtfyReceiver(Receiver):
    """An ntfy server. With `token` only its owner may write; with `has_attachments` long texts become files."""

    def __init__(
        self,
        token: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        has_attachments: bool = True,
    ) -> None:
        super().__init__(clock, host, port)
        self._token = token
        self._has_attachments = has_attachments
        self._messages: list[NtfyMessage] = []

    @property
    def url(self) -> str:
        """Return the base address of the server."""
        return self.root

    @property
    def messages(self) -> tuple[NtfyMessage, ...]:
        """Return the messages of all topics, oldest first."""
        return tuple(self._messages)

    def answer(self, request: Request) -> Answer:
        """Return the message that was taken, or the refusal."""
        if request.method != "POST" or request.path != "/":
            return failure(40401)
        if len(request.body) > _BODY_BYTES:
            return failure(41303)
        call = _read(request.body)
        problem = 40024 if call is None else self._problem(request, call)
        if call is None or problem:
            return failure(problem or 40024)
        return self._keep(call)

    def _problem(self, request: Request, call: Mapping[str, Any]) -> int | None:
        topic, message = call.get("topic"), call.get("message", "")
        if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
            return 40009
        if topic in _DISALLOWED:
            return 40010
        if self._token is not None and "authorization" not in request.headers:
            return 40301
        if self._token is not None and request.headers["authorization"] != f"Bearer {self._token}":
            return 40101
        return 40014 if len(message.encode()) > _MESSAGE_BYTES and not self._has_attachments else None

    def _keep(self, call: Mapping[str, Any]) -> Answer:
        text = call.get("message") or "triggered"
        is_attached = len(text.encode()) > _MESSAGE_BYTES
        message = NtfyMessage(
            id=f"made{len(self._messages):08}",
            topic=call["topic"],
            title=shown_title(call.get("title") or ""),
            message="You received a file: attachment.txt" if is_attached else text,
            tags=tuple(call.get("tags") or ()),
            priority=call.get("priority") or 3,
            click=call.get("click"),
            is_attached=is_attached,
        )
        self._messages.append(message)
        body = {"id": message.id, "time": int(self.clock().timestamp()), "event": "message", "topic": message.topic}
        return _say(200, {**body, "title": message.title, "message": message.message})


def shown_title(title: str) -> str:
    """Return a title as the server keeps it: it decodes encoded words (RFC 2047), also in what came as JSON."""
    try:
        return str(make_header(decode_header(title))) if "=?" in title else title
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return title


def failure(code: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a failure by the server's number of it, for scripts too; its first three digits are the status."""
    status = code // 100
    answer = _say(status, {"code": code, "http": status, "error": _KNOWN.get(code, "made up")})
    return Answer(status, answer.body, {**answer.headers, **(headers or {})})


def _read(body: bytes) -> Mapping[str, Any] | None:
    try:
        call = json.loads(body)
    except ValueError:
        return None
    is_well = isinstance(call, dict) and all(isinstance(call.get(name, kind()), kind) for name, kind in _KINDS.items())
    return call if is_well else None


def _say(status: int, body: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
