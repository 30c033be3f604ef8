"""The step from events to deliveries: one transaction an event holds the alert, its deliveries and the queue (D-1c)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.destinations import Destination, matches
from alerts.errors import UnknownDestinationError
from alerts.people import PersonKey, Watch
from alerts.policy import (
    Occasion,
    Placement,
    Reason,
    Rules,
    event_age,
    fold,
    is_answered,
    is_told,
    is_update_told,
    placement,
    should_announce,
)
from db import Database, DatabaseError, Session
from db.announcing import (
    DueEvent,
    NewAlert,
    NewDelivery,
    Told,
    add_alert,
    add_delivery,
    call_off_created,
    destination_ids,
    find_due_events,
    load_due_event,
    mark_announced,
    restart_created,
    told_of,
)
from db.facts import EventChange
from db.people import list_watches

log = logging.getLogger(__name__)

BATCH = 100


def new_key() -> str:
    """Return a delivery's key: unique, without a dot (D-3)."""
    return f"msg_{uuid.uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one destination is told of a revision, and how that changes its queue."""

    destination: Destination
    destination_id: int
    reason: Reason
    placement: Placement


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
    mark_announced(session, event_id, due.view.revision)
    return bool(decisions)


def _decide(session: Session, due: DueEvent, change: EventChange, run: _Run) -> list[Decision]:
    ids, told = destination_ids(session), told_of(session, due.view.id)
    wanting = _wanting(due, run.destinations, Watch(tuple(list_watches(session)), run.person_key))
    decisions = []
    for destination in run.destinations:
        if destination.name not in ids:
            raise UnknownDestinationError(destination.name, "not stored yet; call sync_destinations first")
        known = told.get(ids[destination.name])
        # Filters count for the first telling only: who was told hears how it goes on (P4).
        is_wanted = destination in wanting or (known is not None and is_told(known.created_state))
        reason = _reason(due, change, known, run) if is_wanted else None
        place = placement(reason, known.created_state if known else None)
        if reason is None or place == Placement.NOTHING:
            continue
        if place != Placement.INSERT or is_update_told(reason, change, destination.updates):
            decisions.append(Decision(destination, ids[destination.name], reason, place))
    return decisions


def _wanting(due: DueEvent, destinations: Sequence[Destination], watch: Watch) -> list[Destination]:
    """Return the destinations whose filters let an event through."""
    languages = {article.language for article in due.view.articles if article.language}
    return [one for one in destinations if matches(one, due.view.facts, languages, watch)]


def _reason(due: DueEvent, change: EventChange, known: Told | None, run: _Run) -> Reason | None:
    """Return as what a destination is told whose filters let the event through, or that knows of it already."""
    facts, already_told = due.view.facts, known is not None and is_told(known.created_state)
    if known is not None and known.revision is not None and known.revision >= due.view.revision:
        return None
    age = event_age(facts, due.first_published_at, due.view.first_seen, run.now)
    return should_announce(facts, change, Occasion(age, due.is_forced), run.rules, already_told=already_told)


def _alert_type(decisions: Sequence[Decision]) -> str:
    """Return the weightiest word of the deliveries: an event may be new to one destination and known to another."""
    reasons = {decision.reason for decision in decisions}
    return next(reason for reason in (Reason.WITHDRAWN, Reason.UPDATED, Reason.CREATED) if reason in reasons)


def _queue(session: Session, alert_id: int, due: DueEvent, decision: Decision, run: _Run) -> None:
    event_id, destination_id = due.view.id, decision.destination_id
    is_first = decision.reason == Reason.CREATED
    at = run.now + decision.destination.settle if is_first else run.now
    if decision.placement == Placement.INSERT:
        new = NewDelivery(
            alert_id=alert_id,
            destination_id=destination_id,
            event_id=event_id,
            revision=due.view.revision,
            type=decision.reason,
            key=run.make_key(),
            next_attempt_at=at,
            is_approved=not decision.destination.approval,
        )
        add_delivery(session, new, run.now)
        if is_answered(decision.reason, fold(due.changes), decision.destination.updates):
            add_delivery(session, replace(new, type="reply", key=run.make_key()), run.now)
    elif decision.placement == Placement.CALL_OFF:
        call_off_created(session, destination_id, event_id)
    else:
        restart_created(session, destination_id, event_id, at if decision.placement == Placement.REQUEUE else None)
