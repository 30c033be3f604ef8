"""Who is named in which event, and who is watched. Which spellings mean one person is decided in `events.persons`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from db.facts import EventFacts, Kind, Mention, Person, Status, from_json
from db.models import EventRow, MentionRow, WatchRow
from db.text import clean_line
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


def list_namings(session: Session) -> list[Naming]:
    """Return the events that name anybody, the newest first."""
    spellings = _spellings(session)
    query = select(EventRow).where(EventRow.merged_into.is_(None), EventRow.revision > 0)
    namings = [_naming(row, spellings.get(row.id, [])) for row in session.scalars(query) if row.facts.get("people")]
    return sorted(namings, key=lambda naming: (naming.day, naming.event), reverse=True)


def people_version(session: Session) -> tuple[object, ...]:
    """Return what changes whenever `list_namings` or `list_watches` may: to know whether to ask them again."""
    events = select(func.max(EventRow.updated_at), func.count()).select_from(EventRow)
    mentions = select(func.max(MentionRow.id))
    watches = select(func.max(WatchRow.created_at), func.count()).select_from(WatchRow)
    return (*session.execute(events).one(), session.scalar(mentions), *session.execute(watches).one())


def _naming(row: EventRow, spellings: list[tuple[str, str]]) -> Naming:
    facts = from_json(EventFacts, row.facts)
    day = row.event_date or (row.first_published_at or row.first_seen_at).date()
    return Naming(row.id, facts.kind, facts.status, day, facts.people, tuple(dict.fromkeys(spellings)))


def _spellings(session: Session) -> dict[int, list[tuple[str, str]]]:
    """Return by event how its mentions spell people, in the order they were read."""
    query = select(MentionRow).where(MentionRow.is_current, MentionRow.event_id.is_not(None)).order_by(MentionRow.id)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in session.scalars(query):
        if row.event_id is not None and row.facts.get("people"):
            found.setdefault(row.event_id, []).extend(_written(from_json(Mention, row.facts)))
    return found


def _written(mention: Mention) -> Iterator[tuple[str, str]]:
    quotes = {row.field: row.quote for row in mention.evidence}
    for index, person in enumerate(mention.people):
        yield person.name, clean_line(quotes.get(f"people[{index}]", "")) or person.name


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
