"""The step from events to deliveries: one transaction an event holds the alert, its deliveries and the queue (D-1c)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.destinations import Destination, Updates, matches
from alerts.errors import UnknownDestinationError
from alerts.keys import new_key
from alerts.loaded import tell_loaded
from alerts.people import PersonKey, Watch
from alerts.policy import (
    Occasion,
    Placement,
    Reason,
    Rules,
    digest_of,
    edit_due,
    event_age,
    fold,
    has_heard,
    is_answered,
    is_news,
    is_over,
    is_told,
    is_update_told,
    is_urgent,
    placement,
    should_announce,
)
from db import Database, DatabaseError, Session
from db.announcing import (
    DueEvent,
    NewAlert,
    add_alert,
    destination_ids,
    find_due_events,
    load_due_event,
    mark_announced,
    whole_event,
)
from db.digests import Digest
from db.facts import EventChange
from db.people import list_watches
from db.questions import ask_approvers
from db.restored import hold_event, is_from_before, restored_at
from db.silences import lift_by_change
from db.told import Adoption, Told, adopt, hand_over_created, last_told_at, told_of
from db.unsent import NewDelivery, add_delivery, call_off_created, restart_created
from db.views import EventView

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class Decision:
    """What one destination is told of a revision, and how that changes its queue.

    `part` is the merged event that it knows this one by, where it was never told of this one itself. `digest`: a first
    message that is told in one only.
    """

    destination: Destination
    destination_id: int
    reason: Reason
    placement: Placement
    part: int | None = None
    digest: Digest | None = None


def announce_due(
    database: Database,
    destinations: Sequence[Destination],
    rules: Rules,
    now: datetime,
    make_key: Callable[[], str] = new_key,
    person_key: PersonKey = str.casefold,
) -> int:
    """Decide on every event whose newest revision waits, and queue its deliveries; return how many alerts were made.

    `sync_destinations` has stored the destinations before. An event that cannot be decided on stays in the queue
    and holds up no other. `person_key` is the same for all spellings of one person's name.
    """
    run = _Run(destinations, rules, now, make_key, person_key)
    with database.read() as session:
        due = find_due_events(session, BATCH)
    made = 0
    for event_id in due:
        try:
            with database.begin() as session:
                made += _announce(session, event_id, run)
        except (DatabaseError, UnknownDestinationError):
            raise
        except Exception:  # one event is one unit of work: its trouble must not silence the others
            log.exception("event %d could not be announced and stays queued", event_id)
    if rules.operators:
        made += tell_loaded(database, rules.operators, now, make_key)
    return made


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run of the step works with."""

    destinations: Sequence[Destination]
    rules: Rules
    now: datetime
    make_key: Callable[[], str]
    person_key: PersonKey


def _announce(session: Session, event_id: int, run: _Run) -> bool:
    due = load_due_event(session, event_id)
    if due is None:
        return False
    change = fold(due.changes)
    decisions = _decide(session, due, change, run)
    if decisions:
        alert = NewAlert(event_id, due.view.revision, _alert_type(decisions), change)
        alert_id = add_alert(session, alert, run.now)
        for decision in decisions:
            _queue(session, alert_id, due, decision, run)
        if _is_retold(session, due, decisions, run):
            log.warning(
                "event %d may have been told before the restore: see volya alerts list --state uncertain", event_id
            )
            hold_event(session, event_id)
        else:
            ask_approvers(session, alert_id, _approvers(decisions), run.now, run.make_key)
    mark_announced(session, event_id, due.view.revision)
    if change.is_major:
        lift_by_change(session, event_id, due.view.revision, run.now)
    return bool(decisions)


def _is_retold(session: Session, due: DueEvent, decisions: Sequence[Decision], run: _Run) -> bool:
    """Say whether a restored database may have told this before the restore, and forgot it with that (DB-7).

    An order of the operator passes over it.
    """
    moment = restored_at(session, run.now)
    if moment is None or due.is_forced:
        return False
    is_first = any(one.reason == Reason.CREATED for one in decisions)
    return (is_first and is_over(due.view.facts, moment)) or is_from_before(session, due.view.id, moment)


def _approvers(decisions: Sequence[Decision]) -> set[str]:
    """Return the destinations whose chats are asked about what was queued and waits for a person's word."""
    asked = (one.destination for one in decisions if one.placement in (Placement.INSERT, Placement.REQUEUE))
    return {one.approver for one in asked if one.approval and one.approver is not None}


def _decide(session: Session, due: DueEvent, change: EventChange, run: _Run) -> list[Decision]:
    ids, knowledge = destination_ids(session), _knowledge(session, due)
    wanting = _wanting(due, run.destinations, Watch(tuple(list_watches(session)), run.person_key))
    decisions = []
    for destination in run.destinations:
        if destination.name not in ids:
            raise UnknownDestinationError(destination.name, "not stored yet; call sync_destinations first")
        number = ids[destination.name]
        known = knowledge.told.get(number)
        # Filters count for the first telling only: who was told hears how it goes on (P4), also in two events.
        is_wanted = destination in wanting or number in knowledge.origin or _is_told(known)
        occasion = _occasion(due, number, knowledge, run)
        reason = _reason(due, change, occasion, known, run) if is_wanted else None
        place = placement(reason, known.created_state if known else None)
        if place == Placement.CALL_OFF and knowledge.takes_over(number):
            place = Placement.HAND_OVER
        if reason is None or place == Placement.NOTHING:
            continue
        if place != Placement.INSERT or is_update_told(reason, change, destination.updates):
            digest = digest_of(occasion, run.rules)
            decisions.append(Decision(destination, number, reason, place, known.part if known else None, digest))
    return decisions


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """Who was told of an event that is due, by the destinations' ids.

    `origin` are those that were told of the event which a person split this one from. `whole` is the event that this
    one is part of, None where it stands by itself; `told_whole` was told of that.
    """

    told: Mapping[int, Told]
    origin: frozenset[int] = frozenset()
    whole: EventView | None = None
    told_whole: frozenset[int] = frozenset()

    def takes_over(self, destination_id: int) -> bool:
        """Say whether a `created` that waits at a destination is to tell of the whole event."""
        return self.whole is not None and is_news(self.whole.facts) and destination_id not in self.told_whole


def _knowledge(session: Session, due: DueEvent) -> _Knowledge:
    facts, told = due.view.facts, told_of(session, due.view.id)
    if facts.same_as is not None:
        whole = whole_event(session, due.view.id)
        return _Knowledge(told, whole=whole, told_whole=frozenset(told_of(session, whole.id)) if whole else frozenset())
    if facts.split_from is None:
        return _Knowledge(told)
    heard = told_of(session, facts.split_from).items()
    return _Knowledge(told, frozenset(number for number, known in heard if has_heard(known.created_state)))


def _wanting(due: DueEvent, destinations: Sequence[Destination], watch: Watch) -> list[Destination]:
    """Return the destinations whose filters let an event through, and to whom it is new."""
    languages = {article.language for article in due.view.articles if article.language}
    first_seen, is_major = due.view.first_seen, due.is_forced or fold(due.changes).is_major
    there = [one for one in destinations if one.is_new_here(first_seen, is_major=is_major)]
    return [one for one in there if matches(one, due.view.facts, languages, watch)]


def _is_told(known: Told | None) -> bool:
    return known is not None and is_told(known.created_state)


def _occasion(due: DueEvent, number: int, knowledge: _Knowledge, run: _Run) -> Occasion:
    """Return what surrounds a revision at a destination."""
    facts, seen, published_at = due.view.facts, due.view.first_seen, due.first_published_at
    is_forced = due.is_forced or number in knowledge.origin
    absence = run.rules.absence
    is_missed = absence is not None and absence.hides(published_at, seen)
    return Occasion(event_age(facts, published_at, seen, run.now), is_forced, due.is_loaded, is_missed)


def _reason(due: DueEvent, change: EventChange, occasion: Occasion, known: Told | None, run: _Run) -> Reason | None:
    """Return as what a destination is told whose filters let the event through, or that knows of it already."""
    if known is not None and known.revision is not None and known.revision >= due.view.revision:
        return None
    return should_announce(due.view.facts, change, occasion, run.rules, already_told=_is_told(known))


def _alert_type(decisions: Sequence[Decision]) -> str:
    """Return the weightiest word of the deliveries: an event may be new to one destination and known to another."""
    reasons = {decision.reason for decision in decisions}
    return next(reason for reason in (Reason.WITHDRAWN, Reason.UPDATED, Reason.CREATED) if reason in reasons)


def _queue(session: Session, alert_id: int, due: DueEvent, decision: Decision, run: _Run) -> None:
    event_id, destination_id = due.view.id, decision.destination_id
    is_first = decision.reason == Reason.CREATED
    at = run.now + decision.destination.settle if is_first else run.now
    urgent = is_urgent(due.view.facts, decision.reason, fold(due.changes))
    if decision.placement == Placement.INSERT:
        _insert(session, alert_id, due, decision, run, at)
    elif decision.placement == Placement.CALL_OFF:
        call_off_created(session, destination_id, event_id)
    elif decision.placement == Placement.HAND_OVER:
        _hand_over(session, due, destination_id, run)
    else:
        again_at = at if decision.placement == Placement.REQUEUE else None
        waits = decision.digest is not None
        restart_created(session, destination_id, event_id, again_at, is_urgent=urgent, waits_for_digest=waits)


def _insert(session: Session, alert_id: int, due: DueEvent, decision: Decision, run: _Run, at: datetime) -> None:
    event_id, revision, destination_id = due.view.id, due.view.revision, decision.destination_id
    change = fold(due.changes)
    if decision.destination.updates == Updates.EDIT and decision.reason == Reason.UPDATED and not change.is_major:
        at = edit_due(run.now, last_told_at(session, destination_id, event_id))
    if decision.part is not None:
        adopt(session, Adoption(destination_id, event_id, revision, decision.part, alert_id, run.make_key()), run.now)
    new = NewDelivery(
        alert_id=alert_id,
        destination_id=destination_id,
        event_id=event_id,
        revision=revision,
        type=decision.reason,
        key=run.make_key(),
        next_attempt_at=at,
        is_approved=not decision.destination.approval,
        is_urgent=is_urgent(due.view.facts, decision.reason, change),
        digest=decision.digest,
    )
    add_delivery(session, new, run.now)
    if is_answered(decision.reason, change, decision.destination.updates):
        add_delivery(session, replace(new, type="reply", key=run.make_key()), run.now)


def _hand_over(session: Session, due: DueEvent, destination_id: int, run: _Run) -> None:
    """Let the first message that waits on a merged event tell of the whole one; it stands under an alert of that."""
    whole = whole_event(session, due.view.id)
    if whole is None:
        return
    change = EventChange(f"event {due.view.id} is part of it", (), is_material=True, is_major=True)
    alert_id = add_alert(session, NewAlert(whole.id, whole.revision, Reason.CREATED, change), run.now)
    hand_over_created(session, destination_id, due.view.id, alert_id, (whole.id, whole.revision))
    restart_created(session, destination_id, whole.id, is_urgent=is_urgent(whole.facts, Reason.CREATED, change))
