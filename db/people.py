"""Who is named in which event, and who is watched. Which spellings mean one person is decided in `events.persons`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.facts import Kind, Outcome, Person, Status
from db.models import EventRow, MentionRow, WatchRow
from db.upsert import insert_new

NAME_LIMIT = 200  # characters of a watched name


@dataclass(frozen=True, slots=True)
class Naming:
    """An event that names people: what it says of each, and their `spellings`: (name, as an article writes it).

    `day` is the event's, or where none is told that of its first report.
    """

    event: int
    kind: Kind
    status: Status
    day: date
    people: tuple[Person, ...]
    spellings: tuple[tuple[str, str], ...]


def people_version(session: Session) -> tuple[object, ...]:
    """Return what changes whenever `list_namings` or `list_watches` may: to know whether to ask them again."""
    events = select(func.max(EventRow.updated_at), func.count()).select_from(EventRow)
    mentions = select(func.max(MentionRow.id))
    watches = select(func.max(WatchRow.created_at), func.count()).select_from(WatchRow)
    return (*session.execute(events).one(), session.scalar(mentions), *session.execute(watches).one())


def list_namings(session: Session, *, spelled: bool = True, among: Collection[int] | None = None) -> list[Naming]:
    """Return the events that name anybody, the newest first; those `among` these numbers only, if given.

    Unless `spelled` without how articles write the names: that is most of the work.
    """
    spellings = _spellings(session, among) if spelled else {}
    query = select(EventRow.id, EventRow.kind, EventRow.status, EventRow.day, EventRow.facts["people"])
    query = query.where(EventRow.merged_into.is_(None), EventRow.revision > 0)
    if among is not None:
        query = query.where(EventRow.id.in_(among))
    rows = session.execute(query.order_by(EventRow.day.desc(), EventRow.id.desc()))
    return [_naming(row, spellings.get(row.id, ())) for row in rows if row[-1]]


def _naming(row: Row[Any], spellings: Iterable[tuple[str, str]]) -> Naming:
    people = tuple(Person(one["name"], Outcome(one["outcome"])) for one in row[-1])
    return Naming(row.id, Kind(row.kind), Status(row.status), row.day, people, tuple(dict.fromkeys(spellings)))


def _spellings(session: Session, among: Collection[int] | None) -> dict[int, list[tuple[str, str]]]:
    """Return by event how its mentions spell people, in the order they were read."""
    told = MentionRow.is_current & MentionRow.event_id.is_not(None) & MentionRow.spellings.is_not(None)
    query = select(MentionRow.event_id, MentionRow.spellings).where(told).order_by(MentionRow.id)
    if among is not None:
        query = query.where(MentionRow.event_id.in_(among))
    found: dict[int, list[tuple[str, str]]] = {}
    for event_id, spellings in session.execute(query):
        found.setdefault(event_id, []).extend((name, written) for name, written in spellings)
    return found


def watch(session: Session, name: str, now: datetime) -> bool:
    """Watch a person under a name; False if that name is watched already."""
    return insert_new(session, WatchRow, {"name": name, "created_at": now}) is not None


def unwatch(session: Session, name: str) -> bool:
    """Watch a name no more; False if it was not watched."""
    result = session.execute(delete(WatchRow).where(WatchRow.name == name))
    return isinstance(result, CursorResult) and result.rowcount > 0


def list_watches(session: Session) -> list[str]:
    """Return the watched names, the longest watched first."""
    return list(session.scalars(select(WatchRow.name).order_by(WatchRow.created_at, WatchRow.name)))
