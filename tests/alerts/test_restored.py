"""After a restore nothing rings twice without a person's word: what may have been sent is held (DB-7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Rules, SendingOptions, announce_due
from alerts.sending import Sender
from db import Database
from db.dead_letters import count_as_sent, retry_deliveries
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Status
from db.models import DeliveryRow
from db.outbox import list_destinations
from db.saving import hold_restored

DESK = Destination("desk", "webhook")
Release = Callable[..., EventFacts]
Read = Callable[[], list[Any]]


@pytest.fixture(autouse=True)
def stored(database: Database, store_destinations: Callable[..., Any]) -> None:
    store_destinations(database, DESK)


@pytest.fixture
def read(deliveries_of: Callable[[Database], list[DeliveryView]], database: Database) -> Read:
    """Return type, state and what holds it, of every delivery."""
    return lambda: [(one.type, one.state, one.held_by) for one in deliveries_of(database)]


@pytest.fixture
def send(database: Database, make_channel: type[Any], options: SendingOptions) -> Callable[[], list[Any]]:
    """Send all that may be sent; return type and revision of everything that went out so far."""
    channel = make_channel()

    async def all_of_it() -> None:
        while await Sender(database, DESK, channel, options).send_next():
            pass

    def sent() -> list[Any]:
        asyncio.run(all_of_it())
        return [told[1:] for told in channel.told]

    return sent


def announce(database: Database, desk: Any) -> int:
    return announce_due(database, (DESK,), Rules(), desk.now)


def hold(database: Database, desk: Any) -> int:
    return hold_restored(database, desk.now)


@pytest.mark.parametrize("state", ["pending", "sending", "uncertain"])
def test_what_is_unsent_in_the_copy_waits_for_a_word(
    database: Database, desk: Any, release: Release, read: Read, send: Callable[[], list[Any]], state: str
) -> None:
    desk.publish(release(52))
    announce(database, desk)
    with database.begin() as session:
        session.query(DeliveryRow).one().state = state
    assert hold(database, desk) == 1
    assert send() == []
    assert read() == [("created", "uncertain", "uncertain")]
    with database.read() as session:
        assert [one.uncertain for one in list_destinations(session)] == [1]


def test_by_a_persons_word_it_goes_out_once_with_the_key_it_had(
    database: Database, desk: Any, release: Release, send: Callable[[], list[Any]], deliveries_of: Any
) -> None:
    desk.publish(release(52))
    announce(database, desk)
    key = deliveries_of(database)[0].key
    hold(database, desk)
    with database.begin() as session:
        assert retry_deliveries(session, 1, None, desk.now) == ("desk",)
    assert send() == [("created", 1)]
    assert [(one.key, one.state) for one in deliveries_of(database)] == [(key, "sent")]


def test_counted_as_sent_it_is_followed_by_what_is_new_alone(
    database: Database, desk: Any, release: Release, send: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52))
    announce(database, desk)
    hold(database, desk)
    with database.begin() as session:
        assert count_as_sent(session, 1, None, desk.now) == ("desk",)
    desk.now += timedelta(minutes=5)
    desk.revise(event, release(60, status=Status.CONFIRMED))
    announce(database, desk)
    assert send() == []  # the clock of the sender stands at the restore
    with database.begin() as session:
        for row in session.query(DeliveryRow).filter_by(type="updated"):
            row.next_attempt_at = desk.now - timedelta(hours=1)
    assert send() == [("updated", 2)]


def test_an_event_that_is_found_again_is_held(
    database: Database, desk: Any, release: Release, read: Read, send: Callable[[], list[Any]]
) -> None:
    hold(database, desk)
    restored_at = desk.now
    desk.now += timedelta(minutes=1)
    desk.publish(release(52), published_at=restored_at - timedelta(hours=1))
    assert announce(database, desk) == 1
    assert send() == []
    assert read() == [("created", "uncertain", "uncertain")]


def test_an_event_whose_day_was_over_is_held_though_it_is_reported_anew(
    database: Database, desk: Any, release: Release, read: Read
) -> None:
    hold(database, desk)
    desk.now += timedelta(minutes=1)
    desk.publish(release(52, event_date=desk.now.date() - timedelta(days=1)))
    announce(database, desk)
    assert read() == [("created", "uncertain", "uncertain")]


def test_changes_of_a_known_event_that_are_found_again_are_held(
    database: Database, desk: Any, release: Release, read: Read, send: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52))
    announce(database, desk)
    assert send() == [("created", 1)]
    desk.revise(event, release(60, status=Status.CONFIRMED))
    desk.now += timedelta(minutes=5)
    hold(database, desk)
    announce(database, desk)
    assert send() == [("created", 1)]
    assert read() == [("created", "sent", None), ("updated", "uncertain", "uncertain")]


def test_what_is_reported_after_the_restore_rings_at_once(
    database: Database, desk: Any, release: Release, read: Read
) -> None:
    hold(database, desk)
    desk.now += timedelta(minutes=5)
    desk.publish(release(52))
    announce(database, desk)
    assert read() == [("created", "pending", None)]


def test_after_a_week_and_by_order_of_the_operator_old_reports_ring(
    database: Database, desk: Any, release: Release, read: Read
) -> None:
    before = desk.now - timedelta(hours=1)
    hold(database, desk)
    desk.publish(release(52), published_at=before, alerting="forced")
    announce(database, desk)
    assert read() == [("created", "pending", None)]
    desk.now += timedelta(days=7)
    desk.publish(release(60), published_at=before)
    announce(database, desk)
    assert read()[1][:2] == ("created", "pending")
