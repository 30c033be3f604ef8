"""Phrases: the small language in which the lexicon names words and expressions, and the book that finds them.

A phrase is words with one space between, on folded text. A word is literal ("помилував") or a beginning with any
ending ("помилуван*"). (a|b) are alternatives, also empty ("(|не)звільнен*") or of several words ("(at least|over)").
"~3" stands for up to three words, "#" for a number, "'s" is a word of its own, hyphens and full stops count as spaces.
"<" ends what must stand before, ">" begins what must follow: neither belongs to the words found ("in < may").
No phrase reaches over punctuation that parts clauses.

There are no regular expressions in it: every word is looked up, every gap is bounded, so a sentence costs time in
proportion to its length, whatever it holds.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from events.tokens import WORD_CAP, Spelling, Token, as_written

VARIANTS = 4_000  # of one phrase; more is a slip of the pen
_CACHED_WORDS = 50_000
Span = tuple[int, int]


class PhraseError(ValueError):
    """A phrase that cannot be read, with its text."""

    def __init__(self, phrase: str, reason: str) -> None:
        super().__init__(f"phrase {phrase!r}: {reason}")
        self.phrase = phrase


@dataclass(frozen=True, slots=True)
class _Word:
    literals: frozenset[str]
    prefixes: tuple[str, ...]

    def fits(self, token: Token) -> bool:
        return token.key in self.literals or token.key.startswith(self.prefixes)


@dataclass(frozen=True, slots=True)
class _Gap:
    most: int


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number: digits or a number word."""


_Step = _Word | _Gap | _Figure


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Steps after one another; those from `first` to before `last` are what is found."""

    name: str
    steps: tuple[_Step, ...]
    first: int
    last: int
    is_quoted: bool


class PhraseBook:
    """Named phrases that are all looked for at once."""

    def __init__(
        self,
        phrases: Iterable[tuple[str, str]],
        spelling: Spelling = as_written,
        quoted: Iterable[tuple[str, str]] = (),
        beside: PhraseBook | None = None,
    ) -> None:
        """Read (name, phrase) pairs; `quoted` ones count between quotation marks only.

        What is in `beside` (of the same spelling) is found as well, and shared, not copied.
        """
        self._beside = beside
        self._literals: dict[str, list[_Phrase]] = {}
        self._prefixes: dict[str, list[_Phrase]] = {}
        self._numbers: list[_Phrase] = []
        self._known: dict[str, tuple[_Phrase, ...]] = {}
        self._number_words: set[str] = set()
        for is_quoted, pairs in ((False, phrases), (True, quoted)):
            for name, text in pairs:
                for phrase in _read(name, text, spelling, is_quoted=is_quoted):
                    self._add(phrase)

    def _add(self, phrase: _Phrase) -> None:
        first = phrase.steps[0]
        if isinstance(first, _Figure):
            self._numbers.append(phrase)
        elif isinstance(first, _Word):
            for literal in first.literals:
                self._literals.setdefault(literal, []).append(phrase)
            for prefix in first.prefixes:
                self._prefixes.setdefault(prefix, []).append(phrase)
            if phrase.name.startswith("number/") and len(phrase.steps) == 1:
                self._number_words |= first.literals

    def find(self, tokens: Sequence[Token]) -> dict[str, tuple[Span, ...]]:
        """Return the spans of every name that occurs, in order; of those that overlap the first and longest."""
        found: dict[str, list[Span]] = {}
        known = self._known
        for index, token in enumerate(tokens):
            phrases = known.get(token.key)
            if phrases is None:
                phrases = self._remember(token)
            for phrase in phrases:
                span = self._span(phrase, tokens, index)
                if span is not None:
                    found.setdefault(phrase.name, []).append(span)
        return {name: _apart(spans) for name, spans in found.items()}

    def _remember(self, token: Token) -> tuple[_Phrase, ...]:
        if len(self._known) >= _CACHED_WORDS:
            self._known.clear()
        phrases = self._known[token.key] = tuple(self._looked_up(token))
        return phrases

    def _looked_up(self, token: Token) -> Iterator[_Phrase]:
        key = token.key
        yield from self._literals.get(key, ())
        for length in range(1, min(len(key), WORD_CAP) + 1):
            yield from self._prefixes.get(key[:length], ())
        if self.is_number(token):
            yield from self._numbers
        if self._beside is not None:
            yield from self._beside._looked_up(token)  # noqa: SLF001 (of its own kind)

    def is_number(self, token: Token) -> bool:
        """Whether a token is a figure or a number word."""
        return token.key[:1].isdigit() or token.key in self._number_words

    def _span(self, phrase: _Phrase, tokens: Sequence[Token], index: int) -> Span | None:
        """Return the span of a phrase whose first word stands at `index`."""
        steps = phrase.steps
        if len(steps) == 1 and not phrase.is_quoted:
            return tokens[index].start, tokens[index].end
        if len(steps) > 1 and not self._may_go_on(steps[1], tokens, index + 1):  # most end here
            return None
        places = self._places(steps, tokens, 0, index)
        if places is None:
            return None
        shown = places[phrase.first : phrase.last]
        if phrase.is_quoted and not _is_quoted(tokens, shown[0], shown[-1]):
            return None
        return tokens[shown[0]].start, tokens[shown[-1]].end

    def _may_go_on(self, step: _Step, tokens: Sequence[Token], index: int) -> bool:
        if index >= len(tokens) or tokens[index].is_break:
            return False
        return not isinstance(step, _Word) or step.fits(tokens[index])

    def _places(self, steps: tuple[_Step, ...], tokens: Sequence[Token], step: int, index: int) -> list[int] | None:
        """Return the place of the token that each step from `step` on fits, the first at `index`."""
        places: list[int] = []
        while step < len(steps):
            here = steps[step]
            if isinstance(here, _Gap):
                return self._over(steps, tokens, step, index, places)
            if index >= len(tokens) or (index > 0 and step > 0 and tokens[index].is_break):
                return None
            if not (here.fits(tokens[index]) if isinstance(here, _Word) else self.is_number(tokens[index])):
                return None
            places.append(index)
            step, index = step + 1, index + 1
        return places

    def _over(
        self, steps: tuple[_Step, ...], tokens: Sequence[Token], step: int, index: int, places: list[int]
    ) -> list[int] | None:
        gap = steps[step]
        most = gap.most if isinstance(gap, _Gap) else 0
        for skipped in range(most + 1):
            place = index + skipped
            if place >= len(tokens) or tokens[place].is_break:
                return None
            rest = self._places(steps, tokens, step + 1, place)
            if rest is not None:
                return [*places, index, *rest]
        return None


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    if len(spans) == 1:
        return (spans[0],)
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def _is_quoted(tokens: Sequence[Token], first: int, last: int) -> bool:
    is_closed = last + 1 >= len(tokens) or '"' in tokens[last + 1].before
    return is_closed and '"' in tokens[first].before


def _read(name: str, text: str, spelling: Spelling, *, is_quoted: bool) -> Iterator[_Phrase]:
    for variant in _variants(text.replace("'s", " 's")):
        yield _phrase(name, variant, spelling, is_quoted=is_quoted)


def _phrase(name: str, text: str, spelling: Spelling, *, is_quoted: bool) -> _Phrase:
    steps: list[_Step] = []
    first, last = 0, None
    for word in text.replace("-", " ").replace(".", " ").split():
        if word == "<":
            first = len(steps)
        elif word == ">":
            last = len(steps)
        else:
            steps.append(_step(word, text, spelling))
    last = len(steps) if last is None else last
    if not steps or isinstance(steps[0], _Gap) or isinstance(steps[-1], _Gap) or first >= last:
        raise PhraseError(text, "it must begin and end with a word")
    return _Phrase(name, tuple(steps), first, last, is_quoted)


def _step(word: str, phrase: str, spelling: Spelling) -> _Step:
    if word == "#":
        return _Figure()
    if word.startswith("~"):
        if not word[1:].isdigit():
            raise PhraseError(phrase, "a gap is ~ and a number")
        return _Gap(int(word[1:]))
    forms = list(_expanded(word))
    if any("*" in form[:-1] or form in ("", "*") for form in forms):
        raise PhraseError(phrase, "* stands at the end of a word that begins somehow")
    literals = frozenset(spelling(form) for form in forms if not form.endswith("*"))
    return _Word(literals, tuple(spelling(form[:-1]) for form in forms if form.endswith("*")))


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


def phrases_in(table: Mapping[str, Sequence[str]], section: str) -> Iterator[tuple[str, str]]:
    """Yield (name, phrase) of a table of the lexicon; the names get the section's name before them."""
    return itertools.chain.from_iterable(
        ((f"{section}/{name}", phrase) for phrase in phrases) for name, phrases in table.items()
    )
