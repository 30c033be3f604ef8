"""What matching compares: the traits of reports, the days a date may mean, the keys that mentions are looked up by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.claims import Claim
from db.facts import (
    Concession,
    Count,
    CountRole,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Qualifier,
    Step,
)
from events.names import person_key
from events.traits import (
    Named,
    Span,
    day_keys,
    key_of,
    keys_of,
    people_keys,
    span_of,
    traits_of,
    traits_of_mention,
    undated,
    without_date,
)

R, P = CountRole.RELEASED, CountRole.PARDONED
PUBLISHED = (Evidence("event_date", "any.date.published", 0, 0, ""),)
TOLD = (Evidence("event_date", "en.date.weekday", 0, 8, "Thursday"),)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((), {}),
        ((Count(R, 52), Count(P, 14)), {"totals": {52, 14}}),
        ((Count(CountRole.LEFT_COUNTRY, 51),), {"totals": {51}}),
        ((Count(R, None, qualifier=Qualifier.VAGUE, of_count=1300),), {"wholes": {1300}}),
        ((Count(R, 50, qualifier=Qualifier.OVER),), {"rough": {50}}),
        ((Count(R, 52), Count(R, 52, qualifier=Qualifier.ABOUT)), {"rough": {52}}),  # told less exactly: the weaker
        ((Count(R, 14, of_count=52),), {"parts": {14}, "wholes": {52}}),
        ((Count(R, 6, nationality="LT"),), {"parts": {6}}),
        ((Count(CountRole.SUBSET, 6), Count(CountRole.POLITICAL, 20)), {"parts": {6, 20}}),
        ((Count(CountRole.DEMANDED, 1200),), {"demands": {1200}}),
        ((Count(CountRole.HELD, 1227), Count(CountRole.CUMULATIVE, 300), Count(CountRole.PLANNED, 100)), {}),
    ],
)
def test_numbers_of_a_release_are_of_the_whole_or_of_a_part(
    release: Mention, counts: tuple[Count, ...], expected: dict[str, set[int]]
) -> None:
    traits = traits_of_mention(replace(release, counts=counts))
    told = {name: getattr(traits, name) for name in ("totals", "rough", "demands", "parts", "wholes")}
    assert {name: set(numbers) for name, numbers in told.items() if numbers} == expected
    assert traits.numbers == traits.totals | traits.rough


def test_what_is_planned_is_the_number_of_talks_and_what_is_released_is_not(negotiation: Mention) -> None:
    traits = traits_of_mention(replace(negotiation, counts=(Count(CountRole.PLANNED, 100), Count(R, 52))))
    assert traits.numbers == {100}


def test_a_related_mention_has_no_number_of_the_whole(release: Mention) -> None:
    traits = traits_of_mention(replace(release, kind=Kind.RELATED, counts=(Count(R, 52), Count(P, 14))))
    assert traits.numbers == frozenset()


def test_people_are_the_same_under_every_spelling_and_only_the_freed_are_freed(release: Mention) -> None:
    people = (
        Person("Ігар Лосік", Outcome.FREED),
        Person("Ihar Losik", Outcome.DEPORTED),
        Person("Іван Паўлаў", Outcome.NOT_INCLUDED),
        Person("Mikalai Statkevich", Outcome.REFUSED_TO_LEAVE),
    )
    traits = traits_of_mention(replace(release, people=people))
    assert {one.key for one in traits.freed} == {person_key("Игорь Лосик")}
    assert {one.key for one in traits.people} == {
        person_key(name) for name in ("Ihar Losik", "Ivan Pavlov", "Мікалай Статкевіч")
    }


def test_a_name_is_shown_as_written_and_compared_by_its_key() -> None:
    assert Named("ivn", "Ivan") == Named("ivn", "Іван")
    assert str(Named("ivn", "Іван")) == "Іван"


def test_nations_guests_objects_transit_and_roots_are_taken_over(release: Mention) -> None:
    told = replace(
        release,
        nationalities={"LT": 6, "PL": 2},
        negotiators=("John Coale", "Alexander Lukashenko", "Ivan Pavlov"),
        concessions=(Concession("belavia", "US", Step.ANNOUNCED),),
        transit=("LT",),
        root="Viasna",
    )
    traits = traits_of_mention(told)
    assert traits.nations == {"LT 6", "PL 2"}
    assert traits.guests == {"John Coale", "Ivan Pavlov"}
    assert (traits.objects, traits.transit, traits.roots) == ({"belavia"}, {"LT"}, {"Viasna"})


@pytest.mark.parametrize(
    ("told", "is_relief"),
    [
        ({}, False),
        ({"plover": "085"}, True),
        ({"concessions": (Concession("potash", "US", Step.ANNOUNCED),)}, False),  # talks that mention it
        ({"modality": Modality.COMPLETED, "concessions": (Concession("potash", "US", Step.ANNOUNCED),)}, True),
        ({"modality": Modality.COMPLETED, "concessions": (Concession("potash", "US", Step.LEGALLY_EFFECTIVE),)}, True),
        ({"modality": Modality.COMPLETED, "concessions": (Concession("potash", "US", Step.DISCUSSED),)}, False),
        ({"modality": Modality.COMPLETED}, False),
    ],
)
def test_a_concession_that_was_made_is_relief(negotiation: Mention, told: dict[str, Any], is_relief: bool) -> None:
    assert traits_of_mention(replace(negotiation, **told)).is_relief is is_relief


@pytest.mark.parametrize(
    ("told", "is_vague"),
    [
        ({}, True),
        ({"counts": (Count(R, None, qualifier=Qualifier.VAGUE),)}, True),
        ({"root": "Viasna"}, True),
        ({"counts": (Count(R, 52),)}, False),
        ({"counts": (Count(R, 14, of_count=52),)}, False),
        ({"counts": (Count(CountRole.DEMANDED, 52),)}, False),
        ({"nationalities": {"LT": 6}}, False),
        ({"people": (Person("Ihar Losik", Outcome.NOT_INCLUDED),)}, False),
    ],
)
def test_a_report_without_number_and_name_is_vague(release: Mention, told: dict[str, Any], is_vague: bool) -> None:
    assert traits_of_mention(replace(release, **told)).is_vague is is_vague


def test_the_traits_of_claims_are_those_of_all_and_what_they_tell_of_is_what_the_first_does(
    release: Mention, negotiation: Mention, claim_of: Callable[..., Claim]
) -> None:
    bargain = replace(
        negotiation,
        plover="085",
        negotiators=("John Coale",),
        concessions=(Concession("potash", "US", Step.ANNOUNCED),),
        counts=(Count(CountRole.PLANNED, 100),),
    )
    freed = replace(release, counts=(Count(R, 52),), root="Viasna")
    traits = traits_of([claim_of(freed, 1), claim_of(bargain, 1)])
    assert (traits.kind, traits.polarity, traits.is_relief) == (Kind.RELEASE, Polarity.POSITIVE, False)
    assert (traits.totals, traits.guests, traits.objects) == ({52, 100}, {"John Coale"}, {"potash"})
    assert traits_of([claim_of(bargain, 1), claim_of(freed, 1)]).kind is Kind.NEGOTIATION
    assert traits == traits_of_mention(freed) | traits_of_mention(bargain)


@pytest.mark.parametrize(
    ("day", "precision", "first", "last"),
    [
        (date(2025, 9, 11), Precision.DAY, date(2025, 9, 11), date(2025, 9, 11)),
        (date(2025, 9, 11), None, date(2025, 9, 11), date(2025, 9, 11)),
        (date(2025, 9, 8), Precision.WEEK, date(2025, 9, 8), date(2025, 9, 14)),
        (date(2025, 9, 11), Precision.WEEK, date(2025, 9, 8), date(2025, 9, 14)),
        (date(2025, 12, 31), Precision.WEEK, date(2025, 12, 29), date(2026, 1, 4)),
        (date(2025, 9, 1), Precision.MONTH, date(2025, 9, 1), date(2025, 9, 30)),
        (date(2024, 2, 20), Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_date_may_mean_a_day_a_week_from_monday_to_sunday_or_a_month(
    release: Mention, day: date, precision: Precision | None, first: date, last: date
) -> None:
    assert span_of(replace(release, event_date=day, date_precision=precision)) == Span(first, last)


def test_a_day_of_publication_is_not_told(release: Mention) -> None:
    day = date(2025, 9, 11)
    assert span_of(replace(release, evidence=PUBLISHED)) == Span(day, day, is_told=False)
    assert span_of(replace(release, evidence=TOLD)) == Span(day, day, is_told=True)
    assert span_of(replace(release, event_date=None)) is None


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        (Span(date(2025, 9, 11), date(2025, 9, 11)), Span(date(2025, 9, 11), date(2025, 9, 11)), 0),
        (Span(date(2025, 9, 11), date(2025, 9, 11)), Span(date(2025, 9, 13), date(2025, 9, 13)), 2),
        (Span(date(2025, 9, 8), date(2025, 9, 14)), Span(date(2025, 9, 11), date(2025, 9, 11)), 0),
        (Span(date(2025, 9, 8), date(2025, 9, 14)), Span(date(2025, 9, 1), date(2025, 9, 30)), 0),
        (Span(date(2025, 9, 8), date(2025, 9, 14)), Span(date(2025, 9, 16), date(2025, 9, 16)), 2),
    ],
)
def test_the_gap_is_the_days_between_and_the_same_from_both_sides(one: Span, other: Span, days: int) -> None:
    assert (one.gap(other), other.gap(one)) == (days, days)


def test_a_release_is_looked_up_by_its_numbers_and_people(release: Mention) -> None:
    told = replace(
        release,
        counts=(Count(R, 52), Count(CountRole.SUBSET, 6, of_count=52), Count(CountRole.HELD, 1200)),
        people=(Person("Іван Паўлаў", Outcome.FREED),),
        root="Viasna",
    )
    keys = keys_of(traits_of_mention(told))
    assert keys == {"release:52"} | people_keys({person_key("Ivan Pavlov")})


def test_talks_are_looked_up_by_numbers_demands_and_who_deals_in_what(negotiation: Mention) -> None:
    told = replace(
        negotiation,
        counts=(Count(CountRole.PLANNED, 100), Count(CountRole.DEMANDED, 1200)),
        negotiators=("John Coale", "Alexander Lukashenko"),
        concessions=(Concession("potash", "US", Step.DISCUSSED),),
        root="Reuters",
    )
    assert keys_of(traits_of_mention(told)) == {
        "negotiation:100",
        "negotiation:1200",
        "negotiation:Reuters+potash",
        "negotiation:John Coale+potash",
    }


def test_a_report_that_tells_nothing_of_its_own_has_no_key(release: Mention) -> None:
    assert keys_of(traits_of_mention(replace(release, root="Viasna"))) == frozenset()


def test_a_day_and_a_number_are_looked_up_together() -> None:
    told = [(date(2025, 9, 11), 52), (date(2025, 6, 21), 14)]
    assert day_keys(Kind.RELEASE, told) == {"release:52@2025-09-11", "release:14@2025-06-21"}


def test_what_has_no_date_is_looked_up_apart_and_leads_back_to_its_facts() -> None:
    keys = {"release:52", *people_keys({"ivn plv"})}
    apart = undated(keys)
    assert not apart & keys
    assert without_date(apart | keys) == keys
    assert undated(apart) == frozenset()


def test_a_key_fits_into_its_column() -> None:
    assert {len(key) for key in people_keys({"a" * 1000})} == {200}
    assert len(key_of("b" * 1000)) == 200
    assert key_of("release:52") == "release:52"
