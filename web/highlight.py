"""A text with places marked: cut into plain and marked pieces, however the marks overlap. Pure.

The pieces are flat: a piece knows every mark over it, so that nested and crossing marks need no nested elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text, in code points, end excluded; `note` says which note it belongs to."""

    start: int
    end: int
    note: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text and the notes on it, those of the shortest mark first; none where it is plain."""

    text: str
    notes: tuple[int, ...] = ()


def split_marked(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """Return the pieces of a text: joined they are the text, and each has exactly the notes of the spans over it.

    What lies outside the text is cut off; a span of nothing marks nothing. A note marks a piece once.
    """
    within = (replace(span, start=max(span.start, 0), end=min(span.end, len(text))) for span in spans)
    kept = sorted((span for span in within if span.start < span.end), key=lambda span: span.start)
    edges = sorted({0, len(text), *(span.start for span in kept), *(span.end for span in kept)})
    pieces: list[Piece] = []
    open_spans: list[Span] = []
    waiting = iter([*kept, None])
    following = next(waiting)
    for start, end in pairwise(edges):
        while following is not None and following.start == start:
            open_spans.append(following)
            following = next(waiting)
        open_spans = [span for span in open_spans if span.end > start]
        shortest_first = sorted(open_spans, key=lambda span: (span.end - span.start, span.note))
        pieces.append(Piece(text[start:end], tuple(dict.fromkeys(span.note for span in shortest_first))))
    return tuple(pieces)


def lines_of(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Return the pieces line by line, without the line breaks; a mark may go on in the next line."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split("\n")
        lines[-1].append(replace(piece, text=first))
        lines.extend([replace(piece, text=other)] for other in others)
    return tuple(tuple(piece for piece in line if piece.text) for line in lines)
