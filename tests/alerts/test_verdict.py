from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts import Result, SendOutcome
from alerts.verdict import Moment, judge
from db.deliveries import DueDelivery, Health, Verdict
from db.leases import Lease

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
WELL = Health()
ILL = Health(failures=4, first_failure_at=NOW - timedelta(minutes=5), last_ok_at=NOW - timedelta(hours=1))


def delivery(**changes: Any) -> DueDelivery:
    plain = DueDelivery(
        lease=Lease(1, "sender-1", 1),
        id=1,
        key="msg_1",
        type="created",
        event_id=1,
        attempts=0,
        tries=0,
        first_at=NOW,
        body=b"x",
        is_uncertain=False,
        told_revision=None,
        remote_channel=None,
        remote_id=None,
        health=WELL,
    )
    return replace(plain, **changes)


def judged(outcome: SendOutcome, due: DueDelivery | None = None, **result: Any) -> Verdict:
    return judge(due or delivery(), Result(outcome, **result), Moment(NOW, draw=0.5, message_draw=0.5))


@pytest.mark.parametrize("outcome", [SendOutcome.OK, SendOutcome.NOOP])
def test_an_accepted_message_is_sent_and_closes_the_breaker(outcome: SendOutcome) -> None:
    verdict = judged(outcome, delivery(health=replace(ILL, open_until=NOW)), remote_channel="C1", remote_id="5")
    assert (verdict.state, verdict.error_code) == ("sent", None)
    assert (verdict.remote_channel, verdict.remote_id) == ("C1", "5")
    assert verdict.health == Health(last_ok_at=NOW)


@pytest.mark.parametrize(
    ("outcome", "state", "attempts", "failures"),
    [
        (SendOutcome.RATE, "pending", 0, 4),
        (SendOutcome.DEST_TEMP, "pending", 0, 5),
        (SendOutcome.UNCERTAIN, "uncertain", 0, 5),
        (SendOutcome.DEST_PERM, "pending", 0, 4),
        (SendOutcome.DEST_MOVED, "pending", 0, 4),
        (SendOutcome.MSG_PERM, "pending", 1, 0),
    ],
)
def test_a_fault_is_counted_where_it_belongs(outcome: SendOutcome, state: str, attempts: int, failures: int) -> None:
    verdict = judged(outcome, delivery(health=ILL))
    assert (verdict.state, verdict.attempts, verdict.health.failures) == (state, attempts, failures)


@pytest.mark.parametrize("outcome", [SendOutcome.RATE, SendOutcome.DEST_TEMP, SendOutcome.UNCERTAIN])
def test_a_retry_keeps_its_bytes(outcome: SendOutcome) -> None:
    assert judged(outcome).keeps_body


@pytest.mark.parametrize(("attempts", "state"), [(0, "pending"), (1, "pending"), (2, "dead")])
def test_a_refused_message_goes_down_the_ladder_and_then_dies(attempts: int, state: str) -> None:
    verdict = judged(SendOutcome.MSG_PERM, delivery(attempts=attempts), code="http 400")
    assert (verdict.state, verdict.keeps_body, verdict.next_attempt_at) == (state, False, NOW)
    assert verdict.error_code == "http 400"


def test_being_told_to_wait_holds_the_destination_at_least_so_long() -> None:
    verdict = judged(SendOutcome.RATE, retry_after=90.0)
    assert verdict.health.open_until == NOW + timedelta(seconds=92.5)
    assert verdict.next_attempt_at == verdict.health.open_until
    assert verdict.health.failures == 0


def test_being_told_to_wait_without_a_time_waits_a_second_at_least() -> None:
    assert judged(SendOutcome.RATE).next_attempt_at == NOW + timedelta(seconds=1 + 2.5)


def test_a_fault_of_the_network_pauses_the_destination_not_the_message() -> None:
    verdict = judged(SendOutcome.DEST_TEMP, delivery(tries=9), code="ConnectError")
    assert verdict.next_attempt_at == verdict.health.open_until == NOW + timedelta(seconds=2.5)


def test_a_fault_the_message_may_have_caused_postpones_the_message_too() -> None:
    verdict = judged(SendOutcome.DEST_TEMP, delivery(tries=9), status=500)
    assert verdict.health.open_until == NOW + timedelta(seconds=2.5)
    assert verdict.next_attempt_at == NOW + timedelta(seconds=152.5)
    assert judged(SendOutcome.DEST_TEMP, status=500).next_attempt_at == NOW + timedelta(seconds=2.5 + 2.5)


def test_what_went_wrong_is_kept_in_the_words_of_the_service_else_by_its_class() -> None:
    assert judged(SendOutcome.DEST_TEMP, code="ConnectError").error_code == "ConnectError"
    assert judged(SendOutcome.DEST_TEMP).error_code == "dest_temp"


def test_an_open_breaker_probes_at_least_every_five_minutes() -> None:
    long_ill = Health(failures=400, first_failure_at=NOW - timedelta(hours=20))
    verdict = judge(delivery(health=long_ill), Result(SendOutcome.DEST_TEMP), Moment(NOW, draw=0.999))
    assert verdict.health.open_until is not None
    assert verdict.health.open_until <= NOW + timedelta(minutes=5)


def test_a_closed_breaker_pauses_for_half_a_minute_at_most() -> None:
    ill = Health(failures=40, first_failure_at=NOW - timedelta(seconds=50))
    verdict = judge(delivery(health=ill), Result(SendOutcome.DEST_TEMP), Moment(NOW, draw=0.999))
    assert verdict.health.open_until is not None
    assert verdict.health.open_until <= NOW + timedelta(seconds=30)


def test_once_uncertain_stays_uncertain_until_it_is_accepted() -> None:
    unsure = delivery(is_uncertain=True)
    assert judged(SendOutcome.DEST_TEMP, unsure).state == "uncertain"
    assert judged(SendOutcome.RATE, unsure).state == "uncertain"
    refused = judged(SendOutcome.MSG_PERM, unsure)
    assert (refused.state, refused.may_be_accepted, refused.keeps_body) == ("uncertain", True, False)
    assert judged(SendOutcome.MSG_PERM, replace(unsure, attempts=2)).state == "dead"
    assert judged(SendOutcome.OK, unsure).state == "sent"


def test_a_destination_that_is_gone_is_disabled_with_its_reason_and_the_message_kept() -> None:
    verdict = judged(SendOutcome.DEST_PERM, code="http 410")
    assert (verdict.state, verdict.health.state) == ("pending", "disabled")
    assert verdict.health.reason == "http 410; put its settings right, then: volya alerts enable NAME"


@pytest.mark.parametrize(
    ("status", "hours", "state"),
    [
        (401, 25, "disabled"),
        (404, 23, "enabled"),
        (500, 25, "enabled"),
        (500, 121, "disabled"),
        (None, 121, "disabled"),
    ],
)
def test_patience_ends_after_a_day_of_refusals_or_five_days_of_faults(
    status: int | None, hours: int, state: str
) -> None:
    ill = Health(failures=50, first_failure_at=NOW - timedelta(hours=hours))
    assert judged(SendOutcome.DEST_TEMP, delivery(health=ill), status=status).health.state == state


def test_a_message_dies_of_age_only_where_others_were_accepted() -> None:
    old = delivery(first_at=NOW - timedelta(hours=73))
    answered = replace(old, health=Health(last_ok_at=NOW - timedelta(hours=1)))
    silent = replace(old, health=Health(last_ok_at=NOW - timedelta(hours=80)))
    assert judged(SendOutcome.DEST_TEMP, answered, status=500).state == "dead"
    assert judged(SendOutcome.UNCERTAIN, answered).state == "dead"
    assert judged(SendOutcome.DEST_TEMP, silent, status=500).state == "pending"
    assert judged(SendOutcome.RATE, answered, retry_after=5.0).state == "pending"


def test_a_new_address_is_kept() -> None:
    assert judged(SendOutcome.DEST_MOVED, moved_to="-100").health.moved_to == "-100"
