"""What is material, what is major, what stays silent: the table of D-21 and domain.md §3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.facts import (
    Concession,
    Conflict,
    CountRole,
    EventCount,
    EventFacts,
    Kind,
    Outcome,
    Person,
    Polarity,
    Qualifier,
    Status,
    Step,
)
from events.compare import compare

R, P, H, L = CountRole.RELEASED, CountRole.PARDONED, CountRole.HELD, CountRole.LEFT_COUNTRY
MAJOR, MINOR, SILENT, NOTHING = "major", "minor", "silent", "nothing"


def counts(*told: EventCount) -> dict[str, Any]:
    return {"counts": told}


def released(value: int, qualifier: Qualifier = Qualifier.EXACT) -> dict[str, Any]:
    return counts(EventCount(R, value, qualifier=qualifier))


def held(value: int, counter: str | None) -> dict[str, Any]:
    return counts(EventCount(H, value, counter=counter))


def potash(step: Step) -> dict[str, Any]:
    return {"concessions": (Concession("potash", "US", step),)}


LOSIK = {"people": (Person("Ihar Losik", Outcome.FREED),)}
BACK = {"people": (Person("Ihar Losik", Outcome.RETURNED_TO_PRISON),)}
COALE = {"negotiators": ("John Coale",)}


def weight(before: dict[str, Any], after: dict[str, Any]) -> str:
    bare = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11))
    change = compare(replace(bare, **before), replace(bare, **after))
    if change.is_major:
        assert change.is_material
        return MAJOR
    return MINOR if change.is_material else SILENT if change.fields else NOTHING


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (released(14), released(52), MAJOR),
        (released(52), released(51), MAJOR),
        (released(52), released(52), NOTHING),
        ({}, released(52), MAJOR),
        (released(52), {}, MAJOR),
        (released(50, Qualifier.OVER), released(52), NOTHING),  # merely rounded
        (released(52), released(50, Qualifier.OVER), NOTHING),
        (released(50, Qualifier.OVER), released(70), MAJOR),
        (counts(EventCount(P, 20)), counts(EventCount(P, 22)), MAJOR),
        (counts(EventCount(CountRole.PLANNED, 100)), counts(EventCount(CountRole.PLANNED, 150)), MAJOR),
        (counts(EventCount(L, 51)), counts(EventCount(L, 52)), MAJOR),
        ({}, counts(EventCount(L, 52)), NOTHING),  # that they left is told by the status
        (counts(EventCount(CountRole.DEMANDED, 100)), counts(EventCount(CountRole.DEMANDED, 150)), NOTHING),
        (held(1226, "Viasna"), held(1227, "Viasna"), MAJOR),
        (held(1000, None), held(1300, None), NOTHING),
        (held(1300, "Dissidentby"), held(1400, "Dissidentby"), NOTHING),
        (held(1226, "Viasna"), held(1300, "Dissidentby"), NOTHING),
        ({}, LOSIK, MINOR),
        (LOSIK, {}, MINOR),
        (LOSIK, BACK, MINOR),
        ({}, {"nationalities": {"LT": 6}}, MINOR),
        ({"nationalities": {"LT": 6}}, {}, MINOR),
        ({}, COALE, MINOR),
        (COALE, {}, MINOR),
        ({}, {"negotiators": ("Alexander Lukashenko",)}, NOTHING),  # he is a party to all of it
        ({}, potash(Step.DISCUSSED), MINOR),
        (potash(Step.DISCUSSED), potash(Step.ANNOUNCED), MINOR),
        (potash(Step.ANNOUNCED), {}, MINOR),
        ({"status": Status.RUMOURED}, {"status": Status.REPORTED}, MAJOR),
        ({"status": Status.REPORTED}, {"status": Status.ANNOUNCED}, MAJOR),
        ({"status": Status.ANNOUNCED}, {"status": Status.CONFIRMED}, MAJOR),
        ({"status": Status.CONFIRMED}, {"status": Status.ANNOUNCED}, NOTHING),  # a step down is no news
        ({"status": Status.REPORTED}, {"status": Status.DENIED}, MAJOR),
        ({"status": Status.CONFIRMED}, {"status": Status.RETRACTED}, MAJOR),
        ({"polarity": Polarity.POSITIVE}, {"polarity": Polarity.NEGATIVE}, MAJOR),
        ({"roots": ("Viasna",)}, {"roots": ("Viasna", "Reuters")}, SILENT),
        ({}, {"transit": ("LT",)}, SILENT),
        ({}, {"mediators": ("US",)}, SILENT),
        ({}, {"conflicts": (Conflict("released", 31, 33),)}, SILENT),
        ({}, {"event_date": date(2025, 9, 10)}, SILENT),
    ],
)
def test_a_change_has_its_weight(before: dict[str, Any], after: dict[str, Any], expected: str) -> None:
    assert weight(before, after) == expected


def test_a_new_event_is_material_and_major() -> None:
    change = compare(None, EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE))
    assert (change.reason, change.is_material, change.is_major) == ("new event", True, True)


def test_a_change_names_its_fields_and_both_numbers() -> None:
    bare = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE)
    change = compare(replace(bare, **released(14)), replace(bare, status=Status.CONFIRMED, **released(52), **COALE))
    assert change.reason == "status, released, negotiators"
    [status, number, names] = change.fields
    assert (status.before, status.after) == ("reported", "confirmed")
    assert (number.before["value"], number.after["value"]) == (14, 52)
    assert (names.before, names.after) == ([], ["John Coale"])


def test_only_another_source_is_told_as_such() -> None:
    bare = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE)
    assert compare(bare, replace(bare, roots=("Reuters",))).reason == "another source"
