"""People given for people: a price of a release, and by itself no news of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import Decision, Kind

SWAPPED = [
    (
        "Німця, засудженого в Мінську до страти, звільнили",
        "Лукашенко помилував Ріко Крігера, і його обміняли на росіянина.",
    ),
    (
        "Осуждённый в Минске немец на свободе",
        "Лукашенко помиловал Рико Кригера; он вышел на свободу в рамках большого обмена.",
    ),
    ("Немца, асуджанага ў Мінску, вызвалілі", "Лукашэнка памілаваў Рыка Крыгера, яго абмянялі на расіяніна."),
    ("German freed from Belarusian jail", "Lukashenko pardoned Rico Krieger, who came home in a prisoner swap."),
    ("Niemiec uwolniony z białoruskiego więzienia", "Łukaszenka ułaskawił Rico Kriegera w ramach wymiany więźniów."),
    (
        "Vokietis paleistas iš Baltarusijos kalėjimo",
        "Lukašenka suteikė malonę R. Kriegeriui, jį iškeitė į ruso laisvę.",
    ),
    (
        "Deutscher aus Haft in Belarus frei",
        "Lukaschenko hat Rico Krieger begnadigt, er kam beim Gefangenenaustausch frei.",
    ),
]

ALONE = [
    ("Росія та США провели великий обмін ув'язненими", "Серед них журналісти; літаки сіли в Анкарі."),
    ("Россия и Запад провели крупнейший обмен", "Самолёты сели в Анкаре, политзаключённых из Беларуси среди них нет."),
    ("Russia and the West complete a great prisoner swap", "No political prisoner from Belarus was on the planes."),
    ("Wielka wymiana więźniów w Ankarze", "Na liście nie było nikogo z białoruskich więźniów politycznych."),
    ("Didieji mainai tarp Rusijos ir Vakarų", "Baltarusijos politinių kalinių sąraše nebuvo."),
    ("Großer Gefangenenaustausch in Ankara", "Politische Gefangene aus Belarus waren nicht darunter."),
]

NO_SWAP = [
    ("Білорусь звільнила 31 українця", "Це не був обмін полоненими, наголосив Координаційний штаб."),
    ("Belarus frees 31 Ukrainian prisoners", "It was not part of any prisoner swap, Kyiv said."),
    (
        "Belarus lässt 31 Ukrainer frei",
        "Mit dem Gefangenenaustausch der Kriegsparteien habe das nichts zu tun, hieß es.",
    ),
]


@pytest.mark.parametrize(("title", "lead"), SWAPPED)
def test_a_swap_is_what_a_release_cost(understand: Callable[..., Any], title: str, lead: str) -> None:
    assert understand(title, lead).kinds == (Kind.RELEASE, Kind.NEGOTIATION)


@pytest.mark.parametrize(("title", "lead"), ALONE)
def test_a_swap_of_others_is_no_event(understand: Callable[..., Any], title: str, lead: str) -> None:
    assert understand(title, lead).decision is not Decision.EVENT


@pytest.mark.parametrize(("title", "lead"), NO_SWAP)
def test_what_is_said_to_be_no_swap_costs_nothing(understand: Callable[..., Any], title: str, lead: str) -> None:
    assert understand(title, lead).kinds == (Kind.RELEASE,)
