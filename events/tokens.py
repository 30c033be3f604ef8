"""Tokens: the words of a folded sentence, each with what stands before it. Phrases are matched on these."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from events.normalise import fold

_WORD = re.compile(r"'s(?!\w)|[^\W_]+(?:'(?!s(?!\w))[^\W_]+)*")
_JOINTS = ("", " ", "-", ".")  # "U.S.", "reform.news" are two words each, and no clause ends between them
_BREAK = re.compile(r"[,;:!?()…—|/\[\]]|\.|(?<= )-(?= )")
WORD_CAP = 40  # longer words are no words; prefixes are looked up for each length

Spelling = Callable[[str], str]


class Token(NamedTuple):
    """A word: its `key` for comparing, its span in the sentence, and the characters before it.

    `is_break`: punctuation that parts clauses stands before it, so that no phrase reaches over.
    """

    key: str
    start: int
    end: int
    before: str
    is_break: bool


def tokens_of(
    folded: str,
    spelling: Spelling,
    abbreviations: frozenset[str] = frozenset(),
    joined: frozenset[str] = frozenset(),
) -> tuple[Token, ...]:
    """Return the tokens of a folded sentence; the full stop behind an abbreviation parts nothing.

    Nor does the comma in a conjunction of two words ("после того, как"): `joined` holds the words around it.
    """
    found: list[Token] = []
    last, last_word = 0, ""
    for match in _WORD.finditer(folded):
        start, end = match.span()
        before = folded[last:start]
        is_short = len(last_word) == 1 or last_word in abbreviations
        is_joined = before == ", " and f"{last_word} {match.group()}" in joined
        is_break = before not in _JOINTS and not is_joined and _is_break(before, is_short)
        last, last_word = end, match.group()
        found.append(Token(spelling(last_word[:WORD_CAP]), start, end, before, is_break))
    return tuple(found)


def _is_break(before: str, is_after_abbreviation: bool) -> bool:  # noqa: FBT001 (one caller, beside its name)
    return _BREAK.search(before.replace(".", "", 1) if is_after_abbreviation else before) is not None


def keys_of(words: str, spelling: Spelling) -> tuple[str, ...]:
    """Return the keys that a phrase of plain words has in a text."""
    return tuple(token.key for token in tokens_of(fold(words), spelling))


def as_written(word: str) -> str:
    """Return a word as it is: the spelling of a language that has one."""
    return word
