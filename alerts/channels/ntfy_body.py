"""A message in ntfy's form: plain text in JSON, kept under the size beyond which it would become an attachment. Pure.

ntfy shows a text as it is: it knows no mention, and no link but an address that is seen. The topic is added by the
channel, for it is a secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from alerts.channels.telegram_body import cut_text
from alerts.message import Layout, Message

MESSAGE_LIMIT = 3500  # bytes of JSON; the service takes 4,096 of text, and twice that as the whole body
PLAIN_LIMIT = 3200  # the whole body under 4,096 bytes, too: older servers count that
TITLE_LIMIT = 200
LINE_LIMIT = 500
_HIGH, _DEFAULT = 4, 3  # the first word of an event rings louder than how it goes on


def ntfy_body(message: Message, layout: Layout) -> bytes:
    """Return the body, on the given rung of the ladder (D-13): with title, tags and link, then text alone."""
    return as_json(_full(message) if layout == Layout.FULL else {"message": _plain(message, layout)})


def as_json(data: dict[str, Any]) -> bytes:
    """Return an object as JSON in UTF-8; half a sign of UTF-16 becomes a question mark."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _full(message: Message) -> dict[str, Any]:
    title = cut_text(message.headline, TITLE_LIMIT)
    headline = [message.headline] if title != message.headline else []
    page = [message.url] if message.url else []
    text = _joined([*headline, *message.facts], [*message.links, *page], MESSAGE_LIMIT)
    body: dict[str, Any] = {"title": _undecoded(title), "message": text or title}
    body["priority"] = _HIGH if message.type == "created" else _DEFAULT
    link = message.url or next((one.url for one in message.sources), None)
    if message.event.id:
        body["tags"] = [message.event.facts.kind.value, message.event.facts.status.value]
    return body if link is None else {**body, "click": link.replace("=?", "%3D?")}


def _plain(message: Message, layout: Layout) -> str:
    if layout == Layout.SHORT:
        return _joined(message.short.splitlines(), [], PLAIN_LIMIT)
    return _joined([message.headline, *message.facts], list(message.links), PLAIN_LIMIT)


def _undecoded(text: str) -> str:
    """Return a title in which the server finds no encoded word (RFC 2047): it decodes titles, those in JSON too."""
    return text.replace("=?", "= ?")


def _joined(facts: Iterable[str], links: list[str], limit: int) -> str:
    """Return facts and links as lines; the links have their room, the facts what is left of it."""
    kept = _fitting(links, limit // 2)
    return "\n".join([*_fitting(facts, limit - sum(map(_size, kept))), *kept])


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Return the first lines that have room, each at most 500 code points, unless it is a link, which stays whole."""
    kept: list[str] = []
    for line in lines:
        shown = line if "://" in line else cut_text(line, LINE_LIMIT)
        room -= _size(shown)
        if room < 0:
            break
        kept.append(shown)
    return kept


def _size(line: str) -> int:
    """Return the bytes of a line in JSON, with its end."""
    return len(as_json({"": line})) - len('{"":""}') + len("\\n")
