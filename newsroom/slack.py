"""A receiver that behaves like a Slack incoming webhook (reliability 3.1) and holds senders to its limits (S-1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request

PATH = "/services/T0MADEUP0/B0MADEUP0/madeupmadeupmadeupmadeup"
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
BLOCKS_CHARACTERS = 10_000  # of all texts together: more was refused though each block was legal (S-1)
_BLOCKS = 50
_ATTACHMENTS = 100
_SECTION = 3_000
_HEADER = 150
_FIELDS = 10
_FIELD = 2_000
_ELEMENTS = 10


class SlackReceiver(Receiver):
    """Takes messages at one incoming webhook and answers 200 `ok`; what breaks a limit gets 400 with Slack's word.

    Another path of `/services/` gets 404 `no_service`. It cannot edit and returns no id, like the real one.
    """

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), host: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__(clock, host, port)
        self._messages: list[Mapping[str, Any]] = []

    @property
    def url(self) -> str:
        """Return the address to post to, which is the secret."""
        return f"{self.root}{PATH}"

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """Return the messages that were taken, oldest first, as they were sent."""
        return tuple(self._messages)

    def answer(self, request: Request) -> Answer:
        """Return `ok`, or the refusal in Slack's word."""
        if request.method != "POST":
            return _say(405, "method_not_allowed")
        if request.path != PATH:
            return _say(404, "no_service")
        message = _read(request)
        problem = "invalid_payload" if message is None else problem_of(message)
        if message is None or problem:
            return _say(400, problem or "invalid_payload")
        self._messages.append(message)
        return _say(200, "ok")


def rate_limited(seconds: int = 1) -> Answer:
    """Return the answer to more than one message a second, for scripts."""
    body = json.dumps({"retry_after": seconds, "ok": False, "error": "rate_limited"}).encode()
    return Answer(429, body, {"Content-Type": "application/json", "Retry-After": str(seconds)})


def visible_text(message: Mapping[str, Any]) -> str:
    """Return all words of a message: the notification line, then those of its blocks, a line each."""
    return "\n".join([str(message.get("text") or ""), *block_texts(message.get("blocks") or [])])


def block_texts(part: Any) -> list[str]:
    """Return every text in a block, however deep: text objects and elements of rich text."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for name, value in part.items() if name != "type" for text in block_texts(value)]
    return [text for one in part for text in block_texts(one)] if isinstance(part, list) else []


def problem_of(message: Mapping[str, Any]) -> str | None:
    """Return Slack's word for what is wrong with a message; None if it is fine."""
    blocks, text, attachments = message.get("blocks"), message.get("text"), message.get("attachments")
    if not isinstance(text, str | None) or not isinstance(blocks, list | None):
        return "invalid_payload"
    if not text and not blocks and not attachments:
        return "no_text"
    if isinstance(attachments, list) and len(attachments) > _ATTACHMENTS:
        return "too_many_attachments"
    if blocks and not _are_legal(blocks):
        return "invalid_blocks"
    return None


def _are_legal(blocks: Sequence[Any]) -> bool:
    is_short = len(blocks) <= _BLOCKS and sum(map(len, block_texts(blocks))) <= BLOCKS_CHARACTERS
    return is_short and all(isinstance(block, dict) and _is_legal(block) for block in blocks)


def _is_legal(block: Mapping[str, Any]) -> bool:
    check = _CHECKS.get(str(block.get("type")))
    return check is not None and check(block)


def _is_text(value: Any, limit: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> bool:
    is_object = isinstance(value, dict) and value.get("type") in kinds and isinstance(value.get("text"), str)
    return is_object and 1 <= len(value["text"]) <= limit


def _is_section(block: Mapping[str, Any]) -> bool:
    text, fields = block.get("text"), block.get("fields", [])
    has_something = text is not None or bool(fields)
    are_fields = isinstance(fields, list) and len(fields) <= _FIELDS and all(_is_text(one, _FIELD) for one in fields)
    return has_something and are_fields and (text is None or _is_text(text, _SECTION))


def _is_header(block: Mapping[str, Any]) -> bool:
    return _is_text(block.get("text"), _HEADER, ("plain_text",))


def _is_list(block: Mapping[str, Any], most: int) -> bool:
    elements = block.get("elements")
    return isinstance(elements, list) and 1 <= len(elements) <= most and all(isinstance(one, dict) for one in elements)


def _is_context(block: Mapping[str, Any]) -> bool:
    return _is_list(block, _ELEMENTS) and all(
        one.get("type") == "image" or _is_text(one, _FIELD) for one in block["elements"]
    )


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "section": _is_section,
    "header": _is_header,
    "context": _is_context,
    "divider": lambda block: set(block) <= {"type", "block_id"},
    "rich_text": lambda block: _is_list(block, _BLOCKS),
    "actions": lambda block: _is_list(block, 25),
}


def _read(request: Request) -> Mapping[str, Any] | None:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    try:
        message = json.loads(request.body)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _say(status: int, word: str) -> Answer:
    return Answer(status, word.encode(), _TEXT)
