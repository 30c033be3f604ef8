"""What an article lacked to be news, by the reason of its decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from db.facts import Decision
from events.lacking import lacking


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Wheat harvest in Belarus",
            "All is well.",
            "it told of a completed release or of talks with Minsk in its title or lead",
        ),
        (
            "1140 political prisoners in Belarus",
            "They are held. Earlier, in June, Belarus freed 14 political prisoners.",
            "in its title or lead (the release it tells of is only recalled)",
        ),
        (
            "Wheat harvest in Poland",
            "All is well.",
            "its title or lead named Belarus, or somebody known from its jails",
        ),
        (
            "Les prisonniers politiques sont libres",
            "Ils ont été libérés hier, selon un communiqué.",
            "it were in a language that is read here (Belarusian, English, ",
        ),
        (
            "Ukraine and Russia swap prisoners of war in Belarus",
            "300 prisoners of war crossed the border in Belarus.",
            "it told of political prisoners in Belarus, not of prisoners of war",
        ),
    ],
)
def test_each_decision_says_what_was_lacking(
    understand: Callable[..., Any], title: str, text: str, expected: str
) -> None:
    assert expected in str(lacking(understand(title, text)))


def test_a_decision_of_a_second_opinion_is_what_was_lacking(understand: Callable[..., Any]) -> None:
    overruled = replace(
        understand("Wheat harvest in Belarus", ""),
        reason="a second opinion says none; the rules alone say event: talks",
    )
    assert lacking(overruled) == "the second opinion had not overruled the rules"


def test_only_what_is_no_event_lacks_something(stories: Mapping[str, Any]) -> None:
    for story in stories.values():
        clause = lacking(story.analysis)
        assert (clause is None) is (story.analysis.decision is Decision.EVENT)
        assert clause is None or not clause.endswith(".")
