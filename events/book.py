"""The book: all phrases of a language, looked for at once in the tokens of a sentence.

Each word leads to the few phrases that may begin with it, and the next word to those of them that may go on. What a
sentence costs depends on its length, not on how many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from events.phrases import Figure, Gap, Phrase, Step, Word, read_phrases
from events.tokens import WORD_CAP, Spelling, Token, as_written

_CACHED_WORDS = 50_000
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Start:
    """What may begin with one word: by the word that must come next, so that most phrases are never looked at."""

    names: tuple[str, ...]  # phrases of this one word
    literals: Mapping[str, tuple[Phrase, ...]]
    prefixes: Mapping[str, tuple[Phrase, ...]]
    lengths: tuple[int, ...]  # of the prefixes
    others: tuple[Phrase, ...]  # a gap or a number comes next


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
        self._known: dict[str, _Start | None] = {}
        self._number_words: set[str] = set()
        for is_quoted, pairs in ((False, phrases), (True, quoted)):
            for name, text in pairs:
                for phrase in read_phrases(name, text, spelling, is_quoted=is_quoted):
                    self._add(phrase)

    def _add(self, phrase: Phrase) -> None:
        first = phrase.steps[0]
        if isinstance(first, Figure):
            self._numbers.append(phrase)
        elif isinstance(first, Word):
            for literal in first.literals:
                self._literals.setdefault(literal, []).append(phrase)
            for prefix in first.prefixes:
                self._prefixes.setdefault(prefix, []).append(phrase)
            if phrase.name.startswith("number/") and len(phrase.steps) == 1:
                self._number_words |= first.literals

    def find(self, tokens: Sequence[Token]) -> dict[str, tuple[Span, ...]]:
        """Return the spans of every name that occurs, in order; of those that overlap the first and longest."""
        found: dict[str, list[Span]] = {}
        keys = frozenset(token.key for token in tokens)
        present: dict[int, bool] = {}
        for index, token in enumerate(tokens):
            start = self._known[token.key] if token.key in self._known else self._remember(token)
            if start is None:
                continue
            for name in start.names:
                found.setdefault(name, []).append((token.start, token.end))
            for phrase in _candidates(start, tokens, index, keys, present):
                span = self._span(phrase, tokens, index)
                if span is not None:
                    found.setdefault(phrase.name, []).append(span)
        return {name: _apart(spans) for name, spans in found.items()}

    def _remember(self, token: Token) -> _Start | None:
        if len(self._known) >= _CACHED_WORDS:
            self._known.clear()
        start = self._known[token.key] = _start_of(list(self._looked_up(token)))
        return start

    def _looked_up(self, token: Token) -> Iterator[Phrase]:
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

    def _span(self, phrase: Phrase, tokens: Sequence[Token], index: int) -> Span | None:
        """Return the span of a phrase whose first word stands at `index`."""
        places = self._places(phrase.steps, tokens, 0, index)
        if places is None:
            return None
        shown = places[phrase.first : phrase.last]
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
            if index >= len(tokens) or (index > 0 and step > 0 and tokens[index].is_break):
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


def _start_of(phrases: list[Phrase]) -> _Start | None:
    if not phrases:
        return None
    literals: dict[str, list[Phrase]] = {}
    prefixes: dict[str, list[Phrase]] = {}
    names, others = [], []
    for phrase in phrases:
        following = phrase.steps[1] if len(phrase.steps) > 1 else None
        if following is None and not phrase.is_quoted:
            names.append(phrase.name)
        elif isinstance(following, Word):
            for literal in following.literals:
                literals.setdefault(literal, []).append(phrase)
            for prefix in following.prefixes:
                prefixes.setdefault(prefix, []).append(phrase)
        else:
            others.append(phrase)
    return _Start(
        tuple(dict.fromkeys(names)),
        {key: tuple(row) for key, row in literals.items()},
        {key: tuple(row) for key, row in prefixes.items()},
        tuple(sorted({len(prefix) for prefix in prefixes})),
        tuple(others),
    )


def _candidates(
    start: _Start, tokens: Sequence[Token], index: int, keys: frozenset[str], present: dict[int, bool]
) -> Iterator[Phrase]:
    """Yield the phrases beginning at `index` whose next word fits, or whose last word is in the sentence at all."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and not following.is_break:
        yield from start.literals.get(following.key, ())
        for length in start.lengths:
            if length > len(following.key):
                break
            yield from start.prefixes.get(following.key[:length], ())
    for phrase in start.others:
        last = phrase.steps[-1]
        if not isinstance(last, Word):
            yield phrase
            continue
        is_there = present.get(id(last))
        if is_there is None:
            is_there = present[id(last)] = last.is_among(keys)
        if is_there:
            yield phrase


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
