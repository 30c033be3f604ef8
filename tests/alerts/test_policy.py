from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.destinations import Updates
from alerts.policy import (
    Occasion,
    Placement,
    Reason,
    Rules,
    digest_of,
    event_age,
    fold,
    has_heard,
    is_answered,
    is_told,
    placement,
    settle_time,
    should_announce,
)
from db.digests import Digest
from db.facts import EventChange, EventFacts, FieldChange, Kind, Polarity, Precision, Status

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
FRESH, OLD = timedelta(hours=1), timedelta(hours=37)
MATERIAL, QUIET = EventChange("x", is_material=True), EventChange("x")
CREATED, UPDATED, WITHDRAWN = Reason


@pytest.mark.parametrize(
    ("status", "change", "age", "is_forced", "already_told", "expected"),
    [
        (Status.REPORTED, MATERIAL, FRESH, False, False, CREATED),
        (Status.REPORTED, QUIET, FRESH, False, False, CREATED),
        (Status.RUMOURED, MATERIAL, FRESH, False, False, CREATED),
        (Status.REPORTED, MATERIAL, OLD, False, False, CREATED),
        (Status.REPORTED, MATERIAL, OLD, True, False, CREATED),
        (Status.REPORTED, MATERIAL, timedelta(hours=36), False, False, CREATED),
        (Status.CONFIRMED, MATERIAL, FRESH, False, True, UPDATED),
        (Status.CONFIRMED, MATERIAL, OLD, False, True, UPDATED),
        (Status.CONFIRMED, QUIET, FRESH, False, True, None),
        (Status.CONFIRMED, QUIET, FRESH, True, True, None),
        (Status.DENIED, MATERIAL, FRESH, False, True, WITHDRAWN),
        (Status.RETRACTED, MATERIAL, OLD, False, True, WITHDRAWN),
        (Status.SUPERSEDED, MATERIAL, FRESH, False, True, WITHDRAWN),
        (Status.DENIED, QUIET, FRESH, False, True, None),
        (Status.DENIED, MATERIAL, FRESH, False, False, None),
        (Status.RETRACTED, MATERIAL, FRESH, True, False, None),
        (Status.SUPERSEDED, MATERIAL, FRESH, False, False, None),
    ],
)
def test_a_revision_is_told_by_the_rules(
    *,
    release: Callable[..., EventFacts],
    status: Status,
    change: EventChange,
    age: timedelta,
    is_forced: bool,
    already_told: bool,
    expected: Reason | None,
) -> None:
    facts = release(52, status=status)
    assert should_announce(facts, change, Occasion(age, is_forced), Rules(), already_told=already_told) == expected


@pytest.mark.parametrize(
    ("occasion", "digest", "is_told"),
    [
        (Occasion(FRESH), None, True),
        (Occasion(OLD), Digest.LATE, True),
        (Occasion(OLD, is_forced=True), None, True),
        (Occasion(FRESH, is_loaded=True), Digest.LOADED, True),
        (Occasion(OLD, is_loaded=True), Digest.LATE, False),
        (Occasion(OLD, is_loaded=True, is_forced=True), None, True),
        (Occasion(FRESH, is_missed=True), Digest.CATCHING_UP, True),
        (Occasion(OLD, is_missed=True), Digest.CATCHING_UP, True),
        (Occasion(OLD, is_missed=True, is_forced=True), None, True),
    ],
)
def test_what_is_late_or_was_missed_is_told_in_a_digest(
    *, release: Callable[..., EventFacts], occasion: Occasion, digest: Digest | None, is_told: bool
) -> None:
    """D-26, D-27."""
    assert digest_of(occasion, Rules()) == digest
    reason = should_announce(release(52), MATERIAL, occasion, Rules(), already_told=False)
    assert (reason == CREATED) is is_told


@pytest.mark.parametrize("already_told", [True, False])
def test_related_news_is_never_told(release: Callable[..., EventFacts], already_told: bool) -> None:
    facts = release(52, kind=Kind.RELATED)
    assert should_announce(facts, MATERIAL, Occasion(FRESH, True), Rules(), already_told=already_told) is None


def test_a_refusal_of_talks_is_news_of_its_own(release: Callable[..., EventFacts]) -> None:
    facts = release(52, kind=Kind.NEGOTIATION, polarity=Polarity.NEGATIVE, status=Status.DENIED)
    assert should_announce(facts, MATERIAL, Occasion(FRESH), Rules(), already_told=False) == CREATED


@pytest.mark.parametrize(
    ("reason", "state", "expected"),
    [
        (None, None, Placement.NOTHING),
        (None, "sent", Placement.NOTHING),
        (CREATED, None, Placement.INSERT),
        (UPDATED, None, Placement.NOTHING),
        (WITHDRAWN, None, Placement.NOTHING),
        (CREATED, "superseded", Placement.REQUEUE),
        (UPDATED, "dead", Placement.REQUEUE),
        (WITHDRAWN, "dead", Placement.NOTHING),
        (WITHDRAWN, "superseded", Placement.NOTHING),
        (UPDATED, "pending", Placement.FOLD),
        (WITHDRAWN, "pending", Placement.CALL_OFF),
        (UPDATED, "sending", Placement.INSERT),
        (UPDATED, "uncertain", Placement.INSERT),
        (UPDATED, "sent", Placement.INSERT),
        (WITHDRAWN, "sent", Placement.INSERT),
        (WITHDRAWN, "uncertain", Placement.INSERT),
        (CREATED, "sent", Placement.NOTHING),
        (UPDATED, "cancelled", Placement.NOTHING),
        (CREATED, "cancelled", Placement.NOTHING),
    ],
)
def test_a_decision_takes_its_place_in_the_queue(reason: Reason | None, state: str | None, expected: Placement) -> None:
    assert placement(reason, state) == expected


@pytest.mark.parametrize(
    ("state", "expected"), [(None, False), ("superseded", False), ("pending", True), ("sent", True), ("dead", True)]
)
def test_who_has_a_message_waiting_counts_as_told(state: str | None, expected: bool) -> None:
    assert is_told(state) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [(None, False), ("superseded", False), ("cancelled", False), ("dead", False), ("pending", True), ("sent", True)],
)
def test_who_is_to_hear_of_a_split_was_told_and_nobody_took_it_back(state: str | None, expected: bool) -> None:
    assert has_heard(state) is expected


@pytest.mark.parametrize(
    ("field", "updates", "expected"),
    [("status", Updates.EDIT, True), ("same_as", Updates.EDIT, False), ("status", Updates.MAJOR, False)],
)
def test_a_withdrawal_is_answered_and_a_merge_is_not(field: str, updates: Updates, expected: bool) -> None:
    change = EventChange("x", (FieldChange(field, None, "y"),), is_material=True, is_major=True)
    assert is_answered(WITHDRAWN, change, updates) is expected


def test_changes_fold_from_the_first_before_to_the_last_after() -> None:
    one = EventChange("count", (FieldChange("a", 1, 2), FieldChange("b", 1, 2)), is_material=True)
    two = EventChange("status", (FieldChange("a", 2, 3), FieldChange("b", 2, 1)), is_material=True, is_major=True)
    folded = fold([one, two, EventChange("source")])
    assert folded == EventChange("status", (FieldChange("a", 1, 3),), is_material=True, is_major=True)
    assert not fold([]).is_material


@pytest.mark.parametrize(
    ("event_date", "precision", "published_at", "expected_hours"),
    [
        (None, None, None, 2),
        (None, None, NOW - timedelta(hours=5), 5),
        (date(2025, 9, 11), Precision.DAY, NOW - timedelta(hours=5), 5),
        (date(2025, 9, 11), None, None, 0),
        (date(2025, 9, 9), Precision.DAY, NOW, 39),
        (date(2025, 9, 9), None, None, 39),
        (date(2025, 9, 1), Precision.WEEK, NOW - timedelta(hours=1), 87),
        (date(2025, 9, 1), Precision.MONTH, NOW - timedelta(hours=1), 1),
        (date(2025, 9, 20), Precision.DAY, NOW - timedelta(hours=3), 3),
        (date(2025, 9, 20), Precision.DAY, None, 0),
    ],
)
def test_the_age_of_an_event_is_by_its_best_date(
    release: Callable[..., EventFacts],
    event_date: date | None,
    precision: Precision | None,
    published_at: datetime | None,
    expected_hours: int,
) -> None:
    facts = release(52, event_date=event_date, date_precision=precision)
    assert event_age(facts, published_at, NOW - timedelta(hours=2), NOW) == timedelta(hours=expected_hours)


@pytest.mark.parametrize(
    ("setting", "can_edit", "expected"), [(None, True, 0), (None, False, 60), (timedelta(seconds=5), False, 5)]
)
def test_auto_settle_waits_where_a_message_cannot_be_edited(
    setting: timedelta | None, can_edit: bool, expected: int
) -> None:
    assert settle_time(setting, can_edit=can_edit) == timedelta(seconds=expected)
