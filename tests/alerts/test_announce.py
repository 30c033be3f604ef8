from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Rules, UnknownDestinationError, announce_due
from db import Database
from db.announcing import announced_event, find_due_events
from db.delivery_views import DeliveryView
from db.facts import CountRole, EventCount, EventFacts, Kind, Outcome, Person, Status
from db.models import DeliveryRow, EventRow
from db.outbox import list_alerts
from db.people import watch

DESK = Destination("desk", "console")


def run(database: Database, desk: Any, *destinations: Destination, rules: Rules | None = None) -> int:
    return announce_due(database, destinations or (DESK,), rules or Rules(), desk.now)


def set_state(database: Database, state: str, *, body: bytes | None = None, sent_revision: int | None = None) -> None:
    with database.begin() as session:
        row = session.query(DeliveryRow).filter_by(type="created").one()
        row.state, row.body, row.sent_revision = state, body, sent_revision


@pytest.fixture
def read(deliveries_of: Callable[[Database], list[DeliveryView]], database: Database) -> Callable[[], list[Any]]:
    """Return (destination, type, state) of every delivery."""
    return lambda: [(one.destination, one.type, one.state) for one in deliveries_of(database)]


@pytest.fixture(autouse=True)
def stored(database: Database, store_destinations: Callable[..., Any]) -> None:
    store_destinations(database, DESK, Destination("wire", "webhook"))


def test_a_new_event_is_one_alert_with_a_delivery_to_each_matching_destination(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    desk.publish(release(52))
    wire = Destination("wire", "webhook", kinds=(Kind.NEGOTIATION,))
    assert run(database, desk, DESK, wire) == 1
    assert read() == [("desk", "created", "pending")]
    with database.read() as session:
        assert find_due_events(session, 10) == []
        alert = list_alerts(session)[0]
    assert (alert.type, alert.event, alert.revision, alert.reason) == ("created", 1, 1, "new event")
    assert alert.deliveries[0].key.startswith("msg_")
    assert "." not in alert.deliveries[0].key


def test_a_watch_counts_from_the_moment_it_is_stored(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    place = Destination("desk", "console", people=("watched",))
    facts = release(52, people=(Person("Ihar Losik", Outcome.FREED),))
    first, second = desk.publish(facts), desk.publish(facts)
    with database.begin() as session:
        watch(session, "Ales Bialiatski", desk.now)
    assert run(database, desk, place) == 0
    with database.begin() as session:
        watch(session, "IHAR LOSIK", desk.now)
    desk.revise(second, facts)
    assert (first, run(database, desk, place)) == (1, 1)
    assert read() == [("desk", "created", "pending")]


def test_announcing_again_says_nothing_new(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    desk.publish(release(52))
    assert [run(database, desk), run(database, desk)] == [1, 0]
    assert len(read()) == 1


def test_an_event_nobody_asked_for_leaves_the_queue_without_an_alert(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    desk.publish(release(52))
    assert run(database, desk, Destination("desk", "console", minimum=100)) == 0
    assert read() == []
    with database.read() as session:
        assert find_due_events(session, 10) == []


@pytest.mark.parametrize(("alerting", "expected"), [("normal", 1), ("forced", 1), ("silent", 0), ("loaded", 0)])
def test_an_old_event_that_the_crawl_found_as_news_or_by_order_is_told(
    database: Database, desk: Any, release: Callable[..., EventFacts], alerting: Any, expected: int
) -> None:
    desk.publish(
        release(52, event_date=None, date_precision=None), alerting=alerting, published_at=desk.now - timedelta(days=9)
    )
    assert run(database, desk) == expected


def test_max_age_is_a_rule_that_can_be_changed(
    database: Database, desk: Any, release: Callable[..., EventFacts]
) -> None:
    desk.publish(release(52, event_date=None, date_precision=None), published_at=desk.now - timedelta(days=9))
    assert run(database, desk, rules=Rules(max_age=timedelta(days=10))) == 1


def test_an_update_of_an_event_that_was_never_told_is_new_there(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52), alerting="silent")
    assert run(database, desk) == 0
    desk.revise(event, release(60))
    assert run(database, desk) == 1
    assert read() == [("desk", "created", "pending")]


def test_a_filter_that_only_now_lets_an_event_through_makes_it_new_there(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    wire = Destination("wire", "webhook", statuses=(Status.CONFIRMED,))
    event = desk.publish(release(52))
    run(database, desk, DESK, wire)
    set_state(database, "sent", body=b"x", sent_revision=1)
    desk.revise(event, release(52, status=Status.CONFIRMED))
    run(database, desk, DESK, wire)
    assert read() == [("desk", "created", "sent"), ("desk", "updated", "pending"), ("wire", "created", "pending")]


def test_an_update_folds_into_a_created_that_still_waits(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    set_state(database, "pending", body=b"refused by a server fault", sent_revision=1)
    desk.revise(event, release(52))
    run(database, desk)
    assert read() == [("desk", "created", "pending")]
    with database.read() as session:
        row = session.query(DeliveryRow).one()
        assert (row.body, row.sent_revision) == (None, None)


@pytest.mark.parametrize("state", ["sending", "uncertain"])
def test_an_update_follows_a_created_that_may_have_been_accepted(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]], state: str
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    set_state(database, state, body=b"x", sent_revision=1)
    desk.revise(event, release(52))
    run(database, desk)
    assert read() == [("desk", "created", state), ("desk", "updated", "pending")]


def test_only_the_newest_unsent_update_stays_in_the_queue(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    set_state(database, "sent", body=b"x", sent_revision=1)
    for number in (50, 51, 52):
        desk.revise(event, release(number))
        run(database, desk)
    assert [state for _, _, state in read()] == ["sent", "superseded", "superseded", "pending"]


def test_several_revisions_between_two_runs_are_one_update(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    set_state(database, "sent", body=b"x", sent_revision=1)
    desk.revise(event, release(50))
    desk.revise(event, release(52))
    desk.revise(event, release(52), is_material=False)
    assert run(database, desk) == 1
    assert read()[1:] == [("desk", "updated", "pending")]


def test_another_source_with_the_same_facts_says_nothing(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52))
    run(database, desk)
    set_state(database, "sent", body=b"x", sent_revision=1)
    desk.revise(event, release(52), is_material=False)
    assert run(database, desk) == 0


def test_a_denial_withdraws_what_was_told(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52))
    run(database, desk)
    set_state(database, "sent", body=b"x", sent_revision=1)
    desk.revise(event, release(52, status=Status.DENIED))
    run(database, desk)
    assert read()[-1] == ("desk", "withdrawn", "pending")
    with database.read() as session:
        assert list_alerts(session)[0].type == "withdrawn"


def test_what_was_denied_before_it_was_sent_is_never_sent_but_may_come_back(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(52))
    run(database, desk)
    desk.revise(event, release(52, status=Status.DENIED))
    run(database, desk)
    assert read() == [("desk", "created", "superseded")]
    desk.revise(event, release(52, status=Status.CONFIRMED))
    run(database, desk)
    assert read() == [("desk", "created", "pending")]


def test_a_dead_alert_gets_another_try_with_new_facts(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    set_state(database, "dead")
    desk.revise(event, release(52))
    run(database, desk)
    assert read() == [("desk", "created", "pending")]


def test_a_destination_that_was_told_hears_on_even_if_its_filter_no_longer_fits(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    place = Destination("desk", "console", minimum=50)
    event = desk.publish(release(52))
    run(database, desk, place)
    set_state(database, "sent", body=b"x", sent_revision=1)
    desk.revise(event, release(40))
    run(database, desk, place)
    assert read()[-1] == ("desk", "updated", "pending")


def test_settle_and_approval_hold_the_first_alert(
    database: Database, desk: Any, release: Callable[..., EventFacts], deliveries_of: Callable[..., Any]
) -> None:
    desk.publish(release(52))
    run(database, desk, Destination("desk", "console", settle=timedelta(seconds=60), approval=True))
    waiting = deliveries_of(database)[0]
    assert waiting.next_attempt_at == desk.now + timedelta(seconds=60)
    assert not waiting.is_approved


def test_messages_tell_the_state_that_was_decided_on(
    database: Database, desk: Any, release: Callable[..., EventFacts]
) -> None:
    event = desk.publish(release(44))
    run(database, desk)
    desk.revise(event, release(52))
    with database.read() as session:
        told = announced_event(session, event)
    assert told is not None
    assert (told.revision, told.facts.counts[0].value, len(told.articles)) == (1, 44, 2)


def test_a_destination_that_was_not_stored_is_an_error_and_loses_nothing(
    database: Database, desk: Any, release: Callable[..., EventFacts]
) -> None:
    desk.publish(release(52))
    with pytest.raises(UnknownDestinationError, match="nowhere"):
        run(database, desk, Destination("nowhere", "console"))
    assert run(database, desk) == 1


def test_an_event_that_cannot_be_decided_on_holds_up_no_other(
    database: Database, desk: Any, release: Callable[..., EventFacts], caplog: pytest.LogCaptureFixture
) -> None:
    broken = desk.publish(release(52))
    desk.publish(release(60))
    with database.begin() as session:
        session.get_one(EventRow, broken).facts = {"kind": "nonsense"}
    with caplog.at_level(logging.ERROR):
        assert run(database, desk) == 1
    assert f"event {broken} could not be announced" in caplog.text
    with database.read() as session:
        assert find_due_events(session, 10) == [broken]


def test_an_event_of_related_news_is_never_told(
    database: Database, desk: Any, release: Callable[..., EventFacts]
) -> None:
    desk.publish(release(52, kind=Kind.RELATED, counts=(EventCount(CountRole.HELD, 1300),)))
    assert run(database, desk) == 0


def test_many_processes_announcing_at_once_make_one_alert_an_event(
    database: Database, desk: Any, release: Callable[..., EventFacts], read: Callable[[], list[Any]]
) -> None:
    for number in range(10):
        desk.publish(release(number + 1))
    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(lambda _: run(database, desk), range(8)))
    assert made == 10
    assert read() == [("desk", "created", "pending")] * 10
