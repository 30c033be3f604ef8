"""Silences in the queue: what they cover, when the queue goes on, and what was urgent stays so (D-28)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.announcing import NewAlert, add_alert, destination_ids, sync_destinations
from db.attempts import finish_attempt
from db.deliveries import AttemptRecord, DueDelivery, Health, Verdict, claim_delivery, next_due_at
from db.facts import EventChange
from db.leases import LeaseRequest
from db.models import DeliveryRow, EventRow
from db.outbox import get_alert
from db.silences import Holds, Hush, add_silence
from db.unsent import NewDelivery, add_delivery

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHOLE, PART, OTHER = 1, 2, 3


@pytest.fixture
def queue(database: Database) -> Callable[..., int]:
    """Queue a delivery at `desk`; return its id. Event 2 is part of event 1."""
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook", "wire": "webhook"}, NOW)
        for number in (WHOLE, PART, OTHER):
            values: dict[str, Any] = {"kind": "release", "status": "reported", "polarity": "positive", "facts": {}}
            session.add(EventRow(id=number, revision=9, first_seen_at=NOW, updated_at=NOW, **values))
            session.flush()
        session.get_one(EventRow, PART).merged_into = WHOLE

    def put(event: int, kind: str = "created", revision: int = 1, **changes: Any) -> int:
        with database.begin() as session:
            alert_id = add_alert(session, NewAlert(event, revision, kind, EventChange("x")), NOW)
            place = destination_ids(session)["desk"]
            key = f"msg_{event}_{kind}_{revision}"
            values = {"next_attempt_at": NOW, **changes}
            add_delivery(session, NewDelivery(alert_id, place, event, revision, kind, key, **values), NOW)
            return session.query(DeliveryRow).filter_by(key=key).one().id

    return put


def silence(database: Database, event: int | None, destination: str | None, hours: int = 8) -> None:
    with database.begin() as session:
        add_silence(session, Hush(event, destination, NOW + hours * HOUR, "anna"), NOW)


def claim(database: Database, now: datetime = NOW, *, is_quiet: bool = False) -> DueDelivery | None:
    with database.begin() as session:
        request = LeaseRequest("a", now, now + timedelta(seconds=45), 1)
        return claim_delivery(session, "desk", request, is_quiet=is_quiet)


def due_at(database: Database, now: datetime = NOW, quiet: datetime | None = None) -> datetime | None:
    with database.read() as session:
        return next_due_at(session, "desk", Holds(now, {"desk": quiet} if quiet is not None else {}))


@pytest.mark.parametrize(
    ("event", "destination", "told", "is_covered"),
    [
        (WHOLE, None, WHOLE, True),
        (WHOLE, None, PART, True),
        (PART, None, PART, True),
        (PART, None, WHOLE, False),
        (WHOLE, None, OTHER, False),
        (None, "desk", WHOLE, True),
        (None, "wire", WHOLE, False),
        (WHOLE, "desk", WHOLE, True),
        (WHOLE, "wire", WHOLE, False),
        (OTHER, "desk", WHOLE, False),
        (None, None, OTHER, True),
    ],
)
def test_a_silence_covers_its_event_with_its_parts_at_its_destination(
    database: Database,
    queue: Callable[..., int],
    event: int | None,
    destination: str | None,
    told: int,
    is_covered: bool,
) -> None:
    queue(told)
    silence(database, event, destination)
    assert due_at(database) == (NOW + 8 * HOUR if is_covered else NOW)
    with database.read() as session:
        shown = get_alert(session, 1, Holds(NOW))
    assert shown is not None
    assert [view.held_by for view in shown.deliveries] == ["silence" if is_covered else None]
    assert (claim(database) is None) is is_covered


def test_the_queue_goes_on_behind_what_is_silenced(database: Database, queue: Callable[..., int]) -> None:
    queue(OTHER)
    second = queue(WHOLE, next_attempt_at=NOW + HOUR)
    silence(database, OTHER, None)
    assert due_at(database) == NOW + HOUR
    assert claim(database) is None
    taken = claim(database, NOW + HOUR)
    assert taken is not None
    assert taken.id == second


def test_of_two_silences_the_later_end_counts(database: Database, queue: Callable[..., int]) -> None:
    number = queue(OTHER)
    silence(database, OTHER, None, 2)
    silence(database, None, "desk", 4)
    with database.read() as session:
        shown = get_alert(session, 1, Holds(NOW))
    assert shown is not None
    assert shown.deliveries[0].held_until == NOW + 4 * HOUR
    assert claim(database, NOW + 3 * HOUR) is None
    taken = claim(database, NOW + 4 * HOUR)
    assert taken is not None
    assert taken.id == number


def test_in_quiet_hours_only_what_is_urgent_is_due(database: Database, queue: Callable[..., int]) -> None:
    queue(OTHER, is_urgent=False)
    morning = NOW + 9 * HOUR
    assert due_at(database, quiet=morning) == morning
    assert claim(database, is_quiet=True) is None
    urgent = queue(WHOLE)
    assert due_at(database, quiet=morning) == NOW
    taken = claim(database, is_quiet=True)
    assert taken is not None
    assert taken.id == urgent


def is_urgent(database: Database, number: int) -> bool:
    with database.read() as session:
        return session.get_one(DeliveryRow, number).is_urgent


def test_what_takes_the_place_of_something_urgent_is_urgent(database: Database, queue: Callable[..., int]) -> None:
    queue(OTHER, "updated", 2)
    assert is_urgent(database, queue(OTHER, "updated", 3, is_urgent=False))
    assert not is_urgent(database, queue(WHOLE, "updated", 3, is_urgent=False))


@pytest.mark.parametrize("first", ["created", "updated"])
def test_what_was_urgent_in_flight_stays_so_when_newer_news_takes_over(
    database: Database, queue: Callable[..., int], first: str
) -> None:
    number = queue(OTHER, "created", is_urgent=first == "updated")
    due = claim(database)
    assert due is not None
    if first == "updated":
        finish(database, due, "sent")
        number = queue(OTHER, "updated", 2)
        due = claim(database)
        assert due is not None
    newer = queue(OTHER, "updated", 3, is_urgent=first == "created")
    finish(database, due, "pending")
    assert is_urgent(database, number if first == "created" else newer)


def finish(database: Database, due: DueDelivery, state: str) -> None:
    with database.begin() as session:
        assert finish_attempt(session, due, AttemptRecord(NOW, "ok"), Verdict(state, 0, NOW, None, Health()))
