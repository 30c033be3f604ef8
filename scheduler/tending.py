"""The step `tend`: the health of outlets is judged, and the operators are told of what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db import Database, Session
from db.health import (
    OutletAlarm,
    failures_of_all,
    forget_alarm,
    learn_outlet,
    list_alarms,
    outlets_to_learn,
    past_of,
    redirects_of_all,
    store_alarm,
    store_states,
)
from db.notes import make_note, note_of
from db.notices import Notice, add_notice
from db.outlets import list_outlets
from db.planning import is_own_outage
from scheduler.alarms import Round, weigh
from scheduler.health import Knowledge, risen_and_fallen

log = logging.getLogger(__name__)

LEARNED_EVERY = timedelta(hours=1)
LEARNED_AT_ONCE = 25  # outlets, each in a transaction of its own
OUTAGE = "own-outage"
TOLD = "outlet-notices"


@dataclass(frozen=True, slots=True)
class Outage:
    """Whether our own network is down, the note of it that is to be written, and the notice that it is over."""

    is_on: bool
    calm_since: datetime | None = None
    note: Mapping[str, str] | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at all outlets comes to: alarms and notices, and the stored states that change, by entry point."""

    found: Round
    states: Mapping[int, str] = field(default_factory=dict)


def tend_outlets(database: Database, to: Collection[str], now: datetime, make_key: Callable[[], str]) -> int:
    """Learn what is new of outlets, then look at all of them; return how many notices were queued for `to`.

    While our own network is down nothing is said of any outlet; after it, that it was down (F-2). Everything is read
    without a write lock, for it takes a while; nobody else writes alarms, and one service runs at a time (DB-4).
    """
    _learn(database, now)
    with database.read() as session:
        outage = _outage(session, now)
        alarms, told = list_alarms(session), _told(session)
        look = Look(Round(tuple(alarms), told=told)) if outage.is_on else _look(session, outage, now)
    found = look.found
    notices = (*outage.notices, *found.notices)
    for notice in notices:
        log.warning("%s: %s", notice.code, ", ".join(notice.details.values()))
    if outage.note is None and found.told == told and not look.states and not _changes(found, alarms):
        return 0
    with database.begin(lock="tending") as session:
        if outage.note is not None:
            make_note(session, OUTAGE, dict(outage.note), now)
        store_states(session, look.states)
        _store(session, found, alarms, now)
        return sum(add_notice(session, notice, to, now, make_key) for notice in notices)


def _learn(database: Database, now: datetime) -> None:
    with database.read() as session:
        names = outlets_to_learn(session, now - LEARNED_EVERY, LEARNED_AT_ONCE)
    for name in names:
        with database.begin(lock="tending") as session:
            learn_outlet(session, name, now)


def _outage(session: Session, now: datetime) -> Outage:
    note = note_of(session, OUTAGE)
    known: Mapping[str, str] = note.value if note is not None else {}
    was_on = bool(known) and "until" not in known
    if is_own_outage(session):
        return Outage(is_on=True, note=None if was_on else {"since": now.isoformat()})
    if not was_on:
        return Outage(is_on=False, calm_since=datetime.fromisoformat(known["until"]) if known else None)
    times = {"since": _minute(datetime.fromisoformat(known["since"])), "until": _minute(now)}
    notice = Notice("network-was-down", f"{OUTAGE} {known['since']}", times)
    return Outage(
        is_on=False, calm_since=now, note={"since": known["since"], "until": now.isoformat()}, notices=(notice,)
    )


def _told(session: Session) -> dict[str, datetime]:
    note = note_of(session, TOLD)
    return {kind: datetime.fromisoformat(at) for kind, at in note.value.items()} if note is not None else {}


def _look(session: Session, outage: Outage, now: datetime) -> Look:
    outlets = [outlet for outlet in list_outlets(session) if outlet.is_enabled]
    failures, redirects = failures_of_all(session, outlets), redirects_of_all(session, outlets)
    knowledge = Knowledge(past_of(session), failures, redirects, outage.calm_since)
    states = [risen_and_fallen(outlet, knowledge.past_of(outlet), now) for outlet in outlets]
    found = weigh(list_alarms(session), outlets, knowledge, _told(session), now)
    return Look(found, {point: state for changed in states for point, state in changed.items()})


def _changes(found: Round, before: Collection[OutletAlarm]) -> bool:
    return bool(found.forgotten) or any(alarm not in before for alarm in found.stored)


def _store(session: Session, found: Round, before: Collection[OutletAlarm], now: datetime) -> None:
    for alarm in found.stored:
        if alarm not in before:
            store_alarm(session, alarm)
    for alarm in found.forgotten:
        forget_alarm(session, alarm)
    make_note(session, TOLD, {kind: at.isoformat() for kind, at in found.told.items()}, now)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
