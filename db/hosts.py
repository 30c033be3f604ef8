"""Hosts that asked to be left alone, across outlets and restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import HostRow
from db.upsert import upsert


@dataclass(frozen=True, slots=True)
class HostBackOff:
    """Until when a host is left alone, and how often in a row it has asked for that."""

    not_before: datetime
    failures: int


def hosts_to_avoid(session: Session) -> dict[str, HostBackOff]:
    """Return the hosts whose last answer asked us to keep away, also where the time is up: they may ask again."""
    rows = session.scalars(select(HostRow).where(HostRow.failures > 0))
    return {row.host: HostBackOff(row.not_before, row.failures) for row in rows if row.not_before is not None}


def keep_away(session: Session, host: str, back_off: HostBackOff | None) -> None:
    """Store that a host asked to be left alone, or (None) that it answers again."""
    not_before, failures = (back_off.not_before, back_off.failures) if back_off else (None, 0)
    upsert(session, HostRow, ["host"], {"host": host, "not_before": not_before, "failures": failures})
