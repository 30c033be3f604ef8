"""A message in Matrix's form: the content of an `m.room.message` event, as plain text and as HTML of our tags alone. Pure.

It is `m.text`, though a program writes it: an `m.notice` rings nobody's phone. `m.mentions` is there and empty, so that
no text of others rings anybody either, and where a text would make a client draw a mention or a link of its own, an
invisible sign (word joiner) takes its meaning away. An edit repeats the text for clients that know no edits, so what
is counted is the edit; an event may have 65,536 bytes with all that servers add to it, and we stay far below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alerts.channels.telegram_body import cut_text, escaped
from alerts.message import Item, Layout, Link, Message

EDIT_LIMIT = 24_000  # bytes of JSON that the texts of an edit take
ITEMS_LIMIT = 18_000  # of them for the events of a digest
HTML = "org.matrix.custom.html"
JOINER = "\u2060"
HEADLINE_LIMIT = 1000
LINE_LIMIT = 1000
LABEL_LIMIT = 100
SHORT_LIMIT = 400
_BREAK_SIZE = 8  # "\n" twice and "<br>" once, as JSON
# What clients draw as a mention or a link, wherever it stands: @room and @user:server, #room:server, an address with
# its scheme or without.
_DRAWN = re.compile(r"[@#](?=\S)|:(?=[^\W\d_]|/)|(?<=[^\W\d_]):(?=\S)|\.(?=[^\W\d_])")
_PERMALINK = re.compile(r"https?://(?:www\.)?matrix\.to(?![\w.-])", re.IGNORECASE)
_ROOM = re.compile(r"@(?=room)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a message, as plain text and as HTML."""

    text: str
    html: str

    @property
    def size(self) -> int:
        """The bytes that it takes in an edit, which holds the text twice and the HTML once."""
        return 2 * _bytes(self.text) + _bytes(self.html) + _BREAK_SIZE


def matrix_body(message: Message, layout: Layout) -> bytes:
    """Return the content, on the given rung of the ladder (D-13): with HTML, then text alone, then headline and link."""
    pieces = _short(message) if layout == Layout.SHORT else _whole(message)
    content: dict[str, Any] = {"msgtype": "m.text", "body": "\n".join(piece.text for piece in pieces), "m.mentions": {}}
    if layout == Layout.FULL:
        content |= {"format": HTML, "formatted_body": "<br>".join(piece.html for piece in pieces)}
    return as_json(content)


def replacing(body: bytes, event: str) -> bytes:
    """Return the content of an edit: what stands from now on, and before it the text for clients that know no edits."""
    new = json.loads(body)
    fallback = {"msgtype": new["msgtype"], "body": f"* {new['body']}", "m.mentions": new["m.mentions"]}
    return as_json({**fallback, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": event}})


def answering(body: bytes, event: str) -> bytes:
    """Return the content of an answer in the thread of an event; for clients that know no threads, an answer to it."""
    thread = {"rel_type": "m.thread", "event_id": event, "is_falling_back": True, "m.in_reply_to": {"event_id": event}}
    return as_json({**json.loads(body), "m.relates_to": thread})


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return a content as it travels."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def defused(text: str) -> str:
    """Return a text of which no client makes a mention or a link; it looks as it did."""
    return _DRAWN.sub(rf"\g<0>{JOINER}", text)


def linked(link: Link) -> Piece:
    """Return a link with its label; one that clients draw as a mention of somebody stands there as mere text."""
    label = defused(cut_text((link.label or "").strip(), LABEL_LIMIT))
    if _PERMALINK.match(link.url):
        return _plain(f"{label}: {defused(link.url)}" if label else defused(link.url))
    url = _ROOM.sub("%40", link.url)
    text = f"{label}: {url}" if label else url
    return Piece(text, f'<a href="{escaped(url)}">{escaped(label or defused(url))}</a>')


def _whole(message: Message) -> list[Piece]:
    """Return the message as lines; the links have their room, the facts what is left of it."""
    page = [Link(f"Volya {message.event.id}", message.url)] if message.url else []
    more = [_line(message.more)] if message.more else []
    links = _fitting([*map(linked, message.sources), *more, *map(linked, page)], EDIT_LIMIT // 2)
    facts = [_headline(message.headline, HEADLINE_LIMIT), *map(_line, message.lines), *_items(message)]
    return [*_fitting(facts, EDIT_LIMIT - sum(piece.size for piece in links)), *links]


def _items(message: Message) -> list[Piece]:
    """Return the events of a digest, as links where all of them have room, for none may be missing."""
    links = list(map(_item, message.items))
    has_room = sum(piece.size for piece in links) <= ITEMS_LIMIT
    return links if has_room else [_line(item.line) for item in message.items]


def _item(item: Item) -> Piece:
    """Return an event of a digest; in plain text its address would take more room than it is worth."""
    line = _line(item.line)
    if item.url is None or _PERMALINK.match(item.url):
        return line
    return Piece(line.text, f'<a href="{escaped(item.url)}">{line.html}</a>')


def _short(message: Message) -> list[Piece]:
    if message.items:
        return list(map(_line, message.short.splitlines()))
    link = Link(None, message.url) if message.url else next(iter(message.sources), None)
    return [_headline(message.headline, SHORT_LIMIT), *([linked(link)] if link else [])]


def _headline(text: str, limit: int) -> Piece:
    shown = defused(cut_text(text, limit))
    return Piece(shown, f"<strong>{escaped(shown)}</strong>")


def _line(text: str) -> Piece:
    return _plain(defused(cut_text(text, LINE_LIMIT)))


def _plain(text: str) -> Piece:
    return Piece(text, escaped(text))


def _fitting(pieces: Iterable[Piece], room: int) -> list[Piece]:
    """Return the first pieces that have room, each whole: no tag and no entity is ever cut."""
    kept: list[Piece] = []
    for piece in pieces:
        room -= piece.size
        if room < 0:
            break
        kept.append(piece)
    return kept


def _bytes(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode(errors="replace"))
