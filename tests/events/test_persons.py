from __future__ import annotations

from datetime import date

import pytest

from db.facts import Kind, Outcome, Person, Status
from db.people import Naming
from events.persons import PersonEvent, find_persons, is_full_name, join_persons, person_json

FREED, LEFT_OUT = Outcome.FREED, Outcome.NOT_INCLUDED
JUNE, SEPTEMBER = date(2025, 6, 21), date(2025, 9, 11)


def naming(event: int, day: date, *people: tuple[str, Outcome], spellings: tuple[tuple[str, str], ...] = ()) -> Naming:
    told = tuple(Person(name, outcome) for name, outcome in people)
    return Naming(event, Kind.RELEASE, Status.REPORTED, day, told, spellings)


NAMINGS = (
    naming(
        2,
        SEPTEMBER,
        ("Іван Паўлаў", FREED),
        ("Siarhei Tsikhanouski", FREED),
        spellings=(("Іван Паўлаў", "Івана Паўлава"), ("Ihar Losik", "Лосік")),
    ),
    naming(
        1,
        JUNE,
        ("Sviatlana Tsikhanouskaya", FREED),
        ("Ivan Pavlov", LEFT_OUT),
        ("Piotr Pavlov", FREED),
        spellings=(("Ivan Pavlov", "Ivan Pavlov"), ("Иван Павлов", "Иван Павлов")),
    ),
)


def test_spellings_of_two_scripts_are_one_person_with_all_events() -> None:
    ivan, *others = join_persons(NAMINGS, ())
    assert ivan.name == "Ivan Pavlov"
    assert ivan.aliases == ("Івана Паўлава", "Иван Павлов")
    assert ivan.events == (
        PersonEvent(2, SEPTEMBER, Kind.RELEASE, Status.REPORTED, FREED),
        PersonEvent(1, JUNE, Kind.RELEASE, Status.REPORTED, LEFT_OUT),
    )
    assert [one.name for one in others] == ["Siarhei Tsikhanouski", "Sviatlana Tsikhanouskaya", "Piotr Pavlov"]
    assert not ivan.watched


def test_a_watch_meets_its_person_in_any_spelling_and_waits_for_who_is_not_named_yet() -> None:
    persons = join_persons(NAMINGS, ("Иван Павлов", "Ihar Losik", "Ігар Лосік"))
    assert [(one.name, len(one.events)) for one in persons if one.watched] == [("Ivan Pavlov", 2), ("Ihar Losik", 0)]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Іван Паўлаў", ["Ivan Pavlov"]),
        ("Павлов Пётр", ["Piotr Pavlov"]),
        ("Pavlov", ["Ivan Pavlov", "Piotr Pavlov"]),
        ("Ціхан", ["Siarhei Tsikhanouski", "Sviatlana Tsikhanouskaya"]),
        ("Сяргей Ціхан", ["Siarhei Tsikhanouski"]),
        ("Sergejus Cichanouskis", ["Siarhei Tsikhanouski"]),
        ("Losik", []),
        ("", []),
        ("–", []),
    ],
)
def test_a_person_is_found_by_any_spelling_or_part(written: str, names: list[str]) -> None:
    assert [one.name for one in find_persons(join_persons(NAMINGS, ()), written)] == names


def test_a_full_name_means_only_who_has_it_where_such_a_person_is_known() -> None:
    namings = [naming(1, JUNE, ("Ihar Pavlovich", FREED), ("Ihar Pavlov", FREED))]
    assert [one.name for one in find_persons(join_persons(namings, ()), "Игорь Павлов")] == ["Ihar Pavlov"]


@pytest.mark.parametrize(
    ("name", "expected"), [("Ihar Losik", True), ("Losik", False), ("", False), ("Лосік —", False)]
)
def test_a_full_name_has_two_words(name: str, expected: bool) -> None:
    assert is_full_name(name) is expected


def test_the_json_of_a_person() -> None:
    (ihar,) = join_persons([naming(3, JUNE, ("Ihar Losik", FREED), spellings=(("Ihar Losik", "Лосік"),))], ())
    events = [{"event": 3, "date": "2025-06-21", "kind": "release", "status": "reported", "outcome": "freed"}]
    assert person_json(ihar) == {"name": "Ihar Losik", "aliases": ["Лосік"], "watched": False, "events": events}
