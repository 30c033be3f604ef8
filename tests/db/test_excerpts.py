"""An excerpt shows most of what was looked for, and marks each word in the form it has there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.excerpts import EXCERPT_LENGTH, Excerpt, excerpt_of, mark_words
from db.search_query import Term, parse_query

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FILLER = "Nothing of it was told before noon on that day. " * 20


def terms(asked: str) -> tuple[Term, ...]:
    return parse_query(asked, NOW).terms


def marked(excerpt: Excerpt) -> list[str]:
    return [excerpt.text[start:end] for start, end in excerpt.spans]


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("Бяляцкі", "Алеся Бяляцкага вызвалілі. Бяляцкі ў Вільні.", ["Бяляцкага", "Бяляцкі"]),
        ("в'язень", "Звільнено політв’язнів; один в’язень лишився.", ["в’язень"]),
        ('"алесь бяляцкі"', "Бяляцкі, Алесь Бяляцкий, Алеся Бяляцкого", ["Алесь Бяляцкий", "Алеся Бяляцкого"]),
        ('"x y" y', "x y z", ["x y"]),
        ("Häft*", "Haftbefehl, Häftlinge, Haar", ["Haftbefehl", "Häftlinge"]),
        ("освобожден*", "Освобождение, освобождён, свободен", ["Освобождение", "освобождён"]),
        ("nowhere", "x y z", []),
        ("", "x y z", []),
    ],
)
def test_each_form_of_what_was_looked_for_is_marked(asked: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in mark_words(text, terms(asked))] == found


def test_the_piece_with_the_most_different_words_is_shown() -> None:
    text = f"{FILLER}Minsk. {FILLER}In Minsk the envoy spoke of prisoners.\n{FILLER}"
    excerpt = excerpt_of(text, terms("Minsk prisoner envoy"))
    assert marked(excerpt) == ["Minsk", "envoy", "prisoners"]
    assert excerpt.is_cut_before
    assert excerpt.is_cut_after
    assert "\n" not in excerpt.text
    assert not excerpt.text.startswith("othing")


def test_a_text_without_the_words_shows_its_beginning() -> None:
    excerpt = excerpt_of(FILLER, terms("Minsk"))
    assert FILLER.startswith(excerpt.text)
    assert (excerpt.spans, excerpt.is_cut_before, excerpt.is_cut_after) == ((), False, True)
    assert excerpt_of("Short.", terms("Minsk")) == Excerpt("Short.")


@settings(deadline=None)
@given(st.text(alphabet="abc \n", max_size=600), st.sampled_from(["a", "b c", '"a b"', "c*", "zz"]))
def test_spans_lie_in_the_excerpt_in_order_and_apart(text: str, asked: str) -> None:
    excerpt = excerpt_of(text, terms(asked))
    assert len(excerpt.text) <= EXCERPT_LENGTH
    edges = [edge for span in excerpt.spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(excerpt.text) for edge in edges)


def test_a_text_of_one_word_again_and_again_is_no_trouble() -> None:
    assert len(excerpt_of("Minsk " * 200_000, terms("Minsk")).spans) == 40
