"""What an answer of a receiver means (reliability table 2.2), and the arithmetic of trying again. All pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from alerts.redaction import secret_forms

DELAY_BASE = 5.0
DELAY_CAP = 3600.0
PROBE_CAP = 300.0
RETRY_AFTER_CAP = 24 * 3600.0
RETRY_AFTER_UNREADABLE = 60.0
BREAKER_FAILURES = 5
BREAKER_TIME = timedelta(seconds=60)
DEADLINE = timedelta(hours=72)
REFUSAL_PATIENCE = timedelta(hours=24)
FAILURE_PATIENCE = timedelta(days=5)
RESPONSE_LIMIT = 1024

_WAITS: Mapping[str, float] = {"retry_after": 1.0, "retry_after_ms": 0.001}
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_BAD_MESSAGE = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    },
)


class SendOutcome(StrEnum):
    """The error classes (reliability 2.2): every answer of every receiver is one of these.

    `EDIT_LOST`: the message to edit is no longer there for us; the delivery is then written as a new message (3.2, 3.3).
    """

    OK = "ok"
    RATE = "rate"
    DEST_TEMP = "dest_temp"
    UNCERTAIN = "uncertain"
    DEST_PERM = "dest_perm"
    DEST_MOVED = "dest_moved"
    MSG_PERM = "msg_perm"
    NOOP = "noop"
    EDIT_LOST = "edit_lost"


@dataclass(frozen=True, slots=True)
class Result:
    """What a channel made of one attempt.

    `code` is a short word for people and rows; `response` is at most 1 kB and redacted; neither ever holds an
    address or a secret. `retry_after` is in seconds. `moved_to` is the receiver's new address (DEST_MOVED only).
    """

    outcome: SendOutcome
    status: int | None = None
    code: str | None = None
    retry_after: float | None = None
    response: str | None = None
    remote_channel: str | None = None
    remote_id: str | None = None
    moved_to: str | None = None


def classify_webhook(status: int, *, has_retry_after: bool) -> SendOutcome:
    """Return the class of a generic webhook's answer (table 3.4).

    A status the table does not name is the destination's fault, not the message's: a message is then kept (D-7).
    401, 403 and 404 are temporary here; `is_given_up` makes them permanent after 24 h.
    """
    if status // 100 == HTTPStatus.OK // 100:
        return SendOutcome.OK
    if status // 100 == HTTPStatus.MULTIPLE_CHOICES // 100 or status == HTTPStatus.GONE:
        return SendOutcome.DEST_PERM
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and has_retry_after):
        return SendOutcome.RATE
    return SendOutcome.MSG_PERM if status in _BAD_MESSAGE else SendOutcome.DEST_TEMP


def retry_after(headers: Mapping[str, str], body: str, now: datetime) -> float | None:
    """Return how many seconds the receiver asks to wait, or None if it asks nothing (D-9).

    Read from the header (integer, decimal or HTTP date) and from JSON (`retry_after`, in Matrix `retry_after_ms`, also
    within `parameters`); the largest wins, at most 24 h. What is negative or unreadable counts as 60 s.
    """
    stated = [value for name, value in headers.items() if name.lower() == "retry-after"]
    waits = [_header_seconds(value, now) for value in stated] + list(_json_waits(body))
    return min(max(waits), RETRY_AFTER_CAP) if waits else None


def _header_seconds(value: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return _plain_seconds(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _plain_seconds((aware - now).total_seconds())


def _plain_seconds(value: object, unit: float = 1.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return RETRY_AFTER_UNREADABLE
    try:
        seconds = float(value) * unit
    except (ValueError, OverflowError):
        return RETRY_AFTER_UNREADABLE
    return seconds if math.isfinite(seconds) and seconds >= 0 else RETRY_AFTER_UNREADABLE


def _json_waits(body: str) -> Iterator[float]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return
    parameters = data.get("parameters") if isinstance(data, dict) else None
    for holder in filter(lambda part: isinstance(part, dict), (data, parameters)):
        for name, unit in _WAITS.items():
            if holder.get(name) is not None:
                yield _plain_seconds(holder[name], unit)


def retry_delay(tries: int, draw: float, *, cap: float = DELAY_CAP, floor: float = 0.0) -> float:
    """Return the seconds to wait after `tries` failures, with full jitter (D-8). `draw` is random in [0, 1).

    `floor` is what the receiver asked for; the jitter then comes on top, so that not all come back at once.
    """
    widest = min(cap, DELAY_BASE * 2.0 ** min(max(tries - 1, 0), 30))
    return floor + draw * (min(widest, DELAY_BASE) if floor else widest)


def is_open(failures: int, first_failure_at: datetime | None, now: datetime) -> bool:
    """Say whether the breaker of a destination is open: 5 destination faults in a row over at least 60 s (D-10)."""
    if first_failure_at is None or failures < BREAKER_FAILURES:
        return False
    return now - first_failure_at >= BREAKER_TIME


def is_given_up(status: int | None, first_failure_at: datetime | None, now: datetime) -> bool:
    """Say whether a destination that only fails is to be disabled: refusals after 24 h, anything after 5 days (W-5)."""
    if first_failure_at is None:
        return False
    patience = REFUSAL_PATIENCE if status in _REFUSALS else FAILURE_PATIENCE
    return now - first_failure_at >= patience


def is_past_deadline(
    first_at: datetime | None, last_ok_at: datetime | None, now: datetime, deadline: timedelta = DEADLINE
) -> bool:
    """Say whether a message is dead by age (D-11): not accepted in 72 h while its destination answered others."""
    if first_at is None or last_ok_at is None:
        return False
    return now - first_at >= deadline and last_ok_at > first_at


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """Return a receiver's words without our secrets in any form, on one line and at most 1 kB (D-6, SEC-20)."""
    for form in secret_forms(secrets):
        text = text.replace(form, "[secret]")
    line = " ".join(text.split())
    return line.encode()[:RESPONSE_LIMIT].decode(errors="ignore")
