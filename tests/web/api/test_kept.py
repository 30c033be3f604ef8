"""What was written or read of an event is kept, and never outlives a change of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db import Database
from db.facts import EventChange, FieldChange, Outcome, Person, Status
from db.people import unwatch, watch
from db.views import event_json
from web.app import build_app

from ..conftest import NOW, Desk, Service, send  # noqa: TID252 (test folders are no packages)

IVAN, MARIA = Person("Ivan Pavlov", Outcome.FREED), Person("Maria Novik", Outcome.FREED)


@pytest.fixture
def page(database: Database) -> Any:
    """One application that is asked again and again."""
    app = build_app(database, Service)

    def ask(path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = send(app, "GET", f"http://127.0.0.1:8320/api/v1/{path}", {}).json()["items"]
        return items

    return ask


def test_a_list_that_was_asked_for_before_shows_what_has_changed_since(desk: Desk, page: Any) -> None:
    first, second = desk.tell(desk.release(14)), desk.tell(desk.release(52))
    assert [(event["id"], event["revision"]) for event in page("events")] == [(second, 1), (first, 1)]
    confirmed = desk.release(15, status=Status.CONFIRMED)
    desk.revise(
        first, confirmed, EventChange("status", (FieldChange("status", "reported", "confirmed"),), is_material=True)
    )
    again = {event["id"]: event for event in page("events")}
    assert (again[first]["status"], again[first]["revision"], len(again[first]["articles"])) == ("confirmed", 2, 2)
    assert again[second]["revision"] == 1
    desk.relate(first, second)
    assert [event["related"] for event in page("events")] == [[first], [second]]
    desk.merge(second, first)
    assert [event["id"] for event in page("events")] == [first]


def test_titles_are_kept_by_language(desk: Desk, page: Any) -> None:
    desk.tell(desk.release(14))
    titles = {language: page(f"events?language={language}")[0]["title"] for language in ("en", "uk", "en", "lt")}
    assert len(set(titles.values())) == 3
    assert page("events?language=uk")[0]["title"] == titles["uk"]


def test_the_list_writes_an_event_as_its_own_address_does(desk: Desk, page: Any, database: Database) -> None:
    from alerts.headline import headline
    from db.queries import get_event

    number = desk.tell(desk.release(14, "freed «14» people\u2028 ☂"))
    with database.read() as session:
        view = get_event(session, number)
    assert view is not None
    assert page("events") == page("events") == [event_json(view, headline(view.facts, "en"))]


def test_people_that_were_asked_for_before_are_those_of_now(desk: Desk, page: Any, database: Database) -> None:
    first = desk.tell(desk.release(1, people=(IVAN,), event_date=date(2025, 9, 1)))
    desk.tell(desk.release(1, people=(IVAN,), event_date=date(2025, 9, 2)))
    assert [(one["name"], len(one["events"])) for one in page("people")] == [("Ivan Pavlov", 2)]
    desk.revise(
        first,
        desk.release(2, people=(IVAN, MARIA), event_date=date(2025, 9, 1)),
        EventChange("people", (FieldChange("people", [], []),)),
    )
    assert [one["name"] for one in page("people")] == ["Ivan Pavlov", "Maria Novik"]
    with database.begin() as session:
        watch(session, "Maria Novik", NOW)
    assert [one["watched"] for one in page("people")] == [False, True]
    with database.begin() as session:
        unwatch(session, "Maria Novik")
    desk.revise(
        first,
        desk.release(0, people=(), event_date=date(2025, 9, 1)),
        EventChange("people", (FieldChange("people", [], []),)),
    )
    assert [(one["name"], len(one["events"]), one["watched"]) for one in page("people")] == [("Ivan Pavlov", 1, False)]
