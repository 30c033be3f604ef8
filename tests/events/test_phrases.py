from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.book import PhraseBook
from events.normalise import fold
from events.phrases import PhraseError
from events.tokens import WORD_CAP, as_written, tokens_of


def found(phrase: str, text: str, *, quoted: bool = False) -> list[str]:
    pairs = [("x", phrase)]
    book = PhraseBook([] if quoted else pairs, quoted=pairs if quoted else [])
    folded = fold(text)
    hits = book.find(tokens_of(folded, as_written, frozenset({"тис"})))
    return [folded[start:end] for start, end in hits.get("x", ())]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("помилував", "Лукашенко помилував 14 людей", ["помилував"]),
        ("помилував", "Лукашенко помилувавши", []),
        ("помилуван*", "помилувано, помилуваних", ["помилувано", "помилуваних"]),
        ("звільн(ив|ила)", "звільнив і звільнила, та не звільнили", ["звільнив", "звільнила"]),
        ("(до|в) (литв|польщ)*", "до Литви, в Польщу", ["до литви", "в польщу"]),
        ("колишн* (|політ)в'язн*", "колишня влада, колишні політв’язні", ["колишні політв'язні"]),
        ("(at least|over) #", "at least 52 and over ten", ["at least 52"]),
        (
            "підписав ~2 указ",
            "підписав указ; підписав той самий указ; підписав ще один довгий указ",
            ["підписав указ", "підписав той самий указ"],
        ),
        ("ließ ~5 frei", "Er ließ am Mittwoch 52 Gefangene frei.", ["ließ am mittwoch 52 gefangene frei"]),
        ("ließ ~5 frei", "Er ließ warten, sie kamen frei.", []),
        ("a ~1 ~1 b", "a b, a x b, a x x b, a x x x b", ["a b", "a x b", "a x x b"]),
        ("in < may", "in May it may rain", ["may"]),
        ("may > #", "may rain on May 5", ["may"]),
        ("us embassy", "the US, embassy staff; the US embassy", ["us embassy"]),
        ("press service", "lukashenko's press-service", ["press-service"]),
        ("lukashenko's jet", "Lukashenko’s jet", ["lukashenko's jet"]),
        ("u.s. envoy", "the U.S. envoy", ["u.s. envoy"]),
        ("reform.news", "Reform.news reports", ["reform.news"]),
        ("тис осіб", "1,3 тис. осіб", ["тис. осіб"]),
        ("so (that|) it", "so it, so that it", ["so it", "so that it"]),
        ("a b*", "a b a bb", ["a b", "a bb"]),
        ("there are > # ~1 prisoners", "there are 1,150 political prisoners", ["there are"]),
        ("# < заключенных", "их 1 150 заключенных", ["заключенных"]),
    ],
)
def test_a_phrase_finds_its_words(phrase: str, text: str, expected: list[str]) -> None:
    assert found(phrase, text) == expected


def test_a_quoted_phrase_counts_between_quotation_marks_only() -> None:
    assert found("весн(а|и)", "центр «Весна» навесні, весни", quoted=True) == ["весна"]


def test_the_longest_of_overlapping_words_is_found() -> None:
    book = PhraseBook([("x", "political"), ("x", "political prisoners")])
    assert book.find(tokens_of("political prisoners", as_written)) == {"x": ((0, 19),)}


@pytest.mark.parametrize(
    "phrase", ["", "~2 слово", "слово ~2", "сло*во", "*", "(а", "а)", "~x слово", "> слово", "а* * б"]
)
def test_a_phrase_that_cannot_be_read_is_refused_with_its_text(phrase: str) -> None:
    with pytest.raises(PhraseError, match="phrase"):
        PhraseBook([("x", phrase)])


def test_a_phrase_of_too_many_alternatives_is_refused() -> None:
    with pytest.raises(PhraseError, match="too many"):
        PhraseBook([("x", " ".join("(a b|c d|e f|g h)" for _ in range(8)))])


@given(st.text(max_size=200))
def test_every_token_is_a_piece_of_the_text(text: str) -> None:
    folded = fold(text)
    tokens = tokens_of(folded, as_written)
    assert all(folded[token.start : token.end][:WORD_CAP] == token.key for token in tokens)
    assert all(first.end <= second.start for first, second in itertools.pairwise(tokens))
