"""Outlets as time has made them (quiet, stale, zombie beside how they answered), and what to do about each state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from db import Session
from db.health import OutletAlarm, OutletPast, learned_of, published_of
from db.outlets import OutletView, list_outlets
from db.status import OUTLET_STATES, outlet_state
from scheduler.health import judged
from web.outlets import WELL
from web.words import page_words

ALARM_ADVICE: Mapping[str, str] = {
    "unread": "look at the pages: volya extract URL; if they were rebuilt, report it",
    "moved": "if that is right, correct the address in the settings",
}


def judged_outlets(session: Session, now: datetime) -> list[OutletView]:
    """Return all outlets by name, with the states that they have now."""
    past = published_of(session, learned_of(session))
    return [judged(outlet, past.get(outlet.name, OutletPast()), now) for outlet in list_outlets(session)]


def advice_of(state: str) -> str:
    """Return what to do about a state, as the page says it; nothing where nothing is wrong."""
    words = page_words("en")
    return words.label("advice", state) if state in words.tables["advice"] else ""


def unwell(outlets: Iterable[OutletView]) -> dict[str, list[str]]:
    """Return the names of outlets by their state, for the states that are not well, in the order of OUTLET_STATES."""
    found: dict[str, list[str]] = defaultdict(list)
    for outlet in outlets:
        state = outlet_state(outlet)
        if state is not None and state not in WELL:
            found[state].append(outlet.name)
    return {state: found[state] for state in OUTLET_STATES if state in found}


def alarmed(alarms: Mapping[str, Sequence[OutletAlarm]]) -> dict[str, list[str]]:
    """Return the names of outlets by the kind of an open alarm that no state shows."""
    return {
        kind: names
        for kind in ALARM_ADVICE
        if (names := [name for name in sorted(alarms) if any(alarm.kind == kind for alarm in alarms[name])])
    }
