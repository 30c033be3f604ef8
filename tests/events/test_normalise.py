from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.normalise import fold

CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяўыэё"


@given(st.text())
@example("İstanbul")
@example("ẞ ǅ ﬁ Ω")
@example("Лукашeнко\tП’ять\u00a0—\u2028")
def test_folding_keeps_the_length_so_that_spans_need_no_translation(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text() | st.text(alphabet=CYRILLIC + "aceopxyikmhtb'’ʼ«»–\u00a0"))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=CYRILLIC + "aceopxy", min_size=2), st.data())
def test_every_character_stands_where_it_stood(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert fold(f"{text[:cut]} {text[cut:]}") == f"{fold(text[:cut])} {fold(text[cut:])}"


@pytest.mark.parametrize("apostrophe", "'’ʼ‘ʹ`´‛՚＇′")
def test_every_apostrophe_is_one(apostrophe: str) -> None:
    assert fold(f"В{apostrophe}язень") == "в'язень"


@pytest.mark.parametrize("pair", ["«»", "„“", "“”", "〝〞", '""', "❝❞"])
def test_every_quotation_mark_is_one(pair: str) -> None:
    assert fold(f"{pair[0]}Вясна{pair[1]}") == '"вясна"'


@pytest.mark.parametrize("space", "\u00a0\u2007\u202f\u2009\u200a\u3000\t")
def test_every_space_is_one(space: str) -> None:
    assert fold(f"1{space}300") == "1 300"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ЗАКЛЮЧЁННЫЕ", "заключенные"),
        ("40–45", "40—45"),
        ("экс\u2011узник", "экс-узник"),
        ("Лукaшeнкo", "лукашенко"),  # three Latin letters in a Cyrillic word
        ("Мiнськ", "мінськ"),  # the Latin i of a Russian keyboard
        ("Lukashenko", "lukashenko"),  # a Latin word stays Latin
        ("Coale сказав", "coale сказав"),  # and so it does beside Cyrillic ones
        ("ŁUKASZENKA", "łukaszenka"),
        ("", ""),
    ],
)
def test_a_word_folds_to_the_form_of_the_lexicon(text: str, folded: str) -> None:
    assert fold(text) == folded
