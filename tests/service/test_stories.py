"""The newsroom's stories, told on many days, are understood as their authors meant them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

import pytest

from db.facts import Analysis, CountRole, Decision, Kind, Modality, Polarity
from events import Document, analyse
from newsroom import all_stories, find_story, tell
from newsroom.stories import is_heading

NUMBERS = {"released": 36, "more": 39, "planned": 80}
DAYS = (date(2026, 3, 5), date(2026, 1, 1), date(2025, 12, 31), date(2026, 5, 30), date(2024, 2, 29))
ZONES = {"uk": "Europe/Kyiv", "ru": "Europe/Vilnius", "en": "Europe/Riga"}
OUTLETS = {"uk": "Ранковий Міст", "ru": "Неманская Хроника", "en": "The Amber Courier"}


def analysis_of(name: str, day: date, numbers: dict[str, int] | None = None, seed: int | None = None) -> Analysis:
    told = tell(find_story(name), day, numbers or NUMBERS, None if seed is None else Random(seed))
    document = Document(
        title=told.title,
        text="\n".join(block.removeprefix("## ") if is_heading(block) else block for block in told.blocks),
        language=told.language,
        outlet_title=OUTLETS[told.language],
        outlet_languages=(told.language,),
        published_at=datetime.combine(day, time(17, 40), ZoneInfo(ZONES[told.language])).astimezone(UTC),
        timezone=ZONES[told.language],
    )
    return analyse(document)


def released(analysis: Analysis) -> list[int | None]:
    """Return the counts of all people freed, without the parts that have a nationality."""
    return [
        count.value
        for mention in analysis.mentions
        for count in mention.counts
        if count.role is CountRole.RELEASED and count.nationality is None and not count.background
    ]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", [f"{telling}-{language}" for telling in ("release", "arrival") for language in ZONES])
def test_one_release_in_three_languages_has_the_same_facts(name: str, day: date) -> None:
    analysis = analysis_of(name, day)
    (mention,) = [one for one in analysis.mentions if one.kind is Kind.RELEASE]
    assert analysis.decision is Decision.EVENT
    assert mention.modality is Modality.COMPLETED
    assert mention.event_date == day
    assert released(analysis) == [36]
    assert set(mention.negotiators) == {"John Coale", "Alexander Lukashenko"}
    assert mention.root == "John Coale"
    assert mention.transit == ("LT",)
    assert mention.nationalities == {"LT": 2, "PL": 1}
    assert mention.people == ()
    assert mention.concessions == ()


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", ["more-uk", "more-ru", "more-en"])
def test_higher_count_is_read_as_the_same_release_with_another_root(name: str, day: date) -> None:
    analysis = analysis_of(name, day)
    (mention,) = [one for one in analysis.mentions if one.kind is Kind.RELEASE]
    assert (mention.modality, mention.event_date, mention.root) == (Modality.COMPLETED, day, "Viasna")
    assert 39 in released(analysis)
    assert set(released(analysis)) <= {36, 39}
    assert mention.nationalities == {"LT": 2, "PL": 1}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "name", sorted(name for name, one in all_stories().items() if one.about in ("none", "background"))
)
def test_news_about_something_else_has_no_mention(name: str, day: date) -> None:
    analysis = analysis_of(name, day)
    assert (analysis.decision, analysis.mentions) == (Decision.NONE, ())


def test_recalled_release_is_background() -> None:
    for name, value in (("background-en", 36), ("background-ru", 17)):
        counts = [count for mention in analysis_of(name, DAYS[0]).background for count in mention.counts]
        assert value in [count.value for count in counts], name


def test_sentence_of_a_court_is_related_and_brings_no_event() -> None:
    analysis = analysis_of("sentence-uk", DAYS[0])
    assert analysis.decision is not Decision.EVENT
    assert analysis.kinds == ()


@pytest.mark.parametrize("name", ["leak-en", "leak-uk", "leak-ru"])
def test_leak_is_a_negotiation_with_its_root_and_what_is_planned(name: str) -> None:
    analysis = analysis_of(name, DAYS[0])
    assert analysis.kinds == (Kind.NEGOTIATION,)
    (mention,) = analysis.mentions
    assert mention.root == "Reuters"
    assert (80, "at_least") in planned(analysis)
    assert [concession.object for concession in mention.concessions] == ["potash"]


def planned(analysis: Analysis) -> list[tuple[int | None, str]]:
    return [
        (count.value, count.qualifier.value)
        for mention in analysis.mentions
        for count in mention.counts
        if count.role is CountRole.PLANNED
    ]


@pytest.mark.parametrize(
    "name",
    [
        "leak-uk",
        "leak-ru",
        "leak-en",
    ],
)
def test_people_who_tell_of_a_plan_are_not_planned_to_be_freed(name: str) -> None:
    assert planned(analysis_of(name, DAYS[0])) == [(80, "at_least")]


@pytest.mark.parametrize(
    "name",
    [
        "leak-uk",
        "leak-en",
        "leak-ru",
    ],
)
def test_envoy_who_leads_the_talks_is_a_negotiator(name: str) -> None:
    (mention,) = analysis_of(name, DAYS[0]).mentions
    assert "John Coale" in mention.negotiators


def test_refusal_is_a_negative_negotiation() -> None:
    analysis = analysis_of("refusal-ru", DAYS[0])
    assert analysis.kinds == (Kind.NEGOTIATION,)
    assert all(mention.polarity is Polarity.NEGATIVE for mention in analysis.mentions)


@pytest.mark.parametrize("number", [25, 26, 35, 45, 46])
@pytest.mark.parametrize("name", [f"{telling}-{language}" for telling in ("release", "arrival") for language in ZONES])
def test_every_number_the_demonstration_may_draw_is_read(name: str, number: int) -> None:
    assert released(analysis_of(name, DAYS[0], {"released": number})) == [number]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", [f"{telling}-{language}" for telling in ("release", "arrival") for language in ZONES])
def test_whatever_a_seed_leaves_out_the_release_has_the_same_facts(name: str, seed: int) -> None:
    day = DAYS[seed % len(DAYS)]
    analysis = analysis_of(name, day, seed=seed)
    (mention,) = [one for one in analysis.mentions if one.kind is Kind.RELEASE]
    assert (mention.event_date, mention.root, mention.transit) == (day, "John Coale", ("LT",))
    assert released(analysis) == [36]
    assert set(mention.negotiators) == {"John Coale", "Alexander Lukashenko"}
    assert mention.nationalities == {"LT": 2, "PL": 1}
