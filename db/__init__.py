"""REMEMBER: what is stored, and the one package that speaks SQL; the same code on SQLite and PostgreSQL.

`facts` is the vocabulary, `models` the tables, `database` the two ways in (`begin()` to write, `read()` to read).
One file a room of the path holds its queue and its writes; `queries` holds what people ask, `views` the answers.
Functions take the caller's `Session`, so that a step's result and its leaving the queue are one transaction.
"""

from sqlalchemy.orm import Session

from db.database import Database, connect
from db.errors import (
    AlreadyRunningError,
    DatabaseCorruptError,
    DatabaseError,
    DatabaseFullError,
    DatabaseUnavailableError,
    NewerDatabaseError,
)
from db.lock import hold_service_lock
from db.schema import check_integrity, open_database
from db.text import clean_line, clean_text, full_text

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
