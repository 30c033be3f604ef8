"""The database as a kill left it: copied, so that looking does not repair it for the service, and looked into."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

NAME = "volya.sqlite3"


@contextmanager
def copy_of(site: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a copy of the database in `site`, made in `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as copies:
        for suffix in ("", "-wal"):
            source = site / f"{NAME}{suffix}"
            if source.exists():
                shutil.copy(source, copies)
        with closing(sqlite3.connect(Path(copies) / NAME)) as database:
            yield database


@contextmanager
def looked_at(site: Path) -> Iterator[sqlite3.Connection]:
    """Give the database in `site` itself, to read beside the service."""
    with closing(sqlite3.connect(f"file:{site / NAME}?mode=ro", uri=True)) as database:
        yield database


def is_whole(database: sqlite3.Connection) -> bool:
    """Say whether SQLite finds the database in order, its references too."""
    is_sound: bool = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return is_sound and database.execute("PRAGMA foreign_key_check").fetchall() == []


def holds(database: sqlite3.Connection, query: str, values: Mapping[str, str] | None = None) -> bool:
    """Say whether a query finds anything."""
    return database.execute(query, values or {}).fetchone() is not None


def stored(moment: datetime) -> str:
    """Return a time as the database compares it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
