"""Backups that a person asks for, and putting one in the database's place (DB-7); SQLite only.

Nothing counts as done before it is whole: a backup and a restored database are made beside their place and renamed. What
a restored database may have sent already is held first (`db.restored`), so that no moment can ring twice.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from db.backup import check_copy, opened_copy, sync, write_copy
from db.database import Database, connect
from db.errors import (
    AlreadyRunningError,
    DatabaseCorruptError,
    DatabaseError,
    DatabaseUnavailableError,
    NewerDatabaseError,
)
from db.failpoints import failpoint
from db.lock import hold_service_lock
from db.maintenance import forget_signs
from db.restored import hold_unsent
from db.schema import known_versions, open_database
from db.withheld import Register, register_of, take_over

COUNTED = ("articles", "events", "alerts", "deliveries")  # tables of every version
BESIDE = ("-wal", "-shm")  # the files that SQLite keeps beside a database
RESTORING = "restoring"  # the failpoint between two steps
PATIENCE = 2.0  # seconds for other commands to let the database go


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds: its size in bytes, its version, how many rows of each kind."""

    size: int
    version: str
    stored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the copy, where what was there before is `kept` (None: nothing was), how many messages wait."""

    copy: Copy
    kept: Path | None
    held: int


def back_up(database: Database, target: Path, *, force: bool = False) -> Copy:
    """Write a checked copy of a SQLite database to `target`, mode 0600, beside running writers.

    An older database is copied as it is. Raises DatabaseError (PostgreSQL: with the command that does it; nothing there;
    `target` is taken and not `force`), NewerDatabaseError, OSError.
    """
    path = _file_of(database, "pg_dump --format=custom --file={file} {server}", target)
    if not path.exists():
        raise DatabaseUnavailableError(database.address, "there is no database yet: nothing to back up")
    if target.exists() and (target.is_dir() or target.samefile(path)):
        raise DatabaseUnavailableError(str(target), "is a folder or the database itself; give the name of a new file")
    if target.exists() and not force:
        raise DatabaseUnavailableError(str(target), "exists already; give another name, or --force to replace it")
    return write_copy(database, target, look_at)


def look_at(copy: Path) -> Copy:
    """Check a copy and return what it holds.

    Raises DatabaseCorruptError, NewerDatabaseError, DatabaseError where it is of another program, OSError.
    """
    size = copy.stat().st_size
    if not size:
        raise DatabaseCorruptError(str(copy), "is empty; take another backup")
    check_copy(copy)
    with opened_copy(copy) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables.issuperset({"alembic_version", *COUNTED}):
            raise DatabaseError(str(copy), "is no database of Volya; give a file that volya backup made")
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        if version not in known_versions():
            raise NewerDatabaseError(str(copy), f"made by a newer version ({version}); update the program")
        numbers = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED]  # noqa: S608 (a constant)
    return Copy(size, version, dict(zip(COUNTED, numbers, strict=True)))


def restore(database: Database, copy: Path, now: datetime, *, lets_go: bool = False) -> Restored:
    """Put a copy in the place of a SQLite database, at this program's version; what was there is kept beside it.

    Unless it `lets_go`, all that is unsent in the copy waits for a person's word (`db.restored`). Until the last step, a
    rename, nothing has changed. Raises AlreadyRunningError (DB-4; also where anybody else has the database open), what
    `look_at` raises, and DatabaseError for PostgreSQL, with the command that does it.
    """
    path = _file_of(database, "pg_restore --clean --if-exists --dbname={server} {file} && volya restore --done", copy)
    if path.exists() and copy.samefile(path):
        raise DatabaseUnavailableError(str(copy), "is the database itself; give a backup")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with hold_service_lock(database), _staged(path, copy) as staged:
        failpoint(RESTORING)
        found = _named(staged, copy)
        held = _prepare(staged, now, _withheld_at(path), lets_go=lets_go)
        failpoint(RESTORING)
        kept = _set_aside(path, database.address, now)
        staged.replace(path)
        failpoint(RESTORING)
        sync(path.parent)
    return Restored(found, kept, held)


def hold_restored(database: Database, now: datetime) -> int:
    """Hold what is unsent in a database that other tools have put back, as `restore` does; return how many messages.

    Raises AlreadyRunningError.
    """
    with hold_service_lock(database), database.begin() as session:
        return hold_unsent(session, now)


def _file_of(database: Database, instead: str, file: Path) -> Path:
    """Return the file of a SQLite database; for a server raise DatabaseUnavailableError with the command to use instead."""
    if database.path is not None:
        return database.path.resolve()
    server = database.engine.url.set(drivername="postgresql", password=None).render_as_string()
    command = instead.format(server=shlex.quote(server), file=shlex.quote(str(file)))
    raise DatabaseUnavailableError(database.address, f"PostgreSQL has its own tools for this: {command}")


@contextmanager
def _staged(path: Path, copy: Path) -> Iterator[Path]:
    """Lay a copy, with what was written to its log alone, beside the database; taken away again if it is not used."""
    staged = path.with_name(f".{path.name}.restoring")
    everything = [staged.with_name(staged.name + suffix) for suffix in ("", *BESIDE)]
    try:
        for file in everything:
            file.unlink(missing_ok=True)
        staged.touch(0o600)
        shutil.copyfile(copy, staged)
        log = copy.with_name(f"{copy.name}-wal")
        if log.exists():
            shutil.copyfile(log, everything[1])
        yield staged
    finally:
        for file in everything:
            file.unlink(missing_ok=True)


def _named(staged: Path, copy: Path) -> Copy:
    """Look at what was laid ready; a trouble is told of the file that was given."""
    try:
        _fold_log(staged, str(copy))
        return look_at(staged)
    except DatabaseError as error:
        raise type(error)(str(copy), error.trouble) from error


def _fold_log(file: Path, address: str) -> None:
    """Write SQLite's log into its database, so that this is one file.

    Raises AlreadyRunningError while anybody else has it open. A damaged one stays as it is: that is found elsewhere.
    """
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.DatabaseError as error:
        mode = "wal" if "locked" in str(error) else "damaged"
    if mode == "wal":
        raise AlreadyRunningError(address, "somebody has it open; stop the service, its workers and other commands")


def _withheld_at(path: Path) -> Register | None:
    """Return the names that the database which is to be replaced withholds; None where it cannot be read."""
    if not path.exists():
        return None
    old = connect(f"sqlite:///{path}", read_only=True)
    try:
        with old.read() as session:
            return register_of(session)
    except DatabaseError:  # damaged, or of a version that knew of no such names: there is nothing to take along
        return None
    finally:
        old.close()


def _prepare(staged: Path, now: datetime, withheld: Register | None, *, lets_go: bool) -> int:
    """Bring a copy to this program's version and hold what is unsent; return how many messages that is."""
    database = open_database(f"sqlite:///{staged}", keeps_old=False)
    try:
        with database.begin() as session:
            forget_signs(session, now)  # a process that ran when the copy was made does not run on this one
            if withheld is not None:
                take_over(session, withheld, now)
            held = 0 if lets_go else hold_unsent(session, now)
    finally:
        database.close()
    _fold_log(staged, str(staged))
    sync(staged)
    return held


def _set_aside(path: Path, address: str, now: datetime) -> Path | None:
    """Give what is at the database's place a second, dated name, and take its log along; return the name.

    Its first name stays until the rename that follows: a kill in between leaves a database there, the old one or the new.
    """
    kept = _free_name(path, path.with_name(f"{path.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"))
    if path.exists():
        _fold_log(path, address)
        failpoint(RESTORING)
        if not kept.exists():
            os.link(path, kept)
        failpoint(RESTORING)
    for suffix in BESIDE:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
            failpoint(RESTORING)
    return kept if kept.exists() else None


def _free_name(path: Path, name: Path) -> Path:
    """Return a name that nothing has yet, unless a restore of the same second that was killed has given it to `path`."""
    numbered = (name.with_name(f"{name.name}-{number}") for number in count(2))
    return next(one for one in chain([name], numbered) if not one.exists() or (path.exists() and one.samefile(path)))
