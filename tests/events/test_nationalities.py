from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import CountRole
from events.nationalities import nationality_after


@pytest.mark.parametrize(
    ("language", "text", "nation"),
    [
        ("uk", "6 литовців", "LT"),
        ("uk", "6 громадян Литви", "LT"),
        ("uk", "31 українця", "UA"),
        ("ru", "двух поляков", "PL"),
        ("ru", "2 граждан Латвии", "LV"),
        ("en", "6 Lithuanians", "LT"),
        ("en", "6 Lithuanian citizens", "LT"),
        ("en", "6 citizens of Lithuania", "LT"),
        ("en", "one Briton", "GB"),
        ("en", "3 US citizens", "US"),
        ("en", "6 people, Lithuanians say", None),  # a comma ends what a number counts
        ("en", "6 people came home", None),
        ("en", "6, and 5 Poles", None),
    ],
)
def test_the_nationality_is_that_which_the_number_counts(
    mark: Callable[..., Any], language: str, text: str, nation: str | None
) -> None:
    [sentence] = mark(language, text)
    found = nationality_after(sentence, len(text.split(maxsplit=1)[0].strip(",")))
    assert (found[0] if found else None) == nation


@pytest.mark.parametrize(
    ("text", "nationalities"),
    [
        (
            "Лукашенко помилував 14 іноземців: 6 з них — громадяни Литви, по двоє — Латвії, Польщі й Німеччини, один — Франції.",
            {"LT": 6, "LV": 2, "PL": 2, "DE": 2, "FR": 1},
        ),
        (
            "Lukashenko pardoned 10 foreigners: two each from Latvia, Poland and Germany, three Lithuanians and one Briton.",
            {"LV": 2, "PL": 2, "DE": 2, "LT": 3, "GB": 1},
        ),
        (
            "Александр Лукашенко помиловал 9 иностранцев: пять граждан Литвы, по двое — Латвии и Польши.",
            {"LT": 5, "LV": 2, "PL": 2},
        ),
        ("Belarus released 52 political prisoners, 6 Lithuanians among them.", {"LT": 6}),
        ("Belarus released 31 Ukrainians, all of them political prisoners.", {"UA": 31}),
        ("Belarus released 52 political prisoners.", {}),
    ],
)
def test_a_list_of_nationalities_is_parts_of_one_whole(
    understand: Callable[..., Any], text: str, nationalities: dict[str, int]
) -> None:
    [mention, *_] = understand(None, text).mentions
    assert mention.nationalities == nationalities


def test_a_part_knows_its_whole_and_is_not_added(understand: Callable[..., Any]) -> None:
    text = "Lukashenko pardoned 9 foreigners: five citizens of Lithuania and two each from Latvia and Poland."
    [mention] = understand(None, text).mentions
    whole, *parts = mention.counts
    assert (whole.role, whole.value, whole.nationality) == (CountRole.PARDONED, 9, None)
    assert {part.role for part in parts} == {CountRole.SUBSET}
    assert {part.of_count for part in parts} == {9}
    assert sum(part.value for part in parts) == 9
