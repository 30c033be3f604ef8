"""Which report fits which event, and which release a related article follows up: by facts, as tables of cases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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
    Polarity,
    Precision,
    Qualifier,
    Step,
)
from events.match import FOLLOW_UP, Fit, Release, fit, follow_up
from events.names import person_key
from events.traits import day_keys, keys_of, people_keys, span_of, traits_of_mention

THURSDAY = date(2025, 9, 11)
FRIDAY = {"event_date": date(2025, 9, 12)}
SATURDAY = {"event_date": date(2025, 9, 13)}
UNDATED = {"event_date": None, "date_precision": None}
BY_PUBLICATION = {"evidence": (Evidence("event_date", "any.date.published", 0, 0, ""),)}
R, P = CountRole.RELEASED, CountRole.PARDONED


def on(day: date, precision: Precision = Precision.DAY) -> dict[str, Any]:
    return {"event_date": day, "date_precision": precision}


def published(day: date) -> dict[str, Any]:
    """No day is told: it is that of publication."""
    return {**on(day), **BY_PUBLICATION}


def released(value: int | None, of_count: int | None = None, **known: Any) -> dict[str, Any]:
    return {"counts": (Count(R, value, of_count=of_count, **known),)}


def freed(*names: str) -> dict[str, Any]:
    return {"people": tuple(Person(name, Outcome.FREED) for name in names)}


def of_nation(value: int, code: str, of_count: int | None = None) -> dict[str, Any]:
    count = Count(CountRole.SUBSET, value, nationality=code, of_count=of_count)
    return {"counts": (count,), "nationalities": {code: value}}


def planned(value: int) -> dict[str, Any]:
    return {"counts": (Count(CountRole.PLANNED, value),)}


def demanded(value: int) -> dict[str, Any]:
    return {"modality": Modality.DEMANDED, "counts": (Count(CountRole.DEMANDED, value),)}


def given(*objects: str, step: Step = Step.DISCUSSED) -> dict[str, Any]:
    return {"concessions": tuple(Concession(name, "US", step) for name in objects)}


def relief(*objects: str) -> dict[str, Any]:
    return {"modality": Modality.COMPLETED, **given(*objects, step=Step.ANNOUNCED)}


COALE = {"negotiators": ("John Coale", "Alexander Lukashenko")}
KELLOGG = {"negotiators": ("Keith Kellogg", "Alexander Lukashenko")}
MINSK = {"negotiators": ("Alexander Lukashenko",)}
REUTERS, NYT = {"root": "Reuters"}, {"root": "The New York Times"}
REFUSED = {"polarity": Polarity.NEGATIVE, "modality": Modality.DENIED, "plover": "1243"}


def fitted(bare: Mention, known: dict[str, Any], told: dict[str, Any]) -> Fit:
    report, event = replace(bare, **told), replace(bare, **known)
    return fit(traits_of_mention(report), span_of(report), traits_of_mention(event), span_of(event))


def expect(answer: Fit, is_same: bool) -> None:
    assert answer.is_match is is_same, answer
    assert answer.reasons
    assert all(re.search("[a-z]{2} ?", reason) for reason in answer.reasons)


RELEASES = {
    "the same number on the same day": (released(52), released(52), True),
    "the same day and nothing against it": (released(52), {}, True),
    "the same number, a day later": (released(52), {**released(52), **FRIDAY}, True),
    "two waves of thirty lie nineteen days apart": (released(30), {**released(30), **on(date(2025, 9, 30))}, False),
    "fourteen in June are not fourteen in September": (
        {**released(14), **on(date(2025, 6, 21))},
        released(14),
        False,
    ),
    "a wave grows on its day": (released(14), released(52), True),
    "an outlet counts one less, a day later": (released(52), {**released(51), **FRIDAY}, True),
    "an outlet counts one less": (released(52), released(51), True),
    "another number two days later": (released(52), {**released(14), **SATURDAY}, False),
    "pardoned, and freed two days later": ({"counts": (Count(P, 52),)}, {**released(52), **SATURDAY}, True),
    "a vague number speaks neither for nor against": (released(52), released(None, qualifier=Qualifier.VAGUE), True),
    "a rounded number": (released(52), {**released(50, qualifier=Qualifier.OVER), **FRIDAY}, True),
    # parts of a whole
    "fourteen of the fifty-two": (released(52), released(14, of_count=52), True),
    "fourteen of the fifty-two, the day after": (released(52), {**released(14, of_count=52), **FRIDAY}, True),
    "fourteen, known to be of the fifty-two the day after": (released(14), {**released(14, 52), **FRIDAY}, True),
    "its own part says nothing of another wave": (
        released(30),
        {"counts": (Count(R, 52), Count(CountRole.SUBSET, 14, of_count=52)), **FRIDAY},
        False,
    ),
    "part of another whole, the day after": (released(30), {**released(14, of_count=52), **FRIDAY}, False),
    "the fourteen of a larger wave were told first": (released(14), released(52), True),
    "six of one nation among the fifty-two": (
        {**of_nation(6, "LT", 52), "counts": (Count(R, 52), Count(CountRole.SUBSET, 6, nationality="LT"))},
        {**of_nation(6, "LT"), **FRIDAY},
        True,
    ),
    # people
    "the same person on the same day": (freed("Ihar Losik"), freed("Ihar Losik"), True),
    "the same person two days later": (freed("Ihar Losik"), {**freed("Ihar Losik"), **SATURDAY}, True),
    "other people on the same day are of one wave": (freed("Ihar Losik"), freed("Maksim Znak"), True),
    "other people on the day after are another wave": (freed("Ihar Losik"), {**freed("Maksim Znak"), **FRIDAY}, False),
    "other people of one number are of one wave": (
        {**freed("Ihar Losik"), **released(52)},
        {**freed("Maksim Znak"), **released(52), **FRIDAY},
        True,
    ),
    "one name in two scripts": (freed("Іван Паўлаў"), {**freed("Ivan Pavlov"), **SATURDAY}, True),
    "a name of the gazetteer in two scripts": (freed("Ігар Лосік"), {**freed("Игорь Лосик"), **SATURDAY}, True),
    "father and son in two scripts": (freed("Іван Паўлаў"), {**freed("Ivan Pavlovich"), **FRIDAY}, False),
    # refused, denied
    "freed, and not freed": ({}, {"polarity": Polarity.NEGATIVE}, False),
    # dates less exact
    "in the week of that day": (released(52), on(date(2025, 9, 8), Precision.WEEK), True),
    "in a week told by its Friday": (released(52), on(date(2025, 9, 12), Precision.WEEK), True),
    "in another week": (released(52), {**released(52), **on(date(2025, 9, 22), Precision.WEEK)}, False),
    "in the month of that day": (released(52), {**released(52), **on(date(2025, 9, 1), Precision.MONTH)}, True),
    "in another month": (released(52), {**released(52), **on(date(2025, 8, 1), Precision.MONTH)}, False),
    "in a month that ends two days before": (
        {**released(52), **on(date(2025, 9, 2))},
        {**released(52), **on(date(2025, 8, 1), Precision.MONTH)},
        True,
    ),
    # a report that tells nothing but that people were freed
    "nothing told, the day after": (released(52), FRIDAY, True),
    "nothing told, published the day after": (released(52), published(date(2025, 9, 12)), True),
    "nothing told but a day two days later": (released(52), SATURDAY, False),
    "nothing told, published two days later": (released(52), published(date(2025, 9, 13)), True),
    "nothing told, published four days later": (released(52), published(date(2025, 9, 15)), False),
    "another number, published the day after": (released(52), {**released(14), **published(date(2025, 9, 12))}, False),
    "the same number, published three days later": (
        released(52),
        {**released(52), **published(date(2025, 9, 14))},
        True,
    ),
    # a late report
    "one of the wave, five weeks later": (
        {**released(52), **freed("Ihar Losik", "Maksim Znak")},
        {**freed("Ihar Losik"), **published(date(2025, 10, 16))},
        True,
    ),
    "one of the wave, counted as one, five weeks later": (
        {**released(52), **freed("Ihar Losik", "Maksim Znak")},
        {**freed("Ihar Losik"), **released(1), **published(date(2025, 10, 16))},
        True,
    ),
    "one of the wave in another script, five weeks later": (
        {**released(52), **freed("Іван Паўлаў")},
        {**freed("Ivan Pavlov"), **published(date(2025, 10, 16))},
        True,
    ),
    "one of the wave with another number": (
        {**released(52), **freed("Ihar Losik", "Maksim Znak")},
        {**freed("Ihar Losik"), **released(30), **published(date(2025, 10, 16))},
        False,
    ),
    "one of the wave and one who was not": (
        {**released(52), **freed("Ihar Losik")},
        {**freed("Ihar Losik", "Maksim Znak"), **published(date(2025, 10, 16))},
        False,
    ),
    "one of the wave, on a day that is told": (
        {**released(52), **freed("Ihar Losik")},
        {**freed("Ihar Losik"), **on(date(2025, 10, 16))},
        False,
    ),
    "one of the wave, before it": (
        {**released(52), **freed("Ihar Losik")},
        {**freed("Ihar Losik"), **published(date(2025, 9, 1))},
        False,
    ),
    "one of the wave, on the sixtieth day": (
        {**released(52), **freed("Ihar Losik")},
        {**freed("Ihar Losik"), **published(THURSDAY + FOLLOW_UP)},
        True,
    ),
    "one of the wave, after more than sixty days": (
        {**released(52), **freed("Ihar Losik")},
        {**freed("Ihar Losik"), **published(THURSDAY + FOLLOW_UP + timedelta(days=1))},
        False,
    ),
    "the number of a wave five weeks ago, and nobody named": (
        released(52),
        {**released(52), **published(date(2025, 10, 16))},
        False,
    ),
    # without a date
    "undated, by the number": (released(52), {**released(52), **UNDATED}, True),
    "undated, another number": (released(52), {**released(14), **UNDATED}, False),
    "undated, and nothing in common": (released(52), UNDATED, False),
    "undated, by one person": (freed("Ihar Losik", "Maksim Znak"), {**freed("Ihar Losik"), **UNDATED}, True),
    "undated, by one person, with another number": (
        {**freed("Ihar Losik"), **released(52)},
        {**freed("Ihar Losik"), **released(30), **UNDATED},
        False,
    ),
    "undated, one person of it and one who is not": (
        freed("Ihar Losik"),
        {**freed("Ihar Losik", "Maksim Znak"), **UNDATED},
        False,
    ),
    "undated, by two people": (
        freed("Ihar Losik", "Maksim Znak"),
        {**freed("Ihar Losik", "Maksim Znak"), **UNDATED},
        True,
    ),
    "an undated event, by the number": ({**released(52), **UNDATED}, released(52), True),
}


@pytest.mark.parametrize(("known", "told", "is_same"), RELEASES.values(), ids=RELEASES)
def test_two_reports_of_a_release_are_one_event_by_their_facts(
    release: Mention, known: dict[str, Any], told: dict[str, Any], is_same: bool
) -> None:
    expect(fitted(release, known, told), is_same)


TALKS = {
    "the same plan on the same day": (planned(100), planned(100), True),
    "the same plan from one source": ({**planned(100), **REUTERS}, {**planned(100), **REUTERS}, True),
    "one leak, a day later": (REUTERS, {**REUTERS, **FRIDAY}, True),
    "another leak, a day later": (REUTERS, {**NYT, **FRIDAY}, False),
    "two sources tell of two days": ({**planned(100), **REUTERS}, {**planned(100), **NYT, **SATURDAY}, False),
    "the same plan four days later": (planned(100), {**planned(100), **on(date(2025, 9, 15))}, False),
    "another plan": (planned(100), planned(300), False),
    "the same plan, refused": (planned(100), {**planned(100), **REFUSED}, False),
    "talks, and a refusal": ({}, REFUSED, False),
    # a concession made is an act of its own
    "a concession made, and talks": (relief("potash"), {**REUTERS, **COALE}, False),
    "a concession made, and talks about another": (relief("potash"), {**COALE, **given("belavia")}, False),
    "a concession made, and talks about it": (relief("potash"), given("potash"), True),
    "one concession made, told twice": ({**relief("potash"), **COALE}, {**relief("potash"), **MINSK}, True),
    # who talks
    "the same people talk": (COALE, COALE, True),
    "the same people talk about two things": ({**COALE, **given("potash")}, {**COALE, **given("belavia")}, True),
    "other guests talk": (COALE, KELLOGG, False),
    "other guests are named by one source": ({**COALE, **REUTERS}, {**KELLOGG, **REUTERS}, True),
    "other guests talk about one number": ({**COALE, **planned(100)}, {**KELLOGG, **planned(100)}, True),
    "only the host is the same": (MINSK, MINSK, False),
    # demands
    "the same demand": (demanded(100), {**demanded(100), **FRIDAY}, True),
    "another demand": (demanded(100), demanded(1200), False),
    "one number, demanded and planned on one day": (planned(100), demanded(100), True),
    "one number, demanded and planned a day later": (planned(100), {**demanded(100), **FRIDAY}, False),
    # refusals
    "a refusal told twice on one day": (REFUSED, REFUSED, True),
    "a refusal, and one the day after": (REFUSED, {**REFUSED, **FRIDAY}, False),
    "a refusal, and one two days later": (REFUSED, {**REFUSED, **SATURDAY}, False),
    "a refusal from one source, the day after": ({**REFUSED, **REUTERS}, {**REFUSED, **REUTERS, **FRIDAY}, True),
    # without a date
    "undated, by the number": (planned(100), {**planned(100), **UNDATED}, True),
    "undated, by source and object": (
        {**REUTERS, **given("potash")},
        {**REUTERS, **given("potash"), **UNDATED},
        True,
    ),
    "undated, by the source alone": (REUTERS, {**REUTERS, **UNDATED}, False),
    "undated, by the object alone": (given("potash"), {**given("potash"), **UNDATED}, False),
    "undated, by guest and objects": (
        {**COALE, **given("potash", "belavia")},
        {**COALE, **given("potash", "belavia"), **UNDATED},
        True,
    ),
}


@pytest.mark.parametrize(("known", "told", "is_same"), TALKS.values(), ids=TALKS)
def test_two_reports_of_talks_are_one_event_by_their_facts(
    negotiation: Mention, known: dict[str, Any], told: dict[str, Any], is_same: bool
) -> None:
    expect(fitted(negotiation, known, told), is_same)


@pytest.mark.parametrize(
    ("known", "told", "reason"),
    [
        ({}, {"kind": Kind.NEGOTIATION}, "one is a negotiation, the other a release"),
        (released(30), {**released(30), **on(date(2025, 9, 30))}, "dates apart (2025-09-30, 2025-09-11)"),
        ({}, {"polarity": Polarity.NEGATIVE}, "one is told as so, the other refused or denied"),
        (freed("Ihar Losik"), {**freed("Maksim Znak"), **FRIDAY}, "other people are named"),
    ],
)
def test_a_veto_says_in_words_what_speaks_against_it(
    release: Mention, known: dict[str, Any], told: dict[str, Any], reason: str
) -> None:
    assert fitted(release, known, told) == Fit(0.0, (reason,))


@pytest.mark.parametrize(
    ("known", "told", "reason"),
    [
        (relief("potash"), COALE, "a concession made and talks about one are two acts"),
        (REUTERS, {**NYT, **SATURDAY}, "another source tells of another day"),
        (COALE, KELLOGG, "others talk (Keith Kellogg; John Coale)"),
    ],
)
def test_a_veto_on_talks_says_in_words_what_speaks_against_it(
    negotiation: Mention, known: dict[str, Any], told: dict[str, Any], reason: str
) -> None:
    assert fitted(negotiation, known, told) == Fit(0.0, (reason,))


def test_the_better_event_gets_more_points(release: Mention) -> None:
    large = replace(release, **released(52))
    assert fitted(large, released(52), {}).score > fitted(large, released(14), {}).score


def test_a_nationality_is_no_number_of_the_wave(release: Mention) -> None:
    told = {"counts": (Count(R, 52), Count(CountRole.SUBSET, 6, nationality="LT", of_count=52))}
    assert "the same number (52)" in fitted(release, released(52), told).reasons


def test_names_are_shown_as_they_are_written_and_not_by_their_keys(release: Mention) -> None:
    reasons = fitted(release, freed("Іван Паўлаў"), freed("Ivan Pavlov")).reasons
    assert {"the same people (Ivan Pavlov)", "the same people (Іван Паўлаў)"} & set(reasons)


# Follow-ups: June (1) freed Tsikhanouski and 13 others, September (2) Losik, Znak and 50 others.

WAVES = {
    1: {**released(14), **freed("Siarhei Tsikhanouski", "Ihar Losik"), **on(date(2025, 6, 21))},
    2: {**released(52), **freed("Ihar Losik", "Maksim Znak", "Іван Паўлаў")},
}
OCTOBER = datetime(2025, 10, 1, 9, tzinfo=UTC)
RELATED = {"kind": Kind.RELATED, **UNDATED}


def release_of(number: int, mention: Mention) -> Release:
    return Release(number, traits_of_mention(mention), span_of(mention))


def keys_told(mention: Mention, *names: str) -> frozenset[str]:
    """Return what a related mention is stored under: what it says of a release, and the names in its title and lead."""
    about = traits_of_mention(replace(mention, kind=Kind.RELEASE))
    return keys_of(about) | people_keys({person_key(name) for name in names})


FOLLOW_UPS = {
    "by name": (freed("Maksim Znak"), OCTOBER, (), 2),
    "by a name in another script": (freed("Ivan Pavlov"), OCTOBER, (), 2),
    "by a name known only from its title": ({}, OCTOBER, ("Ivan Pavlov",), 2),
    "the latest that freed the person": (freed("Ihar Losik"), datetime(2025, 9, 20, tzinfo=UTC), (), 2),
    "the one before it": (freed("Ihar Losik"), datetime(2025, 7, 1, tzinfo=UTC), (), 1),
    "who was not freed": ({"people": (Person("Maksim Znak", Outcome.NOT_INCLUDED),)}, OCTOBER, (), 2),
    "nobody of it": (freed("Ales Bialiatski"), OCTOBER, (), None),
    "nothing at all": ({}, OCTOBER, (), None),
    "by recalled day and number": ({**released(52), **on(THURSDAY)}, OCTOBER, (), 2),
    "by recalled day and number, whoever else is named": (
        {**released(52), **on(THURSDAY), **freed("Siarhei Tsikhanouski")},
        OCTOBER,
        (),
        2,
    ),
    "by recalled month and number": ({**released(52), **on(date(2025, 9, 1), Precision.MONTH)}, OCTOBER, (), 2),
    "by number alone": (released(52), OCTOBER, (), 2),
    "by a day and another number": ({**released(30), **on(date(2025, 9, 9))}, OCTOBER, (), None),
    "day alone is not enough": (on(THURSDAY), OCTOBER, (), None),
    "day alone, and a name": ({**on(THURSDAY), **freed("Maksim Znak")}, OCTOBER, (), 2),
    "not before the event": (freed("Maksim Znak"), datetime(2025, 9, 1, tzinfo=UTC), (), None),
    "on the evening before, in another time zone": (freed("Maksim Znak"), datetime(2025, 9, 10, 23, tzinfo=UTC), (), 2),
    "not months after": (freed("Maksim Znak"), datetime(2025, 12, 24, tzinfo=UTC), (), None),
    "not months after, by number": (released(52), datetime(2025, 12, 24, tzinfo=UTC), (), None),
    "on the sixtieth day": (freed("Maksim Znak"), datetime(2025, 11, 10, 9, tzinfo=UTC), (), 2),
    "of unknown publication": (freed("Maksim Znak"), None, (), 2),
}


@pytest.mark.parametrize(("told", "published_at", "names", "event"), FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_a_related_article_follows_up_the_release_that_it_recalls_or_whose_people_it_names(
    release: Mention,
    told: dict[str, Any],
    published_at: datetime | None,
    names: tuple[str, ...],
    event: int | None,
) -> None:
    releases = [release_of(number, replace(release, **known)) for number, known in WAVES.items()]
    mention = replace(release, **{**RELATED, **told})
    for order in (releases, releases[::-1]):
        found, reasons = follow_up(mention, published_at, keys_told(mention, *names), order)
        assert found == event
        assert reasons
    if event is None:
        assert reasons == ("related to no known event",)


def test_a_follow_up_says_whom_it_names(release: Mention) -> None:
    told = replace(release, **{**RELATED, **freed("Ivan Pavlov")})
    wave = release_of(2, replace(release, **WAVES[2]))
    assert follow_up(told, OCTOBER, keys_told(told), [wave]) == (2, ("names Іван Паўлаў",))


@pytest.mark.parametrize(
    ("day", "number", "event"), [(THURSDAY, 52, 2), (THURSDAY, 14, None), (date(2025, 6, 21), 52, None)]
)
def test_a_follow_up_may_recall_day_and_number_anywhere_in_its_text(
    release: Mention, day: date, number: int, event: int | None
) -> None:
    releases = [release_of(one, replace(release, **known)) for one, known in WAVES.items()]
    keys = day_keys(Kind.RELEASE, [(day, number)])
    found, reasons = follow_up(replace(release, **RELATED), OCTOBER, keys, releases)
    assert found == event
    assert reasons == (("recalls its day and its number",) if event else ("related to no known event",))


def test_of_two_releases_of_one_number_the_latest_is_followed_up(release: Mention) -> None:
    waves = [replace(release, **released(30), **on(date(2025, 8, day))) for day in (4, 23, 16)]
    releases = [release_of(number, wave) for number, wave in enumerate(waves, 1)]
    told = replace(release, **{**RELATED, **released(30)})
    assert follow_up(told, datetime(2025, 9, 1, tzinfo=UTC), keys_told(told), releases)[0] == 2
    assert follow_up(told, datetime(2025, 8, 20, tzinfo=UTC), keys_told(told), releases)[0] == 3


def test_a_follow_up_of_an_undated_release_is_joined_by_name(release: Mention) -> None:
    undated = replace(release, **{**WAVES[2], **UNDATED})
    told = replace(release, **{**RELATED, **freed("Maksim Znak")})
    assert follow_up(told, OCTOBER, keys_told(told), [release_of(2, undated)])[0] == 2
