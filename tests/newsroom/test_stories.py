from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from newsroom import StoryError, all_stories, find_story, made_up_outlets, tell
from newsroom.dates import date_words
from newsroom.press import furniture

NUMBERS = {"released": 36, "more": 39, "planned": 80}
DAY = date(2026, 3, 5)  # a Thursday
LANGUAGES = ("uk", "ru", "be", "en", "pl", "lt", "de")


@pytest.mark.parametrize("name", sorted(all_stories()))
def test_every_story_can_be_told_and_leaves_no_place_empty(name: str) -> None:
    told = tell(find_story(name), DAY, NUMBERS)
    assert told.title
    assert told.teaser
    assert not re.search(r"[{}]", "".join((told.title, told.teaser, *told.blocks)))
    assert len(told.paragraphs) >= 5
    assert all(len(paragraph) > 30 for paragraph in told.paragraphs)


def test_news_stories_are_as_long_as_real_ones() -> None:
    news = [one for one in all_stories().values() if one.about in ("release", "negotiation", "background")]
    assert {one.language for one in news} == {"uk", "ru", "en"}
    assert all(len(tell(one, DAY, NUMBERS).paragraphs) >= 8 for one in news)


def test_numbers_are_those_given() -> None:
    told = tell(find_story("more-uk"), DAY, {"released": 25, "more": 28})
    assert "28" in told.title
    assert any("25" in paragraph for paragraph in told.paragraphs)


@pytest.mark.parametrize(
    ("language", "date_word", "weekday", "earlier_date", "earlier_month"),
    [
        ("uk", "5 березня", "у четвер", "24 січня", "у листопаді"),
        ("ru", "5 марта", "в четверг", "24 января", "в ноябре"),
        ("en", "March 5", "on Thursday", "January 24", "in November"),
        ("be", "5 сакавіка", "у чацвер", "24 студзеня", "у лістападзе"),
        ("pl", "5 marca", "w czwartek", "24 stycznia", "w listopadzie"),
        ("lt", "kovo 5 d.", "ketvirtadienį", "sausio 24 d.", "lapkritį"),
        ("de", "5. März", "am Donnerstag", "24. Januar", "im November"),
    ],
)
def test_day_is_written_as_the_language_writes_it(
    language: str, date_word: str, weekday: str, earlier_date: str, earlier_month: str
) -> None:
    words = date_words(DAY, language)
    assert (words["date"], words["on_weekday"]) == (date_word, weekday)
    assert (words["earlier_date"], words["earlier_month"]) == (earlier_date, earlier_month)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_a_year_has_its_words(language: str) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert len({date_words(day, language)["date"] for day in days}) == 365
    assert len({date_words(day, language)["on_weekday"] for day in days}) == 7


def test_language_without_words_is_refused() -> None:
    with pytest.raises(KeyError):
        date_words(DAY, "xx")


def test_unknown_story_is_named_in_the_error() -> None:
    with pytest.raises(StoryError, match="no-such-story") as caught:
        find_story("no-such-story")
    assert caught.value.story == "no-such-story"


@pytest.mark.parametrize("language", LANGUAGES)
def test_furniture_has_the_same_parts_in_every_language(language: str) -> None:
    assert set(furniture(language)) == set(furniture("uk"))
    assert len(furniture(language)["headlines"]) >= 5


def test_every_outlet_has_ordinary_stories_and_furniture_in_its_language() -> None:
    for outlet in made_up_outlets().values():
        assert {find_story(name).language for name in outlet.ordinary} == {outlet.language}
        assert len(furniture(outlet.language)["headlines"]) >= 5
