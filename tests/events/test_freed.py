"""Lists of the freed, a line each, and the one who is named alone; the others with those named before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import CountRole, Outcome

GERMAN_LIST = """Lukaschenko hat am Freitag 30 politische Gefangene begnadigt.

Bei zwei Personen wissen wir, dass sie die Haft verlassen haben:

• Hanna Kuraschowa, Unternehmerin, vier Jahre
• Ihar Lossik, Blogger, im Februar schwer erkrankt

Wir freuen uns mit ihnen. Auf Maksim Kurylau warten wir noch."""


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            GERMAN_LIST,
            {"Hanna Kuraschowa", "Ihar Losik"},
        ),
        (
            "Лукашэнка памілаваў пяць палітвязняў.\n\nСпіс вызваленых:\n\n— Мікола Дзядок, анархіст;\n\n— Пётр Завадзіч, токар.",
            {"Mikola Dziadok", "Пётр Завадзіч"},
        ),
        (
            "Belarus freed 20 political prisoners on Friday.\n\nStill in prison are:\n\n- Maksim Znak\n\n- Piotr Zavadzich",
            set(),
        ),
        ("Nach sechs Jahren in belarussischer Haft ist Tazzjana Karatkewitsch frei.", {"Tazzjana Karatkewitsch"}),
    ],
)
def test_the_lines_of_a_list_name_the_freed(understand: Callable[..., Any], text: str, people: set[str]) -> None:
    mention = understand(None, text).mentions[0]
    assert {person.name for person in mention.people if person.outcome is Outcome.FREED} == people


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "Sergej Tichanowski ist aus belarussischer Haft frei. Mit ihm kamen 13 weitere politische Gefangene frei.",
            14,
        ),
        ("Aus belarussischer Haft sind 14 Gefangene frei. Mit Sergej Tichanowski kamen 13 weitere Häftlinge frei.", 14),
        ("Aus belarussischer Haft sind 13 weitere politische Gefangene frei.", 13),
    ],
)
def test_the_others_are_counted_with_those_named(understand: Callable[..., Any], text: str, number: int) -> None:
    counts = understand(None, text).mentions[0].counts
    assert [count.value for count in counts if count.role is CountRole.RELEASED] == [number]
