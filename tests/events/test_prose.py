"""Facts as sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

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
    Precision,
    Qualifier,
    Step,
)
from events import prose


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (Count(CountRole.RELEASED, 52), "52 people were freed"),
        (Count(CountRole.RELEASED, 1), "1 person was freed"),
        (Count(CountRole.RELEASED, 1, 3), "1 to 3 people were freed"),
        (Count(CountRole.PARDONED, 40, 45, Qualifier.ABOUT), "About 40 to 45 people were pardoned"),
        (Count(CountRole.LEFT_COUNTRY, 6, nationality="LT"), "6 people from Lithuania left the country"),
        (Count(CountRole.SUBSET, 6, nationality="US", of_count=52), "6 of the 52 are from the United States"),
        (Count(CountRole.SUBSET, 1, nationality="DE"), "1 of them is from Germany"),
        (Count(CountRole.SUBSET, 9, of_count=1300), "9 of the 1,300 are told of apart"),
        (Count(CountRole.POLITICAL, 20, of_count=52), "20 of the 52 are political prisoners"),
        (Count(CountRole.POLITICAL, 1), "1 of them is a political prisoner"),
        (
            Count(CountRole.HELD, 1140, None, Qualifier.AT_LEAST, counter="Viasna", as_of=date(2025, 9, 1)),
            "At least 1,140 people are still held, as Viasna counts, as of 1 September 2025",
        ),
        (
            Count(CountRole.PLANNED, None, None, Qualifier.VAGUE, of_count=1300),
            "Most or some of the 1,300 are to be freed",
        ),
        (Count(CountRole.PLANNED, None), "A number of people that is not given are to be freed"),
        (Count(CountRole.DEMANDED, 100, None, Qualifier.OVER), "Over 100 people should be freed, it is demanded"),
        (Count(CountRole.CUMULATIVE, 300, None, Qualifier.UP_TO), "Up to 300 people were freed in all so far"),
        (
            Count(CountRole.NEWLY_RECOGNISED, 7),
            "7 people were newly recognised as political prisoners",
        ),
        (Count(CountRole.RELEASED, 2, nationality="??"), "2 people from ?? were freed"),
    ],
)
def test_a_count_is_a_sentence(count: Count, told: str) -> None:
    assert prose.figure(count) == told


@pytest.mark.parametrize("role", CountRole)
def test_every_role_can_be_told_of_one_and_of_many(role: CountRole) -> None:
    assert prose.figure(Count(role, 1)) != prose.figure(Count(role, 2))
    assert prose.counted(role)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_a_sentence(outcome: Outcome) -> None:
    told = prose.fate(Person("Ihar Losik", outcome))
    assert told.startswith("Ihar Losik ")
    assert "_" not in told


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "thing", ["potash", "belavia", "banks", "finance_ministry", "embassy", "aircraft", "air_route"]
)
def test_every_concession_is_a_sentence(step: Step, thing: str) -> None:
    told = prose.favour(Concession(thing, "EU", step))
    assert ", from the European Union, is " in told
    assert "_" not in told
    assert "from" not in prose.favour(Concession(thing, None, step))


@pytest.mark.parametrize("modality", Modality)
def test_a_negotiation_tells_how_far_it_is(negotiation: Mention, modality: Modality) -> None:
    assert prose.news_of(replace(negotiation, modality=modality)).startswith("a negotiation (")


@pytest.mark.parametrize(
    ("known", "rule", "told"),
    [
        ({}, "uk.date.told", "It happened on 11 September 2025: the text says “четвер” (rule uk.date.told)"),
        (
            {"date_precision": Precision.MONTH},
            "uk.date.told",
            "It happened in September 2025: the text says “четвер” (rule uk.date.told)",
        ),
        (
            {"kind": Kind.NEGOTIATION, "date_precision": Precision.WEEK},
            "uk.date.told",
            "It is dated the week of 11 September 2025: the text says “четвер” (rule uk.date.told)",
        ),
        (
            {},
            "any.date.published",
            "It is taken to have happened on 11 September 2025, the day of publication, since the text tells no other",
        ),
        (
            {"kind": Kind.NEGOTIATION},
            "any.date.published",
            "It is dated 11 September 2025, the day of publication, since the text tells no other",
        ),
    ],
)
def test_a_day_is_told_with_what_shows_it(release: Mention, known: dict[str, Any], rule: str, told: str) -> None:
    row = Evidence("event_date", rule, 40, 46, "четвер")
    assert prose.dated(replace(release, evidence=(row,), **known), "A title") == told


def test_words_are_of_the_title_only_where_they_end_in_it() -> None:
    row = Evidence("kind", "en.release.completed", 0, 5, "frees")
    assert prose.shown(row, "frees") == ": the title says “frees” (rule en.release.completed)"
    assert prose.shown(row, "free") == ": the text says “frees” (rule en.release.completed)"
    assert prose.shown(row, None).startswith(": the text says ")
    assert prose.shown(None, "frees") == ""


def test_a_long_quote_is_cut_and_put_on_one_line() -> None:
    told = prose.quoted(Evidence("kind", "r", 0, 900, "word\n\n" * 150))
    assert told == f"{'word ' * 31}word…"
    assert len(told) <= prose.QUOTE_LENGTH


def test_what_is_recalled_without_a_number_is_told_by_its_rule(release: Mention) -> None:
    row = Evidence("kind", "en.release.pardoned", 0, 1, "x")
    assert prose.recalled(replace(release, evidence=(row,))) == "11 September 2025: people are pardoned"
    assert prose.recalled(replace(release, event_date=None)) == "a release"
