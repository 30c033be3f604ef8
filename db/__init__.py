"""REMEMBER: what is stored, and the one package that speaks SQL; the same code on SQLite and PostgreSQL.

`facts` is the vocabulary, `models` the tables, `database` the two ways in (`begin()` to write, `read()` to read).
One file a room of the path holds its queue and its writes; `queries` holds what people ask, `views` the answers.
Functions take the caller's `Session`, so that a step's result and its leaving the queue are one transaction.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from db.errors import (
    AlreadyRunningError,
    DatabaseCorruptError,
    DatabaseError,
    DatabaseFullError,
    DatabaseUnavailableError,
    NewerDatabaseError,
)
from db.text import clean_line, clean_text, full_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.database import Database, connect
    from db.lock import hold_service_lock
    from db.schema import check_integrity, open_database

# What speaks SQL is imported when it is asked for: who only reads a text pays for no SQLAlchemy and no Alembic.
_HOMES = {
    "Session": "sqlalchemy.orm",
    "Database": "db.database",
    "connect": "db.database",
    "hold_service_lock": "db.lock",
    "check_integrity": "db.schema",
    "open_database": "db.schema",
}

__all__ = [
    "AlreadyRunningError",
    "Database",
    "DatabaseCorruptError",
    "DatabaseError",
    "DatabaseFullError",
    "DatabaseUnavailableError",
    "NewerDatabaseError",
    "Session",
    "check_integrity",
    "clean_line",
    "clean_text",
    "connect",
    "full_text",
    "hold_service_lock",
    "open_database",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
