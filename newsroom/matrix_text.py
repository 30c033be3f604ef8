"""Texts as Matrix clients show them: HTML, and in it the mentions and links that clients draw by themselves (pure).

It reads what is of weight for us: which tags there are and which of them no client takes, where links lead and what they
are called, what would be drawn as a mention of a person, of a room or of all in the room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TAG = re.compile(
    "del|h[1-6]|blockquote|p|a|ul|ol|sup|sub|li|b|i|u|strong|em|s|code|hr|br|div|table|thead|tbody|tr|th|td"
    "|caption|pre|span|img|details|summary"
)
_EMPTY = frozenset(("br", "hr", "img"))
_ATTRIBUTES = {"a": ("href", "target")}
_SCHEMES = ("https:", "http:", "ftp:", "mailto:", "magnet:")
_MENTION = re.compile(r"@room|[@#][\w.=/+~!$&'*-]+:[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_PERMALINK = re.compile(r"https?://matrix\.to/#/|matrix:", re.IGNORECASE)
_BARE = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s<]+|(?:mailto|magnet|matrix|tel|xmpp):[\w/?+%][^\s<]*|(?:[\w-]+\.)+[^\W\d_]{2,}[^\s<]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VisibleText:
    """What people see, and the links behind it as (label, address).

    `tags` are the tags that were opened, `refused` what a client takes out of the HTML or cannot read in it; `mentions` and
    `drawn` are what a client makes a mention or a link of though nobody wrote it as one.
    """

    text: str
    links: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    seen: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # of links
    links: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = _Found()
        self._open: list[str] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.found.tags.append(tag)
        allowed = _ATTRIBUTES.get(tag, ())
        self.found.refused += [f"{tag} {name}" for name, _ in attrs if name not in allowed]
        if not _TAG.fullmatch(tag):
            self.found.refused.append(tag)
        if tag == "br":
            self._take("\n")
        if tag == "a":
            self._begin_link(dict(attrs).get("href") or "")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.found.refused.append(f"/{tag}")
        if tag == "a" and self._link is not None:
            address, begin = self._link
            self.found.links.append(("".join(self.found.seen[begin:]), address))
            self._link = None

    def handle_data(self, data: str) -> None:
        self._take(data)

    def handle_comment(self, data: str) -> None:
        self.found.refused.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.found.refused.append(f"<!{decl}")

    def close(self) -> None:
        super().close()
        self.found.refused += self._open

    def _begin_link(self, address: str) -> None:
        if not address.lower().startswith(_SCHEMES):
            self.found.refused.append(f"a href={address}")
        self._link = (address, len(self.found.seen))

    def _take(self, text: str) -> None:
        self.found.seen.append(text)
        self.found.outside.append(text if self._link is None else "\n")


def read_html(raw: str) -> VisibleText:
    """Return what is seen of a `formatted_body`."""
    reader = _Reader()
    reader.feed(raw)
    reader.close()
    found = reader.found
    text, outside = "".join(found.seen), "".join(found.outside)
    people = [address for _, address in found.links if _PERMALINK.match(address)]
    return VisibleText(
        text=text,
        links=tuple(found.links),
        tags=tuple(found.tags),
        refused=tuple(found.refused),
        mentions=(*_MENTION.findall(text), *people),
        drawn=tuple(_BARE.findall(outside)),
    )


def read_plain(body: str) -> VisibleText:
    """Return what is seen of a `body` without HTML: its addresses are drawn as links with themselves as labels."""
    drawn = tuple(_BARE.findall(body))
    outside = _BARE.sub(" ", body)
    people = [address for address in drawn if _PERMALINK.match(address)]
    return VisibleText(
        body, tuple((one, one) for one in drawn), mentions=(*_MENTION.findall(outside), *people), drawn=drawn
    )
