from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import Outcome

FREED, LEFT_OUT, STAYED = Outcome.FREED, Outcome.NOT_INCLUDED, Outcome.REFUSED_TO_LEAVE


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "Belarus released Siarhei Tsikhanouski and Ihar Losik, political prisoners both.",
            {"Siarhei Tsikhanouski": FREED, "Ihar Losik": FREED},
        ),
        ("Білорусь звільнила 14 політв’язнів, серед них Сергій Тихановський.", {"Siarhei Tsikhanouski": FREED}),
        (
            "Беларусь освободила политзаключённых, среди них Марию Колесникову и Виктора Бабарико.",
            {"Maria Kolesnikova": FREED, "Viktar Babaryka": FREED},
        ),
        (
            "Belarus released 14 political prisoners. Andrzej Poczobut is not among them.",
            {"Andrzej Poczobut": LEFT_OUT},
        ),
        ("Білорусь звільнила політв’язнів. Почобута серед звільнених немає.", {"Andrzej Poczobut": LEFT_OUT}),
        ("Belarus released political prisoners. Maksim Znak had been held since 2020.", {}),
        ("Belarus released political prisoners. Sviatlana Tsikhanouskaya welcomed it.", {}),
        (
            "Білорусь звільнила політв’язнів. Микола Статкевич на кордоні відмовився їхати.",
            {"Mikalai Statkevich": STAYED},
        ),
        ("Минск освободил политзаключённых. Николай Статкевич отказался уезжать.", {"Mikalai Statkevich": STAYED}),
        ("Belarus released political prisoners. Mikalai Statkevich refused to leave.", {"Mikalai Statkevich": STAYED}),
        ("Białoruś uwolniła więźniów politycznych. Statkiewicz odmówił wyjazdu.", {"Mikalai Statkevich": STAYED}),
        (
            "Białoruś wypuściła więźniów politycznych. Wolność odzyskali:\n\n1. Ihar Łosik, bloger;\n\n2. Piotr Zawadzicz.",
            {"Ihar Losik": FREED, "Piotr Zawadzicz": FREED},
        ),
        (
            "Білорусь звільнила 14 політв’язнів. За ґратами лишаються 1150. Серед них Марфа Рабкова й Настя Лойко.",
            {},
        ),
        (
            "Минск освободил политзаключённых. В числе вышедших — блогер Игорь Лосик и токарь Пётр Завадич.",
            {"Ihar Losik": FREED, "Пётр Завадич": FREED},
        ),
        (
            "Belarus released political prisoners. Among them is Ihar Losik, who was serving 15 years in prison.",
            {"Ihar Losik": FREED},
        ),
        ("Belarus released 14 prisoners. Another 900 remain in prison, among them Ales Bialiatski.", {}),
        (
            "Білорусь звільнила політв’язнів. Колесникова, Бабарико й Максим Знак їхали в одному автобусі.",
            {"Maria Kolesnikova": FREED, "Viktar Babaryka": FREED, "Maksim Znak": FREED},
        ),
        (
            "Білорусь звільнила політв’язнів. Колесникова і Бабарико досі за ґратами.",
            {"Maria Kolesnikova": LEFT_OUT, "Viktar Babaryka": LEFT_OUT},
        ),
        ("Минск освободил политзаключённых. Пётр Завадич отсидел три года.", {"Пётр Завадич": FREED}),
        ("Минск освободил политзаключённых. Пётр Завадич ждал их на границе.", {}),
        (
            "Belarus released 14 political prisoners.\n\nThree of them:\n\n– Ihar Losik, jailed in June 2020;\n\n– Piotr Zavadich.",
            {"Ihar Losik": FREED, "Piotr Zavadich": FREED},
        ),
        (
            "Belarus released 14 political prisoners.\n\n900 are still in prison, among others:\n\n– Maksim Znak, lawyer;",
            {},
        ),
        (
            "Belarus released Valiantsin Stefanovic, a colleague of the Nobel laureate Ales Bialiatski, from prison.",
            {"Valiantsin Stefanovic": FREED},
        ),
    ],
)
def test_the_named_have_an_outcome(understand: Callable[..., Any], text: str, people: dict[str, Outcome]) -> None:
    [mention, *_] = understand(None, text).mentions
    assert {person.name: person.outcome for person in mention.people} == people


@pytest.mark.parametrize(
    "text",
    [
        "Belarus may release Ales Bialiatski, a political prisoner.",
        "Білорусь може звільнити політв’язня Алеся Біляцького.",
    ],
)
def test_who_may_be_freed_is_not_freed(understand: Callable[..., Any], text: str) -> None:
    [mention] = understand(None, text).mentions
    assert mention.people == ()


@pytest.mark.parametrize(
    ("text", "negotiators"),
    [
        (
            "Political prisoners were freed after envoy John Coale met Alexander Lukashenko in Minsk.",
            {"John Coale", "Alexander Lukashenko"},
        ),
        (
            "Donald Trump spoke by phone with Alexander Lukashenko about political prisoners.",
            {"Donald Trump", "Alexander Lukashenko"},
        ),
        (
            "Спецпосланець Трампа Джон Коул обговорив з Лукашенком звільнення політв’язнів.",
            {"John Coale", "Alexander Lukashenko"},
        ),
        ("Джон Коул и Лукашенко провели переговоры о политзаключённых.", {"John Coale", "Alexander Lukashenko"}),
        ("The Trump administration discusses with Belarus the release of political prisoners.", set()),
        (
            "The White House said of Belarus's political prisoners: “John Coale met Lukashenko in Minsk last week.”",
            set(),  # named in quoted speech: only talked about
        ),
    ],
)
def test_who_talks_or_acts_is_a_negotiator(understand: Callable[..., Any], text: str, negotiators: set[str]) -> None:
    [mention, *_] = understand(None, text).mentions
    assert set(mention.negotiators) == negotiators


@pytest.mark.parametrize(
    ("text", "transit"),
    [
        ("52 political prisoners left Belarus and arrived in Lithuania on Thursday.", {"LT"}),
        ("Belarusian political prisoners were taken to Ukraine and Poland.", {"UA", "PL"}),
        ("Звільнених із Білорусі політв’язнів вивезли до Литви.", {"LT"}),
        ("Политзаключённых из Беларуси вывезли в Польшу.", {"PL"}),
        ("Belarus released 52 political prisoners. Lithuania welcomed it.", set()),
    ],
)
def test_the_country_they_are_taken_to_is_transit(understand: Callable[..., Any], text: str, transit: set[str]) -> None:
    [mention, *_] = understand(None, text).mentions
    assert set(mention.transit) == transit


@pytest.mark.parametrize(
    ("text", "mediators"),
    [
        ("Політв’язнів у Білорусі звільнили за посередництва США.", {"US"}),
        ("Political prisoners were freed in Belarus with the mediation of Lithuania.", {"LT"}),
        ("Political prisoners were freed in Belarus. The United States welcomed it.", set()),
    ],
)
def test_a_state_in_between_is_a_mediator(understand: Callable[..., Any], text: str, mediators: set[str]) -> None:
    [mention, *_] = understand(None, text).mentions
    assert set(mention.mediators) == mediators
