"""Small facts that the program remembers of itself, by name; never a setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.models import NoteRow


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted, and when."""

    value: dict[str, Any]
    at: datetime


def note_of(session: Session, name: str) -> Note | None:
    """Return a note, or None where nothing of that name was noted."""
    row = session.get(NoteRow, name)
    return Note(row.value, row.at) if row is not None else None


def make_note(session: Session, name: str, value: dict[str, Any], now: datetime) -> None:
    """Note something in the place of what was noted under this name."""
    row = session.get(NoteRow, name) or NoteRow(name=name)
    row.value, row.at = value, now
    session.add(row)
    session.flush()
