"""The book: all phrases of a language, looked for at once in the tokens of a sentence.

Each word leads to the few phrases that may begin with it, and the next word to those of them that may go on. Where a
gap comes next, the phrase is looked at only if the word that ends it stands in the sentence at all. What a word leads
to is looked up once and remembered, so what a sentence costs depends on its length, not on how many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from events.phrases import FIGURE, Figure, Gap, Phrase, Step, Word, read_phrases
from events.tokens import WORD_CAP, Spelling, Token, as_written

_REMEMBERED = 20_000  # words
_T = TypeVar("_T")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one word leads to."""

    names: tuple[str, ...]  # phrases of this one word
    literals: Mapping[str, tuple[Phrase, ...]]  # phrases by the word that must come next
    prefixes: Mapping[str, tuple[Phrase, ...]]
    lengths: tuple[int, ...]  # of the prefixes
    open: tuple[Phrase, ...]  # a gap or a number comes next
    ends: frozenset[Step]  # the last steps of open phrases that this word fits


_NOTHING = _Entry((), {}, {}, (), (), frozenset())


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
        self._literals: dict[str, list[Phrase]] = {}
        self._prefixes: dict[str, list[Phrase]] = {}
        self._numbers: list[Phrase] = []
        self._end_literals: dict[str, list[Word]] = {}
        self._end_prefixes: dict[str, list[Word]] = {}
        self._remembered: dict[str, _Entry] = {}
        self._number_words: set[str] = set()
        for is_quoted, pairs in ((False, phrases), (True, quoted)):
            for name, text in pairs:
                for phrase in read_phrases(name, text, spelling, is_quoted=is_quoted):
                    self._add(phrase)

    def _add(self, phrase: Phrase) -> None:
        first, last = phrase.steps[0], phrase.steps[-1]
        if isinstance(first, Figure):
            self._numbers.append(phrase)
        elif isinstance(first, Word):
            _index(first, phrase, self._literals, self._prefixes)
            if phrase.name.startswith("number/") and len(phrase.steps) == 1:
                self._number_words |= first.literals
        if isinstance(last, Word) and phrase.is_open:
            _index(last, last, self._end_literals, self._end_prefixes)

    def find(self, tokens: Sequence[Token]) -> dict[str, tuple[Span, ...]]:
        """Return the spans of every name that occurs, in order; of those that overlap the first and longest."""
        found: dict[str, list[Span]] = {}
        entries = [self._remembered.get(token.key) or self._remember(token.key) for token in tokens]
        ends = frozenset[Step]().union(*[entry.ends for entry in entries if entry.ends])
        for index, entry in enumerate(entries):
            if entry is _NOTHING:
                continue
            for name in entry.names:
                found.setdefault(name, []).append((tokens[index].start, tokens[index].end))
            for phrase in _candidates(entry, tokens, index, ends):
                span = self._span(phrase, tokens, index)
                if span is not None:
                    found.setdefault(phrase.name, []).append(span)
        return {name: _apart(spans) for name, spans in found.items()}

    def may_begin(self, keys: Iterable[str]) -> bool:
        """Whether any of some words is one that a phrase begins with; where none is, there is nothing to find."""
        entries = (self._remembered.get(key) or self._remember(key) for key in keys)
        return any(entry.names or entry.literals or entry.prefixes or entry.open for entry in entries)

    def is_number(self, token: Token) -> bool:
        """Whether a token is a figure or a number word."""
        return self._is_number(token.key)

    def _is_number(self, key: str) -> bool:
        return key[:1].isdigit() or key in self._number_words

    def _remember(self, key: str) -> _Entry:
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        ends = frozenset((*self._ended_by(key), *([FIGURE] if self._is_number(key) else ())))
        entry = self._remembered[key] = _entry(list(self._begun_by(key)), ends)
        return entry

    def _begun_by(self, key: str) -> Iterator[Phrase]:
        yield from _indexed(key, self._literals, self._prefixes)
        if self._is_number(key):
            yield from self._numbers
        if self._beside is not None:
            yield from self._beside._begun_by(key)  # noqa: SLF001 (of its own kind)

    def _ended_by(self, key: str) -> Iterator[Step]:
        yield from _indexed(key, self._end_literals, self._end_prefixes)
        if self._beside is not None:
            yield from self._beside._ended_by(key)  # noqa: SLF001 (of its own kind)

    def _span(self, phrase: Phrase, tokens: Sequence[Token], index: int) -> Span | None:
        """Return the span of a phrase that begins at `index`: its first word fits, and the next if it is not open."""
        begun = 1 if phrase.is_open else 2
        rest = self._places(phrase.steps, tokens, begun, index + begun)
        if rest is None:
            return None
        shown = [*range(index, index + begun), *rest][phrase.first : phrase.last]
        if phrase.is_quoted and not _is_quoted(tokens, shown[0], shown[-1]):
            return None
        return tokens[shown[0]].start, tokens[shown[-1]].end

    def _places(self, steps: tuple[Step, ...], tokens: Sequence[Token], step: int, index: int) -> list[int] | None:
        """Return the place of the token that each step from `step` on fits, the first at `index`."""
        places: list[int] = []
        while step < len(steps):
            here = steps[step]
            if isinstance(here, Gap):
                return self._over(steps, tokens, step, index, places)
            if index >= len(tokens) or tokens[index].is_break:
                return None
            if not (here.fits(tokens[index]) if isinstance(here, Word) else self.is_number(tokens[index])):
                return None
            places.append(index)
            step, index = step + 1, index + 1
        return places

    def _over(
        self, steps: tuple[Step, ...], tokens: Sequence[Token], step: int, index: int, places: list[int]
    ) -> list[int] | None:
        gap = steps[step]
        most = gap.most if isinstance(gap, Gap) else 0
        for skipped in range(most + 1):
            place = index + skipped
            if place >= len(tokens) or tokens[place].is_break:
                return None
            rest = self._places(steps, tokens, step + 1, place)
            if rest is not None:
                return [*places, index, *rest]
        return None


def _index(word: Word, value: _T, literals: dict[str, list[_T]], prefixes: dict[str, list[_T]]) -> None:
    for literal in word.literals:
        literals.setdefault(literal, []).append(value)
    for prefix in word.prefixes:
        prefixes.setdefault(prefix, []).append(value)


def _indexed(key: str, literals: Mapping[str, Sequence[_T]], prefixes: Mapping[str, Sequence[_T]]) -> Iterator[_T]:
    """Yield what is indexed under a word: as it is, or under its beginning."""
    yield from literals.get(key, ())
    for length in range(1, min(len(key), WORD_CAP) + 1):
        yield from prefixes.get(key[:length], ())


def _entry(phrases: Sequence[Phrase], ends: frozenset[Step]) -> _Entry:
    """Return what a word leads to that `phrases` begin with."""
    if not phrases and not ends:
        return _NOTHING
    literals: dict[str, list[Phrase]] = {}
    prefixes: dict[str, list[Phrase]] = {}
    names: dict[str, None] = {}
    for phrase in phrases:
        following = phrase.steps[1] if len(phrase.steps) > 1 else None
        if following is None and not phrase.is_quoted:
            names[phrase.name] = None
        elif isinstance(following, Word):
            _index(following, phrase, literals, prefixes)
    return _Entry(
        tuple(names),
        {key: tuple(row) for key, row in literals.items()},
        {key: tuple(row) for key, row in prefixes.items()},
        tuple(sorted({len(prefix) for prefix in prefixes})),
        tuple(phrase for phrase in phrases if phrase.is_open),
        ends,
    )


def _candidates(entry: _Entry, tokens: Sequence[Token], index: int, ends: frozenset[Step]) -> list[Phrase]:
    """Return the phrases beginning at `index` whose next word fits, or whose last word is in the sentence at all."""
    found: list[Phrase] = []
    if (entry.literals or entry.prefixes) and index + 1 < len(tokens) and not tokens[index + 1].is_break:
        key = tokens[index + 1].key
        found += entry.literals.get(key, ())
        for length in entry.lengths:
            if length > len(key):
                break
            found += entry.prefixes.get(key[:length], ())
    if entry.open:
        found += [phrase for phrase in entry.open if phrase.steps[-1] in ends]
    return found


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
