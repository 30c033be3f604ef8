"""One service per database (DB-4): a lock that dies with its holder, also by SIGKILL."""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.database import Database
from db.errors import AlreadyRunningError, DatabaseUnavailableError


@contextmanager
def hold_service_lock(database: Database) -> Iterator[None]:
    """Hold the right to be the only service on this database; raises AlreadyRunningError with the holder's pid."""
    if database.path is not None:
        with _file_lock(database, Path(f"{database.path}.lock")):
            yield
    else:
        with _advisory_lock(database):
            yield


@contextmanager
def _file_lock(database: Database, path: Path) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnavailableError(database.address, f"{path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise AlreadyRunningError(database.address, f"a service runs on it already (pid {holder})") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    key = zlib.crc32(b"volya service")
    with database.engine.connect() as connection:
        connection.detach()  # given back to the pool it would keep the lock: it belongs to the session of the server
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
            raise AlreadyRunningError(database.address, "a service runs on it already, perhaps on another machine")
        connection.commit()  # no transaction is left open for months
        try:
            yield
        finally:
            with suppress(DBAPIError):  # a session that broke has lost the lock already
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
