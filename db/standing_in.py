"""Which entry points are asked: all but the stand-ins, and those while nothing that is listed before them lives.

The list of an outlet is fallen through one by one: a stand-in that is asked keeps those behind it waiting for as long
as it lives itself. The dead are asked on, ever more seldom, so that the first that answers again takes over.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from db.models import EntryPointRow

DEAD_STATES = ("blocked", "gone", "zombie", "challenged", "robots-denied")
SEVERAL_FAILURES = 3  # of a point that is only degraded: one bad answer is none


@cache
def is_polled() -> ColumnElement[bool]:
    """Return the condition that an entry point is enabled, and is no stand-in that waits."""
    before = aliased(EntryPointRow)
    is_dead = or_(before.state.in_(DEAD_STATES), and_(before.state == "degraded", before.failures >= SEVERAL_FAILURES))
    lives = exists().where(
        before.outlet == EntryPointRow.outlet,
        before.is_enabled,
        before.position < EntryPointRow.position,
        ~is_dead,
    )
    return EntryPointRow.is_enabled & or_(~EntryPointRow.is_stand_in, ~lives)
