"""The book: all phrases of a language, looked for at once in the tokens of a sentence.

What a word leads to is looked up once and remembered: the phrases that begin with it, and the words of other phrases
that it is a form of. A phrase is looked at only where its next word fits, too, or, if a gap comes next, where the word
that ends it stands in the sentence at all. So what a sentence costs depends on its length, not on how many phrases
there are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from events.phrases import FIGURE, Figure, Gap, Phrase, Step, Word, read_phrases
from events.tokens import WORD_CAP, Spelling, Token, as_written

_REMEMBERED = 20_000  # words
_NONE: Mapping[Step, tuple[Phrase, ...]] = {}
_T = TypeVar("_T")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one word leads to."""

    names: tuple[str, ...]  # phrases of this one word
    following: Mapping[Step, tuple[Phrase, ...]]  # phrases that begin with it, by what must come next
    open: tuple[Phrase, ...]  # phrases that begin with it where anything may come next
    forms: frozenset[Step]  # what it is a form of, in all phrases behind their first word
    is_begun: bool = False  # whether phrases begin with it that go on

    def begun(self, forms: Sequence[frozenset[Step]], index: int, everywhere: frozenset[Step]) -> list[Phrase]:
        """Return the phrases beginning at `index` whose next step fits, or whose last is in the sentence at all."""
        found = [phrase for phrase in self.open if phrase.steps[-1] in everywhere]
        if self.following and index + 1 < len(forms) and not self.following.keys().isdisjoint(forms[index + 1]):
            ahead = forms[index + 1]
            found += [phrase for step, row in self.following.items() if step in ahead for phrase in row]
        return found


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
        self._firsts = _Index[Phrase]()
        self._others = _Index[Word]()  # what stands in phrases behind the first word, each once
        self._numbers: list[Phrase] = []
        self._number_words: set[str] = set()
        self._entries: dict[str, _Entry] = {}  # of the words met so far
        self._shared: dict[tuple[tuple[Phrase, ...], frozenset[Step]], _Entry] = {}  # many words lead to the same
        read = [
            phrase
            for is_quoted, pairs in ((False, phrases), (True, quoted))
            for name, text in pairs
            for phrase in read_phrases(name, text, spelling, is_quoted=is_quoted)
        ]
        for phrase in read:
            self._add(phrase)
        for step in dict.fromkeys(step for phrase in read for step in _behind(phrase)):
            if isinstance(step, Word):
                self._others.add(step, step)

    def _add(self, phrase: Phrase) -> None:
        first = phrase.steps[0]
        if isinstance(first, Figure):
            self._numbers.append(phrase)
        elif isinstance(first, Word):
            self._firsts.add(first, phrase)
            if phrase.name.startswith("number/") and len(phrase.steps) == 1:
                self._number_words.update(first.literals)

    def find(self, tokens: Sequence[Token]) -> dict[str, tuple[Span, ...]]:
        """Return the spans of every name that occurs, in order; of those that overlap the first and longest."""
        found: dict[str, list[Span]] = {}
        entries = [self._entries.get(token.key) or self._remember(token.key) for token in tokens]
        forms = [entry.forms for entry in entries]
        everywhere = frozenset[Step]().union(*filter(None, forms))
        for index, entry in enumerate(entries):
            for name in entry.names:
                found.setdefault(name, []).append((tokens[index].start, tokens[index].end))
            for phrase in entry.begun(forms, index, everywhere) if entry.is_begun else ():
                span = _span(phrase, tokens, forms, index)
                if span is not None:
                    found.setdefault(phrase.name, []).append(span)
        return {name: (spans[0],) if len(spans) == 1 else _apart(spans) for name, spans in found.items()}

    def may_begin(self, key: str) -> bool:
        """Whether any phrase begins with a word."""
        entry = self._entries.get(key) or self._remember(key)
        return bool(entry.names) or entry.is_begun

    def _remember(self, key: str) -> _Entry:
        if len(self._entries) >= _REMEMBERED:
            self._entries.clear()
            self._shared.clear()
        is_number = key[:1].isdigit() or key in self._number_words
        forms = frozenset[Step]([*self._forms_of(key), *([FIGURE] if is_number else ())])
        leads = (tuple(self._begun_by(key)), forms)
        entry = self._shared.get(leads) or self._shared.setdefault(leads, _entry(*leads))
        self._entries[sys.intern(key)] = entry
        return entry

    def _begun_by(self, key: str) -> Iterator[Phrase]:
        yield from self._firsts.under(key)
        if key[:1].isdigit() or key in self._number_words:
            yield from self._numbers
        if self._beside is not None:
            yield from self._beside._begun_by(key)  # noqa: SLF001 (of its own kind)

    def _forms_of(self, key: str) -> Iterator[Word]:
        yield from self._others.under(key)
        if self._beside is not None:
            yield from self._beside._forms_of(key)  # noqa: SLF001 (of its own kind)


class _Index(Generic[_T]):
    """Values by the forms of a word: whole ones, and beginnings."""

    def __init__(self) -> None:
        self._literals: dict[str, Sequence[_T]] = {}
        self._prefixes: dict[str, Sequence[_T]] = {}

    def add(self, word: Word, value: _T) -> None:
        for literal in word.literals:
            self._literals[literal] = (*self._literals.get(literal, ()), value)
        for prefix in word.prefixes:
            self._prefixes[prefix] = (*self._prefixes.get(prefix, ()), value)

    def under(self, key: str) -> Iterator[_T]:
        """Yield what is indexed under a word or its beginning."""
        yield from self._literals.get(key, ())
        for length in range(1, min(len(key), WORD_CAP) + 1):
            yield from self._prefixes.get(key[:length], ())


def _behind(phrase: Phrase) -> tuple[Step, ...]:
    """Return the steps behind the first, or the only one."""
    return phrase.steps[1:] or phrase.steps


def _entry(phrases: Sequence[Phrase], forms: frozenset[Step]) -> _Entry:
    """Return what a word leads to that `phrases` begin with."""
    names: dict[str, None] = {}
    following: dict[Step, list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.steps) > 1 and not phrase.is_open:
            following.setdefault(phrase.steps[1], []).append(phrase)
        elif not phrase.is_open:
            names[phrase.name] = None
    return _Entry(
        tuple(names),
        {step: tuple(row) for step, row in following.items()} if following else _NONE,
        opened := tuple(phrase for phrase in phrases if phrase.is_open),
        forms,
        is_begun=bool(following or opened),
    )


def _span(phrase: Phrase, tokens: Sequence[Token], forms: Sequence[frozenset[Step]], index: int) -> Span | None:
    """Return the span of a phrase whose first word stands at `index`, or None where the rest does not follow."""
    known = 1 if phrase.is_open else 2  # the next step fits, too (`begun`)
    rest = _places(phrase.steps, tokens, forms, known, index + known) if len(phrase.steps) > known else []
    if rest is None or (known > 1 and tokens[index + 1].is_break):
        return None
    shown = [*range(index, index + known), *rest][phrase.first : phrase.last]
    if phrase.is_quoted and not _is_quoted(tokens, shown[0], shown[-1]):
        return None
    return tokens[shown[0]].start, tokens[shown[-1]].end


def _places(
    steps: Sequence[Step], tokens: Sequence[Token], forms: Sequence[frozenset[Step]], step: int, index: int
) -> list[int] | None:
    """Return the place of the token that each step from `step` on fits, the first at `index`."""
    places: list[int] = []
    for place in range(step, len(steps)):
        if isinstance(steps[place], Gap):
            rest = _over(steps, tokens, forms, place, index)
            return None if rest is None else [*places, *rest]
        if index >= len(tokens) or tokens[index].is_break or steps[place] not in forms[index]:
            return None
        places.append(index)
        index += 1
    return places


def _over(
    steps: Sequence[Step], tokens: Sequence[Token], forms: Sequence[frozenset[Step]], step: int, index: int
) -> list[int] | None:
    """Return the places from a gap on: as few words are skipped as will do."""
    gap, following = steps[step], steps[step + 1]
    most = gap.most if isinstance(gap, Gap) else 0
    for place in range(index, min(index + most + 1, len(tokens))):
        if tokens[place].is_break:
            return None
        if following in forms[place]:
            rest = _places(steps, tokens, forms, step + 1, place)
            if rest is not None:
                return [index, *rest]
    return None


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def _is_quoted(tokens: Sequence[Token], first: int, last: int) -> bool:
    is_closed = last + 1 >= len(tokens) or '"' in tokens[last + 1].before
    return is_closed and '"' in tokens[first].before
