"""Opening a database: made on first use, migrated when older, refused untouched when newer (DB-5)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from db.backup import copy_database
from db.database import Database, connect, translated
from db.errors import DatabaseCorruptError, DatabaseError, DatabaseUnavailableError, NewerDatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str, *, keeps_old: bool = True) -> Database:
    """Return the database at `url`, at this program's version.

    A SQLite file is made on first use; an older one is copied beside itself, if it `keeps_old`, then migrated in one
    transaction. Raises NewerDatabaseError, DatabaseCorruptError, DatabaseUnavailableError.
    """
    found = version_of(url)
    if found == known_versions()[0]:
        return connect(url)
    return _migrated(connect(url), found if keeps_old else None)


def version_of(url: str) -> str | None:
    """Return the version of a database without changing a byte; None for one that is not there or is empty.

    Raises NewerDatabaseError, DatabaseError (of another program), DatabaseCorruptError, DatabaseUnavailableError.
    """
    found = _version_found(url)
    if found is not None and found not in known_versions():
        address = connect(url).address
        raise NewerDatabaseError(address, f"made by a newer version ({found}); update the program")
    return found


@cache
def known_versions() -> tuple[str, ...]:
    """Return the versions of a database that this program knows, its own first: the file of a migration begins with its own."""
    found = (path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return tuple(sorted(found, reverse=True))


def _migrated(database: Database, found: str | None) -> Database:
    from alembic import command  # noqa: PLC0415 (Alembic and the migrations are loaded only where there is something to do)

    if database.path is not None:
        try:
            database.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DatabaseUnavailableError(database.address, f"{error.strerror}: check the path") from error
    if found is not None and database.path is not None:
        _back_up(database, found)
    with database.begin(lock="migration") as session:
        config = _alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
    return database


def _back_up(database: Database, found: str) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    copy_database(database, Path(f"{database.path}.{found}-{stamp}.backup"))


def _version_found(url: str) -> str | None:
    probe = connect(url)
    if probe.path is not None:
        if not probe.path.exists() or probe.path.stat().st_size == 0:
            return None
        probe = connect(url, read_only=True)
    try:
        with probe.engine.connect() as connection:
            return _version(connection, probe.address)
    except DBAPIError as error:
        raise translated(connect(url).address, error) from error
    finally:
        probe.close()


def _version(connection: Connection, address: str) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise DatabaseError(address, "holds tables of another program; give an empty or a Volya database")
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def check_integrity(database: Database) -> None:
    """Raise DatabaseCorruptError if SQLite's quick check finds damage (DB-7); PostgreSQL keeps watch itself."""
    if not database.is_sqlite:
        return
    with database.read() as session:
        answer = session.execute(text("PRAGMA quick_check(1)")).scalar()
    if answer != "ok":
        raise DatabaseCorruptError(
            database.address, f"{answer}; stop the service, then volya restore puts the newest daily copy in its place"
        )


def _alembic() -> Config:
    from alembic.config import Config  # noqa: PLC0415 (as above)

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
