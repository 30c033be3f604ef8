from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db.facts import Count, CountRole, Qualifier
from events.counts import counts_of
from events.lexicon import lexicon_of

THURSDAY = date(2025, 9, 11)
RELEASED, PARDONED, POLITICAL, HELD = CountRole.RELEASED, CountRole.PARDONED, CountRole.POLITICAL, CountRole.HELD
PLANNED, DEMANDED, SUBSET, LEFT = CountRole.PLANNED, CountRole.DEMANDED, CountRole.SUBSET, CountRole.LEFT_COUNTRY
CUMULATIVE = CountRole.CUMULATIVE


@pytest.fixture
def read(mark: Callable[..., Any]) -> Callable[[str, str], list[Count]]:
    def read(language: str, text: str) -> list[Count]:
        lexicon = lexicon_of(language)
        return [found.value for found in counts_of(mark(language, text), lexicon, THURSDAY)]

    return read


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        ("uk", "Лукашенко звільнив 52 політичних в’язнів", [(RELEASED, 52)]),
        ("uk", "Лукашенко помилував 14 іноземних громадян", [(PARDONED, 14)]),
        ("uk", "52 політв’язні перетнули кордон із Литвою", [(LEFT, 52)]),
        ("uk", "США вимагають звільнити 100 політв’язнів", [(DEMANDED, 100)]),
        ("uk", "США обговорюють звільнення 100 політв’язнів", [(PLANNED, 100)]),
        ("uk", "Мінськ звільнить 30 політв’язнів", [(PLANNED, 30)]),
        ("uk", "За ґратами залишаються 1227 політв’язнів", [(HELD, 1227)]),
        ("ru", "Беларусь освободила 16 политзаключённых", [(RELEASED, 16)]),
        ("ru", "Лукашенко помиловал 22 человек", [(PARDONED, 22)]),
        ("ru", "Минск может освободить 40 политзаключённых", [(PLANNED, 40)]),
        ("en", "Belarus released 31 people", [(RELEASED, 31)]),
        ("en", "Eleven people held in Mahilyow walked free", [(RELEASED, 11)]),
        ("uk", "Одинадцятеро політв’язнів, яких утримували у могилевській колонії, вийшли на волю", [(RELEASED, 11)]),
        ("en", "Belarus frees 52", [(RELEASED, 52)]),
        ("en", "Lukashenko pardoned 22 people", [(PARDONED, 22)]),
        ("en", "Minsk will release 30 prisoners", [(PLANNED, 30)]),
        ("en", "The US demanded the release of 100 prisoners", [(DEMANDED, 100)]),
        ("en", "Some 1,140 political prisoners remain behind bars", [(HELD, 1140)]),
        ("en", "Since July 2024 Minsk has freed 300 prisoners", [(CUMULATIVE, 300)]),
    ],
)
def test_a_number_counts_what_its_verb_says(
    read: Callable[[str, str], list[Count]], language: str, text: str, roles: list[tuple[CountRole, int]]
) -> None:
    assert [(count.role, count.value) for count in read(language, text)] == roles


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Belarus freed 52 political prisoners, while 1,100 prisoners are held."),
        ("uk", "Білорусь звільнила 52 політв’язнів, а за ґратами залишаються 1100 в’язнів."),
        ("ru", "Беларусь освободила 52 политзаключённых, за решеткой остаются 1100 человек."),
    ],
)
def test_the_freed_and_the_held_of_one_sentence_stay_apart(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert {(count.role, count.value) for count in read(language, text)} == {(RELEASED, 52), (HELD, 1100)}


@pytest.mark.parametrize(
    ("language", "text", "part", "whole"),
    [
        ("en", "Lukashenko pardoned 22 people, 20 of them political prisoners.", 20, 22),
        ("uk", "Лукашенко помилував 22 засуджених, 20 з них — політичні.", 20, 22),
        ("ru", "Лукашенко помиловал 22 осуждённых, из них 20 политзаключённых.", 20, 22),
        ("uk", "Лукашенко помилував 22 засуджених. 20 з них — політичні в’язні.", 20, 22),
        ("ru", "Лукашенко помиловал 22 человек. Из них 20 — политзаключенные.", 20, 22),
        ("en", "Those pardoned: 17 of the 20 were political prisoners.", 17, 20),
        ("ru", "Среди помилованных 17 из 20 — политзаключённые.", 17, 20),
    ],
)
def test_the_political_among_the_pardoned_are_a_part_of_them(
    read: Callable[[str, str], list[Count]], language: str, text: str, part: int, whole: int
) -> None:
    assert (POLITICAL, part, whole) in [(count.role, count.value, count.of_count) for count in read(language, text)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Belarus released 52 political prisoners and pardoned 14 foreigners."),
        ("uk", "Лукашенко звільнив 52 політв’язнів та помилував 14 іноземних громадян."),
        ("ru", "Лукашенко освободил 52 политзаключённых и помиловал 14 иностранных граждан."),
    ],
)
def test_the_foreigners_pardoned_beside_the_freed_are_never_added(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert [(count.role, count.value) for count in read(language, text)] == [(RELEASED, 52), (PARDONED, 14)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Minsk discusses the release of most of the remaining 1,300 political prisoners."),
        ("ru", "Минск обсуждает освобождение «большей части» из 1300 политзаключённых."),
        ("uk", "Мінськ обговорює звільнення більшості з 1300 політв’язнів."),
    ],
)
def test_most_of_a_number_is_vague_and_a_part_of_it(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert read(language, text) == [Count(PLANNED, None, None, Qualifier.VAGUE, of_count=1300)]


@pytest.mark.parametrize(
    ("language", "text", "counter"),
    [
        ("en", "Viasna said that 1,140 political prisoners remain behind bars.", "Viasna"),
        ("uk", "За даними «Весни», за ґратами залишаються 1140 політв’язнів.", "Viasna"),
        ("ru", "По данным «Вясны», за решеткой остаются 1140 политзаключённых.", "Viasna"),
        ("en", "Dissidentby counts 1,140 political prisoners behind bars.", "Dissidentby"),
        ("en", "Some 1,140 political prisoners remain behind bars.", None),
    ],
)
def test_the_stock_has_its_counter_and_its_day(
    read: Callable[[str, str], list[Count]], language: str, text: str, counter: str | None
) -> None:
    [count] = read(language, text)
    assert (count.role, count.value, count.counter, count.as_of) == (HELD, 1140, counter, THURSDAY)


@pytest.mark.parametrize(
    ("language", "text", "qualifier"),
    [
        ("en", "Belarus released at least 52 people", Qualifier.AT_LEAST),
        ("uk", "Білорусь звільнила понад 52 людей", Qualifier.OVER),
        ("ru", "Беларусь освободила около 52 человек", Qualifier.ABOUT),
        ("en", "Belarus released up to 52 people", Qualifier.UP_TO),
    ],
)
def test_a_count_keeps_how_exactly_it_is_meant(
    read: Callable[[str, str], list[Count]], language: str, text: str, qualifier: Qualifier
) -> None:
    assert read(language, text) == [Count(RELEASED, 52, None, qualifier)]


def test_a_range_keeps_its_upper_end(read: Callable[[str, str], list[Count]]) -> None:
    assert read("en", "Belarus released 40 to 45 people") == [Count(RELEASED, 40, 45)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Minsk arrested 12 people and sentenced 3 journalists"),
        ("uk", "У Мінську затримали 12 людей"),
        ("ru", "Суд приговорил 3 журналистов"),
        ("en", "No prisoners: Minsk has not released 52 people"),
        ("uk", "15 відсотків політв’язнів звільнено"),
        ("en", "He left colony No. 2 with other people released"),
        ("en", "He was freed after 5 years"),
        ("en", "Minsk freed prisoners in 2021"),
    ],
)
def test_what_does_not_count_people_freed_is_not_counted(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert read(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Coale and Minsk are discussing the release of another 40, the envoy said."),
        ("uk", "Президент обговорив звільнення ще 40, а про решту поговорять згодом."),
        ("ru", "Посланник рассчитывает на освобождение ещё 40."),
        ("be", "Пасланнік спадзяецца на вызваленне яшчэ 40."),
        ("pl", "Wysłannik liczy na uwolnienie kolejnych 40."),
        ("lt", "Pasiuntinys tikisi, kad bus paleista dar 40."),
        ("de", "Bald könnten 40 weitere freikommen."),
    ],
)
def test_a_number_of_more_people_needs_no_noun(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert [(count.role, count.value) for count in read(language, text)] == [(PLANNED, 40)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He talked of the release of prisoners and of another 40 trucks at the border."),
        ("uk", "Мова була про звільнення в’язнів і ще 40 вагонів калію."),
        ("lt", "Kalbėta apie kalinių paleidimą ir dar 40 vilkikų."),
        ("en", "With the blogger they freed another 13."),  # makes fourteen with him
    ],
)
def test_a_number_of_more_of_something_else_counts_nobody(
    read: Callable[[str, str], list[Count]], language: str, text: str
) -> None:
    assert read(language, text) == []
