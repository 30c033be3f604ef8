"""Numbers that make up another, and releases told late of the number in the title."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import CountRole, Decision, Kind

PARTS = [
    (
        "en",
        "114 prisoners from Belarus reach Ukraine",
        (
            "Belarus released 114 people on Thursday and drove them to Ukraine.\n\nNine more were taken to Vilnius. In all,"
            " Minsk freed 123 prisoners that day, the envoy said."
        ),
    ),
    (
        "uk",
        "До України з Білорусі привезли 114 звільнених в'язнів",
        "Білорусь звільнила їх у четвер.\n\nЩе дев'ятеро поїхали до Вільнюса. Загалом того дня відпустили 123 в'язнів.",
    ),
    (
        "de",
        "114 freigelassene Häftlinge aus Belarus in der Ukraine angekommen",
        (
            "Belarus hat sie am Donnerstag freigelassen.\n\nNeun weitere wurden nach Vilnius gebracht. Insgesamt ließ Minsk an"
            " diesem Tag 123 Häftlinge frei."
        ),
    ),
    (
        "ru",
        "Из Беларуси в Украину вывезли 114 освобождённых заключённых",
        (
            "Их освободили в четверг.\n\nЕщё девять человек привезли в Вильнюс. Всего в этот день Минск отпустил 123"
            " заключённых."
        ),
    ),
]

ANOTHER_WAVE = [
    (
        "en",
        "Belarus frees 31 prisoners",
        "Belarus freed 31 political prisoners on Thursday, nine of them women.\n\nIn September 2024 it let 52 go.",
        31,
    ),
    (
        "ru",
        "Минск освободил 31 политзаключённого",
        "Белоруссия освободила 31 человека в четверг, среди них девять женщин.\n\nВ сентябре 2024 года отпустили 52.",
        31,
    ),
]

SCENE = (
    "On Thursday at noon a telephone rang in a flat in Minsk. Put the soup on, mother, said a voice that she had only read"
    " for five years. Half an hour later her son stood at the door, in the clothes of the colony, with a paper in his hand."
    " She had not been told anything, and neither had the neighbours, who came out one by one to look at him.\n\n"
)
LATE = [
    ("Belarus opens its cells for 250, America its banks", SCENE + "250 political prisoners were released that day."),
    ("A Thursday in Belarus: 40 out of prison", SCENE + "Forty political prisoners walked free from four colonies."),
]


def released(analysis: Any) -> set[int | None]:
    return {one.value for one in analysis.mentions[0].counts if one.role is CountRole.RELEASED}


@pytest.mark.parametrize(("language", "title", "text"), PARTS)
def test_a_whole_is_what_its_parts_add_up_to(
    understand: Callable[..., Any], language: str, title: str, text: str
) -> None:
    analysis = understand(title, text)
    assert (analysis.language, released(analysis)) == (language, {123})


@pytest.mark.parametrize(("language", "title", "text", "number"), ANOTHER_WAVE)
def test_another_wave_is_no_whole(
    understand: Callable[..., Any], language: str, title: str, text: str, number: int
) -> None:
    analysis = understand(title, text)
    assert (analysis.language, released(analysis)) == (language, {number})


@pytest.mark.parametrize(("title", "text"), LATE)
def test_a_release_told_behind_a_scene_is_found_by_its_number_in_the_title(
    understand: Callable[..., Any], title: str, text: str
) -> None:
    assert understand(title, text).kinds == (Kind.RELEASE,)


def test_an_old_wave_behind_a_scene_is_no_news_though_its_title_gives_the_number(
    understand: Callable[..., Any],
) -> None:
    text = SCENE + "52 political prisoners were released after talks with the envoy."
    assert understand("The 52 from Belarus: where they live today", text).decision is not Decision.EVENT


def test_a_scene_whose_title_gives_another_number_is_no_news(understand: Callable[..., Any]) -> None:
    text = SCENE + "52 political prisoners were released that day."
    assert understand("Belarus, 19 March: a day in nine pictures", text).decision is not Decision.EVENT
