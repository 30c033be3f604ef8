"""What a second opinion changes, and what it cannot: a completed release above all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.facts import (
    Analysis,
    Count,
    CountRole,
    Decision,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    from_json,
    to_json,
)
from events.document import Document, document
from events.explain import explain_analysis
from events.opinion import Opinion, with_opinion

TEXT = document(
    "Families wait", "They wait in Minsk, BelTA reports.", published_at=datetime(2025, 9, 11, 12, tzinfo=UTC)
)
EVENT = Opinion("made-up/model:8b", Decision.EVENT, (Kind.NEGOTIATION,), "It is news.")
FREED = Opinion("made-up/model:8b", Decision.EVENT, (Kind.RELEASE,), "They are out.")
RELATED = Opinion("made-up/model:8b", Decision.RELATED, (), "A comment.")
NONE = Opinion("made-up/model:8b", Decision.NONE, (), "About a film.")
OPINIONS = (EVENT, FREED, RELATED, NONE)
ROW = Evidence("kind", "adjudicator.made-up/model:8b", 0, 13, "Families wait")


def row(field: str) -> Evidence:
    return Evidence(field, f"en.{field}", 15, 19, "They")


@pytest.fixture
def thin(negotiation: Mention) -> Analysis:
    """A negotiation that a weak rule made, with facts."""
    mention = replace(
        negotiation,
        counts=(Count(CountRole.PLANNED, 40), Count(CountRole.HELD, 900)),
        negotiators=("John Coale",),
        attribution=("BelTA",),
        root="BelTA",
        evidence=tuple(map(row, ("kind", "event_date", "counts[0]", "counts[1]", "negotiators[0]", "root"))),
    )
    return Analysis("en", (Kind.NEGOTIATION,), Decision.EVENT, "a release possible in the lead", (mention,))


@pytest.fixture
def topic() -> Analysis:
    """A related article, with facts."""
    mention = Mention(
        Kind.RELATED,
        Modality.COMPLETED,
        Polarity.POSITIVE,
        "",
        counts=(Count(CountRole.HELD, 900),),
        people=(Person("Ihar Losik", Outcome.FREED),),
        root="BelTA",
        evidence=tuple(map(row, ("kind", "counts[0]", "people[0]", "root"))),
    )
    return Analysis("en", (), Decision.RELATED, "the topic alone", (mention,))


SILENT = Analysis("en", (), Decision.NONE, "neither release nor talks in title and lead")


def fields(mention: Mention) -> list[tuple[str, str]]:
    return [(evidence.field, evidence.rule) for evidence in mention.evidence]


@pytest.mark.parametrize("opinion", OPINIONS)
@pytest.mark.parametrize("kinds", [(Kind.RELEASE,), (Kind.RELEASE, Kind.NEGOTIATION), (Kind.NEGOTIATION, Kind.RELEASE)])
def test_a_completed_release_is_never_changed(
    opinion: Opinion, kinds: tuple[Kind, ...], release: Mention, negotiation: Mention
) -> None:
    mentions = tuple(release if kind is Kind.RELEASE else negotiation for kind in kinds)
    analysis = Analysis("en", kinds, Decision.EVENT, "completed release in the lead", mentions)
    assert with_opinion(analysis, opinion, TEXT) is analysis


@settings(deadline=None)  # the first call loads the lexicon
@given(
    st.builds(
        Opinion,
        st.text(max_size=9),
        st.sampled_from(Decision),
        st.lists(st.sampled_from(Kind), max_size=3).map(tuple),
        st.text(max_size=9),
    )
)
def test_no_opinion_whatever_takes_a_release_away_or_makes_one(opinion: Opinion) -> None:
    told = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
    known = Analysis("en", (Kind.RELEASE,), Decision.EVENT, "completed release in the lead", (told,))
    assert with_opinion(known, opinion, TEXT) is known
    for decision in (Decision.RELATED, Decision.NONE):
        lifted = with_opinion(replace(SILENT, decision=decision), opinion, TEXT)
        assert Kind.RELEASE not in (*lifted.kinds, *(mention.kind for mention in lifted.mentions))
        assert not any(mention.counts or mention.people or mention.nationalities for mention in lifted.mentions)


def test_a_thin_negotiation_becomes_related_and_keeps_who_is_held_and_who_says_so(thin: Analysis) -> None:
    found = with_opinion(thin, RELATED, TEXT)
    assert (found.decision, found.kinds) == (Decision.RELATED, ())
    [mention] = found.mentions
    assert (mention.kind, mention.counts, mention.root) == (Kind.RELATED, (Count(CountRole.HELD, 900),), "BelTA")
    assert (mention.negotiators, mention.event_date, mention.plover) == ((), None, "")
    assert mention.evidence == (ROW, replace(row("counts[1]"), field="counts[0]"), row("root"))


def test_a_thin_negotiation_becomes_none(thin: Analysis) -> None:
    found = with_opinion(thin, NONE, TEXT)
    assert (found.decision, found.kinds, found.mentions) == (Decision.NONE, (), ())
    assert found.reason == (
        "a second opinion (made-up/model:8b) says none: “About a film.”; "
        "the rules alone say event: a release possible in the lead"
    )


def test_a_negotiation_that_is_confirmed_stays_as_it_is_and_names_the_opinion(thin: Analysis) -> None:
    found = with_opinion(thin, EVENT, TEXT)
    [mention] = found.mentions
    assert replace(mention, evidence=mention.evidence[:-1]) == thin.mentions[0]
    assert mention.evidence[-1] == ROW
    assert found.kinds == thin.kinds
    assert found.reason.endswith("; a second opinion (made-up/model:8b) agrees: “It is news.”")


def test_a_negotiation_does_not_become_a_release(thin: Analysis) -> None:
    found = with_opinion(thin, FREED, TEXT)
    assert (found.kinds, found.mentions[0].modality) == ((Kind.NEGOTIATION,), Modality.UNDER_DISCUSSION)
    assert "says event (release), which is not enough to change it" in found.reason


@pytest.mark.parametrize("opinion", [EVENT, FREED])
def test_a_related_article_becomes_a_possible_negotiation_of_the_rules_own_facts(
    opinion: Opinion, topic: Analysis
) -> None:
    found = with_opinion(topic, opinion, TEXT)
    assert (found.decision, found.kinds) == (Decision.EVENT, (Kind.NEGOTIATION,))
    [mention] = found.mentions
    assert (mention.kind, mention.modality) == (Kind.NEGOTIATION, Modality.POSSIBLE)
    assert (mention.counts, mention.people, mention.root) == (topic.mentions[0].counts, (), "BelTA")
    assert (mention.event_date, mention.date_precision) == (date(2025, 9, 11), Precision.DAY)
    assert fields(mention) == [
        ("kind", ROW.rule),
        ("counts[0]", "en.counts[0]"),
        ("root", "en.root"),
        ("event_date", "any.date.published"),
    ]


def test_what_was_none_becomes_related_or_possible_with_the_source_that_the_text_names() -> None:
    related, possible = (with_opinion(SILENT, opinion, TEXT) for opinion in (RELATED, EVENT))
    assert (related.decision, related.mentions[0].kind) == (Decision.RELATED, Kind.RELATED)
    assert (possible.decision, possible.mentions[0].modality) == (Decision.EVENT, Modality.POSSIBLE)
    for found in (related, possible):
        assert found.mentions[0].root == "BelTA"
        assert found.mentions[0].evidence[0] == ROW
        assert found.mentions[0].counts == ()


def test_a_related_article_is_not_made_none(topic: Analysis) -> None:
    found = with_opinion(topic, NONE, TEXT)
    assert (found.decision, found.mentions[0].people) == (Decision.RELATED, topic.mentions[0].people)
    assert "says none, which is not enough to change it" in found.reason


def test_without_a_day_of_publication_no_day_is_made_up(topic: Analysis) -> None:
    [mention] = with_opinion(topic, EVENT, replace(TEXT, published_at=None)).mentions
    assert (mention.event_date, mention.date_precision) == (None, None)


def test_without_a_title_the_first_line_stands_for_it() -> None:
    for text, end in (("First line.\nSecond.", 11), ("x" * 1_000, 300), ("", 0)):
        evidence = with_opinion(SILENT, RELATED, Document(None, text)).mentions[0].evidence[0]
        assert (evidence.start, evidence.end, evidence.quote) == (0, end, text[:end])


def test_background_is_left_alone(thin: Analysis, release: Mention) -> None:
    recalled = replace(thin, background=(release,))
    assert all(with_opinion(recalled, opinion, TEXT).background == (release,) for opinion in OPINIONS)


@pytest.mark.parametrize("opinion", OPINIONS)
def test_it_can_be_stored_and_is_told_to_people(opinion: Opinion, thin: Analysis, topic: Analysis) -> None:
    for analysis in (thin, topic, SILENT):
        found = with_opinion(analysis, opinion, TEXT)
        assert from_json(Analysis, to_json(found)) == found
        assert f"a second opinion (made-up/model:8b) {'says' if 'says' in found.reason else 'agrees'}" in (
            explain_analysis(found)
        )


def test_each_piece_of_evidence_quotes_the_text(thin: Analysis, understand: Callable[..., Analysis]) -> None:
    for opinion in OPINIONS:
        for mention in with_opinion(thin, opinion, TEXT).mentions:
            assert all(TEXT.full_text[e.start : e.end] == e.quote for e in mention.evidence)
