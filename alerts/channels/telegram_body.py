"""A message in Telegram's form: HTML of which every tag is ours (TG-1), cut where the service would refuse it (TG-2).

Pure. The body holds what is the same for sending, editing and answering; the chat is added by the channel.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alerts.message import Item, Layout, Message

VISIBLE_LIMIT = 4000
BYTES_LIMIT = 30_000
LABEL_LIMIT = 100
ITEM_LIMIT = 300
_JOINERS = "\u200d\ufe0e\ufe0f"
_TONES = range(0x1F3FB, 0x1F400)  # skin tones, which belong to the sign before them


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a message: as HTML, and how many code points of it are seen."""

    html: str
    visible: int


def telegram_body(message: Message, layout: Layout) -> bytes:
    """Return the body, on the given rung of the ladder (D-13): HTML, then plain text, then headline and link."""
    if layout == Layout.FULL:
        body: dict[str, Any] = {"text": _html(message), "parse_mode": "HTML"}
    else:
        body = {"text": cut_text(message.text if layout == Layout.PLAIN else message.short, VISIBLE_LIMIT)}
    body["link_preview_options"] = {"is_disabled": True}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def escaped(text: str) -> str:
    """Escape what HTML mode reads as markup, in attributes too (TG-1)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def cut_text(text: str, limit: int) -> str:
    """Return at most `limit` code points, with an ellipsis where something is missing; a sign is never cut in two."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _continues(text: str, at: int) -> bool:
    """Say whether the code point at `at` belongs to the sign before it."""
    here, before = text[at], text[at - 1]
    is_mark = unicodedata.combining(here) != 0 or unicodedata.category(here) in ("Mn", "Me", "Mc")
    is_pair = _is_region(here) and _is_region(before)
    return is_mark or is_pair or here in _JOINERS or before == "\u200d" or ord(here) in _TONES


def _is_region(letter: str) -> bool:
    """Say whether a code point is half of a flag."""
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _html(message: Message) -> str:
    """Return the whole message; the links have their room, the facts what is left of it."""
    links = _fitting(_links(message), VISIBLE_LIMIT // 2, BYTES_LIMIT // 2)
    taken = sum(piece.visible + 1 for piece in links)
    size = sum(_size(piece) for piece in links)
    facts = [_bold(message.headline), *map(_line, message.lines), *map(_item, message.items)]
    return "\n".join(piece.html for piece in [*_fitting(facts, VISIBLE_LIMIT - taken, BYTES_LIMIT - size), *links])


def _fitting(pieces: Iterable[Piece], visible: int, size: int) -> list[Piece]:
    """Return the first pieces that have room, each whole: no tag and no entity is ever cut."""
    kept: list[Piece] = []
    for piece in pieces:
        visible -= piece.visible + 1
        size -= _size(piece)
        if visible < 0 or size < 0:
            break
        kept.append(piece)
    return kept


def _size(piece: Piece) -> int:
    return len(piece.html.encode(errors="replace")) + 1


def _links(message: Message) -> list[Piece]:
    pieces = [_anchor(link.label or link.url, link.url) for link in message.sources]
    more = [_line(message.more)] if message.more else []
    page = [_anchor(f"Volya {message.event.id}", message.url)] if message.url else []
    return [*pieces, *more, *page]


def _item(item: Item) -> Piece:
    return _anchor(item.line, item.url, ITEM_LIMIT) if item.url else _line(item.line)


def _anchor(label: str, url: str, limit: int = LABEL_LIMIT) -> Piece:
    shown = cut_text(label, limit)
    return Piece(f'<a href="{escaped(url)}">{escaped(shown)}</a>', len(shown))


def _bold(text: str) -> Piece:
    shown = cut_text(text, 1000)
    return Piece(f"<b>{escaped(shown)}</b>", len(shown))


def _line(text: str) -> Piece:
    shown = cut_text(text, 1000)
    return Piece(escaped(shown), len(shown))
