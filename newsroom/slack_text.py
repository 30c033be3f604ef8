"""Texts as Slack shows them: what mrkdwn makes of them, and what Slack finds in them by itself unless told not to (pure).

It reads what is of weight for us: who would be mentioned, where links lead, what would be shown in another style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

_TOKEN = re.compile(r"<([^<>]*)>")
_STYLE = re.compile(r"(?<!\w)([*_~`])(?=\S)[^\n]*?\S\1(?!\w)|^(?:&gt;|>) ?", re.MULTILINE)
_FOUND = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<!\w)@(?:channel|here|everyone)\b")


@dataclass(frozen=True, slots=True)
class SlackText:
    """What people see, the links behind it as (label, address), whom it mentions, and what is styled."""

    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    mentions: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


def read_mrkdwn(raw: str, *, is_verbatim: bool = False, is_styled: bool = True) -> SlackText:
    """Return what is seen of mrkdwn; unless `is_verbatim`, bare addresses and @channel count, too."""
    tokens = [match[1].partition("|") for match in _TOKEN.finditer(raw)]
    rest = _TOKEN.sub(" ", raw)
    links = [
        (unescape(label or address), unescape(address)) for address, _, label in tokens if address[:1] not in "!@#"
    ]
    mentions = [address for address, _, _ in tokens if address[:1] in "!@#"]
    if not is_verbatim:
        links += [(found, found) for found in _FOUND.findall(unescape(rest))]
        mentions += _MENTION.findall(_FOUND.sub(" ", unescape(rest)))
    styles = [match[0] for match in _STYLE.finditer(rest)] if is_styled else []
    seen = _TOKEN.sub(lambda match: match[1].partition("|")[2] or match[1], raw)
    return SlackText(unescape(seen), tuple(links), tuple(mentions), tuple(styles))


def read_message(content: Mapping[str, Any]) -> SlackText:
    """Return all that is seen of a message: its line for the phone, then its blocks.

    With blocks the line is shown in no channel, so it links nothing and has no style; mentions in it ring all the same.
    """
    blocks = content.get("blocks") or []
    is_plain = content.get("mrkdwn") is False
    line = read_mrkdwn(str(content.get("text") or ""), is_verbatim=bool(blocks), is_styled=not blocks and not is_plain)
    parts = [line, *(_read(text) for text in _texts(blocks))]
    return SlackText(
        "\n".join(part.text for part in parts),
        tuple(link for part in parts for link in part.links),
        tuple(mention for part in parts for mention in part.mentions),
        tuple(style for part in parts for style in part.styles),
    )


def _read(text: Mapping[str, Any]) -> SlackText:
    if text["type"] == "mrkdwn":
        return read_mrkdwn(str(text["text"]), is_verbatim=text.get("verbatim") is True)
    return SlackText(str(text["text"]))


def _texts(part: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the text objects of blocks, however deep."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text") and isinstance(part.get("text"), str):
            yield part
        else:
            for value in part.values():
                yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
