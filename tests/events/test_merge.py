from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Status,
    Step,
)
from events.merge import fold
from events.unnamed import UNNAMED

ClaimOf = Callable[..., Claim]
R, P, H = CountRole.RELEASED, CountRole.PARDONED, CountRole.HELD


def released(value: int | None, qualifier: Qualifier = Qualifier.EXACT) -> tuple[Count, ...]:
    return (Count(R, value, qualifier=qualifier),)


def values(claims: list[Claim], role: CountRole = R) -> list[int | None]:
    return [count.value for count in fold(claims).counts if count.role is role and count.nationality is None]


def test_the_order_of_arrival_does_not_matter(release: Mention, claim_of: ClaimOf) -> None:
    claims = [
        claim_of(replace(release, counts=released(14), root="Viasna"), 1, 0),
        claim_of(replace(release, counts=released(52), root="Reuters", negotiators=("John Coale",)), 2, 10),
        claim_of(replace(release, counts=released(51), people=(Person("Ihar Losik", Outcome.FREED),)), 3, 20),
        claim_of(replace(release, counts=released(50, Qualifier.OVER), event_date=date(2025, 9, 12)), 4, 30),
        claim_of(replace(release, kind=Kind.NEGOTIATION, concessions=(Concession("potash", "US", Step.ANNOUNCED),)), 5),
    ]
    expected = fold(claims)
    assert all(fold(shuffled) == expected for shuffled in permutations(claims))


NUMBERS = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 59)), min_size=1, max_size=6, unique_by=lambda pair: pair
)


@settings(max_examples=60)
@given(told=NUMBERS, data=st.data())
def test_any_numbers_fold_the_same_in_any_order(
    release: Mention, claim_of: ClaimOf, told: list[tuple[int, int]], data: st.DataObject
) -> None:
    claims = [claim_of(replace(release, counts=released(n)), i, minute) for i, (n, minute) in enumerate(told, start=1)]
    shuffled = data.draw(st.permutations(claims))
    assert fold(shuffled) == fold(claims)
    assert max(n for n, _ in told) in values(shuffled)


def test_a_wave_grows_and_the_outgrown_number_is_gone(release: Mention, claim_of: ClaimOf) -> None:
    claims = [
        claim_of(replace(release, counts=released(14)), 1, 0),
        claim_of(replace(release, counts=released(52)), 2, 30),
    ]
    facts = fold(claims)
    assert [(count.value, [source.article for source in count.sources]) for count in facts.counts] == [(52, [2])]
    assert facts.conflicts == ()


def test_a_smaller_number_told_later_is_a_conflict(release: Mention, claim_of: ClaimOf) -> None:
    claims = [
        claim_of(replace(release, counts=released(33)), 1, 0, outlet="one"),
        claim_of(replace(release, counts=released(31)), 2, 30, outlet="two"),
    ]
    facts = fold(claims)
    assert values(claims) == [33, 31]
    [conflict] = facts.conflicts
    assert (conflict.field, conflict.lowest, conflict.highest) == ("released", 31, 33)
    assert set(conflict.sources) == {"one: 33", "two: 31"}


def test_outlets_may_disagree_on_one_nationality(release: Mention, claim_of: ClaimOf) -> None:
    def poles(value: int) -> Mention:
        return replace(release, counts=(Count(R, 52), Count(CountRole.SUBSET, value, nationality="PL", of_count=52)))

    facts = fold([claim_of(poles(2), 1, 0), claim_of(poles(3), 2, 30)])
    [conflict] = facts.conflicts
    assert (conflict.field, conflict.lowest, conflict.highest) == ("subset.PL", 2, 3)
    assert [count.value for count in facts.counts if count.role is R] == [52]


def test_a_rounded_number_told_later_is_no_conflict(release: Mention, claim_of: ClaimOf) -> None:
    claims = [
        claim_of(replace(release, counts=released(52)), 1, 0),
        claim_of(replace(release, counts=released(50, Qualifier.OVER)), 2, 30),
    ]
    assert (values(claims), fold(claims).conflicts) == ([52], ())


def test_parts_stay_inside_their_whole(release: Mention, claim_of: ClaimOf) -> None:
    told = (
        Count(R, 52),
        Count(P, 14),
        Count(CountRole.SUBSET, 6, nationality="LT", of_count=14),
        Count(CountRole.POLITICAL, 40, of_count=52),
    )
    facts = fold([claim_of(replace(release, counts=told), 1), claim_of(replace(release, counts=told), 2, 5)])
    assert {(c.role, c.value, c.of_count, c.nationality) for c in facts.counts} == {
        (R, 52, None, None),
        (P, 14, None, None),
        (CountRole.SUBSET, 6, 14, "LT"),
        (CountRole.POLITICAL, 40, 52, None),
    }
    assert facts.nationalities == {"LT": 6}
    assert facts.conflicts == ()


def test_the_held_of_different_counters_are_kept_apart(release: Mention, claim_of: ClaimOf) -> None:
    def held(value: int, counter: str | None, day: date) -> Mention:
        return replace(release, counts=(Count(H, value, counter=counter, as_of=day),))

    claims = [
        claim_of(held(1227, "Viasna", date(2025, 9, 10)), 1),
        claim_of(held(1300, "Dissidentby", date(2025, 9, 11)), 2, 5),
        claim_of(held(1000, None, date(2025, 9, 11)), 3, 9),
        claim_of(held(1227, "Viasna", date(2025, 9, 11)), 4, 20),
    ]
    facts = fold(claims)
    assert {(count.counter, count.value) for count in facts.counts} == {
        ("Viasna", 1227),
        ("Dissidentby", 1300),
        (None, 1000),
    }
    assert {count.as_of for count in facts.counts if count.counter == "Viasna"} == {date(2025, 9, 11)}
    assert facts.conflicts == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([Qualifier.EXACT, Qualifier.EXACT, Qualifier.AT_LEAST], Qualifier.EXACT),
        ([Qualifier.AT_LEAST, Qualifier.AT_LEAST, Qualifier.EXACT], Qualifier.AT_LEAST),
        ([Qualifier.EXACT, Qualifier.ABOUT], Qualifier.ABOUT),  # told equally often: the weaker claim
        ([Qualifier.EXACT], Qualifier.EXACT),
    ],
)
def test_the_qualifier_is_the_one_most_give(
    release: Mention, claim_of: ClaimOf, told: list[Qualifier], expected: Qualifier
) -> None:
    claims = [claim_of(replace(release, counts=released(52, q)), i, i) for i, q in enumerate(told, start=1)]
    assert [count.qualifier for count in fold(claims).counts] == [expected]


def test_a_vague_number_stands_only_where_no_other_is_told(release: Mention, claim_of: ClaimOf) -> None:
    vague = claim_of(replace(release, counts=released(None, Qualifier.VAGUE)), 1)
    exact = claim_of(replace(release, counts=released(52)), 2, 5)
    assert values([vague]) == [None]
    assert values([vague, exact]) == [52]


def test_every_figure_keeps_who_gives_it_in_which_words(release: Mention, claim_of: ClaimOf) -> None:
    words = (Evidence("counts[0]", "en.count.released", 0, 8, "frees 52"),)
    claims = [claim_of(replace(release, counts=released(52), evidence=words), n, n, outlet="one") for n in (1, 2)]
    [count] = fold(claims).counts
    assert [(s.article, s.quote, s.outlet) for s in count.sources] == [(1, "frees 52", "one"), (2, "frees 52", "one")]


LT = {"transit": ("LT",)}
LEAK = {"attribution": ("TSN", "Reuters", f"3 {UNNAMED}"), "root": "Reuters"}


@pytest.mark.parametrize(
    ("told", "known", "status"),
    [
        ([LEAK], {}, Status.RUMOURED),
        ([{"root": "Reuters", "attribution": ("Reuters",)}], {}, Status.REPORTED),
        ([{}], {}, Status.REPORTED),
        ([{"root": "BelTA"}], {}, Status.ANNOUNCED),
        ([{"root": "Gitanas Nausėda"}], {}, Status.ANNOUNCED),
        ([{"root": "John Coale"}], {}, Status.ANNOUNCED),
        ([{"root": "Sviatlana Tsikhanouskaya"}], {}, Status.REPORTED),
        ([{"root": "Viasna"}], {"outlet_kind": "state"}, Status.ANNOUNCED),
        ([{"root": "Viasna"}, {"root": "Reuters"}], {}, Status.CONFIRMED),
        ([{"root": "Viasna", **LT}], {}, Status.CONFIRMED),  # an arrival seen
        ([{"root": "Viasna", "counts": (Count(CountRole.LEFT_COUNTRY, 52),)}], {}, Status.CONFIRMED),
        ([{"root": "Viasna", "polarity": Polarity.NEGATIVE}], {}, Status.DENIED),
        ([{"root": "Viasna"}] * 30, {}, Status.REPORTED),  # SEC-19: 30 copies of one root are one source
        ([LEAK] * 30, {}, Status.RUMOURED),
        ([LEAK, {"root": "Reuters", "attribution": ("TSN", "Reuters")}], {}, Status.RUMOURED),  # a rewrite of the leak
    ],
)
def test_the_status_climbs_by_who_says_so(
    release: Mention, claim_of: ClaimOf, told: list[dict[str, Any]], known: dict[str, Any], status: Status
) -> None:
    claims = [claim_of(replace(release, **row), n, n, **known) for n, row in enumerate(told, start=1)]
    facts = fold(claims)
    assert facts.status is status
    assert len(facts.roots) == len({row.get("root") for row in told} - {None})


def test_a_release_that_is_only_planned_is_not_confirmed_by_two_sources(release: Mention, claim_of: ClaimOf) -> None:
    plan = replace(release, modality=Modality.PLANNED)
    assert (
        fold([claim_of(replace(plan, root=root), n) for n, root in enumerate(("A", "B"), 1)]).status is Status.REPORTED
    )


def test_talks_told_by_two_roots_are_confirmed(negotiation: Mention, claim_of: ClaimOf) -> None:
    claims = [claim_of(replace(negotiation, root=root), n) for n, root in enumerate(("Reuters", "BNS"), 1)]
    assert fold(claims).status is Status.CONFIRMED


def test_copies_and_follow_ups_give_no_facts(release: Mention, claim_of: ClaimOf) -> None:
    claims = [
        claim_of(replace(release, counts=released(52), root="Viasna"), 1),
        claim_of(replace(release, counts=released(60), root="Other"), 2, 5, role="copy"),
        claim_of(replace(release, kind=Kind.RELATED, counts=(Count(H, 1000),), root="Third"), 3, 9, role="follow-up"),
    ]
    facts = fold(claims)
    assert [(count.role, count.value) for count in facts.counts] == [(R, 52)]
    assert facts.roots == ("Viasna",)


def test_a_bargain_told_with_a_release_is_a_fact_of_the_release(
    release: Mention, negotiation: Mention, claim_of: ClaimOf
) -> None:
    bargain = replace(
        negotiation, concessions=(Concession("potash", "US", Step.DISCUSSED),), negotiators=("John Coale",)
    )
    facts = fold([claim_of(bargain, 1), claim_of(release, 1)])
    assert facts.kind is Kind.RELEASE
    assert [concession.object for concession in facts.concessions] == ["potash"]
    assert facts.negotiators == ("John Coale",)


def test_the_furthest_step_and_the_last_outcome_count(release: Mention, claim_of: ClaimOf) -> None:
    def told(step: Step, outcome: Outcome) -> Mention:
        return replace(
            release, concessions=(Concession("potash", "US", step),), people=(Person("Mikalai Statkevich", outcome),)
        )

    facts = fold(
        [
            claim_of(told(Step.ANNOUNCED, Outcome.FREED), 1, 0),
            claim_of(told(Step.DISCUSSED, Outcome.RETURNED_TO_PRISON), 2, 30),
        ]
    )
    assert facts.concessions == (Concession("potash", "US", Step.ANNOUNCED),)
    assert facts.people == (Person("Mikalai Statkevich", Outcome.RETURNED_TO_PRISON),)


def test_the_day_is_the_one_most_tell_and_the_earlier_of_two(release: Mention, claim_of: ClaimOf) -> None:
    days = [date(2025, 9, 12), date(2025, 9, 11), None, date(2025, 9, 12)]
    claims = [claim_of(replace(release, event_date=day), n, n) for n, day in enumerate(days, start=1)]
    assert fold(claims).event_date == date(2025, 9, 12)
    assert (fold(claims[:2]).event_date, fold(claims[:2]).date_precision) == (date(2025, 9, 11), Precision.DAY)
    assert fold(claims[2:3]).event_date is None


def test_a_claim_without_a_time_is_taken_as_the_latest(release: Mention, claim_of: ClaimOf) -> None:
    undated = claim_of(replace(release, counts=released(14)), 1, published_at=None)
    dated = claim_of(replace(release, counts=released(52)), 2)
    assert values([undated, dated]) == [52, 14]


def test_a_person_of_two_scripts_is_one_with_the_outcome_told_last(release: Mention, claim_of: ClaimOf) -> None:
    def naming(name: str, outcome: Outcome = Outcome.FREED) -> Mention:
        return replace(release, people=(Person(name, outcome), Person("Пётр Паўлаў", Outcome.FREED)))

    claims = [
        claim_of(naming("Іван Паўлаў"), 1, 0),
        claim_of(naming("Ivan Paulau"), 2, 10),
        claim_of(naming("Ivan Pavlov"), 3, 20),
        claim_of(naming("Ivan Pavlov"), 4, 30),
        claim_of(naming("Ивана Павлова", Outcome.NOT_INCLUDED), 5, 40),
    ]
    assert fold(claims).people == (
        Person("Ivan Pavlov", Outcome.NOT_INCLUDED),
        Person("Пётр Паўлаў", Outcome.FREED),
    )
    known = [claim_of(naming("Игорь Лосик"), 1, 0), claim_of(naming("Ігар Лосік"), 2, 10)]
    assert [person.name for person in fold(known).people] == ["Ihar Losik", "Пётр Паўлаў"]
