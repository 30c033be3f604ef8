"""Trying again, counting as sent, dropping, sending again, and the queues of removed destinations, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.announcing import NewAlert, add_alert, destination_ids, enable_destination, sync_destinations
from db.claims import Claim
from db.dead_letters import (
    count_as_sent,
    drop_deliveries,
    expire_orphans,
    replay_unsent,
    retry_deliveries,
    send_again,
)
from db.deliveries import claim_delivery
from db.digests import Digest, form_digest
from db.events import EventUpdate, save_event, start_event
from db.facts import EventChange, EventFacts, Kind, Mention, Modality, Polarity, Status
from db.leases import LeaseRequest
from db.models import DeliveryRow, EventRow
from db.outbox import list_alerts, list_destinations, troubles_between
from db.unsent import NewDelivery, add_delivery

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE)
CHANGE = EventChange("new event", (), is_material=True, is_major=True)


@pytest.fixture
def alert(database: Database) -> tuple[Database, int, int]:
    """A database with an alert of one event that waits at one destination, and the event."""
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook"}, NOW)
        mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
        claim = Claim(1, "https://x.example/", None, None, "en", NOW, mention)
        event = start_event(session, FACTS, claim, NOW)
        save_event(session, EventUpdate(event, FACTS, CHANGE, None, NOW, may_alert=True), NOW)
        number = add_alert(session, NewAlert(event, 1, "created", CHANGE), NOW)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(number, place, event, 1, "created", f"msg_{event}", NOW), NOW)
    return database, number, event


def change(database: Database, alert_id: int, **values: Any) -> None:
    with database.begin() as session:
        for row in session.query(DeliveryRow).filter_by(alert_id=alert_id):
            for name, value in values.items():
                setattr(row, name, value)


def state(database: Database, alert_id: int) -> str:
    with database.read() as session:
        return next(one.deliveries[0].state for one in list_alerts(session) if one.id == alert_id)


@pytest.mark.parametrize(
    ("before", "sent_revision", "after"),
    [
        ("dead", None, "pending"),
        ("dead", 1, "uncertain"),
        ("cancelled", None, "pending"),
        ("sent", 1, "sent"),
        ("pending", None, "pending"),
        ("superseded", None, "superseded"),
    ],
)
def test_what_is_dead_or_dropped_is_tried_again_and_nothing_else(
    alert: tuple[Database, int, int], before: str, sent_revision: int | None, after: str
) -> None:
    database, number, _ = alert
    change(database, number, state=before, sent_revision=sent_revision)
    with database.begin() as session:
        assert retry_deliveries(session, number, "nowhere", NOW) == ()
        retried = retry_deliveries(session, number, None, NOW)
    assert retried == (("desk",) if before in ("dead", "cancelled") else ())
    assert state(database, number) == after


def test_what_newer_news_has_overtaken_is_not_tried_again(alert: tuple[Database, int, int]) -> None:
    database, number, event = alert
    change(database, number, state="dead")
    with database.begin() as session:
        newer = add_alert(session, NewAlert(event, 2, "updated", CHANGE), NOW)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(newer, place, event, 2, "updated", f"msg_{event}_2", NOW), NOW)
    change(database, newer, state="sent")
    with database.begin() as session:
        assert retry_deliveries(session, number, None, NOW) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pending", "cancelled"),
        ("uncertain", "cancelled"),
        ("dead", "cancelled"),
        ("sending", "sending"),
        ("sent", "sent"),
    ],
)
def test_what_is_on_its_way_or_was_sent_cannot_be_dropped(
    alert: tuple[Database, int, int], before: str, after: str
) -> None:
    database, number, _ = alert
    change(database, number, state=before)
    with database.begin() as session:
        drop_deliveries(session, number, "desk")
    assert state(database, number) == after


def test_alerts_are_found_by_the_state_of_a_delivery(alert: tuple[Database, int, int]) -> None:
    database, number, _ = alert
    with database.read() as session:
        assert number not in [one.id for one in list_alerts(session, state="held")]
        assert number in [one.id for one in list_alerts(session, state="pending")]
        assert troubles_between(session, "desk", NOW, NOW + timedelta(hours=1)) == []
    change(database, number, is_approved=False)
    with database.read() as session:
        assert number in [one.id for one in list_alerts(session, state="held")]


@pytest.mark.parametrize(
    ("before", "approved", "sent_revision", "after"),
    [
        ("uncertain", False, 1, "sent"),
        ("uncertain", True, 1, "sent"),
        ("dead", True, 1, "sent"),
        ("dead", True, None, "dead"),
        ("pending", True, None, "pending"),
        ("sending", False, 1, "sending"),
    ],
)
def test_only_what_may_have_arrived_can_be_counted_as_sent(
    alert: tuple[Database, int, int], before: str, approved: bool, sent_revision: int | None, after: str
) -> None:
    database, number, _ = alert
    change(database, number, state=before, is_approved=approved, sent_revision=sent_revision)
    with database.begin() as session:
        assert count_as_sent(session, number, "desk", NOW) == (("desk",) if after != before else ())
    assert state(database, number) == after


@pytest.mark.parametrize(
    ("approved", "expected"),
    [(False, ("uncertain", True)), (True, ("uncertain", True))],
    ids=["held", "resent by itself"],
)
def test_what_is_held_as_uncertain_is_tried_again_on_order_only(
    alert: tuple[Database, int, int], approved: bool, expected: tuple[str, bool]
) -> None:
    database, number, _ = alert
    change(database, number, state="uncertain", is_approved=approved, sent_revision=1)
    with database.begin() as session:
        assert retry_deliveries(session, number, None, NOW) == (() if approved else ("desk",))
    with database.read() as session:
        (one,) = list_alerts(session)[0].deliveries
    assert (one.state, one.is_approved) == expected


def add_event(database: Database, number: int, at: datetime, state: str, **values: Any) -> int:
    """Store another event's alert and its delivery at the desk in a state; return the alert."""
    with database.begin() as session:
        facts = {"kind": "release", "status": "reported", "polarity": "positive", "facts": {}}
        session.add(EventRow(id=number, revision=2, first_seen_at=NOW, updated_at=NOW, **facts))
        session.flush()
        alert_id = add_alert(session, NewAlert(number, 1, "created", CHANGE), at)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(alert_id, place, number, 1, "created", f"msg_{number}", at), at)
    change(database, alert_id, state=state, **values)
    return alert_id


def test_a_replay_tries_again_what_is_dead_or_held_since_a_time_and_nothing_else(
    alert: tuple[Database, int, int],
) -> None:
    database, first, _ = alert
    change(database, first, state="dead")
    later = NOW + timedelta(hours=1)
    dead = add_event(database, 11, later, "dead")
    held = add_event(database, 12, later, "uncertain", is_approved=False, sent_revision=1)
    others = [add_event(database, n, later, name) for n, name in ((13, "sent"), (14, "cancelled"), (15, "pending"))]
    with database.begin() as session:
        assert replay_unsent(session, "nowhere", NOW, later) == ()
        assert replay_unsent(session, "desk", later, later) == (dead, held)
    assert [state(database, one) for one in (first, dead, held)] == ["dead", "pending", "uncertain"]
    assert [state(database, one) for one in others] == ["sent", "cancelled", "pending"]


def test_what_is_sent_again_has_a_new_key_and_is_a_possible_repeat(alert: tuple[Database, int, int]) -> None:
    database, first, event = alert
    change(database, first, state="sent", sent_revision=1, remote_id="5", body=b"old")
    add_event(database, 11, NOW - timedelta(hours=1), "sent")
    with database.begin() as session:
        update = add_alert(session, NewAlert(event, 2, "updated", CHANGE), NOW)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(update, place, event, 2, "updated", "msg_update", NOW), NOW)
    change(database, update, state="dead")
    with database.begin() as session:
        assert send_again(session, "desk", NOW, NOW, lambda: "msg_new") == (event,)
        assert replay_unsent(session, "desk", NOW, NOW) == ()
    with database.begin() as session:
        due = claim_delivery(session, "desk", LeaseRequest("a", NOW, NOW + timedelta(seconds=45), 1))
    assert due is not None
    assert (due.key, due.body, due.is_uncertain, due.remote_id) == ("msg_new", None, True, None)
    assert state(database, update) == "superseded"


def test_the_queue_of_a_destination_that_left_the_settings_is_kept_for_thirty_days(
    alert: tuple[Database, int, int],
) -> None:
    database, number, _ = alert
    with database.begin() as session:
        sync_destinations(session, {}, NOW)
        assert expire_orphans(session, NOW) == 0
    assert state(database, number) == "pending"
    with database.read() as session:
        assert [one.held_by for one in list_alerts(session, state="held")[0].deliveries] == ["orphan"]
    with database.begin() as session:
        assert expire_orphans(session, NOW + timedelta(seconds=1)) == 1
    assert state(database, number) == "cancelled"


def test_a_destination_that_left_the_settings_cannot_be_enabled_and_goes_on_when_it_comes_back(
    alert: tuple[Database, int, int],
) -> None:
    database, _, _ = alert
    lease = LeaseRequest("a", NOW, NOW + timedelta(seconds=45), 1)
    with database.begin() as session:
        sync_destinations(session, {}, NOW)
        assert not enable_destination(session, "desk", NOW)
        assert claim_delivery(session, "desk", lease) is None
        sync_destinations(session, {"desk": "webhook"}, NOW)
        assert claim_delivery(session, "desk", lease) is not None


def test_what_waits_behind_a_dropped_first_message_is_dropped_with_it(alert: tuple[Database, int, int]) -> None:
    database, number, event = alert
    change(database, number, state="uncertain", sent_revision=1)
    with database.begin() as session:
        later = add_alert(session, NewAlert(event, 2, "updated", CHANGE), NOW)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(later, place, event, 2, "updated", "msg_later", NOW), NOW)
        assert drop_deliveries(session, number, None) == ("desk",)
    assert [state(database, one) for one in (number, later)] == ["cancelled", "cancelled"]


@pytest.fixture
def digest(alert: tuple[Database, int, int]) -> tuple[Database, int]:
    """A digest of two events that may have arrived and is held, with an update of one of them; and its alert."""
    database, number, _ = alert
    parts = [number, add_event(database, 11, NOW, "pending")]
    with database.begin() as session:
        rows = session.query(DeliveryRow).filter(DeliveryRow.alert_id.in_(parts)).all()
        form_digest(session, Digest.STORM, [row.id for row in rows], "msg_digest", {}, NOW)
        made = session.query(DeliveryRow).filter_by(key="msg_digest").one().alert_id
    for one in parts:
        change(database, one, state="uncertain", sent_revision=1)
    change(database, made, state="uncertain", is_approved=False)
    with database.begin() as session:
        later = add_alert(session, NewAlert(11, 2, "updated", CHANGE), NOW)
        place = destination_ids(session)["desk"]
        add_delivery(session, NewDelivery(later, place, 11, 2, "updated", "msg_later", NOW), NOW)
    return database, made


def test_a_digest_that_may_have_arrived_holds_the_events_that_it_tells(digest: tuple[Database, int]) -> None:
    database, made = digest
    with database.read() as session:
        held = {alert.id: alert.deliveries[0].held_by for alert in list_alerts(session, state="held")}
        (place,) = list_destinations(session)
    assert held.pop(made) == "uncertain"
    assert list(held.values()) == ["earlier", "earlier", "earlier"]
    assert (place.pending, place.uncertain, place.oldest_pending_at) == (4, 1, None)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (count_as_sent, ["sent", "sent", "sent", "pending"]),
        (retry_deliveries, ["uncertain", "uncertain", "uncertain", "pending"]),
        (drop_deliveries, ["cancelled", "cancelled", "cancelled", "cancelled"]),
    ],
)
def test_the_events_of_a_digest_follow_what_a_person_says_of_it(
    digest: tuple[Database, int], order: Any, expected: list[str]
) -> None:
    database, made = digest
    with database.begin() as session:
        assert order(session, made, None, *(() if order is drop_deliveries else (NOW,))) == ("desk",)
    with database.read() as session:
        rows = session.query(DeliveryRow).order_by(DeliveryRow.id)
        assert [row.state for row in rows] == expected
        assert {row.state: row.is_approved for row in rows} == dict.fromkeys(expected, True)
    with database.begin() as session:
        due = claim_delivery(session, "desk", LeaseRequest("a", NOW, NOW + timedelta(seconds=45), 1))
    assert (due.key if due else None) == {"sent": "msg_later", "uncertain": "msg_digest"}.get(expected[0])


def test_an_event_of_a_digest_that_was_given_up_is_tried_again_by_itself(digest: tuple[Database, int]) -> None:
    database, made = digest
    change(database, made, state="dead", is_approved=True)
    change(database, 1, state="dead")
    with database.begin() as session:
        assert retry_deliveries(session, 1, None, NOW) == ("desk",)
        due = claim_delivery(session, "desk", LeaseRequest("a", NOW, NOW + timedelta(seconds=45), 1))
    assert due is not None
    assert (due.type, due.is_uncertain) == ("created", True)
