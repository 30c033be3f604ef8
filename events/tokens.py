"""Tokens: the words of a folded sentence, each with what stands before it. Phrases are matched on these."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from events.normalise import fold

_WORD = re.compile(  # a group, so that splitting keeps the words; "1,150" is one
    r"(\d{1,3}(?:[ .,]\d{3})+(?!\w)|[^\W_]+(?:'(?!s(?!\w))[^\W_]+)*|'s(?!\w))"
)
_JOINTS = ("", " ", "-", ".")  # "U.S.", "reform.news" are two words each, and no clause ends between them
_BREAK = re.compile(r"[,;:!?()…—|/\[\]]|\.|(?<= )-(?= )")
_GAPS = 500  # what stands between words is nearly always the same
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


_token = partial(tuple.__new__, Token)  # makes one of a row: three times as fast as a call of Token


def tokens_of(
    folded: str,
    spelling: Spelling,
    abbreviations: frozenset[str] = frozenset(),
    joined: frozenset[str] = frozenset(),
) -> tuple[Token, ...]:
    """Return the tokens of a folded sentence; the full stop behind an abbreviation parts nothing.

    Nor does the comma in a conjunction of two words ("после того, как"): `joined` holds the words around it.
    """
    pieces = _WORD.split(folded)  # by turns what stands between, and a word
    edges = list(accumulate(map(len, pieces)))
    between, words = pieces[:-1:2], pieces[1::2]
    keys = [spelling(word[:WORD_CAP]) for word in words]
    breaks = [
        before not in _JOINTS
        and not (before == ", " and f"{last} {word}" in joined)
        and _is_break(before, len(last) == 1 or last in abbreviations)
        for before, last, word in zip(between, ("", *words), words, strict=False)
    ]
    return tuple(map(_token, zip(keys, edges[::2], edges[1::2], between, breaks, strict=False)))


def first_word(folded: str) -> str:
    """Return the first word of a folded text as it is, or nothing where there is none."""
    found = _WORD.search(folded)
    return found.group()[:WORD_CAP] if found else ""


def words_of(folded: str) -> frozenset[str]:
    """Return the words of a folded text, each once."""
    return frozenset(word[:WORD_CAP] for word in _WORD.findall(folded))


@lru_cache(maxsize=_GAPS)
def _is_break(before: str, is_after_abbreviation: bool) -> bool:  # noqa: FBT001 (one caller, beside its name)
    return _BREAK.search(before.replace(".", "", 1) if is_after_abbreviation else before) is not None


def keys_of(words: str, spelling: Spelling) -> tuple[str, ...]:
    """Return the keys that a phrase of plain words has in a text."""
    return tuple(token.key for token in tokens_of(fold(words), spelling))


def as_written(word: str) -> str:
    """Return a word as it is: the spelling of a language that has one."""
    return word
