"""A receiver that behaves like Discord at one webhook (reliability 3.5): messages, edits, threads, and its refusals.

It holds senders to the limits itself. Characters are counted in units of UTF-16, the strictest way to count them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from newsroom.discord_text import VisibleText, read_markdown
from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request

WEBHOOK, GUILD, CHANNEL = "1400000000000000001", "1300000000000000002", "1300000000000000003"
TOKEN = "MADE-UP-made-up-MADE-UP-made-up-MADE-UP-made-up-MADE-UP-made-up-0000"  # noqa: S105  of no webhook
_FIRST_ID = 1_500_000_000_000_000_000
_CONTENT = 2_000
_EMBEDS = 10
_TOTAL = 6_000  # of all texts of all embeds together
_FIELDS = 25
_PARTS: Mapping[str, int] = {"title": 256, "description": 4_096}
_NAMED: Mapping[str, tuple[str, int]] = {"footer": ("text", 2_048), "author": ("name", 256)}
_FIELD: Mapping[str, int] = {"name": 256, "value": 1_024}


class RefusalError(Exception):
    """Discord refuses a call: status, code and words of the answer."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.answer = failure(status, code, message)


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """A message as it stands in the channel. `edits` counts how often it was changed; `rings` whom it mentioned.

    `visible` is its content as people see it, `embeds` the description of each embed.
    """

    id: str
    channel: str
    visible: VisibleText
    embeds: tuple[VisibleText, ...] = ()
    rings: tuple[str, ...] = ()
    edits: int = 0

    @property
    def text(self) -> str:
        """All that is seen of it."""
        return "\n".join(part.text for part in (self.visible, *self.embeds))

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """All its links, as (label, address)."""
        return tuple(link for part in (self.visible, *self.embeds) for link in part.links)


class DiscordReceiver(Receiver):
    """Discord with one webhook, which writes in its channel or in one of its `threads`.

    GET tells where the webhook belongs, POST sends (`wait=true`: with the message as answer), PATCH edits.
    """

    def __init__(
        self,
        threads: Sequence[int] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(clock, host, port)
        self._threads = frozenset(map(str, threads))
        self._messages: dict[str, DiscordMessage] = {}
        self._last_id = _FIRST_ID
        self._path = f"/api/webhooks/{WEBHOOK}/{TOKEN}"

    @property
    def url(self) -> str:
        """Return the address of the webhook, which is the secret."""
        return f"{self.root}{self._path}"

    @property
    def messages(self) -> tuple[DiscordMessage, ...]:
        """Return the messages as they stand now, oldest first."""
        return tuple(self._messages.values())

    def delete(self, message: str) -> None:
        """Take a message away, as a moderator does."""
        del self._messages[message]

    def answer(self, request: Request) -> Answer:
        """Return what Discord answers: the message, or its refusal."""
        path, _, message = request.path.partition("/messages/")
        if path != self._path:
            return failure(404, 10015, "Unknown Webhook")
        try:
            return self._act(request, message)
        except RefusalError as error:
            return error.answer

    def _act(self, request: Request, message: str) -> Answer:
        query = {name: values[-1] for name, values in parse_qs(request.query).items()}
        if request.method == "GET" and not message:
            return _say(200, {"id": WEBHOOK, "type": 1, "guild_id": GUILD, "channel_id": CHANNEL, "name": "Volya"})
        if request.method == "POST" and not message:
            return self._send(_read(request), self._place(query), is_awaited=query.get("wait") == "true")
        if request.method == "PATCH" and message:
            return self._edit(_read(request), message, self._place(query))
        return failure(405, 0, "405: Method Not Allowed")

    def _place(self, query: Mapping[str, str]) -> str:
        thread = query.get("thread_id")
        if thread is None:
            return CHANNEL
        if thread not in self._threads:
            raise RefusalError(404, 10003, "Unknown Channel")
        return thread

    def _send(self, call: Mapping[str, Any], place: str, *, is_awaited: bool) -> Answer:
        if not call.get("content") and not call.get("embeds"):
            raise RefusalError(400, 50006, "Cannot send an empty message")
        self._last_id += 1
        answer = self._keep(_written(str(self._last_id), place, call))
        return answer if is_awaited else Answer(204)

    def _edit(self, call: Mapping[str, Any], message: str, place: str) -> Answer:
        known = self._messages.get(message)
        if known is None or known.channel != place:
            raise RefusalError(404, 10008, "Unknown Message")
        new = _written(known.id, place, call)
        # What an edit does not name stays as it was.
        visible = new.visible if "content" in call else known.visible
        embeds = new.embeds if "embeds" in call else known.embeds
        return self._keep(DiscordMessage(known.id, place, visible, embeds, new.rings, known.edits + 1))

    def _keep(self, message: DiscordMessage) -> Answer:
        self._messages[message.id] = message
        body = {"id": message.id, "type": 0, "channel_id": message.channel, "webhook_id": WEBHOOK}
        return _say(200, {**body, "content": message.visible.text, "timestamp": self.clock().isoformat()})


def failure(status: int, code: int, message: str, **more: Any) -> Answer:
    """Return a failure as Discord words it, for scripts too."""
    return _say(status, {"message": message, "code": code, **more})


def rate_limited(seconds: float = 1.5, *, is_global: bool = False) -> Answer:
    """Return the answer to too many messages, for scripts: decimal seconds in the body, whole ones in the header."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_global}
    answer = _say(429, body)
    return Answer(429, answer.body, {**answer.headers, "Retry-After": str(int(seconds) + 1)})


def problem_of(call: Mapping[str, Any]) -> str | None:
    """Return which part of a message breaks a limit; None if none does."""
    content, embeds = call.get("content"), call.get("embeds")
    if not isinstance(content, str | None) or _length(content or "") > _CONTENT:
        return "content"
    if not isinstance(embeds, list | None) or len(embeds or []) > _EMBEDS:
        return "embeds"
    wrong = [index for index, one in enumerate(embeds or []) if not _is_legal(one)]
    if wrong:
        return f"embeds[{wrong[0]}]"
    return "embeds" if sum(map(_length, map(_words, embeds or []))) > _TOTAL else None


def _is_legal(embed: Any) -> bool:
    if not isinstance(embed, dict) or not _words(embed):
        return False
    fields = embed.get("fields", [])
    parts = [*_PARTS.items(), *((name, limit) for name, (_, limit) in _NAMED.items())]
    are_short = all(_length(_part(embed, name)) <= limit for name, limit in parts)
    return are_short and isinstance(fields, list) and len(fields) <= _FIELDS and all(map(_is_field, fields))


def _is_field(one: Any) -> bool:
    return isinstance(one, dict) and all(1 <= _length(str(one.get(key, ""))) <= most for key, most in _FIELD.items())


def _part(embed: Mapping[str, Any], name: str) -> str:
    value = embed.get(name) or ""
    return str(value.get(_NAMED[name][0], "")) if isinstance(value, dict) and name in _NAMED else str(value)


def _words(embed: Any) -> str:
    """Return all words of an embed that count."""
    fields = [one for one in embed.get("fields", []) if isinstance(one, dict)]
    return "".join(
        [_part(embed, name) for name in (*_PARTS, *_NAMED)] + [str(f.get(key, "")) for f in fields for key in _FIELD]
    )


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", errors="replace")) // 2


def _written(identity: str, place: str, call: Mapping[str, Any]) -> DiscordMessage:
    """Return the message that a call makes; raises RefusalError for what breaks a limit."""
    problem = problem_of(call)
    if problem:
        raise RefusalError(400, 50035, f"Invalid Form Body: {problem}")
    raw = str(call.get("content") or "")
    embeds = tuple(read_markdown(str(one.get("description") or "")) for one in call.get("embeds") or [])
    return DiscordMessage(identity, place, read_markdown(raw), embeds, _rings(raw, call.get("allowed_mentions")))


def _rings(raw: str, allowed: Any) -> tuple[str, ...]:
    """Return who is rung. A backslash hides a mention from eyes only: without `allowed_mentions` it still rings."""
    found = read_markdown(raw.replace("\\", "")).mentions
    return () if isinstance(allowed, dict) and allowed.get("parse") == [] else found


def _read(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusalError(400, 50006, "Cannot send an empty message")
    try:
        call = json.loads(request.body)
    except ValueError as error:
        raise RefusalError(400, 50109, "The request body contains invalid JSON.") from error
    if not isinstance(call, dict):
        raise RefusalError(400, 50035, "Invalid Form Body")
    return call


def _say(status: int, body: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
