from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.facts import (
    ClaimSource,
    Concession,
    Conflict,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Modality,
    Outcome,
    Person,
    Polarity,
    Qualifier,
    Status,
    Step,
    to_json,
)
from db.marks import MERGE, SPLIT, Said
from db.views import ArticleView, ChangeView, EventArticle, EventView, MatchView
from events.considering import Considered
from events.explain import explain_analysis, explain_article, explain_event

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
CODES = [code.value for kind in (Modality, Outcome, CountRole, Qualifier, Step) for code in kind if "_" in code.value]


def article(**known: Any) -> ArticleView:
    bare = {"fetched": None, "decision": None, "kinds": (), "events": (), "copy_of": None}
    return ArticleView(7, "https://a.example/7", "one", "en", "Belarus frees 52", NOON, **{**bare, **known})


def event(**known: Any) -> EventView:
    facts = EventFacts(
        Kind.RELEASE,
        Status.CONFIRMED,
        Polarity.POSITIVE,
        date(2025, 9, 11),
        counts=(
            EventCount(
                CountRole.RELEASED, 52, sources=(ClaimSource(7, "frees 52", "one"), ClaimSource(8, "52", "two"))
            ),
            EventCount(CountRole.LEFT_COUNTRY, 51, sources=(ClaimSource(8, "51", "two"),)),
            EventCount(CountRole.PLANNED, None, qualifier=Qualifier.VAGUE, of_count=1300),
            EventCount(CountRole.HELD, 1140, qualifier=Qualifier.AT_LEAST, counter="Viasna", as_of=date(2025, 9, 10)),
        ),
        people=(Person("Mikalai Statkevich", Outcome.REFUSED_TO_LEAVE),),
        concessions=(Concession("finance_ministry", "US", Step.LEGALLY_EFFECTIVE),),
        roots=("Viasna", "Reuters"),
        conflicts=(
            Conflict("released", 51, 52, ("one: 52", "two: 51")),
            Conflict("subset.PL", 2, 3, ("one: 2", "two: 3")),
        ),
    )
    articles = (EventArticle(7, "https://a.example/7", "one", "en", "Belarus frees 52", NOON, "first"),)
    return EventView(
        **{"id": 3, "revision": 2, "first_seen": NOON, "updated": NOON, "facts": facts, "articles": articles, **known}
    )


def assert_reads_as_sentences(text: str) -> None:
    assert not re.search(r"\b(?:None|True|False|Count|Mention|Kind)\b|[{}<>]", text), text
    told = re.sub(r"\(rule [\w.-]+\)", "", text)
    assert [code for code in CODES if code in told] == [], text
    for line in text.splitlines():
        assert line.strip(), text


def test_an_explanation_of_any_story_reads_as_sentences(stories: Mapping[str, Any]) -> None:
    for story in stories.values():
        told = explain_analysis(story.analysis, story.document.title)
        assert_reads_as_sentences(told)
        assert all(line.endswith((".", ":")) for line in told.splitlines()), told


def test_an_analysis_tells_its_facts_with_the_words_that_show_them(understand: Callable[..., Any]) -> None:
    title = "Belarus frees 52 political prisoners"
    text = (
        "Belarus released at least 52 political prisoners on Thursday in exchange for US sanctions relief on potash, "
        "envoy John Coale said after talks with Alexander Lukashenko."
    )
    told = explain_analysis(understand(title, text, outlet_title="The Post"), title)
    assert told.splitlines()[:5] == [
        "It is in English. Its news is a release and a negotiation: completed release in the title.",
        "It tells of a completed release, as people are freed: the title says “frees 52 political prisoners” (rule en.release.completed).",
        "  It happened on 11 September 2025: the text says “Thursday” (rule en.date.told).",
        "  52 people were freed: the title says “52 political prisoners” (rule en.count.released).",
        "  At least 52 people were freed: the text says “at least 52 political prisoners” (rule en.count.released).",
    ]
    for line in (
        "  John Coale talks or acts: the text says “John Coale” (rule en.negotiator.talks).",
        "  For Minsk: relief on potash, from the United States, is talked about: the text says “potash” (rule en.concession.discussed).",
        "  The Post tells it on the word of John Coale; as a source it counts as John Coale: the text says “John Coale” (rule en.attribution.root).",
    ):
        assert told.splitlines().count(line) == 1, told


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Wheat harvest in Belarus", "All is well.", "It is not ours: neither release nor talks in title and lead."),
        ("1140 political prisoners in Belarus", "They are held.", "It is related but no event: "),
        (
            "Les prisonniers politiques sont libres",
            "Ils ont été libérés hier, selon un communiqué.",
            "It is not ours: in none of the seven",
        ),
        ("Belarus refuses to release political prisoners", "", r"\(refused or denied\), as somebody refuses"),
    ],
)
def test_a_decision_gives_its_reason(understand: Callable[..., Any], title: str, text: str, expected: str) -> None:
    assert re.search(expected, explain_analysis(understand(title, text)))


def test_what_is_only_recalled_is_told_apart(understand: Callable[..., Any]) -> None:
    text = "The talks in Minsk go on.\n\nEarlier, in June, Belarus freed 14 political prisoners."
    told = explain_analysis(understand("Coale meets Lukashenko", text))
    assert told.splitlines()[-2:] == [
        "Not counted, because it is only recalled:",
        "  - June 2025: 14 people were freed: the text says “14 political prisoners” (rule en.count.released).",
    ]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, "It has not been read yet."),
        ({"read_error": "ValueError: broken"}, "It could not be read: ValueError: broken."),
    ],
)
def test_an_unread_article_says_so(known: dict[str, Any], expected: str) -> None:
    told = explain_article(article(**known), ())
    assert told.splitlines() == ["Article 7 by one, published 2025-09-11 12:00 UTC: Belarus frees 52", expected]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (
            MatchView("release", 3, "first", 0.0, ("no event of this kind near this date",)),
            "It was the first to tell of event 3; nothing earlier fitted: no event of this kind near this date.",
        ),
        (
            MatchView("release", 3, "report", 6.0, ("the same day", "the same number (52)")),
            "It joined event 3 as a report, because: the same day; the same number (52) (score 6, 3 needed).",
        ),
        (
            MatchView("related", None, "follow-up", 0.0, ("related to no known event",)),
            "It follows up no event: related to no known event.",
        ),
        (
            MatchView("release", 3, "first", 0.0, ("a person put it here",)),
            "It is the first that tells of event 3: a person put it here.",
        ),
        (MatchView("release", 3, "first", 6.0, ("the same day",)), "It is the first that tells of event 3."),
        (None, "So it made no event and can cause no alert."),
    ],
)
def test_an_article_tells_what_became_of_it(
    understand: Callable[..., Any], match: MatchView | None, expected: str
) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    told = explain_article(article(analysis=analysis, matches=(match,) if match else ()), [event()])
    assert expected in told.splitlines()
    assert ("Event 3 stands at: confirmed, 2 independent sources (Viasna, Reuters)." in told) is (
        match is not None and match.event == 3
    )
    assert_reads_as_sentences(told)


def test_two_mentions_of_one_event_are_told_as_such(understand: Callable[..., Any]) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    matches = (
        MatchView("release", 3, "report", 6.0, ("the same day",)),
        MatchView("negotiation", 3, "report", 0.0, ("told in one article with the release",)),
        MatchView("negotiation", None, "report", 0.0, ("too vague",)),
    )
    told = explain_article(article(analysis=analysis, matches=matches), [event()])
    assert told.splitlines()[-4:-1] == [
        "It joined event 3 as a report, because: the same day (score 6, 3 needed).",
        "Its negotiation belongs to event 3, too: told in one article with the release.",
        "Its negotiation belongs to no event: too vague.",
    ]


def test_an_event_tells_what_it_rests_on() -> None:
    changes = [
        ChangeView(1, NOON, 7, EventChange("new event", is_material=True, is_major=True)),
        ChangeView(2, NOON, 8, EventChange("another source")),
    ]
    told = explain_event(event(related=(4, 5)), changes)
    assert_reads_as_sentences(told)
    assert told.splitlines() == [
        "Event 3: a release, 11 September 2025. It stands at: confirmed, 2 independent sources (Viasna, Reuters).",
        "  52 people were freed, according to one, two.",
        "  51 people left the country, according to two.",
        "  Most or some of the 1,300 are to be freed, according to nobody named.",
        "  At least 1,140 people are still held, as Viasna counts, as of 10 September 2025, according to nobody named.",
        "  Sources disagree on how many were freed: 51 to 52 (one: 52, two: 51).",
        "  Sources disagree on how many from Poland are told of apart: 2 to 3 (one: 2, two: 3).",
        "  Mikalai Statkevich refused to leave.",
        "  For Minsk: relief for the finance ministry, from the United States, is in force.",
        "1 article, 2 independent sources (Viasna, Reuters):",
        "  a7 one (en, 2025-09-11 12:00, first): Belarus frees 52",
        "History:",
        "  revision 1, 2025-09-11 12:00 UTC: new event (a major change), by article 7",
        "  revision 2, 2025-09-11 12:00 UTC: another source (no news), by article 8",
        "Related events: 4, 5.",
    ]


def test_an_event_without_a_date_or_a_source_says_so() -> None:
    bare = EventFacts(Kind.NEGOTIATION, Status.RUMOURED, Polarity.POSITIVE)
    told = explain_event(event(facts=bare, articles=()), [])
    assert told.startswith("Event 3: a negotiation, without a date. It stands at: rumoured, no source named.")
    assert "0 articles, no source named:" in told


def test_a_copy_says_of_what_and_why(understand: Callable[..., Any]) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    told = explain_article(article(copy_of=3, copy_reason="near copy", analysis=analysis), [])
    assert "It is a copy of article 3 (near copy): it adds a source, no facts, no alert." in told


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            Considered(9, False, 0.0, ("dates apart (2025-09-11, 2025-09-30)",)),
            "It did not join event 9, because: dates apart (2025-09-11, 2025-09-30).",
        ),
        (
            Considered(9, False, 1.5, ("2 days apart", "a wave may grow from 3 to 52")),
            "It did not join event 9, because too little speaks for it: 2 days apart; a wave may grow from 3 to 52 (score 1.5, 3 needed).",
        ),
        (
            Considered(9, False, 6.0, ("the same day", "but event 3 fits as well")),
            "It did not join event 9, though much speaks for it: the same day; but event 3 fits as well (score 6, 3 needed).",
        ),
    ],
)
def test_an_article_tells_why_it_did_not_join_another_event(
    understand: Callable[..., Any], other: Considered, expected: str
) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    match = MatchView("release", 3, "report", 6.0, ("the same day",))
    told = explain_article(article(analysis=analysis, matches=(match,)), [event()], [other])
    assert expected in told.splitlines()
    assert_reads_as_sentences(told)


def test_what_was_stored_of_a_refusal_is_not_told_twice(understand: Callable[..., Any]) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    match = MatchView("release", 3, "first", 0.0, ("not event 9: dates apart",))
    others = [
        Considered(9, False, 0.0, ("dates apart",)),
        Considered(3, True, 0.0, ("it was the first to tell of it",)),
    ]
    told = explain_article(article(analysis=analysis, matches=(match,)), [event()], others)
    assert told.count("event 9") == 1


def test_reasons_of_today_stand_for_those_that_are_not_stored(understand: Callable[..., Any]) -> None:
    analysis = to_json(understand("Belarus frees 52 political prisoners", "They left today."))
    match = MatchView("release", 3, "report", 0.0, ("no event of this kind near this date",))
    told = explain_article(
        article(analysis=analysis, matches=(match,)), [], [Considered(3, True, 3.0, ("the same day",))]
    )
    assert "It joined event 3 as a report, because: the same day (score 3, 3 needed)." in told


def test_what_is_no_news_tells_what_it_lacked(understand: Callable[..., Any]) -> None:
    told = explain_article(article(analysis=to_json(understand("Wheat harvest in Belarus", "All is well."))), [])
    lacked = "It would have alerted if it told of a completed release or of talks with Minsk in its title or lead."
    assert told.splitlines()[-1] == lacked


def test_the_history_tells_what_people_said_and_who() -> None:
    def at(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    changes = [
        ChangeView(1, NOON, 7, EventChange("new event", is_material=True, is_major=True)),
        ChangeView(2, at(1), None, EventChange("status", is_material=True, is_major=True)),
        ChangeView(3, at(2), None, EventChange("another source")),
        ChangeView(4, at(5), None, EventChange("status", (FieldChange("same_as", None, 9),), is_material=True)),
    ]
    words = [
        Said("false", "anna", "the outlet took it back", at(1)),
        Said(SPLIT, "bob", "", at(2), {"from": 3, "articles": [7, 8], "event": 4}),
        Said("confirmed", "anna", "", at(3), {"event": 3}),
        Said(MERGE, "bob", "one bus", at(6), {"events": [3, 5], "event": 3}),
        Said(SPLIT, "bob", "", at(7), {"from": 2, "articles": [7], "event": 3}),
    ]
    others = [Considered(5, False, 0.0, ("other people are named",))]
    told = explain_event(event(), changes, words, others)
    assert_reads_as_sentences(told)
    lines = told.splitlines()
    assert lines[lines.index("History:") + 1 :] == [
        "  revision 1, 2025-09-11 12:00 UTC: new event (a major change), by article 7",
        "  revision 2, 2025-09-11 12:01 UTC: anna marked it as false: “the outlet took it back”; status (a major change)",
        "  revision 3, 2025-09-11 12:02 UTC: bob split what articles 7, 8 told from it, into event 4 (no news)",
        "  2025-09-11 12:03 UTC: anna marked it as confirmed",
        "  revision 4, 2025-09-11 12:05 UTC: it is part of event 9 from here on (worth an update)",
        "  2025-09-11 12:06 UTC: bob merged it with event 5: “one bus”",
        "  2025-09-11 12:07 UTC: bob split it from event 2",
        "Also considered: event 5, not the same, because: other people are named.",
    ]


def test_an_event_that_is_part_of_another_says_so() -> None:
    facts = EventFacts(Kind.RELEASE, Status.SUPERSEDED, Polarity.POSITIVE, same_as=4)
    assert "It is part of event 4 now." in explain_event(event(facts=facts), []).splitlines()
