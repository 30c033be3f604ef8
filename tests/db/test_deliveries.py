from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.announcing import NewAlert, add_alert, approve_alert, destination_ids, enable_destination, sync_destinations
from db.attempts import finish_attempt, fix_body
from db.deliveries import AttemptRecord, DueDelivery, Health, Verdict, claim_delivery, next_due_at
from db.facts import EventChange
from db.leases import LeaseRequest
from db.models import DeliveryRow, DestinationRow, EventRow
from db.outbox import alert_json, destination_json, get_alert, list_alerts, list_destinations
from db.silences import Holds
from db.unsent import NewDelivery, add_delivery

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


@pytest.fixture
def queue(database: Database) -> Callable[..., int]:
    """Queue a delivery of an event at destination `desk`; return its id."""
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook", "wire": "webhook"}, NOW)
        for number in (1, 2, 3):
            values: dict[str, Any] = {"kind": "release", "status": "reported", "polarity": "positive", "facts": {}}
            session.add(EventRow(id=number, revision=9, first_seen_at=NOW, updated_at=NOW, **values))

    def put(event: int, kind: str = "created", revision: int = 1, **changes: Any) -> int:
        with database.begin() as session:
            alert_id = add_alert(session, NewAlert(event, revision, kind, EventChange("x")), NOW)
            place = destination_ids(session)[changes.pop("destination", "desk")]
            key = f"msg_{place}_{event}_{kind}_{revision}"
            values = {"next_attempt_at": NOW, **changes}
            add_delivery(session, NewDelivery(alert_id, place, event, revision, kind, key, **values), NOW)
            return session.query(DeliveryRow).filter_by(key=key).one().id

    return put


def claim(database: Database, owner: str = "a", now: datetime = NOW, destination: str = "desk") -> DueDelivery | None:
    with database.begin() as session:
        return claim_delivery(session, destination, LeaseRequest(owner, now, now + timedelta(seconds=45), 1))


def finish(database: Database, due: DueDelivery, state: str, now: datetime = NOW, **changes: Any) -> bool:
    health = changes.pop("health", Health())
    values: dict[str, Any] = {"attempts": 0, "next_attempt_at": now, "error_code": None, "health": health, **changes}
    with database.begin() as session:
        return finish_attempt(session, due, AttemptRecord(now, "ok"), Verdict(state, **values))


def states(database: Database) -> list[str]:
    with database.read() as session:
        return [row.state for row in session.query(DeliveryRow).order_by(DeliveryRow.id)]


def test_the_oldest_due_delivery_is_claimed_and_marked_before_it_is_sent(
    database: Database, queue: Callable[..., int]
) -> None:
    first, _ = queue(1), queue(2)
    due = claim(database)
    assert due is not None
    assert (due.id, due.key, due.body, due.first_at) == (first, "msg_1_1_created_1", None, NOW)
    assert states(database) == ["sending", "pending"]


def test_one_message_at_a_time_is_in_flight_at_a_destination(database: Database, queue: Callable[..., int]) -> None:
    queue(1), queue(2), queue(1, destination="wire")
    assert claim(database) is not None
    assert claim(database, owner="b") is None
    assert claim(database, owner="b", destination="wire") is not None


def test_many_processes_share_one_queue_without_sending_a_row_twice(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1), queue(2), queue(3)

    def work(owner: str) -> list[int]:
        done = []
        while set(states(database)) != {"sent"}:  # a try may find the destination taken, however often
            due = claim(database, owner)
            if due is not None:
                assert finish(database, due, "sent")
                done.append(due.id)
        return done

    with ThreadPoolExecutor(4) as pool:
        sent = [one for done in pool.map(work, "abcd") for one in done]
    assert sorted(sent) == [1, 2, 3]


def test_an_update_waits_for_its_created_and_other_events_do_not(database: Database, queue: Callable[..., int]) -> None:
    queue(1, next_attempt_at=NOW + timedelta(minutes=1))
    queue(1, "updated", 2)
    other = queue(2)
    due = claim(database)
    assert due is not None
    assert due.id == other
    finish(database, due, "sent")
    assert claim(database) is None
    created = claim(database, now=NOW + timedelta(minutes=1))
    assert created is not None
    finish(database, created, "sent", NOW + timedelta(minutes=1))
    update = claim(database, now=NOW + timedelta(minutes=1))
    assert update is not None
    assert update.type == "updated"


def test_an_update_is_never_sent_where_its_created_is_dead(database: Database, queue: Callable[..., int]) -> None:
    queue(1)
    due = claim(database)
    assert due is not None
    finish(database, due, "dead")
    queue(1, "updated", 2)
    assert claim(database) is None


def test_news_that_came_while_a_created_was_refused_takes_its_place(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    due = claim(database)
    assert due is not None
    queue(1, "updated", 2)
    finish(database, due, "dead", attempts=3, keeps_body=False)
    assert states(database) == ["pending", "superseded"]
    again = claim(database)
    assert again is not None
    assert (again.key, again.attempts, again.body) == (due.key, 0, None)


def test_a_withdrawal_that_came_meanwhile_calls_a_refused_created_off(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    due = claim(database)
    assert due is not None
    queue(1, "withdrawn", 2)
    finish(database, due, "pending")
    assert states(database) == ["superseded", "superseded"]


def test_an_uncertain_created_keeps_its_bytes_and_goes_before_its_update(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    due = claim(database)
    assert due is not None
    with database.begin() as session:
        fix_body(session, due, b"bytes", 1)
    queue(1, "updated", 2)
    finish(database, due, "uncertain")
    again = claim(database)
    assert again is not None
    assert (again.id, again.body, again.is_uncertain) == (due.id, b"bytes", True)


def test_a_row_left_sending_comes_back_as_uncertain_with_the_same_key_after_the_lease(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    due = claim(database)
    assert due is not None
    with database.begin() as session:
        fix_body(session, due, b"bytes", 1)
    with database.read() as session:
        assert next_due_at(session, "desk", Holds(NOW)) == NOW + timedelta(seconds=45)
    assert claim(database, "b", NOW + timedelta(seconds=44)) is None
    taken = claim(database, "b", NOW + timedelta(seconds=45))
    assert taken is not None
    assert (taken.key, taken.body, taken.is_uncertain, taken.tries) == (due.key, b"bytes", True, 1)
    with database.read() as session:
        log = list_alerts(session)[0].deliveries[0].log
    assert [(one.outcome, one.error) for one in log] == [("uncertain", "the sender ended before the answer")]


def test_a_paused_sender_finds_its_lease_gone_and_changes_nothing(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    paused = claim(database)
    later = NOW + timedelta(minutes=1)
    taken = claim(database, "b", later)
    assert paused is not None
    assert taken is not None
    assert not finish(database, paused, "dead", later)
    assert states(database) == ["sending"]
    assert finish(database, taken, "sent", later)
    assert states(database) == ["sent"]


@pytest.mark.parametrize(
    "health", [{"state": "disabled", "reason": "http 410"}, {"open_until": NOW + timedelta(minutes=5)}]
)
def test_nothing_is_sent_where_the_destination_is_disabled_or_paused(
    database: Database, queue: Callable[..., int], health: dict[str, Any]
) -> None:
    queue(1), queue(2)
    due = claim(database)
    assert due is not None
    finish(database, due, "pending", health=Health(**health))
    assert claim(database) is None
    with database.begin() as session:
        expected = None if "state" in health else NOW + timedelta(minutes=5)
        assert next_due_at(session, "desk", Holds(NOW)) == expected
        assert enable_destination(session, "desk", NOW)
        assert not enable_destination(session, "nowhere", NOW)
    assert claim(database) is not None


def test_what_waits_for_approval_is_not_due(database: Database, queue: Callable[..., int]) -> None:
    queue(1, is_approved=False)
    assert claim(database) is None
    with database.read() as session:
        assert next_due_at(session, "desk", Holds(NOW)) is None


def test_an_idle_or_unknown_destination_has_nothing_due(database: Database, queue: Callable[..., int]) -> None:
    with database.read() as session:
        assert next_due_at(session, "desk", Holds(NOW)) is None
        assert next_due_at(session, "nowhere", Holds(NOW)) is None
    assert claim(database, destination="nowhere") is None


def test_a_created_exists_once_for_an_event_and_destination(database: Database, queue: Callable[..., int]) -> None:
    queue(1)
    with database.begin() as session:
        alert_id = add_alert(session, NewAlert(1, 5, "created", EventChange("x")), NOW)
        place = destination_ids(session)["desk"]
        assert not add_delivery(session, NewDelivery(alert_id, place, 1, 5, "created", "msg_other", NOW), NOW)
        assert add_alert(session, NewAlert(1, 5, "created", EventChange("x")), NOW) == alert_id
    assert states(database) == ["pending"]


def test_a_removed_destination_is_an_orphan_with_its_queue_and_resumes_when_it_is_back(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1)
    with database.begin() as session:
        sync_destinations(session, {"wire": "webhook"}, NOW)
        assert "desk" not in destination_ids(session)
        views = {view.name: view for view in list_destinations(session)}
    assert (views["desk"].state, views["desk"].pending) == ("orphan", 1)
    assert claim(database) is None
    with database.begin() as session:
        sync_destinations(session, {"wire": "webhook", "desk": "console"}, NOW)
    assert claim(database) is not None


def test_a_disabled_destination_stays_so_over_a_restart(database: Database, queue: Callable[..., int]) -> None:
    with database.begin() as session:
        row = session.query(DestinationRow).filter_by(name="desk").one()
        row.state, row.reason = "disabled", "http 410"
        sync_destinations(session, {"desk": "webhook", "wire": "webhook"}, NOW)
        assert (row.state, row.reason) == ("disabled", "http 410")


def test_alerts_and_destinations_are_shown_with_their_figures(database: Database, queue: Callable[..., int]) -> None:
    queue(1), queue(2)
    due = claim(database)
    assert due is not None
    failed = NOW + timedelta(seconds=1)
    finish(database, due, "dead", failed, error_code="http 400", attempts=3)
    with database.read() as session:
        alerts = list_alerts(session)
        assert [view.event for view in alerts] == [2, 1]
        assert len(list_alerts(session, limit=1)) == 1
        assert get_alert(session, 99) is None
        shown = get_alert(session, alerts[1].id)
        desk = list_destinations(session)[0]
    assert shown is not None
    data = alert_json(shown)
    delivery = data["deliveries"][0]
    assert (data["event"], data["type"], delivery["state"], delivery["last_error"]) == (
        1,
        "created",
        "dead",
        "http 400",
    )
    assert (delivery["attempts"], delivery["log"][0]["at"]) == (1, "2025-09-11T15:00:01Z")
    assert delivery["next_attempt"] is None
    assert (desk.pending, desk.dead, desk.oldest_pending_at) == (1, 1, NOW)
    assert destination_json(desk)["oldest_pending"] == "2025-09-11T15:00:00Z"


def test_what_is_held_for_approval_goes_out_when_a_person_approves_it(
    database: Database, queue: Callable[..., int]
) -> None:
    queue(1, is_approved=False)
    assert claim(database) is None
    with database.begin() as session:
        (alert,) = list_alerts(session)
        assert approve_alert(session, alert.id + 1, NOW) == 0
        assert approve_alert(session, alert.id, NOW) == 1
        assert approve_alert(session, alert.id, NOW) == 0
    due = claim(database)
    assert due is not None
    assert due.event_id == 1
