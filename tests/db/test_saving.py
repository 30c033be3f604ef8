"""Backups by hand and their way back: whole or not at all, and nothing that was there is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from db import (
    AlreadyRunningError,
    Database,
    DatabaseCorruptError,
    DatabaseError,
    DatabaseUnavailableError,
    NewerDatabaseError,
    check_integrity,
    connect,
    hold_service_lock,
    open_database,
    schema,
)
from db.maintenance import SignOfLife, give_sign_of_life, signs_of_life
from db.models import WatchRow
from db.saving import Copy, back_up, look_at, restore

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


def note(url: str, name: str) -> None:
    database = open_database(url)
    with database.begin() as session:
        session.add(WatchRow(name=name, created_at=NOON))
    database.close()


def noted(url: str) -> list[str]:
    database = open_database(url)
    with database.read() as session:
        names = sorted(row.name for row in session.query(WatchRow))
    database.close()
    return names


@pytest.fixture
def place(sqlite_url: str) -> Iterator[Database]:
    """The database's place, not opened: with one person noted in it."""
    note(sqlite_url, "Ales Bialiatski")
    database = connect(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def saved(place: Database, sqlite_url: str, tmp_path: Path) -> Path:
    """A backup of that; after it a second person was noted."""
    back_up(place, tmp_path / "saved")
    place.close()
    note(sqlite_url, "Ihar Losik")
    return tmp_path / "saved"


def test_a_backup_is_made_beside_a_writer_and_holds_what_was_committed(sqlite_url: str, tmp_path: Path) -> None:
    note(sqlite_url, "Ales Bialiatski")
    writing = open_database(sqlite_url)
    with writing.begin() as session:
        session.add(WatchRow(name="Ihar Losik", created_at=NOON))
        session.flush()
        found = back_up(connect(sqlite_url), tmp_path / "saved")
    writing.close()
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o600
    stored = {"articles": 0, "events": 0, "alerts": 0, "deliveries": 0}
    assert found == Copy((tmp_path / "saved").stat().st_size, schema.known_versions()[0], stored)
    assert noted(f"sqlite:///{tmp_path / 'saved'}") == ["Ales Bialiatski"]


def test_a_backup_replaces_a_file_only_when_that_is_asked_for(place: Database, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(DatabaseUnavailableError, match=r"mine: exists already.*--force"):
        back_up(place, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
    back_up(place, tmp_path / "mine", force=True)
    assert look_at(tmp_path / "mine").stored["articles"] == 0


def test_a_backup_never_replaces_the_database_or_a_folder(place: Database, tmp_path: Path) -> None:
    for target in (tmp_path / "volya.sqlite3", tmp_path):
        with pytest.raises(DatabaseUnavailableError, match="is a folder or the database itself"):
            back_up(place, target, force=True)


def test_where_there_is_no_database_none_is_made_to_back_it_up(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="nothing to back up"):
        back_up(connect(f"sqlite:///{tmp_path / 'none'}"), tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_read_back_takes_no_name(place: Database, tmp_path: Path) -> None:
    with pytest.raises(NewerDatabaseError):
        _made_newer(place, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


def _made_newer(place: Database, target: Path) -> None:
    with place.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(place, target)


def test_a_restored_backup_is_the_database_and_the_other_is_kept(
    place: Database, saved: Path, sqlite_url: str, tmp_path: Path
) -> None:
    done = restore(place, saved, NOON)
    assert done.kept == tmp_path / "volya.sqlite3.replaced-20250911T120000Z"
    assert noted(sqlite_url) == ["Ales Bialiatski"]
    assert noted(f"sqlite:///{done.kept}") == ["Ales Bialiatski", "Ihar Losik"]
    assert (tmp_path / "volya.sqlite3").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*"))


def test_no_process_is_taken_to_run_on_a_restored_database(place: Database, tmp_path: Path) -> None:
    with place.begin() as session:
        give_sign_of_life(session, SignOfLife("service@here", "service", 1, "here", NOON, NOON, {}))
    back_up(place, tmp_path / "saved")
    place.close()
    restore(place, tmp_path / "saved", NOON + timedelta(seconds=1))
    with place.read() as session:
        assert signs_of_life(session) == ()


def test_what_only_the_log_of_the_replaced_database_holds_is_kept_too(
    place: Database, saved: Path, sqlite_url: str, tmp_path: Path
) -> None:
    copied = tmp_path / "as-killed"
    with contextlib.closing(sqlite3.connect(tmp_path / "volya.sqlite3")) as connection:
        connection.execute("INSERT INTO watches VALUES ('Maria Kalesnikava', '2025-09-11 12:00:00')")
        connection.commit()
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"volya.sqlite3{suffix}", f"{copied}{suffix}")
    for suffix in ("", "-wal"):
        Path(f"{copied}{suffix}").rename(tmp_path / f"volya.sqlite3{suffix}")
    done = restore(place, saved, NOON)
    assert noted(sqlite_url) == ["Ales Bialiatski"]
    assert "Maria Kalesnikava" in noted(f"sqlite:///{done.kept}")


def test_a_copy_with_a_log_beside_it_is_taken_whole_and_left_alone(place: Database, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other'}"
    note(url, "Ihar Losik")
    with contextlib.closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("INSERT INTO watches VALUES ('Maria Kalesnikava', '2025-09-11 12:00:00')")
        connection.commit()
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"other{suffix}", tmp_path / f"copy{suffix}")
    before = (tmp_path / "copy").read_bytes()
    restore(place, tmp_path / "copy", NOON)
    assert noted(str(place.engine.url)) == ["Ihar Losik", "Maria Kalesnikava"]
    assert (tmp_path / "copy").read_bytes() == before


def test_nothing_is_restored_while_the_service_runs(place: Database, saved: Path, sqlite_url: str) -> None:
    with hold_service_lock(connect(sqlite_url)), pytest.raises(AlreadyRunningError, match=rf"pid {os.getpid()}"):
        restore(place, saved, NOON)
    assert noted(sqlite_url) == ["Ales Bialiatski", "Ihar Losik"]


def test_nothing_is_restored_while_anybody_has_the_database_open(
    place: Database, saved: Path, sqlite_url: str, tmp_path: Path
) -> None:
    worker = open_database(sqlite_url)
    with worker.read() as session:
        assert session.query(WatchRow).count() == 2
    with pytest.raises(AlreadyRunningError, match="somebody has it open"):
        restore(place, saved, NOON)
    worker.close()
    assert noted(sqlite_url) == ["Ales Bialiatski", "Ihar Losik"]
    assert not list(tmp_path.glob("*.replaced-*"))


def test_a_damaged_database_is_replaced_and_kept_as_it_was(
    place: Database, saved: Path, sqlite_url: str, tmp_path: Path
) -> None:
    damaged = b"no database" * 1000
    (tmp_path / "volya.sqlite3").write_bytes(damaged)
    done = restore(place, saved, NOON)
    assert done.kept is not None
    assert done.kept.read_bytes() == damaged
    assert noted(sqlite_url) == ["Ales Bialiatski"]


def test_a_backup_goes_to_a_machine_where_there_was_none(saved: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'volya.sqlite3'}"
    assert restore(connect(url), saved, NOON).kept is None
    assert noted(url) == ["Ales Bialiatski"]


def broken(path: Path) -> None:
    with path.open("r+b") as file:
        for page in (3, 4, 5):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)


def of_another_program(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")


def newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (broken, DatabaseCorruptError, "saved: the copy is damaged"),
        (lambda path: path.write_bytes(b""), DatabaseCorruptError, "saved: is empty"),
        (lambda path: path.write_bytes(b"text" * 2000), DatabaseCorruptError, "saved: the copy is damaged"),
        (of_another_program, DatabaseError, "saved: is no database of Volya"),
        (newer, NewerDatabaseError, r"saved: made by a newer version \(9999\)"),
    ],
)
def test_what_is_no_good_backup_is_refused_and_named(
    place: Database,
    saved: Path,
    sqlite_url: str,
    spoil: Callable[[Path], None],
    error: type[DatabaseError],
    words: str,
) -> None:
    spoil(saved)
    with pytest.raises(error, match=words):
        restore(place, saved, NOON)
    assert noted(sqlite_url) == ["Ales Bialiatski", "Ihar Losik"]
    assert not list(saved.parent.glob(".*restoring*"))


def test_an_older_backup_is_brought_to_the_version_of_the_program(place: Database, tmp_path: Path) -> None:
    old = connect(f"sqlite:///{tmp_path / 'old'}")
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0004")
    old.close()
    done = restore(place, tmp_path / "old", NOON)
    assert done.copy.version == "0004"
    assert schema.version_of(str(place.engine.url)) == schema.known_versions()[0]
    assert not list(tmp_path.glob("*.backup"))
    with place.read():
        check_integrity(place)


def test_postgresql_is_left_to_its_own_tools_and_the_command_is_told(
    make_postgresql_database: Callable[[], str], tmp_path: Path
) -> None:
    database = connect(make_postgresql_database())
    with pytest.raises(DatabaseUnavailableError, match=r"pg_dump --format=custom --file=.*postgresql://volya@/volya_"):
        back_up(database, tmp_path / "saved")
    with pytest.raises(DatabaseUnavailableError, match=r"pg_restore --clean --if-exists --dbname="):
        restore(database, tmp_path / "saved", NOON)
