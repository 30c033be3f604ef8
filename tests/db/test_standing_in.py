"""Stand-ins are asked while all before them are dead, one after the other, and wait again when one of those lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from db import Database
from db.leases import LeaseRequest
from db.maintenance import queue_heads
from db.models import EntryPointRow
from db.outlets import list_outlets, sync_outlets
from db.planning import is_own_outage
from db.polls import claim_entry_points, make_due, next_check_of
from db.status import is_failing, list_queues, outlet_json
from newsroom.declared import Outlet, Point

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


LISTED = Outlet(
    "one", (Point("feed"), Point("map"), Point("section", is_stand_in=True), Point("channel", is_stand_in=True))
)
OTHER = Outlet("two", (Point("other"),))


def stored(database: Database, **states: str) -> None:
    """Store the outlets, then give entry points a state: its name, or its name and the failures in a row."""
    with database.begin() as session:
        sync_outlets(session, (LISTED, OTHER), NOW)
        for url, told in states.items():
            state, _, failures = told.partition(" ")
            values = {"state": state, "failures": int(failures or 0), "last_checked_at": NOW}
            session.execute(update(EntryPointRow).where(EntryPointRow.url == url).values(**values))


def claimed(database: Database) -> list[str]:
    with database.begin() as session:
        found = claim_entry_points(session, LeaseRequest("me", NOW, NOW + timedelta(minutes=5), 10), ["one"])
    return sorted(point.url for point in found)


@pytest.mark.parametrize(
    ("states", "asked"),
    [
        ({}, []),
        ({"feed": "alive", "map": "alive"}, []),
        ({"feed": "blocked", "map": "alive"}, []),
        ({"feed": "blocked", "map": "new"}, []),
        ({"feed": "blocked", "map": "moved"}, []),
        ({"feed": "blocked", "map": "degraded 2"}, []),
        ({"feed": "blocked", "map": "degraded 3"}, ["section"]),
        ({"feed": "gone", "map": "zombie"}, ["section"]),
        ({"feed": "challenged", "map": "robots-denied", "section": "alive"}, ["section"]),
        ({"feed": "blocked", "map": "blocked", "section": "degraded 1"}, ["section"]),
        ({"feed": "blocked", "map": "blocked", "section": "blocked"}, ["channel", "section"]),
        ({"feed": "alive", "map": "blocked", "section": "blocked", "channel": "alive"}, []),
        ({"feed": "blocked", "map": "blocked", "section": "alive", "channel": "alive"}, ["section"]),
    ],
)
def test_the_list_is_fallen_through_and_gone_back(database: Database, states: dict[str, str], asked: list[str]) -> None:
    stored(database, **states)
    assert claimed(database) == sorted(["feed", "map", *asked])


def test_one_that_is_switched_off_keeps_nobody_waiting(database: Database) -> None:
    with database.begin() as session:
        points = (Point("kept", is_enabled=False), Point("feed", is_stand_in=True))
        sync_outlets(session, (Outlet("one", points),), NOW)
    assert claimed(database) == ["feed"]


def test_a_stand_in_that_waits_is_in_no_queue_and_shown_as_waiting(database: Database) -> None:
    stored(database, feed="alive", map="blocked", section="alive")
    with database.begin() as session:
        session.execute(
            update(EntryPointRow).where(~EntryPointRow.is_stand_in).values(next_check_at=NOW + timedelta(1))
        )
    with database.read() as session:
        assert next_check_of(session, ["one"]) == NOW + timedelta(1)
        assert next(queue for queue in list_queues(session, NOW) if queue.name == "entry points").waiting == 0
        assert next(head for head in queue_heads(session, NOW) if head.name == "entry points").length == 0
        view = list_outlets(session)[0]
    assert [(point.is_stand_in, point.is_waiting) for point in view.entry_points] == [
        (False, False), (False, False), (True, True), (True, True),
    ]  # fmt: skip
    told = outlet_json(view)["entry_points"][2]
    assert (told["stand_in"], told["waiting"]) == (True, True)


def test_an_outlet_fails_only_if_nobody_stands_in(database: Database) -> None:
    stored(database, feed="blocked 3", map="blocked 3", section="alive", channel="blocked 9")
    with database.read() as session:
        assert not is_failing(list_outlets(session)[0])
    stored(database, feed="degraded 1", map="degraded 1", section="alive")
    with database.read() as session:
        assert is_failing(list_outlets(session)[0])  # one bad answer of each: nobody stands in yet


def test_polling_by_order_counts_those_that_will_be_asked(database: Database) -> None:
    stored(database, feed="alive", map="alive")
    with database.begin() as session:
        assert make_due(session, ["one", "two"], NOW) == 3


def test_what_a_stand_in_answered_long_ago_does_not_hide_an_outage(database: Database) -> None:
    with database.begin() as session:
        outlets = [Outlet(f"o{n}", (Point(f"feed{n}"), Point(f"section{n}", is_stand_in=True))) for n in range(3)]
        sync_outlets(session, outlets, NOW)
        failed = {"failures": 1, "state": "degraded", "last_checked_at": NOW}
        session.execute(update(EntryPointRow).where(~EntryPointRow.is_stand_in).values(**failed))
        answered = {"last_status": 200, "state": "alive", "last_checked_at": NOW}
        session.execute(update(EntryPointRow).where(EntryPointRow.is_stand_in).values(**answered))
        assert is_own_outage(session)
