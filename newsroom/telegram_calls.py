"""Calls of the Telegram Bot API: what they ask for, what is refused in them, and answers in its words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from newsroom.serving import Answer, Request
from newsroom.telegram_text import EntitiesError, VisibleText, find_entities, parse_html

_RAW_BYTES = 32_768
_CHARACTERS = 4_096  # code points after parsing
_BUTTON_BYTES = 64  # of what a button is told as


class RefusalError(Exception):
    """The API refuses a call; the message is its description without `Bad Request: `."""


def failure(status: int, description: str, **parameters: int) -> Answer:
    """Return a failure of the API as it words it; `retry_after` stands in the header, too. Also for scripts."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    answer = reply(status, body)
    if "retry_after" in parameters:
        return Answer(status, answer.body, {**answer.headers, "Retry-After": str(parameters["retry_after"])})
    return answer


def flooded(seconds: int = 1) -> Answer:
    """Return the answer to too many messages, for scripts."""
    return failure(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def buttons_of(call: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the buttons of a call are told as when pressed, row by row."""
    rows = (call.get("reply_markup") or {}).get("inline_keyboard", [])
    found = tuple(button["callback_data"] for row in rows for button in row if button["text"])
    if any(not 0 < len(data.encode()) <= _BUTTON_BYTES for data in found):
        raise RefusalError("BUTTON_DATA_INVALID")
    return found


def visible_text(call: Mapping[str, Any]) -> VisibleText:
    """Return what a call would show. Raises RefusalError as the API refuses."""
    raw = call.get("text")
    if not isinstance(raw, str) or not raw.strip():
        raise RefusalError("message text is empty")
    if len(raw.encode()) > _RAW_BYTES:
        raise RefusalError("text is too long")
    visible = _parsed(raw, call.get("parse_mode"))
    if not visible.text:
        raise RefusalError("message text is empty")
    if len(visible.text) > _CHARACTERS:
        raise RefusalError("message is too long")
    return visible


def _parsed(raw: str, mode: Any) -> VisibleText:
    if mode is None:
        return VisibleText(raw.strip(), found=find_entities(raw))
    if str(mode).lower() != "html":
        raise RefusalError("unsupported parse_mode")
    try:
        return parse_html(raw)
    except EntitiesError as error:
        raise RefusalError(f"can't parse entities: {error}") from error


def read_call(request: Request) -> Mapping[str, Any]:
    """Return the parameters of a call."""
    if not request.body:
        return {}
    try:
        call = json.loads(request.body)
    except ValueError as error:
        raise RefusalError("can't parse JSON object") from error
    if not isinstance(call, dict):
        raise RefusalError("object expected as request")
    return call


def reply(status: int, body: Mapping[str, Any]) -> Answer:
    """Return an answer of the API."""
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
