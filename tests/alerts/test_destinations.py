from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alerts import Destination, Watch, matches
from db.facts import CountRole, EventCount, EventFacts, Kind, Outcome, Person, Qualifier, Status


def place(**filters: Any) -> Destination:
    return Destination("desk", "console", **filters)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, True),
        ({"kinds": (Kind.RELEASE,)}, True),
        ({"kinds": (Kind.NEGOTIATION,)}, False),
        ({"kinds": ()}, False),
        ({"statuses": (Status.CONFIRMED,)}, False),
        ({"statuses": (Status.REPORTED, Status.CONFIRMED)}, True),
        ({"languages": ("uk",)}, True),
        ({"languages": ("pl", "lt")}, False),
        ({"nationalities": ("LT",)}, True),
        ({"nationalities": ("PL",)}, True),
        ({"nationalities": ("DE",)}, False),
        ({"people": ("ihar LOSIK",)}, True),
        ({"people": ("Ales Bialiatski",)}, False),
        ({"minimum": 52}, True),
        ({"minimum": 53}, False),
        ({"minimum": 52, "nationalities": ("DE",)}, False),
    ],
)
def test_every_filter_that_is_set_must_agree(
    release: Callable[..., EventFacts], filters: dict[str, Any], expected: bool
) -> None:
    counts = (EventCount(CountRole.RELEASED, 52), EventCount(CountRole.SUBSET, 2, nationality="PL"))
    people = (Person("Ihar Losik", Outcome.FREED),)
    facts = release(52, counts=counts, nationalities={"LT": 6}, people=people)
    assert matches(place(**filters), facts, {"uk", "en"}) is expected


def test_related_news_never_matches_even_if_asked_for(release: Callable[..., EventFacts]) -> None:
    assert not matches(place(kinds=(Kind.RELATED,)), release(52, kind=Kind.RELATED))


@pytest.mark.parametrize(
    ("people", "watched", "expected"),
    [
        (("watched",), (), False),
        (("watched",), ("losik ihar",), True),
        (("watched",), ("Ales Bialiatski",), False),
        (("Ales Bialiatski", "watched"), ("Ihar Losik",), True),
        (("Losik Ihar",), (), True),
        (("Ales Bialiatski",), ("Ihar Losik",), False),
        ((), ("Ales Bialiatski",), True),
    ],
)
def test_a_filter_takes_names_in_any_spelling_and_the_watched(
    release: Callable[..., EventFacts], people: tuple[str, ...], watched: tuple[str, ...], expected: bool
) -> None:
    watch = Watch(watched, lambda name: " ".join(sorted(name.lower().split())))
    facts = release(52, people=(Person("Ihar Losik", Outcome.FREED),))
    assert matches(place(people=people), facts, (), watch) is expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (EventCount(CountRole.PLANNED, 100, qualifier=Qualifier.AT_LEAST), True),
        (EventCount(CountRole.PLANNED, 50, value_max=100), True),
        (EventCount(CountRole.PLANNED, None, qualifier=Qualifier.VAGUE, of_count=1300), True),
        (EventCount(CountRole.PLANNED, None), False),
        (EventCount(CountRole.PLANNED, 14, of_count=1300), False),
        (EventCount(CountRole.HELD, 1300), False),
        (EventCount(CountRole.CUMULATIVE, 1300), False),
    ],
)
def test_the_minimum_asks_how_many_may_walk_free(
    release: Callable[..., EventFacts], count: EventCount, expected: bool
) -> None:
    assert matches(place(minimum=100), release(0, counts=(count,))) is expected
