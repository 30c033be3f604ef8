"""Errors of the database, each with its address (without a password) and what to do."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be used as asked. `address` never holds a password."""

    def __init__(self, address: str, trouble: str) -> None:
        super().__init__(f"{address}: {trouble}")
        self.address = address
        self.trouble = trouble


class DatabaseUnavailableError(DatabaseError):
    """It cannot be opened or reached, or stays locked by another program."""


class DatabaseFullError(DatabaseError):
    """The disk is full (F-19)."""


class DatabaseCorruptError(DatabaseError):
    """The file is damaged (F-21)."""


class NewerDatabaseError(DatabaseError):
    """A newer version of the program made it; it is refused untouched (DB-5)."""


class AlreadyRunningError(DatabaseError):
    """Another service runs on this database (DB-4)."""
