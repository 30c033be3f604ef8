"""Texts as the Telegram Bot API reads them in HTML mode: tags it knows, tags that close, four named entities (pure).

Whatever is sent, the service also looks for addresses, names with @, hashtags and commands by itself, outside of links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

_TOKEN = re.compile(r"<[^>]*>?|&(?:#\d+|#[xX][0-9a-fA-F]+|lt|gt|amp|quot);|[^<&]+|&")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_TAGS = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "a", "code", "pre", "blockquote")
)
_FOUND = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)[^\s\u2000-\u200b\u2016-\u206f<>\"«»]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w/@.])(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?![\w@])"
    r"|(?<![\w/])[@#][^\W_]\w*"
    r"|(?<![\w<>/])/[A-Za-z]\w*"
    r"|(?<![\w$])\$[A-Z]{1,8}(?![A-Z])",
    re.IGNORECASE,
)  # nothing of it goes over a sign of General Punctuation, such as the word joiner
_HREF = re.compile(r"""\shref=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


class EntitiesError(Exception):
    """A text cannot be parsed; the message is the one of the service, with the offset in bytes."""


@dataclass(frozen=True, slots=True)
class VisibleText:
    """What people see, without the space around it, the links behind it, and where which tag opens and closes.

    `found` are addresses, mentions, hashtags and commands that the service makes of the text by itself.
    """

    text: str
    links: tuple[str, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    found: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    seen: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    def mark(self, name: str) -> None:
        """Note that a tag opens or closes here."""
        self.marks.append((name, sum(map(len, self.seen))))


def parse_html(raw: str) -> VisibleText:
    """Return what is seen of `raw`. Raises EntitiesError for an unknown tag or one that does not close."""
    reading = _Reading()
    for token in _TOKEN.finditer(raw):
        if token[0].startswith("<"):
            _read_tag(reading, token[0], len(raw[: token.start()].encode()))
        else:
            is_entity = token[0].startswith("&") and token[0].endswith(";")
            said = unescape(token[0]) if is_entity else token[0]
            reading.seen.append(said)
            reading.loose.append("\n" if "a" in reading.open_tags else said)
    if reading.open_tags:
        raise EntitiesError(f'Can\'t find end tag corresponding to start tag "{reading.open_tags[-1]}"')
    found = find_entities("".join(reading.loose))
    return VisibleText("".join(reading.seen).strip(), tuple(reading.links), tuple(reading.marks), found)


def find_entities(text: str) -> tuple[str, ...]:
    """Return what the service finds in plain text by itself: addresses, mentions, hashtags, commands."""
    return tuple(match[0] for match in _FOUND.finditer(text))


def _read_tag(reading: _Reading, token: str, offset: int) -> None:
    tag = _TAG.fullmatch(token)
    if tag is None:
        raise EntitiesError(f"Unexpected end of name token at byte offset {offset}")
    name = tag[2].lower()
    if tag[1]:
        _close(reading, name, offset)
        return
    if name not in _TAGS:
        raise EntitiesError(f'Unsupported start tag "{name}" at byte offset {offset}')
    reading.open_tags.append(name)
    reading.mark(name)
    href = _HREF.search(tag[3])
    if name == "a" and href is not None:
        reading.links.append(unescape(href[1] or href[2] or href[3] or ""))


def _close(reading: _Reading, name: str, offset: int) -> None:
    if not reading.open_tags:
        raise EntitiesError(f"Unexpected end tag at byte offset {offset}")
    expected = reading.open_tags.pop()
    if expected != name:
        raise EntitiesError(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')
    reading.mark(f"/{name}")
