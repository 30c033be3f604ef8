"""What follows from an attempt: the next state of the delivery and of its destination. Pure (D-5 to D-13).

A fault of the destination never uses up a message's attempts, and a fault of the message never counts against the
destination (D-7). After a destination fault nothing is sent there for a while, so the order of events holds; a
fault that the message itself may have caused (an answer 5xx, a broken connection) postpones that message further,
so that it cannot hold up the others; after an outage of that sort events may arrive minutes out of order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.message import Layout
from alerts.outcome import (
    DEADLINE,
    PROBE_CAP,
    Result,
    SendOutcome,
    is_given_up,
    is_open,
    is_past_deadline,
    retry_delay,
)
from db.deliveries import DueDelivery, Health, Verdict

RATE_FLOOR = 1.0
HICCUP_CAP = 30.0  # seconds at most between attempts while the breaker is closed


@dataclass(frozen=True, slots=True)
class Moment:
    """When an attempt ended, and the chances drawn for it, each in [0, 1): of the destination and of the message.

    `holds_uncertain`: one that may have been accepted is not sent again before a person says so (D-12).
    """

    now: datetime
    draw: float = 0.0
    message_draw: float = 0.0
    deadline: timedelta = DEADLINE
    holds_uncertain: bool = False


def judge(delivery: DueDelivery, result: Result, moment: Moment) -> Verdict:
    """Return what an attempt makes of its delivery and destination."""
    if result.outcome in (SendOutcome.OK, SendOutcome.NOOP):
        return _sent(delivery, result, moment)
    if result.outcome == SendOutcome.MSG_PERM:
        return _refused(delivery, result, moment)
    if result.outcome == SendOutcome.EDIT_LOST:
        return _written_anew(delivery, result, moment)
    health = _health_after(delivery.health, result, moment)
    waiting = Verdict(
        state="uncertain" if _may_be_accepted(delivery, result) else "pending",
        attempts=delivery.attempts,
        next_attempt_at=_next_attempt_at(delivery, result, health, moment),
        error_code=result.code or result.outcome.value,
        health=health,
        may_be_accepted=_may_be_accepted(delivery, result),
    )
    if moment.holds_uncertain and result.outcome == SendOutcome.UNCERTAIN:
        return replace(waiting, is_held=True)
    last_ok_at = delivery.health.last_ok_at
    if is_past_deadline(delivery.first_at, last_ok_at, moment.now, moment.deadline) and _is_fault(result):
        return replace(waiting, state="dead", error_code=f"not accepted in time: {waiting.error_code}")
    return waiting


def _sent(delivery: DueDelivery, result: Result, moment: Moment) -> Verdict:
    return Verdict(
        state="sent",
        attempts=delivery.attempts,
        next_attempt_at=moment.now,
        error_code=None,
        health=_well(delivery.health, moment.now),
        remote_channel=result.remote_channel or delivery.remote_channel,
        remote_id=result.remote_id or delivery.remote_id,
    )


def _refused(delivery: DueDelivery, result: Result, moment: Moment) -> Verdict:
    """Go one rung down the ladder (D-13), from the last rung to `dead`. The receiver answered, so it is well."""
    attempts = delivery.attempts + 1
    waiting = "uncertain" if delivery.is_uncertain else "pending"
    return Verdict(
        state="dead" if attempts > Layout.SHORT else waiting,
        attempts=attempts,
        next_attempt_at=moment.now,
        error_code=result.code or result.outcome.value,
        health=replace(delivery.health, failures=0, first_failure_at=None, open_until=None),
        keeps_body=False,
        may_be_accepted=delivery.is_uncertain,
    )


def _written_anew(delivery: DueDelivery, result: Result, moment: Moment) -> Verdict:
    """Forget the message that is gone, and send the delivery at once as a new one, which is no repeat: all before were edits."""
    return Verdict(
        state="pending",
        attempts=delivery.attempts,
        next_attempt_at=moment.now,
        error_code=result.code or result.outcome.value,
        health=delivery.health,
        keeps_body=False,
        is_edit_lost=True,
    )


def _well(health: Health, now: datetime) -> Health:
    return replace(health, failures=0, first_failure_at=None, open_until=None, last_ok_at=now)


def _is_fault(result: Result) -> bool:
    return result.outcome in (SendOutcome.DEST_TEMP, SendOutcome.UNCERTAIN)


def _may_be_accepted(delivery: DueDelivery, result: Result) -> bool:
    """Once uncertain, always uncertain: a later refusal does not tell that the first bytes were not accepted."""
    return delivery.is_uncertain or result.outcome == SendOutcome.UNCERTAIN


def _health_after(health: Health, result: Result, moment: Moment) -> Health:
    if result.outcome == SendOutcome.DEST_PERM:
        return _disabled(health, result)
    if result.outcome == SendOutcome.DEST_MOVED:
        return replace(health, moved_to=result.moved_to)
    if result.outcome == SendOutcome.RATE:  # being told to wait is no fault
        wait = retry_delay(1, moment.draw, floor=max(result.retry_after or 0.0, RATE_FLOOR))
        return replace(health, open_until=moment.now + timedelta(seconds=wait))
    failures = health.failures + 1
    since = health.first_failure_at or moment.now
    if is_given_up(result.status, since, moment.now):
        return _disabled(replace(health, failures=failures, first_failure_at=since), result)
    cap = PROBE_CAP if is_open(failures, since, moment.now) else HICCUP_CAP
    wait = retry_delay(failures, moment.draw, cap=cap, floor=result.retry_after or 0.0)
    return replace(health, failures=failures, first_failure_at=since, open_until=moment.now + timedelta(seconds=wait))


def _disabled(health: Health, result: Result) -> Health:
    reason = f"{result.code or result.outcome.value}; put its settings right, then: volya alerts enable NAME"
    return replace(health, state="disabled", reason=reason, open_until=None)


def _next_attempt_at(delivery: DueDelivery, result: Result, health: Health, moment: Moment) -> datetime:
    earliest = health.open_until or moment.now
    may_be_at_fault = result.outcome == SendOutcome.UNCERTAIN or (
        result.outcome == SendOutcome.DEST_TEMP and result.status is not None
    )
    if not may_be_at_fault:
        return earliest
    wait = retry_delay(delivery.tries + 1, moment.message_draw, cap=PROBE_CAP)
    return earliest + timedelta(seconds=wait)  # after the pause, so that the next probe is another message
