"""When an event is told, to whom as what. All pure: change the rules of alerting here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from alerts.absence import Absence
from alerts.destinations import ALERTING_KINDS, Updates
from db.digests import Digest
from db.facts import EventChange, EventFacts, FieldChange, Kind, Polarity, Precision, Status

_RINGS_NOT = frozenset({"roots", "conflicts"})  # who says so is shown, and no news by itself
NOT_URGENT = frozenset({Status.RUMOURED})
WITHDRAWING = frozenset({Status.DENIED, Status.RETRACTED, Status.SUPERSEDED})
SETTLE_UNEDITABLE = timedelta(seconds=60)
EDIT_PAUSE = timedelta(minutes=10)  # D-21
_SPANS = {Precision.WEEK: timedelta(days=7), Precision.MONTH: timedelta(days=31)}


class Reason(StrEnum):
    """As what a destination is told of an event's revision."""

    CREATED = "created"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts for all events of a run. `max_age`: an older event gets no instant alert (D-26).

    `operators` are the destinations that messages about Volya itself go to. After an `absence` of ours, what happened in
    it is told together (D-27).
    """

    max_age: timedelta = timedelta(hours=36)
    operators: tuple[str, ...] = ()
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What surrounds a revision: how old the event is, and whether a person's order passes over its age.

    That is `import --alerts`, and a split of an event that the destination was told of. `is_loaded`: the first look at
    an outlet found it. `is_missed`: it was told while we were down.
    """

    age: timedelta
    is_forced: bool = False
    is_loaded: bool = False
    is_missed: bool = False


class Placement(StrEnum):
    """What becomes of a decision in one destination's queue."""

    INSERT = "insert"  # a row of its own
    REQUEUE = "requeue"  # the one `created` row starts afresh, with the newest text
    FOLD = "fold"  # the waiting `created` will be rendered at the newest revision anyway
    CALL_OFF = "call_off"  # never sent and no longer so: the waiting `created` leaves the queue
    HAND_OVER = "hand_over"  # never sent: the waiting `created` tells of the event that this one is part of now
    NOTHING = "nothing"


def should_announce(
    facts: EventFacts, change: EventChange, occasion: Occasion, rules: Rules, *, already_told: bool
) -> Reason | None:
    """Return as what one destination is to be told of a revision, or None for silence (domain rule 3, D-21, D-26).

    Whether a first message is told in a digest is asked of `digest_of`. What the first look at an outlet finds is told
    only where it is not old.

    Only releases and negotiations alert. An event that was never told there (baseline, import, or a filter that
    only now lets it through) is new to that destination, whatever changed.
    """
    if facts.kind not in ALERTING_KINDS:
        return None
    if already_told:
        return _about_told(facts, change)
    if not is_news(facts):
        return None
    is_history = occasion.is_loaded and digest_of(occasion, rules) == Digest.LATE
    return None if is_history else Reason.CREATED


def digest_of(occasion: Occasion, rules: Rules) -> Digest | None:
    """Return in which digest a first message is told; None: by itself (D-26, D-27)."""
    if occasion.is_forced:
        return None
    if occasion.is_missed:
        return Digest.CATCHING_UP
    if occasion.age > rules.max_age:
        return Digest.LATE
    return Digest.LOADED if occasion.is_loaded else None


def _about_told(facts: EventFacts, change: EventChange) -> Reason | None:
    if not change.is_material:
        return None
    return Reason.WITHDRAWN if facts.status in WITHDRAWING else Reason.UPDATED


def is_news(facts: EventFacts) -> bool:
    """Say whether an untold event is worth a first alert: a refusal of talks is news, a withdrawn report is not."""
    is_refusal = facts.kind == Kind.NEGOTIATION and facts.polarity == Polarity.NEGATIVE
    return facts.status not in WITHDRAWING or (is_refusal and facts.status == Status.DENIED)


def placement(reason: Reason | None, created_state: str | None) -> Placement:
    """Return what to do with a decision where the destination's `created` row is in `created_state` (None: no row).

    A `created` that waits and cannot have been accepted tells the newest revision by itself (D-23). One that may
    have been accepted keeps its bytes (W-1), so the update follows it as a row of its own. A dead one gets
    another try with its new text; one dropped by a person (`cancelled`) stays dropped.
    """
    if reason is None or created_state == "cancelled":
        return Placement.NOTHING
    if created_state is None:
        return Placement.INSERT if reason == Reason.CREATED else Placement.NOTHING
    if created_state in ("superseded", "dead"):
        return Placement.NOTHING if reason == Reason.WITHDRAWN else Placement.REQUEUE
    if created_state == "pending":
        return Placement.CALL_OFF if reason == Reason.WITHDRAWN else Placement.FOLD
    return Placement.NOTHING if reason == Reason.CREATED else Placement.INSERT


def is_told(created_state: str | None) -> bool:
    """Say whether a destination knows, or will know, of an event, by the state of its `created` row."""
    return created_state not in (None, "superseded")


def has_heard(created_state: str | None) -> bool:
    """Say whether a destination was told of an event and nobody took that back, by the state of its `created` row."""
    return created_state in ("pending", "sending", "sent", "uncertain")


def fold(changes: Sequence[EventChange]) -> EventChange:
    """Return several changes in order as one: first `before`, last `after`, the reason of the weightiest."""
    if not changes:
        return EventChange(reason="nothing changed")
    fields: dict[str, FieldChange] = {}
    for change in changes:
        for one in change.fields:
            before = fields[one.field].before if one.field in fields else one.before
            fields[one.field] = FieldChange(one.field, before, one.after)
    weightiest = max(changes, key=lambda change: (change.is_major, change.is_material))
    return EventChange(
        reason=weightiest.reason,
        fields=tuple(one for one in fields.values() if one.before != one.after),
        is_material=any(change.is_material for change in changes),
        is_major=any(change.is_major for change in changes),
    )


def event_age(
    facts: EventFacts, first_published_at: datetime | None, first_seen_at: datetime, now: datetime
) -> timedelta:
    """Return how old an event is by its best date (D-26).

    An event date is a day, week or month, so it counts from its end; a page published before that end is the
    closer word. Without either, the time we first saw it.
    """
    ends = _end_of(facts.event_date, facts.date_precision)
    known = [moment for moment in (ends, first_published_at) if moment is not None]
    return max(now - min(known, default=first_seen_at), timedelta(0))


def is_over(facts: EventFacts, moment: datetime) -> bool:
    """Say whether an event's day, week or month had ended at a moment; one without a date had not."""
    ends = _end_of(facts.event_date, facts.date_precision)
    return ends is not None and ends <= moment


def _end_of(day: date | None, precision: Precision | None) -> datetime | None:
    if day is None:
        return None
    span = _SPANS.get(precision, timedelta(days=1)) if precision else timedelta(days=1)
    return datetime.combine(day, time(0), UTC) + span


def settle_time(setting: timedelta | None, *, can_edit: bool) -> timedelta:
    """Return how long a first alert waits for more sources (D-20); None is "auto"."""
    if setting is not None:
        return setting
    return timedelta(0) if can_edit else SETTLE_UNEDITABLE


def updates_of(*, can_edit: bool, is_for_machines: bool) -> Updates:
    """Return how a destination hears of changes, by what its channel can do (D-22)."""
    if can_edit:
        return Updates.EDIT
    return Updates.EVERY if is_for_machines else Updates.MAJOR


def is_update_told(reason: Reason, change: EventChange, updates: Updates) -> bool:
    """Say whether a change is told where the first message was sent: minor ones not where nothing can be edited."""
    return updates != Updates.MAJOR or change.is_major or reason != Reason.UPDATED


def is_urgent(facts: EventFacts, reason: Reason, change: EventChange) -> bool:
    """Say whether quiet hours let a message through (D-28).

    Of first alerts those of a release, but not of one that is only rumoured; a withdrawal; a major change. Talks and
    minor changes can wait until the morning.
    """
    if reason == Reason.CREATED:
        return facts.kind == Kind.RELEASE and facts.status not in NOT_URGENT
    return reason == Reason.WITHDRAWN or change.is_major


def is_undone(changes: Sequence[EventChange]) -> bool:
    """Say whether what several changes changed is as it was before the first of them: nothing is left to ring for."""
    differed = any(one.before != one.after for change in changes for one in change.fields)
    return differed and all(one.field in _RINGS_NOT for one in fold(changes).fields)


def is_rung_for(facts: EventFacts, changes: Sequence[EventChange]) -> bool:
    """Say whether something among changes is worth an answer that rings: a major one, or a withdrawal (D-22)."""
    return facts.status in WITHDRAWING or any(change.is_major for change in changes)


def edit_due(now: datetime, told_at: datetime | None) -> datetime:
    """Return when an edit for a minor change is due: an event is edited at most once in 10 minutes (D-21).

    `told_at` is when the destination was last sent something of it; None: that is on its way.
    """
    return max(now, (told_at or now) + EDIT_PAUSE)


def is_answered(reason: Reason, change: EventChange, updates: Updates) -> bool:
    """Say whether an edit is followed by an answer, because an edit rings nobody's phone (D-22).

    That two messages tell of one event is said by the edit alone: nothing happened (D-4).
    """
    if any(one.field == "same_as" for one in change.fields):
        return False
    return updates == Updates.EDIT and reason != Reason.CREATED and (change.is_major or reason == Reason.WITHDRAWN)
