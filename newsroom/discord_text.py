"""Texts as Discord shows them: Markdown, mentions, links, and what a backslash takes their meaning from (pure).

It reads what is of weight for us, not every style: who would be mentioned, where links lead and what they are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])+)\]\(\s*<?(?P<behind>https?://[^\s<>()\\]+)>?\s*\)"
    r"|<(?P<quiet>https?://[^\s<>]+)>"
    r"|(?P<mention><(?:@[!&]?|#)\d+>|@everyone|@here)"
    r"|(?P<widget><(?:t:-?\d+(?::\w)?|a?:\w+:\d+|/[^:>]+:\d+)>|:[\w+-]+:)"
    r"|(?P<bare>https?://[^\s<]*[^\s<.,:;\"'\])]|discord\.gg/\w+)"
    r"|(?P<style>(?m:^)(?:#{1,3} |-# |>{1,3} |[-+*] |\d+\. )|[*_]{1,3}|~~|\|\||`{1,3})"
    r"|(?P<text>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class VisibleText:
    """What people see, the links behind it as (label, address), and what would be a mention or a widget.

    `styles` are the signs that Discord takes as Markdown, in order; `previews` the addresses that it would unfold.
    """

    text: str
    links: tuple[tuple[str, str], ...] = ()
    mentions: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    previews: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    seen: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    previews: list[str] = field(default_factory=list)


def read_markdown(raw: str) -> VisibleText:
    """Return what is seen of `raw`."""
    reading = _Reading()
    for token in _TOKEN.finditer(raw):
        _take(reading, token)
    return VisibleText(
        "".join(reading.seen),
        tuple(reading.links),
        tuple(reading.mentions),
        tuple(reading.styles),
        tuple(reading.previews),
    )


def _take(reading: _Reading, token: re.Match[str]) -> None:
    kind = token.lastgroup or "text"
    if kind == "behind":
        label = read_markdown(token["label"]).text
        reading.seen.append(label)
        reading.links.append((label, token["behind"]))
        return
    value = token[kind]
    if kind == "style":
        reading.styles.append(value)
        return
    reading.seen.append(value)
    if kind in ("quiet", "bare"):
        reading.links.append((value, value))
    if kind == "bare":
        reading.previews.append(value)
    if kind in ("mention", "widget"):
        reading.mentions.append(value)
