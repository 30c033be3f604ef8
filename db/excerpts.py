"""Where the words that were looked for stand in a text, and the piece of it that shows them best. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.search_query import Term
from db.words import Word, words_of

EXCERPT_LENGTH = 240
CHARACTERS_READ = 50_000  # of a text; behind them nothing is marked
_LEAD = 40  # characters before the first marked word

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text, on one line, and the spans of the words that were found, in code points of `text`, end excluded.

    `is_cut_before` and `is_cut_after` tell whether the text goes on there.
    """

    text: str
    spans: tuple[Span, ...] = ()
    is_cut_before: bool = False
    is_cut_after: bool = False


def mark_words(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return the spans of all that the terms find in a text, in order and not overlapping; a phrase is one span."""
    return _joined(_found(text, terms))


def excerpt_of(text: str, terms: Sequence[Term], length: int = EXCERPT_LENGTH) -> Excerpt:
    """Return the piece of a text with the most different terms in it; its beginning where there is none."""
    found = _found(text[:CHARACTERS_READ], terms)
    start = _best_start([(span[0], number) for span, number in found], length)
    start = _word_boundary(text, start - _LEAD) if start > _LEAD else 0
    end = _last_boundary(text, start, start + length)
    spans = tuple((a - start, b - start) for a, b in _joined(found) if start <= a and b <= end)
    one_line = "".join(" " if letter in "\n\t" else letter for letter in text[start:end])
    return Excerpt(one_line, spans, start > 0, end < len(text.rstrip()))


def _found(text: str, terms: Sequence[Term]) -> list[tuple[Span, int]]:
    """Return every span with the number of its term, in order."""
    words = list(words_of(text)) if terms else []
    return sorted((span, number) for number, term in enumerate(terms) for span in _occurrences(words, term))


def _joined(found: Sequence[tuple[Span, int]]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for (start, end), _ in found:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def _occurrences(words: Sequence[Word], term: Term) -> Iterator[Span]:
    if term.is_beginning:
        beginning, whole = term.stems[0], term.whole_stems
        yield from ((word.start, word.end) for word in words if word.stem.startswith(beginning) or word.stem in whole)
        return
    first, length = term.stems[0], len(term.stems)
    for index, word in enumerate(words):
        if word.stem == first and tuple(other.stem for other in words[index : index + length]) == term.stems:
            yield word.start, words[index + length - 1].end


def _best_start(found: Sequence[tuple[int, int]], length: int) -> int:
    """Return where the window begins that holds the most different terms, then the most of them; the first such."""
    best, best_start = (0, 0), 0
    last = 0
    for index, (start, _) in enumerate(found):
        last = max(last, index)
        while last < len(found) and found[last][0] < start + length - 2 * _LEAD:
            last += 1
        within = [number for _, number in found[index : min(last, index + 50)]]
        if (score := (len(set(within)), len(within))) > best:
            best, best_start = score, start
    return best_start


def _word_boundary(text: str, start: int) -> int:
    """Return where the next word begins, at most 30 characters on."""
    for index in range(start, min(start + 30, len(text))):
        if text[index].isspace():
            return index + 1
    return start


def _last_boundary(text: str, start: int, end: int) -> int:
    """Return where the last whole word before `end` ends."""
    if end >= len(text):
        return len(text)
    cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return cut if cut > start + (end - start) // 2 else end
