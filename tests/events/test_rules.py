"""Every rule that shows anything is told in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from db.facts import CountRole, Modality, Step
from events.rules import _RULES, has_words, rule_words


def test_every_rule_of_the_labelled_stories_has_words(stories: Mapping[str, Any]) -> None:
    rules = {
        row.rule
        for story in stories.values()
        for mention in (*story.mentions, *story.analysis.background)
        for row in mention.evidence
    }
    assert len(rules) > 100
    assert sorted(rule for rule in rules if not has_words(rule)) == []


@pytest.mark.parametrize(
    "rule",
    [
        *(f"en.count.{role.value}" for role in CountRole),
        *(f"en.concession.{step.value}" for step in Step),
        *(f"en.concession.{modality.value}" for modality in Modality),
        *(
            f"en.plan.{modality.value}"
            for modality in Modality
            if modality not in (Modality.COMPLETED, Modality.DENIED)
        ),
        "any.date.published",
        "adjudicator.a-model",
    ],
)
def test_every_rule_that_is_named_after_a_word_of_the_vocabulary_has_words(rule: str) -> None:
    assert has_words(rule)


def test_words_are_one_line_without_an_end_and_no_code() -> None:
    for words in _RULES.values():
        assert words == " ".join(words.split())
        assert words[-1] not in ".:;"
        assert "_" not in words


def test_the_words_are_those_of_every_language() -> None:
    assert rule_words("uk.release.pardoned") == rule_words("lt.release.pardoned") == "people are pardoned"


def test_a_second_opinion_names_its_model() -> None:
    assert rule_words("adjudicator.qwen-3") == "the model qwen-3 was asked for a second opinion"


@pytest.mark.parametrize(
    ("rule", "words"), [("en.release.left_by_boat", "release, left by boat"), ("odd", "odd"), ("", "")]
)
def test_a_rule_without_words_is_told_by_its_name(rule: str, words: str) -> None:
    assert not has_words(rule)
    assert rule_words(rule) == words
