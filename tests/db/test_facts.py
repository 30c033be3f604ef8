"""Facts survive the way to JSON and back, and nothing else comes in that way."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from db.facts import (
    Analysis,
    Concession,
    Count,
    CountRole,
    Decision,
    EventCount,
    EventFacts,
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
    from_json,
    to_json,
)

numbers = st.none() | st.integers(0, 10_000)
names = st.text(max_size=20)
dates = st.none() | st.dates()
counts = st.builds(
    Count,
    role=st.sampled_from(CountRole),
    value=numbers,
    value_max=numbers,
    qualifier=st.sampled_from(Qualifier),
    nationality=st.none() | st.sampled_from(["LT", "PL", "UA"]),
    of_count=numbers,
    counter=st.none() | names,
    as_of=dates,
    background=st.booleans(),
)
mentions = st.builds(
    Mention,
    kind=st.sampled_from(Kind),
    modality=st.sampled_from(Modality),
    polarity=st.sampled_from(Polarity),
    plover=st.sampled_from(["0841", "046", ""]),
    event_date=dates,
    date_precision=st.none() | st.sampled_from(Precision),
    counts=st.lists(counts, max_size=3).map(tuple),
    nationalities=st.dictionaries(st.sampled_from(["LT", "PL"]), st.integers(1, 60)),
    people=st.lists(st.builds(Person, name=names, outcome=st.sampled_from(Outcome)), max_size=2).map(tuple),
    negotiators=st.lists(names, max_size=2).map(tuple),
    concessions=st.lists(
        st.builds(Concession, object=names, giver=st.none() | names, step=st.sampled_from(Step)), max_size=2
    ).map(tuple),
    root=st.none() | names,
    evidence=st.lists(
        st.builds(Evidence, field=names, rule=names, start=st.integers(0, 99), end=st.integers(0, 99), quote=names),
        max_size=2,
    ).map(tuple),
)
analyses = st.builds(
    Analysis,
    language=st.none() | st.just("uk"),
    kinds=st.lists(st.sampled_from(Kind), max_size=2).map(tuple),
    decision=st.sampled_from(Decision),
    reason=names,
    mentions=st.lists(mentions, max_size=2).map(tuple),
    background=st.lists(mentions, max_size=2).map(tuple),
)


@given(analyses)
def test_an_analysis_survives_the_way_through_json(analysis: Analysis) -> None:
    assert from_json(Analysis, json.loads(json.dumps(to_json(analysis)))) == analysis


@given(st.lists(counts, max_size=3).map(tuple))
def test_the_facts_of_an_event_survive_the_way_through_json(found: tuple[Count, ...]) -> None:
    kept = tuple(EventCount(count.role, count.value, as_of=count.as_of) for count in found)
    facts = EventFacts(Kind.RELEASE, Status.CONFIRMED, Polarity.POSITIVE, date(2025, 9, 11), counts=kept)
    assert from_json(EventFacts, json.loads(json.dumps(to_json(facts)))) == facts


def test_json_holds_the_words_of_the_contract() -> None:
    count = Count(CountRole.RELEASED, 52, counter="Gitanas Nausėda")
    assert to_json(count) == {
        "role": "released",
        "value": 52,
        "value_max": None,
        "qualifier": "exact",
        "unit": "person",
        "nationality": None,
        "of_count": None,
        "counter": "Gitanas Nausėda",
        "as_of": None,
        "background": False,
    }


@pytest.mark.parametrize(
    "data",
    [
        {"role": "sold", "value": 1},
        {"role": "released", "value": "many"},
        {"value": 1},
        {"role": "released", "value": 1, "as_of": "yesterday"},
        [],
        None,
        "released",
    ],
)
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        from_json(Count, data)
