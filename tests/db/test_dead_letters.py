"""Trying again and dropping, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.announcing import NewAlert, NewDelivery, add_alert, add_delivery, destination_ids, sync_destinations
from db.claims import Claim
from db.dead_letters import drop_deliveries, retry_deliveries
from db.events import EventUpdate, save_event, start_event
from db.facts import EventChange, EventFacts, Kind, Mention, Modality, Polarity, Status
from db.models import DeliveryRow
from db.outbox import list_alerts, troubles_between

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
