from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.facts import Qualifier
from events.lexicon import languages, lexicon_of
from events.normalise import fold
from events.numbers import Number, find_numbers

EXACT, AT_LEAST, OVER, ABOUT, UP_TO = (
    Qualifier.EXACT,
    Qualifier.AT_LEAST,
    Qualifier.OVER,
    Qualifier.ABOUT,
    Qualifier.UP_TO,
)


def read(language: str, text: str) -> list[Number]:
    lexicon, folded = lexicon_of(language), fold(text)
    tokens = lexicon.tokens(folded)
    return list(find_numbers(folded, lexicon.book.find(tokens)))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("uk", "звільнили 52 людей", 52),
        ("uk", "1 300 в’язнів", 1300),
        ("uk", "1\u00a0300 в’язнів", 1300),
        ("uk", "1,226 осіб", 1226),
        ("uk", "1.226 осіб", 1226),
        ("uk", "2 тисячі людей", 2000),
        ("uk", "1,5 тис. людей", 1500),
        ("uk", "п’ятеро", 5),
        ("uk", "двадцять двоє людей", 22),
        ("uk", "сто двадцять три людини", 123),
        ("uk", "тисяча двісті", 1200),
        ("uk", "дві тисячі двісті двадцять шість", 2226),
        ("uk", "півсотні", 50),
        ("ru", "1 226 человек", 1226),
        ("ru", "свыше 1 тыс. человек", 1000),
        ("ru", "тридцать один человек", 31),
        ("ru", "двести тридцать четыре", 234),
        ("ru", "троих", 3),
        ("en", "1,300 people", 1300),
        ("en", "thirty-one people", 31),
        ("en", "twenty two people", 22),
        ("en", "a hundred and ten people", 110),
        ("en", "two hundred", 200),
        ("en", "one thousand two hundred and twenty-six", 1226),
        ("en", "1.5 thousand", 1500),
        ("en", "a dozen people", 12),
        ("en", "two dozen people", 24),
    ],
)
def test_digits_and_words_say_one_number(language: str, text: str, value: int) -> None:
    [number] = read(language, text)
    assert (number.value, number.value_max) == (value, None)


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("uk", "20-30 людей", 20, 30),
        ("uk", "1200–1300 осіб", 1200, 1300),
        ("uk", "від 20 до 30 людей", 20, 30),
        ("uk", "двоє або троє", 2, 3),
        ("ru", "40—45 человек", 40, 45),
        ("ru", "двое-трое", 2, 3),
        ("ru", "между 40 и 45", 40, 45),
        ("en", "40 to 45 people", 40, 45),
        ("en", "between 40 and 45", 40, 45),
        ("en", "two or three", 2, 3),
    ],
)
def test_a_range_is_one_number_with_a_maximum(language: str, text: str, low: int, high: int) -> None:
    [number] = read(language, text)
    assert (number.value, number.value_max) == (low, high)


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("uk", "14 та 52", [14, 52]),
        ("ru", "двое, трое и 19", [2, 3, 19]),
        ("en", "14 and 52", [14, 52]),
        ("en", "52 to 6", [52, 6]),  # falls: no range
        ("en", "2 to 300", [2, 300]),  # too far apart to be one
    ],
)
def test_two_numbers_stay_two(language: str, text: str, values: list[int]) -> None:
    assert [number.value for number in read(language, text)] == values


@pytest.mark.parametrize(
    ("language", "text", "qualifier", "value"),
    [
        ("uk", "понад 1000 людей", OVER, 1000),
        ("uk", "щонайменше 100", AT_LEAST, 100),
        ("uk", "близько сотні людей", ABOUT, 100),
        ("uk", "до 60 людей", UP_TO, 60),
        ("uk", "ще близько 12", ABOUT, 12),
        ("uk", "ще 12", EXACT, 12),
        ("ru", "более тысячи", OVER, 1000),
        ("ru", "не менее 40 человек", AT_LEAST, 40),
        ("ru", "порядка сотни", ABOUT, 100),
        ("ru", "не более 10", UP_TO, 10),
        ("en", "more than a thousand", OVER, 1000),
        ("en", "at least another 100", AT_LEAST, 100),
        ("en", "nearly 70", ABOUT, 70),
        ("en", "as many as 60", UP_TO, 60),
        ("en", "over, they say, 60", EXACT, 60),
    ],
)
def test_a_number_keeps_how_exactly_it_is_meant(language: str, text: str, qualifier: Qualifier, value: int) -> None:
    [number] = read(language, text)
    assert (number.qualifier, number.value) == (qualifier, value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "десятки людей"),
        ("uk", "кілька десятків людей"),
        ("uk", "кілька тисяч людей"),
        ("ru", "несколько человек"),
        ("ru", "несколько сотен узников"),
        ("en", "hundreds of people"),
        ("en", "several hundred people"),
        ("en", "a few dozen people"),
    ],
)
def test_a_vague_amount_has_no_value(language: str, text: str) -> None:
    [number] = read(language, text)
    assert (number.value, number.qualifier) == (None, Qualifier.VAGUE)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "15% людей"),
        ("uk", "15 % людей"),
        ("uk", "15 відсотків людей"),
        ("ru", "5 процентов"),
        ("en", "5 percent of the people"),
        ("en", "5 per cent"),
        ("uk", "11.09.2025"),
        ("uk", "2025-09-11"),
        ("uk", "о 12:30"),
        ("uk", "3,5 роки"),
        ("uk", "колонія № 15"),
        ("ru", "колония №2"),
        ("en", "colony No. 2"),
        ("en", "$250"),
        ("en", "a B-52"),
        ("en", "covid-19"),
        ("en", "a three-year term"),
        ("en", "no numbers here"),
        ("en", ""),
    ],
)
def test_what_counts_nobody_is_no_number(language: str, text: str) -> None:
    assert read(language, text) == []


def test_a_date_that_was_found_is_no_number(mark: Callable[..., Any]) -> None:
    [sentence] = mark("uk", "Звільнили 6 вересня 52 особи, а 14 у червні.")
    assert [number.value for number in sentence.numbers] == [52, 14]


@pytest.mark.parametrize(("language", "text"), [("uk", "по двоє"), ("ru", "по 2"), ("uk", "по троє громадян")])
def test_a_distributive_number_is_told_as_such(language: str, text: str) -> None:
    [number] = read(language, text)
    assert number.is_distributive


@pytest.mark.parametrize(("text", "may_be"), [("2021", True), ("over 2021", False), ("1300", False), ("52", False)])
def test_a_bare_number_of_our_time_may_be_a_year(text: str, may_be: bool) -> None:
    [number] = read("en", text)
    assert number.may_be_year is may_be


@settings(deadline=None)  # the first call loads the lexicons
@given(st.text(alphabet="0123456789 ,.-—%:№абв тисяч", max_size=60))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    for language in sorted(languages()):
        numbers = read(language, text)
        assert all(0 <= number.start < number.end <= len(text) for number in numbers)
        assert [number.start for number in numbers] == sorted(number.start for number in numbers)


@given(st.integers(0, 9999))
def test_a_number_in_digits_is_itself(value: int) -> None:
    assert [number.value for number in read("en", f"freed {value} people")] == [value]
