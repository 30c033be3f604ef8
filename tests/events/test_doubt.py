"""Which decisions are doubtful: thin rules, and words of a release that no rule joins; never a completed release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from db.facts import Analysis, Decision, Evidence, Kind, Mention
from events.document import Document, document
from events.doubt import doubt_of

TITLE = "Talks in Minsk"
TEXT = "The two sides met in the capital and said little about it afterwards."
IN_TITLE, IN_LEAD = 0, len(TITLE) + 2

Understand = Callable[..., Analysis]


def told_by(rule: str, start: int, negotiation: Mention) -> Analysis:
    row = Evidence("kind", rule, start, start + 5, "words")
    return Analysis(
        "en", (Kind.NEGOTIATION,), Decision.EVENT, "the rules say so", (replace(negotiation, evidence=(row,)),)
    )


@pytest.mark.parametrize(
    ("rule", "start", "is_doubtful"),
    [
        ("en.plan.possible", IN_LEAD, True),
        ("uk.plan.possible", IN_TITLE, True),
        ("en.plan.unreal", IN_TITLE, True),
        ("lt.plan.they", IN_LEAD, True),
        ("en.talks.met", IN_LEAD, True),
        ("en.talks.met", IN_TITLE, False),
        ("en.talks.about", IN_LEAD, False),
        ("en.plan.announced", IN_LEAD, False),
        ("en.concession.completed", IN_LEAD, False),
        ("en.refusal.refused", IN_LEAD, False),
    ],
)
def test_a_negotiation_is_in_doubt_by_the_rule_that_made_it(
    rule: str, start: int, is_doubtful: bool, negotiation: Mention
) -> None:
    doubt = doubt_of(told_by(rule, start, negotiation), Document(TITLE, TEXT))
    assert (doubt is not None) == is_doubtful


def test_without_a_title_a_meeting_stands_in_the_lead(negotiation: Mention) -> None:
    assert doubt_of(told_by("en.talks.met", 0, negotiation), Document(None, TEXT)) is not None


@pytest.mark.parametrize("kinds", [(Kind.RELEASE,), (Kind.RELEASE, Kind.NEGOTIATION)])
def test_a_release_is_never_in_doubt(kinds: tuple[Kind, ...], release: Mention, negotiation: Mention) -> None:
    weak = told_by("en.plan.possible", IN_LEAD, negotiation)
    analysis = replace(weak, kinds=kinds, mentions=(release, *weak.mentions))
    assert doubt_of(analysis, Document(TITLE, TEXT)) is None


@pytest.mark.parametrize(
    ("title", "text", "decision"),
    [
        # Related: the words of a release are there, and no rule takes them for news.
        (
            "Families wait outside a prison in Belarus",
            "Mothers of political prisoners in Belarus asked for the release of their sons and went home at dusk.",
            Decision.RELATED,
        ),
        # None: a thing is released, and Belarus is named.
        (
            "Belarus studio releases a game about bison",
            "The game was released in Minsk and is about mushrooms, too.",
            Decision.NONE,
        ),
    ],
)
def test_words_of_a_release_beside_belarus_are_a_doubt(
    title: str, text: str, decision: Decision, understand: Understand
) -> None:
    analysis = understand(title, text)
    assert analysis.decision is decision
    assert doubt_of(analysis, document(title, text)) is not None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Rain over Belarus", "It will rain in Minsk until Sunday, forecasters said on Thursday."),
        ("Poland frees a spy", "Poland released a spy on Thursday, its president said."),
        (
            "Ukraine brings home prisoners of war",
            "Ukraine and Russia exchanged prisoners of war on Thursday; the buses came through Belarus.",
        ),
        ("Прогноз погоди", "У п'ятницю в Україні дощитиме, кажуть синоптики."),
        ("Vremea", "Vineri va ploua în toată țara, spun meteorologii, iar sâmbătă va fi soare la munte."),
        (None, ""),
    ],
)
def test_what_is_clearly_something_else_is_in_no_doubt(title: str | None, text: str, understand: Understand) -> None:
    analysis = understand(title, text)
    assert analysis.decision is Decision.NONE
    assert doubt_of(analysis, document(title, text)) is None


def test_doubts_of_the_stories_are_reasons_and_leave_most_of_them_firm(stories: Mapping[str, Any]) -> None:
    doubts = [story for story in stories.values() if doubt_of(story.analysis, story.document) is not None]
    assert 0 < len(doubts) < len(stories) / 5
    assert not any(Kind.RELEASE in story.analysis.kinds for story in doubts)
    # The table is about rules that exist: every weakness but the rarest is met in the stories.
    events = {story.name for story in doubts if story.analysis.decision is Decision.EVENT}
    assert len(events) >= 5
