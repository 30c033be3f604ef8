"""One way to open the database and two ways to use it: `begin()` to write, `read()` to read.

SQLite: WAL, synchronous FULL, foreign keys, BEGIN IMMEDIATE for every write transaction (DB-1): a plain BEGIN
that reads before it writes fails with "database is locked" however long it may wait (measured: 72 % of them).
PostgreSQL: the same code; a named `lock` becomes an advisory lock, which on SQLite the transaction itself is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from db.errors import DatabaseCorruptError, DatabaseError, DatabaseFullError, DatabaseUnavailableError
from db.failpoints import failpoint

BUSY_TIMEOUT_MS = 30_000


class Database:
    """An opened database. Threads may share it; each transaction has its own connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.address = engine.url.render_as_string(hide_password=True)
        self._writing = engine.execution_options(is_write=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (for backup, lock file and figures of size, which differ in kind)."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.engine.url.database or "") if self.is_sqlite else None

    @contextmanager
    def begin(self, lock: str | None = None) -> Iterator[Session]:
        """Open a write transaction; commit at the end, roll back on any exception.

        `lock` names a region that only one transaction at a time may be in, on any machine.
        """
        with self._translated(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            if lock is not None and not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(lock.encode())})
            elif self.is_sqlite:
                session.connection()  # BEGIN IMMEDIATE now, so that a reader of this transaction sees no older state
            yield session
            failpoint("uncommitted")
        failpoint("committed")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction to read; what it sees is one state. Nothing is kept."""
        with self._translated(), Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise translated(self.address, error) from error


def connect(url: str, *, read_only: bool = False) -> Database:
    """Make a `Database` of an address (`sqlite:///FILE`, `postgresql+psycopg://…`) without looking at its content."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError("db.url", "not an address: give sqlite:///FILE or postgresql+psycopg://…") from error
    backend = parsed.get_backend_name()
    try:
        if backend == "sqlite":
            return Database(_sqlite_engine(parsed.database or "", read_only=read_only))
        if backend == "postgresql":
            return Database(
                create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
            )
    except ModuleNotFoundError as error:
        raise DatabaseError("db.url", "PostgreSQL needs its driver: pip install 'volya[postgresql]'") from error
    raise DatabaseError("db.url", f"{backend} is not supported: give sqlite:///FILE or postgresql+psycopg://…")


def _sqlite_engine(file: str, *, read_only: bool) -> Engine:
    if file in ("", ":memory:"):
        raise DatabaseError("db.url", "a database in memory is lost with its process: give sqlite:///FILE")
    address = f"sqlite:///file:{Path(file).absolute()}?mode=ro&uri=true" if read_only else f"sqlite:///{file}"
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas_read_only if read_only else _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    _set_pragmas_read_only(connection, _record)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _set_pragmas_read_only(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def translated(address: str, error: DBAPIError) -> DatabaseError:
    """Return the driver's error as one of ours, by its words: SQLite gives no better key through the driver."""
    words = str(error.orig)
    if "malformed" in words or "not a database" in words:
        return DatabaseCorruptError(
            address, f"{words}; stop the service, then volya restore puts the newest daily copy in its place"
        )
    if "disk is full" in words or "No space left" in words:
        return DatabaseFullError(address, f"{words}; free some space")
    if "locked" in words:
        return DatabaseUnavailableError(address, "another program holds it locked; stop that program")
    if "readonly" in words or "unable to open" in words:
        return DatabaseUnavailableError(address, f"{words}; check the path and its permissions")
    return DatabaseUnavailableError(address, words.splitlines()[0] if words else type(error.orig).__name__)
