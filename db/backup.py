"""Copies of a SQLite database: whole, checked, one a day, the newest few kept. PostgreSQL has its own tools.

Copies that a person asks for, and putting one in the database's place, are in `db.saving`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from db.database import Database, translated
from db.errors import DatabaseCorruptError, DatabaseUnavailableError

Found = TypeVar("Found")

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

    Returns None for PostgreSQL, too. Raises DatabaseError.
    """
    target = folder / f"volya-{now.astimezone(UTC):%Y-%m-%d}.sqlite3"
    if not database.is_sqlite or target.exists():
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_copy(database, target, check_copy)
        for old in copies_of_days(folder)[:-keep]:
            old.unlink()
    except OSError as error:
        raise DatabaseUnavailableError(str(folder), f"no backup: {error.strerror}; check the folder") from error
    return target


def copies_of_days(folder: Path) -> list[Path]:
    """Return the copies of the days in a folder, the oldest first."""
    return sorted(folder.glob(PATTERN))


def write_copy(database: Database, target: Path, check: Callable[[Path], Found]) -> Found:
    """Write a copy to `target`, over what is there: only once it is whole, on the disk and checked (DB-7).

    Returns what `check` found. Raises DatabaseError, OSError; then nothing has changed but for a hidden unfinished file, which the next try takes away.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    copy_database(database, unfinished)
    unfinished.chmod(0o600)
    sync(unfinished)
    found = check(unfinished)
    unfinished.replace(target)
    sync(target.parent)
    return found


def check_copy(copy: Path) -> None:
    """Raise DatabaseCorruptError unless SQLite finds every page and index of a copy sound."""
    with opened_copy(copy) as connection:
        answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if answer != "ok":
        raise DatabaseCorruptError(str(copy), f"the copy is damaged ({answer}); check the disk, or take another")


@contextmanager
def opened_copy(copy: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy that nobody writes to, without a file beside it; raises DatabaseCorruptError where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise DatabaseCorruptError(
            str(copy), f"the copy is damaged ({error}); check the disk, or take another"
        ) from error


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
