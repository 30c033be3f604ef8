from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.facts import Precision
from events.dates import DateReference, find_dates
from events.lexicon import languages, lexicon_of
from events.normalise import fold

THURSDAY = date(2025, 9, 11)
DAY, MONTH = Precision.DAY, Precision.MONTH
MONTHS = {
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
IN_MONTH = {
    "uk": ("у", "січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні"),
    "ru": ("в", "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"),
    "en": ("in", MONTHS["en"]),
}
WEEKDAYS = {
    "uk": ("у понеділок", "у вівторок", "в середу", "у четвер", "у п’ятницю", "в суботу", "в неділю"),
    "ru": ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"),
    "en": ("on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday"),
}


def read(language: str, text: str, today: date = THURSDAY) -> list[DateReference]:
    lexicon, folded = lexicon_of(language), fold(text)
    tokens = lexicon.tokens(folded)
    return list(find_dates(folded, tokens, lexicon.book.find(tokens), today))


@pytest.mark.parametrize(
    ("language", "number", "word"),
    [(language, n, word) for language, row in MONTHS.items() for n, word in enumerate(row.split(), start=1)],
)
def test_a_day_of_every_month_is_read(language: str, number: int, word: str) -> None:
    [reference] = read(language, f"11 {word} 2024")
    assert (reference.day, reference.precision) == (date(2024, number, 11), DAY)


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [(lang, n, f"{cue} {word}") for lang, (cue, row) in IN_MONTH.items() for n, word in enumerate(row.split(), 1)],
)
def test_every_month_alone_is_read(language: str, number: int, words: str) -> None:
    [reference] = read(language, f"{words} 2024")
    assert (reference.day, reference.precision) == (date(2024, number, 1), MONTH)


@pytest.mark.parametrize(
    ("language", "back", "words"),
    [(lang, (4 - n) % 7, words) for lang, row in WEEKDAYS.items() for n, words in enumerate(row, start=1)],
)
def test_a_weekday_is_the_last_one_before_or_on_the_day_of_publication(language: str, back: int, words: str) -> None:
    [reference] = read(language, f"{words}, кажуть")
    assert reference.day == THURSDAY - timedelta(days=back)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("uk", "сьогодні", date(2025, 9, 11)),
        ("uk", "учора", date(2025, 9, 10)),
        ("uk", "завтра", date(2025, 9, 12)),
        ("ru", "накануне", date(2025, 9, 10)),
        ("en", "this morning", date(2025, 9, 11)),
        ("en", "yesterday", date(2025, 9, 10)),
        ("uk", "12-го червня", date(2025, 6, 12)),
        ("uk", "21.06.2025", date(2025, 6, 21)),
        ("en", "June 21", date(2025, 6, 21)),
        ("en", "June 21, 2024", date(2024, 6, 21)),
        ("en", "the 11th of September", date(2025, 9, 11)),
        ("en", "Sept. 11", date(2025, 9, 11)),
        ("en", "May 5", date(2025, 5, 5)),
        ("ru", "29 февраля 2024", date(2024, 2, 29)),
        ("uk", "25 грудня", date(2024, 12, 25)),  # no year: far ahead is last year's
        ("uk", "1 листопада", date(2025, 11, 1)),  # near ahead is this year's
    ],
)
def test_a_day_is_resolved_against_the_day_of_publication(language: str, text: str, day: date) -> None:
    [reference] = read(language, text)
    assert (reference.day, reference.precision, reference.last_day) == (day, DAY, day)


def test_in_january_december_was_last_year() -> None:
    [reference] = read("uk", "у грудні", date(2026, 1, 6))
    assert (reference.day, reference.last_day) == (date(2025, 12, 1), date(2025, 12, 31))


def test_a_leap_day_needs_a_leap_year() -> None:
    assert read("en", "February 29", date(2025, 3, 1)) == []
    assert [reference.day for reference in read("en", "February 29", date(2024, 1, 1))] == [date(2024, 2, 29)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "30 лютого"),
        ("uk", "31 листопада 2024"),
        ("uk", "0 вересня"),
        ("uk", "99 вересня"),
        ("uk", "32.13.2025"),
        ("ru", "31 июня"),
        ("ru", "29 февраля"),
        ("en", "February 30"),
        ("uk", "Серед них 1000 людей"),  # not a Wednesday, not a year
        ("uk", "березневий сніг"),
        ("ru", "Мая пришла"),
        ("en", "they may be freed"),
        ("en", "a long march"),
    ],
)
def test_what_is_no_day_is_no_date(language: str, text: str) -> None:
    assert read(language, text) == []


def test_a_month_inside_a_full_date_is_not_told_twice() -> None:
    assert len(read("en", "in the evening of 5 May 2025 and in June")) == 2


def test_a_span_covers_the_words() -> None:
    text = "Це було 22 листопада 2024 року"
    [reference] = read("uk", text)
    assert text[reference.start : reference.end] == "22 листопада 2024"


@settings(deadline=None)  # the first call loads the lexicons
@given(st.text(alphabet="0123456789. ,мая-вересняmayjune", max_size=40), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_text_and_no_day_breaks_the_reading_of_dates(text: str, today: date) -> None:
    for language in sorted(languages()):
        assert all(reference.start < reference.end <= len(text) for reference in read(language, text, today))
