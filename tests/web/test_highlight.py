"""Marked text: nothing is lost, nothing is marked that should not be, however spans overlap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.highlight import Piece, Span, lines_of, split_marked

TEXTS = st.text(st.sampled_from("abя <>&'\"\n👍\u0301"), max_size=40)
SPANS = st.lists(
    st.builds(Span, st.integers(-5, 45), st.integers(-5, 45), st.integers(0, 6)),
    max_size=8,
)


def notes_at(pieces: tuple[Piece, ...]) -> list[set[int]]:
    """The notes on each code point."""
    return [set(piece.notes) for piece in pieces for _ in piece.text]


@given(TEXTS, SPANS)
def test_joined_pieces_give_the_text_back(text: str, spans: list[Span]) -> None:
    pieces = split_marked(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(TEXTS, SPANS)
def test_every_code_point_has_exactly_the_notes_of_the_spans_over_it(text: str, spans: list[Span]) -> None:
    expected = [{span.note for span in spans if span.start <= at < span.end} for at in range(len(text))]
    assert notes_at(split_marked(text, spans)) == expected


@given(TEXTS, SPANS)
def test_the_shortest_span_comes_first_and_no_note_twice(text: str, spans: list[Span]) -> None:
    at = 0
    for piece in split_marked(text, spans):
        over = [s for s in spans if s.start <= at < s.end]
        lengths = {s.note: 0 for s in over} | {
            note: min(min(s.end, len(text)) - max(s.start, 0) for s in over if s.note == note)
            for note in {s.note for s in over}
        }
        assert len(piece.notes) == len(set(piece.notes))
        assert [lengths[note] for note in piece.notes] == sorted(lengths[note] for note in piece.notes)
        at += len(piece.text)


@given(TEXTS, SPANS)
def test_lines_hold_the_text_without_its_line_breaks(text: str, spans: list[Span]) -> None:
    lines = lines_of(split_marked(text, spans))
    assert "\n".join("".join(piece.text for piece in line) for line in lines) == text
    marked = [
        notes for character, notes in zip(text, notes_at(split_marked(text, spans)), strict=True) if character != "\n"
    ]
    assert [set(piece.notes) for line in lines for piece in line for _ in piece.text] == marked


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [Piece("freed 52 men")]),
        ([Span(0, 12, 0), Span(6, 8, 1)], [Piece("freed ", (0,)), Piece("52", (1, 0)), Piece(" men", (0,))]),
        ([Span(0, 8, 0), Span(6, 12, 1)], [Piece("freed ", (0,)), Piece("52", (1, 0)), Piece(" men", (1,))]),
        ([Span(6, 8, 0), Span(6, 8, 0)], [Piece("freed "), Piece("52", (0,)), Piece(" men")]),
        ([Span(6, 6, 0), Span(8, 6, 1), Span(30, 40, 2)], [Piece("freed 52 men")]),
    ],
    ids=["none", "nested", "crossing", "twice", "empty, backwards, outside"],
)
def test_spans_may_nest_cross_repeat_and_be_wrong(spans: list[Span], expected: list[Piece]) -> None:
    assert split_marked("freed 52 men", spans) == tuple(expected)


def test_many_spans_over_a_long_text_are_cut_in_no_time() -> None:
    text = "word " * 20_000
    spans = [Span(at, at + 9, at % 50) for at in range(0, len(text), 10)]
    assert len(split_marked(text, spans)) == 20_000
