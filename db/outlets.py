"""Outlets and their entry points: made what was declared, and shown to people with their health."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.declared import DeclaredEntryPoint, DeclaredOutlet
from db.models import EntryPointRow, OutletRow
from db.standing_in import is_polled
from db.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class EntryPointView:
    """An entry point and its health, as people see it; without times if it was never watched.

    `items` and `newest_at` are of the newest body that was read.
    """

    type: str
    url: str
    is_enabled: bool
    state: str
    failures: int
    last_status: int | None
    last_error: str | None
    last_checked_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_check_at: datetime | None
    is_stand_in: bool = False
    is_waiting: bool = False  # a stand-in, while one before it lives
    items: int | None = None
    newest_at: datetime | None = None
    redirects_to: str | None = None
    moved_to: str | None = None
    id: int = 0  # of one that was never watched


@dataclass(frozen=True, slots=True)
class OutletView:
    """An outlet with its entry points, as people see it."""

    name: str
    title: str
    kind: str
    languages: tuple[str, ...]
    country: str | None
    timezone: str
    priority: int
    is_enabled: bool
    entry_points: tuple[EntryPointView, ...]


def sync_outlets(session: Session, outlets: Sequence[DeclaredOutlet], now: datetime) -> None:
    """Make the stored outlets those declared: new ones are due at once, those no longer declared are switched off.

    What was learned about an entry point (validators, state, history) stays.
    """
    session.execute(update(OutletRow).values(is_enabled=False))
    session.execute(update(EntryPointRow).values(is_enabled=False))
    for outlet in outlets:
        names = ("name", "title", "kind", "timezone", "country", "priority")
        values = {name: getattr(outlet, name) for name in names}
        upsert(session, OutletRow, ["name"], {**values, "languages": list(outlet.languages), "is_enabled": True})
        for position, point in enumerate(outlet.entry_points):
            _sync_entry_point(session, outlet, point, position, now)


def _sync_entry_point(
    session: Session, outlet: DeclaredOutlet, point: DeclaredEntryPoint, position: int, now: datetime
) -> None:
    names = ("type", "is_enabled", "is_stand_in", "links")
    declared = {name: getattr(point, name) for name in names} | {
        "position": position,
        "check_every": point.check_every or outlet.check_every,
    }
    fresh = {"state": "new", "failures": 0, "generation": 0, "next_check_at": now}
    key = {"outlet": outlet.name, "url": point.url}
    if insert_new(session, EntryPointRow, {**key, **declared, **fresh}) is None:
        same = (EntryPointRow.outlet == outlet.name) & (EntryPointRow.url == point.url)
        session.execute(update(EntryPointRow).where(same).values(**declared))


def list_outlets(session: Session) -> list[OutletView]:
    """Return all outlets by name, each with its entry points in their order and their health."""
    points: dict[str, list[EntryPointView]] = {}
    stored = select(EntryPointRow, is_polled()).order_by(EntryPointRow.outlet, EntryPointRow.position)
    for row, asked in session.execute(stored):
        points.setdefault(row.outlet, []).append(_entry_point_view(row, is_waiting=row.is_enabled and not asked))
    return [
        OutletView(
            name=row.name,
            title=row.title,
            kind=row.kind,
            languages=tuple(row.languages),
            country=row.country,
            timezone=row.timezone,
            priority=row.priority,
            is_enabled=row.is_enabled,
            entry_points=tuple(points.get(row.name, ())),
        )
        for row in session.scalars(select(OutletRow).order_by(OutletRow.name))
    ]


def _entry_point_view(row: EntryPointRow, *, is_waiting: bool) -> EntryPointView:
    names = EntryPointView.__dataclass_fields__.keys() - {"is_waiting"}
    return EntryPointView(**{name: getattr(row, name) for name in names}, is_waiting=is_waiting)
