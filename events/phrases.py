"""Phrases: the small language in which the lexicon names words and expressions.

A phrase is words with one space between, on folded text. A word is literal ("помилував") or a beginning with any
ending ("помилуван*"). (a|b) are alternatives, also empty ("(|не)звільнен*") or of several words ("(at least|over)").
"~3" stands for up to three words, "#" for a number, "'s" is a word of its own, hyphens and full stops count as spaces.
"<" ends what must stand before, ">" begins what must follow: neither belongs to the words found ("in < may").
No phrase reaches over punctuation that parts clauses.

There are no regular expressions in it: every word is looked up, every gap is bounded, so a sentence costs time in
proportion to its length, whatever it holds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from events.tokens import Spelling

VARIANTS = 4_000  # of one phrase; more is a slip of the pen
_WORDS = 2_000  # kept in mind while phrases are read, so that those of a file share theirs


class PhraseError(ValueError):
    """A phrase that cannot be read, with its text."""

    def __init__(self, phrase: str, reason: str) -> None:
        super().__init__(f"phrase {phrase!r}: {reason}")
        self.phrase = phrase


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word of some forms: whole ones, and beginnings with any ending. Known by its identity."""

    literals: tuple[str, ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to so many words of any kind."""

    most: int


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A number: digits or a number word. There is one: `FIGURE`."""


FIGURE = Figure()
Step = Word | Gap | Figure


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """Steps after one another; those from `first` to before `last` are what is found.

    `is_open`: what comes next behind the first may be any word (a gap), or the end of a quotation.
    """

    name: str
    steps: tuple[Step, ...]
    first: int
    last: int
    is_quoted: bool
    is_open: bool


def read_phrases(name: str, text: str, spelling: Spelling, *, is_quoted: bool) -> Iterator[Phrase]:
    """Yield a phrase once for each choice among its alternatives of several words."""
    for variant in _variants(text.replace("'s", " 's")):
        yield _phrase(name, variant, spelling, is_quoted=is_quoted)


def _phrase(name: str, text: str, spelling: Spelling, *, is_quoted: bool) -> Phrase:
    steps: list[Step] = []
    first, last = 0, None
    for word in text.replace("-", " ").replace(".", " ").split():
        if word == "<":
            first = len(steps)
        elif word == ">":
            last = len(steps)
        else:
            step, before = _step(word, text, spelling), steps[-1] if steps else None
            if isinstance(step, Gap) and isinstance(before, Gap):  # "~3 ~1" is "~4": behind a gap stands a word
                steps[-1] = _gap(before.most + step.most)
            else:
                steps.append(step)
    last = len(steps) if last is None else last
    if not steps or isinstance(steps[0], Gap) or isinstance(steps[-1], Gap) or first >= last:
        raise PhraseError(text, "it must begin and end with a word")
    is_open = isinstance(steps[1], Gap) if len(steps) > 1 else is_quoted
    return Phrase(name, tuple(steps), first, last, is_quoted, is_open)


def _step(word: str, phrase: str, spelling: Spelling) -> Step:
    if word == "#":
        return FIGURE
    if word.startswith("~"):
        if not word[1:].isdigit():
            raise PhraseError(phrase, "a gap is ~ and a number")
        return _gap(int(word[1:]))
    forms = list(_expanded(word))
    if any("*" in form[:-1] or form in ("", "*") for form in forms):
        raise PhraseError(phrase, "* stands at the end of a word that begins somehow")
    literals = dict.fromkeys(spelling(form) for form in forms if not form.endswith("*"))
    prefixes = dict.fromkeys(spelling(form[:-1]) for form in forms if form.endswith("*"))
    return _word(tuple(map(sys.intern, literals)), tuple(map(sys.intern, prefixes)))


@cache
def _gap(most: int) -> Gap:
    return Gap(most)


@lru_cache(maxsize=_WORDS)
def _word(literals: tuple[str, ...], prefixes: tuple[str, ...]) -> Word:
    """Return a word of these forms, the same for all phrases that are read together."""
    return Word(literals, prefixes)


def _variants(text: str) -> list[str]:
    """Return a phrase once for each choice among alternatives of several words; those inside a word stay."""
    group = next((g for g in re.finditer(r"\([^()]*\)", text) if _is_of_words(text, g)), None)
    if group is None:
        return [text]
    choices = [text[: group.start()] + choice + text[group.end() :] for choice in group.group()[1:-1].split("|")]
    variants = [variant for choice in choices for variant in _variants(choice)]
    if len(variants) > VARIANTS:
        raise PhraseError(text, "too many alternatives")
    return variants


def _is_of_words(text: str, group: re.Match[str]) -> bool:
    """Whether a group holds several words, stands inside another, or is a word of its own that may be left out."""
    choices = group.group()[1:-1].split("|")
    before, after = text[: group.start()], text[group.end() :]
    is_inside = before.count("(") > before.count(")")
    is_alone = before[-1:] in ("", " ") and after[:1] in ("", " ")
    return is_inside or any(set(choice) & set(" -#") for choice in choices) or (is_alone and "" in choices)


def _expanded(word: str) -> Iterator[str]:
    """Yield the forms of a word with alternatives in brackets (which may be nested)."""
    group = re.search(r"\(([^()]*)\)", word)
    if group is None:
        if set(word) & set("()|"):
            raise PhraseError(word, "brackets do not match")
        yield word
        return
    rest = word[group.end() :]
    for choice in group[1].split("|"):
        is_whole = choice.endswith("*") and rest in ("", "*")
        yield from _expanded(word[: group.start()] + choice + ("" if is_whole else rest))
