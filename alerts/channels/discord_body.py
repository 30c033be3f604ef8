"""A message in Discord's form: Markdown of which every sign is ours, cut where the service would refuse it. Pure.

What an outlet gave is escaped: it can mention nobody, begin no heading and bring no link but ours. Besides,
`allowed_mentions` lets no text ring anybody; an edit repeats it, for without it the ordinary rules would count
(reliability 3.5). The body is the same for a new message and an edit: an edit keeps what it does not name, so
`content` and `embeds` are always named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from alerts.channels.telegram_body import cut_text
from alerts.message import Layout, Link, Message

CONTENT_LIMIT = 1850  # of 2,000: an answer ends with the link to what it answers
DESCRIPTION_LIMIT = 4000  # of 4,096; an embed of nothing else stays under 6,000 in all
HEADLINE_LIMIT = 850
LINE_LIMIT = 1000
LABEL_LIMIT = 100
_SIGNS = re.compile(r"[\\*_~`|<>\[\]@/]|:(?=[\w+-])|^[#+-]", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d+)\.", re.MULTILINE)
_ENDS_A_LINK = re.compile(r"[\s\x00-\x20\x7f<>()\\\"'`*|]")


def discord_body(message: Message, layout: Layout) -> bytes:
    """Return the body, on the given rung of the ladder (D-13): with an embed, then text alone, then a link alone."""
    if layout == Layout.FULL:
        headline, description = escaped(cut_text(message.headline, HEADLINE_LIMIT)), _description(message)
        embeds = [{"description": description}] if description else []
        body: dict[str, Any] = {"content": f"**{headline}**", "embeds": embeds}
    else:
        body = {"content": _text(message) if layout == Layout.PLAIN else _short(message), "embeds": []}
    body["allowed_mentions"] = {"parse": []}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def answering(body: bytes, link: str | None) -> bytes:
    """Return a body that ends with the link to the message that it answers; without one, as it is."""
    if link is None:
        return body
    data = json.loads(body)
    data["content"] = f"{data['content']}\n{link}"
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def escaped(text: str) -> str:
    r"""Put a backslash before what Discord reads as markup, a mention, an emoji or the middle of an address."""
    return _NUMBERED.sub(r"\1\\.", _SIGNS.sub(r"\\\g<0>", text))


def masked_link(link: Link) -> str:
    """Return `[label](<url>)`, in which neither part can end the link and no preview comes up."""
    label = escaped(cut_text((link.label or "").strip(), LABEL_LIMIT))
    return f"[{label}](<{_address(link)}>)" if label else f"<{_address(link)}>"


def _address(link: Link) -> str:
    return _ENDS_A_LINK.sub(lambda sign: quote(sign[0], safe=""), link.url)


def _plain_link(link: Link) -> str:
    """Return a label and its address without a preview, both to be seen."""
    label = escaped(cut_text((link.label or "").strip(), LABEL_LIMIT))
    return f"{label}: <{_address(link)}>" if label else f"<{_address(link)}>"


def _description(message: Message) -> str:
    page = [Link(f"Volya {message.event.id}", message.url)] if message.url else []
    links = [*map(masked_link, message.sources), *_more(message), *map(masked_link, page)]
    return _joined([*map(_line, message.lines), *_items(message)], links, DESCRIPTION_LIMIT)


def _items(message: Message) -> list[str]:
    """Return the events of a digest, as links where all of them have room, for none may be missing."""
    links = [masked_link(Link(item.line, item.url)) if item.url else _line(item.line) for item in message.items]
    has_room = sum(map(_size, links)) <= DESCRIPTION_LIMIT - LINE_LIMIT
    return links if has_room else [_line(item.line) for item in message.items]


def _text(message: Message) -> str:
    facts = [escaped(cut_text(message.headline, HEADLINE_LIMIT)), *map(_line, message.facts)]
    return _joined(facts, [*map(_plain_link, message.sources), *_more(message)], CONTENT_LIMIT)


def _short(message: Message) -> str:
    if message.items:
        return _joined(map(_line, message.short.splitlines()), [], CONTENT_LIMIT)
    link = Link(None, message.url) if message.url else next(iter(message.sources), None)
    links = [_plain_link(link)] if link else []
    last = [escaped(message.repeat)] if message.repeat else []
    return _joined([escaped(cut_text(message.headline, HEADLINE_LIMIT // 2))], [*links, *last], CONTENT_LIMIT)


def _more(message: Message) -> list[str]:
    return [escaped(message.more)] if message.more else []


def _line(text: str) -> str:
    return escaped(cut_text(text, LINE_LIMIT))


def _joined(facts: Iterable[str], links: list[str], limit: int) -> str:
    """Return facts and links as lines; the links have their room, the facts what is left of it."""
    kept = _fitting(links, limit // 2)
    return "\n".join([*_fitting(facts, limit - sum(map(_size, kept))), *kept])


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Return the first lines that have room, each whole, so that no escape and no link is cut."""
    kept: list[str] = []
    for line in lines:
        room -= _size(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def _size(line: str) -> int:
    """Return the length of a line with its end, in units of UTF-16: the strictest way to count characters."""
    return len(line.encode("utf-16-le", errors="replace")) // 2 + 1
