"""Copies of a SQLite database: whole, verified, one a day, the newest few kept. PostgreSQL has its own tools."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from db.database import Database, translated
from db.errors import DatabaseCorruptError, DatabaseUnavailableError

PATTERN = "volya-*.sqlite3"


def copy_database(database: Database, copy: Path) -> None:
    """Write a consistent copy of a SQLite database to `copy`, beside running writers; never over an existing file."""
    if copy.exists():
        raise DatabaseUnavailableError(str(copy), "exists already; give a path that is free")
    connection = database.engine.raw_connection()  # VACUUM refuses to run in a transaction, and a session begins one
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise translated(str(copy), DBAPIError("VACUUM INTO", None, error)) from error
    finally:
        connection.close()


def back_up_today(database: Database, folder: Path, now: datetime, keep: int) -> Path | None:
    """Make today's copy (days of UTC) unless it is there, keep the newest `keep`, and return a new copy's path.

    A copy appears under its name only when it is complete, on the disk and passes SQLite's quick check (DB-7).
    Returns None for PostgreSQL, too. Raises DatabaseError.
    """
    target = folder / f"volya-{now.astimezone(UTC):%Y-%m-%d}.sqlite3"
    if not database.is_sqlite or target.exists():
        return None
    unfinished = folder / f".{target.name}.unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished.unlink(missing_ok=True)
        copy_database(database, unfinished)
        _verify(unfinished)
        unfinished.replace(target)
        _sync(folder)
        for old in sorted(folder.glob(PATTERN))[:-keep]:
            old.unlink()
    except OSError as error:
        raise DatabaseUnavailableError(str(folder), f"no backup: {error.strerror}; check the folder") from error
    return target


def _verify(copy: Path) -> None:
    copy.chmod(0o600)
    _sync(copy)
    connection = sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    finally:
        connection.close()
    if answer != "ok":
        raise DatabaseCorruptError(str(copy), f"the copy is damaged ({answer}); check the disk")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
