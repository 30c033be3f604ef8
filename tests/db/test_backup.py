"""A copy a day, whole and verified, and never more than are wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import Database, DatabaseUnavailableError, check_integrity, open_database
from db.backup import back_up_today, copy_database
from db.models import WatchRow

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


@pytest.fixture
def full(sqlite_database: Database) -> Database:
    with sqlite_database.begin() as session:
        session.add(WatchRow(name="Maria Kalesnikava", created_at=NOON))
    return sqlite_database


def test_the_copy_of_the_day_holds_everything_and_opens(full: Database, tmp_path: Path) -> None:
    path = back_up_today(full, tmp_path / "backups", NOON, keep=7)
    assert path == tmp_path / "backups" / "volya-2025-09-11.sqlite3"
    assert path.stat().st_mode & 0o777 == 0o600
    copy = open_database(f"sqlite:///{path}")
    check_integrity(copy)
    with copy.read() as session:
        assert session.get(WatchRow, "Maria Kalesnikava") is not None
    copy.close()


def test_the_second_time_on_a_day_nothing_is_done(full: Database, tmp_path: Path) -> None:
    assert back_up_today(full, tmp_path / "b", NOON, keep=7) is not None
    assert back_up_today(full, tmp_path / "b", NOON + timedelta(hours=11), keep=7) is None
    assert back_up_today(full, tmp_path / "b", NOON + timedelta(hours=12), keep=7) is not None


def test_the_newest_seven_are_kept_and_other_files_left_alone(full: Database, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / "mine.sqlite3").touch()
    for day in range(10):
        back_up_today(full, folder, NOON + timedelta(days=day), keep=7)
    kept = [f"volya-2025-09-{day}.sqlite3" for day in range(14, 21)]
    assert sorted(path.name for path in folder.iterdir()) == ["mine.sqlite3", *kept]


def test_a_copy_cut_short_by_a_kill_is_made_anew(full: Database, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / ".volya-2025-09-11.sqlite3.unfinished").write_bytes(b"half")
    assert back_up_today(full, folder, NOON, keep=7) is not None
    assert [path.name for path in folder.iterdir()] == ["volya-2025-09-11.sqlite3"]


def test_a_folder_that_cannot_be_made_is_named(full: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailableError, match=r"file/b: no backup"):
        back_up_today(full, tmp_path / "file" / "b", NOON, keep=7)


def test_a_copy_never_overwrites_a_file(full: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(DatabaseUnavailableError, match="taken: exists already"):
        copy_database(full, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_postgresql_is_left_to_its_own_tools(make_postgresql_database: Callable[[], str], tmp_path: Path) -> None:
    database = open_database(make_postgresql_database())
    assert back_up_today(database, tmp_path / "b", NOON, keep=7) is None
    assert not (tmp_path / "b").exists()
    database.close()
