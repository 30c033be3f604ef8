"""Words that people take for the same have the same stem, in seven languages; others have another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.words import SHORTEST_STEM, fold_word, stem_of, words_of

# One line, one word in its forms.
FORMS = """
Бяляцкі Бяляцкага Бяляцкаму Бяляцкім Бяляцкая
Беляцкий Беляцкого Беляцкому Беляцким Беляцком
Біляцький Біляцького Біляцькому Біляцьким
Алесь Алеся Алесю Алесем
Лукашенко Лукашенка Лукашенку Лукашенком Лукашенкові Лукашэнка Лукашэнкі Лукашэнку
політв'язень політв’язня політвʼязні політвязнів політв'язням політв'язнями політв'язнях
палітвязень палітвязня палітвязні палітвязняў палітвязням палітвязьні палітвязнямі
політзаключенный политзаключённого політзаключенных політзаключенным політзаключенными
политический политическая политического политические политических политическими
узник узника узники узников узникам узниками
звільнили звільнив звільнила звільнено звільнення звільненню звільнених звільнити звільненням
освобождение освобождения освобождением освобождены освобожден освобождена освобожденных
вызвалілі вызваліў вызваліла вызвалены вызваленыя вызваленых вызваленне вызвалення
Беларусь Беларуси Беларусью Беларусі Беларуссю
Білорусь Білорусі Білоруссю
Мінск Мінска Мінску Мінске Мінском Минск
Ціханоўская Ціханоўскай Ціханоўскую
Колесникова Колесниковой Колесникову
суд суда суду судом суды судов судам
санкції санкцій санкціям санкция санкции
президент президента президентом президенту прэзідэнт прэзідэнта
помилование помилования помиловал помилованных
Poczobut Poczobuta Poczobutowi Poczobutem
więzień więźnia więźniowie więźniów więźniom więźniami
Białoruś Białorusi Białorusią
Łukaszenka Łukaszenki Łukaszenkę Łukaszenką Łukaszenko Łukaszence Lukaszenka
sankcje sankcji sankcjami sankcjom
polityczny politycznych polityczni politycznymi politycznego
Häftling Häftlinge Häftlingen Häftlings Haftling
Gefangene Gefangenen Gefangener
Freilassung Freilassungen
politische politischen politischer politisches
kalinys kalinio kaliniai kalinių kalinius kaliniams kaliniais
Baltarusija Baltarusijos Baltarusijoje Baltarusiją
Lukašenka Lukašenkos Lukašenką Lukašenkai
politinis politiniai politinių politinius politiniams
prisoner prisoners prisoner's prisoners’
release released releases releasing
negotiate negotiated negotiates
country countries
sentence sentences
Biełaruś Bielarus Biełarusi
Strasse Straße Straßen
"""
# One line, words that must stay apart.
OTHERS = """
суд судьба судно
Минск министр
право правда
план плен
слово слава
prison prisoner
Minsk minister
Häftling Haft
kalinys kalnas
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_forms_of_a_word_share_a_stem(line: str) -> None:
    assert {form: stem_of(form) for form in line.split()} == dict.fromkeys(
        line.split(), stem_of(line.split(maxsplit=1)[0])
    )


@pytest.mark.parametrize("line", OTHERS.strip().splitlines())
def test_other_words_have_another_stem(line: str) -> None:
    stems = [stem_of(word) for word in line.split()]
    assert len(set(stems)) == len(stems)


def test_words_know_their_place_whatever_stands_around_them() -> None:
    text = "«Бяля́цкі», O’Brien — prisoner's 52! 'quoted' x_y"
    assert [text[word.start : word.end] for word in words_of(text)] == [
        "Бяля́цкі",
        "O’Brien",
        "prisoner's",
        "52",
        "quoted",
        "x",
        "y",
    ]


def test_a_word_that_mixes_two_scripts_is_one_in_cyrillic() -> None:
    assert stem_of("Лукaшeнкo") == stem_of("Лукашенко")


@settings(deadline=None)
@given(st.text())
def test_every_text_has_words_of_letters_and_digits_only(text: str) -> None:
    for word in words_of(text):
        assert word.stem.isalnum()
        assert text[word.start : word.end]


@settings(deadline=None)
@given(st.text(alphabet="абвеіийноуляскщьўłeionsgdaуwy", min_size=1, max_size=12))
def test_a_stem_is_a_beginning_of_the_folded_word_but_for_one_vowel(word: str) -> None:
    stem, folded = stem_of(word), fold_word(word)
    assert len(stem) >= min(SHORTEST_STEM, len(folded)) - 1
    assert folded.startswith(stem[:-1])


def test_a_word_without_an_end_costs_little() -> None:
    assert len(list(words_of("a'" * 100_000))) == 1
    assert len(stem_of("н" * 100_000)) <= 40
