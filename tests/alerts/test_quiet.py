"""Quiet hours by the clock of their zone, days when clocks change included; and what passes them (D-28)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts import QuietHours, quiet_until
from alerts.policy import Reason, is_undone, is_urgent
from db.facts import EventChange, EventFacts, FieldChange, Kind, Status

KYIV, MINSK, BERLIN = (ZoneInfo(f"Europe/{name}") for name in ("Kyiv", "Minsk", "Berlin"))


def hours(written: str, zone: tzinfo) -> QuietHours:
    begins, _, ends = written.partition("-")
    return QuietHours(time.fromisoformat(begins), time.fromisoformat(ends), zone)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (hours("22:00-07:00", MINSK), "2026-01-15T18:59:59", None),
        (hours("22:00-07:00", MINSK), "2026-01-15T19:00:00", "2026-01-16T04:00:00"),
        (hours("22:00-07:00", MINSK), "2026-01-15T22:30:00", "2026-01-16T04:00:00"),
        (hours("22:00-07:00", MINSK), "2026-01-16T03:59:59", "2026-01-16T04:00:00"),
        (hours("22:00-07:00", MINSK), "2026-01-16T04:00:00", None),
        (hours("13:00-14:30", KYIV), "2026-07-01T10:00:00", "2026-07-01T11:30:00"),
        (hours("13:00-14:30", KYIV), "2026-07-01T11:30:00", None),
        (hours("00:00-06:00", KYIV), "2026-07-01T21:00:00", "2026-07-02T03:00:00"),
        # 29 March 2026: at 02:00 in Berlin it is 03:00; the night has an hour less.
        (hours("22:00-07:00", BERLIN), "2026-03-28T21:00:00", "2026-03-29T05:00:00"),
        (hours("22:00-07:00", BERLIN), "2026-03-29T05:00:00", None),
        (hours("22:00-02:30", BERLIN), "2026-03-29T01:29:00", "2026-03-29T01:30:00"),  # 02:30 does not come that day
        # 25 October 2026: at 03:00 it is 02:00 again; the night has an hour more, what ends at 02:30 ends once.
        (hours("22:00-07:00", BERLIN), "2026-10-24T20:00:00", "2026-10-25T06:00:00"),
        (hours("22:00-02:30", BERLIN), "2026-10-25T00:29:00", "2026-10-25T00:30:00"),
        (hours("22:00-02:30", BERLIN), "2026-10-25T00:31:00", None),
        (hours("22:00-02:30", BERLIN), "2026-10-25T01:15:00", None),
        (hours("02:30-05:00", BERLIN), "2026-10-25T00:31:00", "2026-10-25T04:00:00"),
        (hours("02:30-05:00", BERLIN), "2026-10-25T01:15:00", "2026-10-25T04:00:00"),
    ],
)
def test_quiet_hours_hold_by_the_clock_of_their_zone(quiet: QuietHours, now: str, until: str | None) -> None:
    end = datetime.fromisoformat(until).replace(tzinfo=UTC) if until is not None else None
    assert quiet_until(quiet, datetime.fromisoformat(now).replace(tzinfo=UTC)) == end


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(None, datetime(2026, 1, 15, 23, 0, tzinfo=UTC)) is None


def test_without_a_zone_the_clock_of_the_machine_counts() -> None:
    noon = datetime(2026, 1, 15, 12, 0).astimezone()
    quiet = QuietHours(time(11), time(13))
    assert quiet_until(quiet, noon.astimezone(UTC)) == datetime(2026, 1, 15, 13, 0).astimezone()


MAJOR = EventChange("status", (), is_material=True, is_major=True)
MINOR = EventChange("negotiators", (), is_material=True)


@pytest.mark.parametrize(
    ("kind", "status", "reason", "change", "expected"),
    [
        (Kind.RELEASE, Status.CONFIRMED, Reason.CREATED, MAJOR, True),
        (Kind.RELEASE, Status.ANNOUNCED, Reason.CREATED, MAJOR, True),
        (Kind.RELEASE, Status.REPORTED, Reason.CREATED, MAJOR, True),
        (Kind.RELEASE, Status.RUMOURED, Reason.CREATED, MAJOR, False),
        (Kind.NEGOTIATION, Status.CONFIRMED, Reason.CREATED, MAJOR, False),
        (Kind.NEGOTIATION, Status.DENIED, Reason.CREATED, MAJOR, False),
        (Kind.RELEASE, Status.CONFIRMED, Reason.UPDATED, MINOR, False),
        (Kind.RELEASE, Status.REPORTED, Reason.UPDATED, MAJOR, True),
        (Kind.NEGOTIATION, Status.ANNOUNCED, Reason.UPDATED, MAJOR, True),
        (Kind.NEGOTIATION, Status.ANNOUNCED, Reason.UPDATED, MINOR, False),
        (Kind.RELEASE, Status.RETRACTED, Reason.WITHDRAWN, MINOR, True),
        (Kind.NEGOTIATION, Status.DENIED, Reason.WITHDRAWN, MAJOR, True),
    ],
)
def test_what_passes_quiet_hours(
    release: Callable[..., EventFacts], kind: Kind, status: Status, reason: Reason, change: EventChange, expected: bool
) -> None:
    assert is_urgent(release(52, kind=kind, status=status), reason, change) is expected


def changed(*fields: tuple[str, Any, Any]) -> EventChange:
    return EventChange("x", tuple(FieldChange(*one) for one in fields), is_material=True, is_major=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((changed(("released", 52, 60)), changed(("released", 60, 52))), True),
        ((changed(("status", "reported", "denied")), changed(("status", "denied", "reported"))), True),
        ((changed(("released", 52, 60), ("roots", ["a"], ["a", "b"])), changed(("released", 60, 52))), True),
        ((changed(("released", 52, 60)), changed(("released", 60, 54))), False),
        ((changed(("released", 52, 60)),), False),
        ((changed(("status", "reported", "reported")),), False),
        ((), False),
    ],
)
def test_changes_that_end_where_they_began_are_undone(changes: tuple[EventChange, ...], expected: bool) -> None:
    assert is_undone(changes) is expected
