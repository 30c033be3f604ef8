from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from db.claims import Claim
from db.facts import Concession, Count, CountRole, Kind, Mention, Modality, Outcome, Person, Polarity, Qualifier, Step
from events.match import FOLLOW_UP, THRESHOLD, WINDOW, match_follow_up, match_mention, search_window
from events.merge import fold

Event = Callable[..., Candidate]
THURSDAY = date(2025, 9, 11)
R, P = CountRole.RELEASED, CountRole.PARDONED


@pytest.fixture
def event(claim_of: Callable[..., Claim]) -> Event:
    """Return a function that makes mentions an event."""

    def event(*mentions: Mention, number: int = 1) -> Candidate:
        claims = tuple(claim_of(mention, 10 * number + index) for index, mention in enumerate(mentions))
        return Candidate(number, 1, fold(claims), claims[0].published_at, claims)

    return event


def released(value: int, of_count: int | None = None) -> tuple[Count, ...]:
    return (Count(R, value, of_count=of_count),)


def planned(value: int) -> tuple[Count, ...]:
    return (Count(CountRole.PLANNED, value),)


def freed(*names: str) -> tuple[Person, ...]:
    return tuple(Person(name, Outcome.FREED) for name in names)


def given(name: str, step: Step = Step.DISCUSSED) -> tuple[Concession, ...]:
    return (Concession(name, "US", step),)


TO_ANOTHER_MONTH = {"event_date": date(2025, 6, 21)}


@pytest.mark.parametrize(
    ("known", "told", "is_same"),
    [
        ({"counts": released(52)}, {"counts": released(52)}, True),
        ({"counts": released(52)}, {}, True),  # the same day and nothing against it
        ({"counts": released(52)}, {"counts": released(52), "event_date": date(2025, 9, 12)}, True),
        ({"counts": released(30)}, {"counts": released(30), "event_date": date(2025, 9, 30)}, False),  # 19 days apart
        ({"counts": released(14)}, {"counts": released(14), **TO_ANOTHER_MONTH}, False),  # June is not September
        ({"counts": released(14)}, {"counts": released(52)}, True),  # a wave grows
        ({"counts": released(52)}, {"counts": released(51), "event_date": date(2025, 9, 12)}, True),
        ({"counts": released(52)}, {"counts": released(14), "event_date": date(2025, 9, 13)}, False),
        ({"counts": (Count(P, 52),)}, {"counts": released(52), "event_date": date(2025, 9, 13)}, True),
        ({"people": freed("Ihar Losik")}, {"people": freed("Ihar Losik")}, True),
        ({"people": freed("Ihar Losik")}, {"people": freed("Maksim Znak")}, False),  # other people
        (
            {"people": freed("Ihar Losik"), "counts": released(52)},
            {"people": freed("Maksim Znak"), "counts": released(52)},
            True,  # different names of one wave of 52
        ),
        ({}, {"polarity": Polarity.NEGATIVE}, False),
        ({"counts": released(52)}, {"counts": released(52), "event_date": None}, True),  # undated: by counts
        ({"counts": released(52)}, {"counts": released(14), "event_date": None}, False),
        ({"counts": released(52)}, {"event_date": None}, False),  # undated, and nothing in common
        ({"people": freed("Ihar Losik")}, {"people": freed("Ihar Losik"), "event_date": None}, True),
        ({"event_date": None, "counts": released(52)}, {"counts": released(52)}, True),
    ],
)
def test_two_reports_of_a_release_are_one_event_by_their_facts(
    release: Mention, event: Event, known: dict[str, Any], told: dict[str, Any], is_same: bool
) -> None:
    match = match_mention(replace(release, **told), [event(replace(release, **known))])
    assert match.event_id == (1 if is_same else None)
    assert match.reasons
    assert (match.score >= THRESHOLD) is is_same


@pytest.mark.parametrize(
    ("known", "told", "is_same"),
    [
        ({"counts": planned(100)}, {"counts": planned(100)}, True),
        ({"counts": planned(100), "root": "Reuters"}, {"counts": planned(100), "root": "Reuters"}, True),
        ({"root": "Reuters"}, {"root": "Reuters", "event_date": date(2025, 9, 12)}, True),  # the leak, a day later
        ({"root": "Reuters"}, {"root": "The New York Times", "event_date": date(2025, 9, 12)}, False),
        ({"counts": planned(100)}, {"counts": planned(100), "event_date": date(2025, 9, 15)}, False),
        ({"counts": planned(100)}, {"counts": planned(300)}, False),
        ({}, {"polarity": Polarity.NEGATIVE, "modality": Modality.DENIED}, False),
        (
            {"modality": Modality.COMPLETED, "concessions": given("potash", Step.ANNOUNCED)},
            {"root": "Reuters", "negotiators": ("John Coale",)},
            False,  # relief given, and talks: two acts
        ),
        (
            {"modality": Modality.COMPLETED, "concessions": given("potash", Step.ANNOUNCED)},
            {"concessions": given("potash")},
            True,
        ),
        (
            {"negotiators": ("John Coale", "Alexander Lukashenko")},
            {"negotiators": ("John Coale", "Alexander Lukashenko")},
            True,
        ),
    ],
)
def test_two_reports_of_talks_are_one_event_by_their_facts(
    negotiation: Mention, event: Event, known: dict[str, Any], told: dict[str, Any], is_same: bool
) -> None:
    match = match_mention(replace(negotiation, **told), [event(replace(negotiation, **known))])
    assert match.event_id == (1 if is_same else None)


def test_the_best_candidate_wins_and_the_older_one_a_tie(release: Mention, event: Event) -> None:
    small, large = (replace(release, counts=released(value)) for value in (14, 52))
    assert match_mention(large, [event(small, number=1), event(large, number=2)]).event_id == 2
    assert match_mention(large, [event(large, number=1), event(large, number=2)]).event_id == 1


def test_without_a_candidate_an_event_is_new_and_says_so(release: Mention) -> None:
    match = match_mention(release, [])
    assert (match.event_id, match.reasons) == (None, ("no event of this kind near this date",))


def test_a_part_of_the_known_number_belongs_to_it(release: Mention, event: Event) -> None:
    told = replace(release, counts=released(9, of_count=123), event_date=THURSDAY + timedelta(days=2))
    assert match_mention(told, [event(replace(release, counts=released(123)))]).event_id == 1


def test_a_nationality_is_no_number_of_the_wave(release: Mention, event: Event) -> None:
    told = (Count(R, 52), Count(CountRole.SUBSET, 6, nationality="LT", of_count=52))
    match = match_mention(replace(release, counts=told), [event(replace(release, counts=released(52)))])
    assert "the same number (52)" in match.reasons


def test_a_vague_number_speaks_neither_for_nor_against(release: Mention, event: Event) -> None:
    vague = replace(release, counts=(Count(R, None, qualifier=Qualifier.VAGUE),))
    assert match_mention(vague, [event(replace(release, counts=released(52)))]).event_id == 1


@pytest.mark.parametrize(
    ("kind", "margin"), [(Kind.RELEASE, WINDOW), (Kind.NEGOTIATION, WINDOW), (Kind.RELATED, FOLLOW_UP)]
)
def test_candidates_are_looked_for_around_the_day(release: Mention, kind: Kind, margin: timedelta) -> None:
    told = replace(release, kind=kind)
    assert search_window(told) == (THURSDAY - margin, THURSDAY + margin)
    assert search_window(replace(told, event_date=None)) == (None, None)


def test_a_follow_up_joins_the_release_whose_people_it_names(release: Mention, event: Event) -> None:
    june = event(replace(release, people=freed("Siarhei Tsikhanouski"), **TO_ANOTHER_MONTH), number=1)
    september = event(replace(release, people=freed("Ihar Losik")), number=2)
    told = replace(release, kind=Kind.RELATED, people=freed("Siarhei Tsikhanouski"))
    assert match_follow_up(told, [june, september]).event_id == 1
    assert match_follow_up(replace(told, people=()), [june, september]).event_id is None
    assert match_follow_up(replace(told, people=freed("Maksim Znak")), [june, september]).event_id is None


def test_a_follow_up_joins_the_latest_release_of_the_same_person(release: Mention, event: Event) -> None:
    earlier = event(replace(release, people=freed("Ihar Losik"), **TO_ANOTHER_MONTH), number=1)
    later = event(replace(release, people=freed("Ihar Losik")), number=2)
    told = replace(release, kind=Kind.RELATED, people=freed("Ihar Losik"))
    assert match_follow_up(told, [earlier, later]).event_id == 2
