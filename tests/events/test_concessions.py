from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import Step
from events.concessions import find_concessions, likely_giver
from events.lexicon import lexicon_of


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "The US lifted sanctions on Belarusian potash and Belavia.",
            {("potash", "US", Step.ANNOUNCED), ("belavia", "US", Step.ANNOUNCED)},
        ),
        ("en", "The EU may ease restrictions on Belarusian potash.", {("potash", "EU", Step.DISCUSSED)}),
        ("en", "Minsk wants the US to ease sanctions on banks.", {("banks", "US", Step.DEMANDED)}),
        (
            "en",
            "A general licence lifting US sanctions on Belavia took effect.",
            {("belavia", "US", Step.LEGALLY_EFFECTIVE)},
        ),
        ("en", "In exchange the White House offers parts for Lukashenko's jet.", {("aircraft", "US", Step.DISCUSSED)}),
        ("uk", "США зняли санкції з «Белавіа».", {("belavia", "US", Step.ANNOUNCED)}),
        ("uk", "США обговорюють послаблення санкцій щодо калію.", {("potash", "US", Step.DISCUSSED)}),
        ("uk", "Натомість ЄС готовий говорити про банки.", {("banks", "EU", Step.DISCUSSED)}),
        (
            "ru",
            "Лукашенко хочет, чтобы США сняли санкции с калия и банков.",
            {("potash", "US", Step.DEMANDED), ("banks", "US", Step.DEMANDED)},
        ),
        ("ru", "США отменили санкции против Минфина Беларуси.", {("finance_ministry", "US", Step.ANNOUNCED)}),
        ("ru", "Вашингтон снимает ограничения с банков.", {("banks", "US", Step.ANNOUNCED)}),
        ("ru", "Отмена санкций с калия возможна.", {("potash", None, Step.DISCUSSED)}),
        ("en", "Lithuania discusses the transit of potash.", set()),
        ("uk", "Ціни на калій зросли.", set()),
        ("uk", "Кати били в'язнів кулаками, і кал був усюди.", set()),  # kali: in Lithuanian "is jailed"
        ("en", "The embassy in Vilnius welcomed the freed.", set()),
    ],
)
def test_what_is_given_by_whom_and_how_far_it_has_come(
    mark: Callable[..., Any], language: str, text: str, expected: set[tuple[str, str | None, Step]]
) -> None:
    found = [
        f.value
        for s in mark(language, text)
        for f in find_concessions(s, lexicon_of(language), None, is_of_talks=False)
    ]
    assert {(concession.object, concession.giver, concession.step) for concession in found} == expected


@pytest.mark.parametrize(
    ("title", "giver"),
    [("Trump calls Lukashenko", "US"), ("Brussels and Minsk talk", "EU"), ("Minsk talks", None)],
)
def test_the_side_that_title_and_lead_speak_of_is_the_likely_giver(
    mark: Callable[..., Any], title: str, giver: str | None
) -> None:
    assert likely_giver(mark("en", "Nothing else is told.", title)) == giver


def test_the_furthest_step_of_an_object_is_kept(understand: Callable[..., Any]) -> None:
    text = "Minsk wants the US to ease sanctions on potash. On Thursday the US lifted sanctions on potash in Belarus."
    [mention] = understand("US and Belarus agree on potash", text).mentions
    assert [(c.object, c.step) for c in mention.concessions] == [("potash", Step.ANNOUNCED)]
