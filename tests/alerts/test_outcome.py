from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.outcome import (
    SendOutcome,
    is_given_up,
    is_open,
    is_past_deadline,
    redacted,
    retry_after,
    retry_delay,
)

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
S = SendOutcome


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        (None, "", None),
        (None, "{}", None),
        (None, "no json", None),
        (None, "[1, 2]", None),
        (None, '"retry_after"', None),
        ("30", "", 30.0),
        ("0", "", 0.0),
        (" 7 ", "", 7.0),
        ("1.5", "", 1.5),
        ("64.57", "", 64.57),
        ("-1", "", 60.0),
        ("-0.5", "", 60.0),
        ("soon", "", 60.0),
        ("", "", 60.0),
        ("nan", "", 60.0),
        ("inf", "", 60.0),
        ("1e999", "", 60.0),
        ("86400", "", 86400.0),
        ("999999", "", 86400.0),
        ("Thu, 11 Sep 2025 15:00:42 GMT", "", 42.0),
        ("Thu, 11 Sep 2025 17:00:42 +0200", "", 42.0),
        ("Thursday, 11-Sep-25 15:00:42 GMT", "", 42.0),
        ("Thu, 11 Sep 2025 14:00:00 GMT", "", 60.0),
        ("Fri, 11 Sep 2026 15:00:00 GMT", "", 86400.0),
        ("Thu, 99 Sep 2025 15:00:42 GMT", "", 60.0),
        (None, '{"retry_after": 2}', 2.0),
        (None, '{"retry_after": 64.57}', 64.57),
        (None, '{"retry_after": "12"}', 12.0),
        (None, '{"retry_after_ms": 1500}', 1.5),
        ("3", '{"retry_after_ms": 1500}', 3.0),
        (None, '{"retry_after_ms": -1}', 60.0),
        (None, '{"retry_after_ms": 1' + "0" * 400 + "}", 60.0),
        (None, '{"retry_after": -2}', 60.0),
        (None, '{"retry_after": true}', 60.0),
        (None, '{"retry_after": [1]}', 60.0),
        (None, '{"retry_after": null}', None),
        (None, '{"parameters": {"retry_after": 9}}', 9.0),
        (None, '{"parameters": [9]}', None),
        (None, '{"retry_after": 3, "parameters": {"retry_after": 9}}', 9.0),
        ("1", '{"retry_after": 5}', 5.0),
        ("8", '{"retry_after": 5}', 8.0),
        ("2", "[" * 100_000, 2.0),
        (None, '{"retry_after": ' + "9" * 400 + "}", 60.0),
    ],
)
def test_retry_after_is_read_from_header_and_json_and_the_largest_wins(
    header: str | None, body: str, expected: float | None
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    assert retry_after(headers, body, NOW) == expected


@given(header=st.text(max_size=40), body=st.text(max_size=60))
def test_no_retry_after_raises_or_leaves_its_bounds(header: str, body: str) -> None:
    wait = retry_after({"retry-after": header}, body, NOW)
    assert wait is not None
    assert 0 <= wait <= 86400


@given(tries=st.integers(0, 10_000), draw=st.floats(0, 1, exclude_max=True), floor=st.floats(0, 86400))
def test_a_delay_is_never_below_its_floor_and_never_above_its_cap(tries: int, draw: float, floor: float) -> None:
    assert 0 <= retry_delay(tries, draw) <= 3600
    assert floor <= retry_delay(tries, draw, floor=floor) <= floor + 3600


def test_full_jitter_spreads_evenly_up_to_the_cap() -> None:
    random = Random(7)
    delays = [retry_delay(50, random.random()) for _ in range(10_000)]
    assert min(delays) >= 0
    assert max(delays) <= 3600
    assert abs(sum(delays) / len(delays) - 1800) < 90


@pytest.mark.parametrize(("tries", "widest"), [(1, 5), (2, 10), (3, 20), (5, 80), (10, 2560), (11, 3600), (99, 3600)])
def test_the_delay_doubles_from_five_seconds(tries: int, widest: float) -> None:
    assert retry_delay(tries, 0.5) == pytest.approx(widest / 2)


@pytest.mark.parametrize(
    ("failures", "seconds", "expected"), [(5, 60, True), (4, 600, False), (5, 59, False), (500, 1, False)]
)
def test_the_breaker_opens_after_five_faults_over_a_minute(failures: int, seconds: int, expected: bool) -> None:
    assert is_open(failures, NOW - timedelta(seconds=seconds), NOW) is expected


def test_a_destination_without_a_fault_has_a_closed_breaker() -> None:
    assert not is_open(5, None, NOW)
    assert not is_given_up(500, None, NOW)


@pytest.mark.parametrize(
    ("status", "hours", "expected"),
    [
        (401, 23, False),
        (401, 24, True),
        (403, 24, True),
        (404, 24, True),
        (500, 24, False),
        (None, 119, False),
        (None, 120, True),
        (500, 121, True),
    ],
)
def test_refusals_are_given_up_after_a_day_and_faults_after_five(
    status: int | None, hours: int, expected: bool
) -> None:
    assert is_given_up(status, NOW - timedelta(hours=hours), NOW) is expected


@pytest.mark.parametrize(
    ("first_hours_ago", "ok_hours_ago", "expected"),
    [(73, 1, True), (71, 1, False), (73, None, False), (73, 80, False), (None, 1, False)],
)
def test_a_message_dies_of_age_only_while_others_were_accepted(
    first_hours_ago: int | None, ok_hours_ago: int | None, expected: bool
) -> None:
    first = None if first_hours_ago is None else NOW - timedelta(hours=first_hours_ago)
    last_ok = None if ok_hours_ago is None else NOW - timedelta(hours=ok_hours_ago)
    assert is_past_deadline(first, last_ok, NOW) is expected


def test_a_receivers_words_are_kept_short_on_one_line_and_without_secrets() -> None:
    kept = redacted("token CANARY\r\nERROR forged " + "я" * 2000, ("CANARY", ""))
    assert kept.startswith("token [secret] ERROR forged")
    assert len(kept.encode()) <= 1024
