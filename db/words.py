"""The words of a text as search compares them: folded, and cut to a stem that inflected forms share. Pure.

One way for seven languages, because nobody says in which language they ask. Case, diacritics, apostrophes and soft
signs count for nothing; neither does how Ukrainian, Russian and Belarusian write one vowel, so that Лукашэнка is found
as Лукашенко, and Łacinka by plain letters. Stems are cut by a list of endings (`endings.toml`), not by a dictionary:
what is looked for is names that no dictionary has.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from db.text import APOSTROPHES, one_script

LONGEST_WORD = 40  # what is longer is no word; equal beginnings then count as equal
SHORTEST_STEM, SHORTEST_STEM_OF_TWO = 3, 4  # after one ending, after more than one
WORDS_CACHED = 50_000
_MARKS = "\u0300-\u036f\u0483-\u0487"  # stress marks that have no letter of their own
_WORD = re.compile(rf"[^\W_]+(?:[{APOSTROPHES}{_MARKS}]+[^\W_]+)*[{_MARKS}]*")
_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES, ""),
        **dict.fromkeys("ьъ", ""),
        **dict.fromkeys("іы", "и"),
        **dict.fromkeys("эє", "е"),
        "ґ": "г",
        "ў": "у",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
    }
)
# The vowel that comes and goes: список and списка, ojciec and ojca.
_FLEETING = re.compile(r"(?<=[^аеиоуюяaeiouy])(?:ie|[еоeo])(?=[нкцлрnkclr]$)")
_VOWELS = frozenset("аеиоуюяaeiouy")


class Word(NamedTuple):
    """A word of a text: its stem and its place, in code points, end excluded."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Script:
    endings: frozenset[str]
    more: frozenset[str]
    after_consonant: str
    changed: str
    unchanged: str
    longest: int


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; what is neither letter nor digit parts words, but for an apostrophe within."""
    for match in _WORD.finditer(text):
        stem = stem_of(match.group())
        if stem:
            yield Word(stem, match.start(), match.end())


def fold_word(word: str) -> str:
    """Return a word without case, diacritics, apostrophes and soft signs; "" if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", one_script(word[:LONGEST_WORD].lower()))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_SPELLINGS)
    return "".join(letter for letter in letters if letter.isalnum())[:LONGEST_WORD]


@lru_cache(WORDS_CACHED)
def stem_of(word: str) -> str:
    """Return the stem of a word: equal for its inflected forms as far as endings tell."""
    folded = fold_word(word)
    script = _SCRIPTS["cyrillic" if "а" <= folded[-1:] <= "я" else "latin"]
    stem = _without_ending(folded, script.endings, SHORTEST_STEM, script)
    while (shorter := _shortened(stem, script)) != stem:
        stem = shorter
    if len(stem) > SHORTEST_STEM and stem[-1] == stem[-2]:
        stem = stem[:-1]
    if script.changed and stem.endswith(script.changed):
        stem = stem.removesuffix(script.changed) + script.unchanged
    return _FLEETING.sub("", stem) if len(stem) > SHORTEST_STEM_OF_TWO else stem


def _shortened(stem: str, script: _Script) -> str:
    is_cluster = len(stem) > SHORTEST_STEM_OF_TWO and stem[-2] not in _VOWELS
    if is_cluster and stem[-1] == script.after_consonant:
        return stem[:-1]
    return _without_ending(stem, script.more, SHORTEST_STEM_OF_TWO, script)


def _without_ending(word: str, endings: frozenset[str], least: int, script: _Script) -> str:
    for length in range(min(script.longest, len(word) - least), 0, -1):
        if word[-length:] in endings:
            return word[:-length]
    return word


def _load() -> dict[str, _Script]:
    tables = tomllib.loads((Path(__file__).parent / "endings.toml").read_text("utf-8"))
    return {name: _script(table) for name, table in tables.items()}


def _script(table: dict[str, str]) -> _Script:
    endings = frozenset(map(fold_word, table["endings"].split()))
    more = endings | frozenset(map(fold_word, table["inner"].split()))
    letters = {name: table[name] for name in ("after_consonant", "changed", "unchanged")}
    return _Script(endings=endings, more=more, longest=max(map(len, more)), **letters)


_SCRIPTS = _load()
