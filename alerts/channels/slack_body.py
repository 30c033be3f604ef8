"""A message in Slack's form: a line for the phone, a header, facts and links as blocks (S-1 to S-3). Pure.

What an outlet gave stands in `plain_text`; only links are `mrkdwn`, with `verbatim` and with their labels escaped. So
it can mention nobody, name no channel, bring no link but ours, and be shown in no style.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from alerts.message import Layout, Link, Message

HEADER_LIMIT = 150
NOTICE_LIMIT = 150
TEXT_LIMIT = 4000
SECTION_LIMIT = 2900
BLOCKS_LIMIT = 9000
_ENDS_A_LINK = {number: f"%{number:02X}" for number in (*range(33), 127, *map(ord, "<>|"))}


def slack_body(message: Message, layout: Layout) -> bytes:
    """Return the body for an incoming webhook, on the given rung of the ladder (D-13)."""
    if layout == Layout.FULL:
        body: dict[str, Any] = {"text": escaped(cut(message.headline, NOTICE_LIMIT)), "blocks": _blocks(message)}
    else:
        text = message.text if layout == Layout.PLAIN else message.short
        body = {"text": escaped(cut(text, TEXT_LIMIT)), "mrkdwn": False}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def escaped(text: str) -> str:
    """Escape exactly what Slack reads as markup, in this order (S-2)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Return at most `limit` code points of a text, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def slack_link(link: Link) -> str:
    """Return `<url|label>`, in which neither part can end the link (S-2)."""
    url = escaped(link.url.translate(_ENDS_A_LINK))
    label = escaped((link.label or "").replace("|", " ").strip())
    return f"<{url}|{label}>" if label else f"<{url}>"


def _blocks(message: Message) -> list[dict[str, Any]]:
    """Return the blocks; the links and the note have their room, the facts what is left of it."""
    header = {"type": "header", "text": _plain(cut(message.headline, HEADER_LIMIT))}
    headline = [message.headline] if len(message.headline) > HEADER_LIMIT else []
    reports = [*map(slack_link, message.sources), *([escaped(message.more)] if message.more else [])]
    links = _fitting(map(_linking, _joined(reports)), BLOCKS_LIMIT // 2)
    note = {"type": "context", "elements": [_note(message)]}
    plain = [item.line for item in message.items if not item.url]
    listed = [slack_link(Link(item.line, item.url)) for item in message.items if item.url]
    told = [*map(_telling, _joined((*headline, *message.lines, *plain))), *map(_linking, _joined(listed))]
    return [header, *_fitting(told, BLOCKS_LIMIT - _length([header, *links, note])), *links, note]


def _fitting(sections: Iterable[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    """Return the first sections that have room, each whole."""
    kept: list[dict[str, Any]] = []
    for section in sections:
        room -= _length([section])
        if room < 0:
            break
        kept.append(section)
    return kept


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Return lines as texts of sections, none too long; a line is never cut, so no entity is."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > SECTION_LIMIT:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def _telling(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(text)}


def _linking(markup: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup, "verbatim": True}}


def _note(message: Message) -> dict[str, Any]:
    """Return which event and revision this is, with our page of it where there is one."""
    name = f"Volya {message.event.id}.{message.event.revision}" if message.event.id else "Volya"
    if message.url is None:
        return _plain(name)
    return {"type": "mrkdwn", "text": slack_link(Link(name, message.url)), "verbatim": True}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _length(blocks: list[dict[str, Any]]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))
