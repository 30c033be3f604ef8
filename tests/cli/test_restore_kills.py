"""A kill of `volya restore` at each of its steps: the old database or the backup is there, whole, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from db import check_integrity, connect
from db.saving import RESTORING, back_up

Make = Callable[[Path], Path]
SAVED, OLD = {"Ales Bialiatski"}, {"Ales Bialiatski", "Ihar Losik", "Maria Kalesnikava"}
KILLED = 137
DAMAGE = b"no database" * 1000


def watch(path: Path, name: str, *, copied_to: Path | None = None) -> None:
    """Write a name; with `copied_to` also copy the files as a kill would leave them, with the name in the log alone."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO watches VALUES (?, '2025-09-11 12:00:00')", [name])
        connection.commit()
        if copied_to is not None:
            for suffix in ("", "-wal"):
                shutil.copy(f"{path}{suffix}", f"{copied_to}{suffix}")


def watched(path: Path) -> set[str]:
    """Return the names in a database that is whole."""
    database = connect(f"sqlite:///{path}")
    with database.read():
        check_integrity(database)
    database.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM watches")}


@pytest.fixture
def make(migrated_sqlite: Path, tmp_path: Path) -> Make:
    """Return what lays a database and a backup of before into a folder; the last commit is in the database's log alone."""
    made, work = tmp_path / "made", tmp_path / "work.sqlite3"
    made.mkdir()
    shutil.copy(migrated_sqlite, work)
    watch(work, "Ales Bialiatski")
    database = connect(f"sqlite:///{work}")
    back_up(database, made / "saved")
    database.close()
    watch(work, "Ihar Losik")
    watch(work, "Maria Kalesnikava", copied_to=made / "volya.sqlite3")

    def lay(folder: Path) -> Path:
        return Path(shutil.copytree(made, folder))

    return lay


def restored(folder: Path, place: str, number: int) -> int:
    """Run the command in a process of its own that is killed at a passing of a failpoint; return its exit code."""
    child = os.fork()
    if child == 0:
        os.environ["VOLYA_FAILPOINT"] = f"{place}:{number}"
        os.environ["VOLYA_DB__URL"] = f"sqlite:///{folder / 'volya.sqlite3'}"
        code = 99
        try:
            code = int(main(["restore", str(folder / "saved"), "--json"]))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("place", [RESTORING, "uncommitted", "committed"])
def test_a_kill_leaves_the_old_database_or_the_new_one_whole_and_the_next_try_ends(
    place: str, make: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    states = []
    for number in range(1, 20):
        folder = make(tmp_path / f"{number}")
        code = restored(folder, place, number)
        before = (folder / "saved").read_bytes()
        states.append(watched(folder / "volya.sqlite3"))
        assert states[-1] in (OLD, SAVED)
        kept = [path for path in folder.glob("*.replaced-*") if not path.name.endswith(("-wal", "-shm"))]
        assert states[-1] == OLD or [watched(path) for path in kept] == [OLD]
        assert restored(folder, "none", 1) == 0
        assert watched(folder / "volya.sqlite3") == SAVED
        assert any(watched(path) == OLD for path in folder.glob("*.replaced-*") if path.suffix.startswith(".replaced"))
        assert (folder / "saved").read_bytes() == before
        assert list(folder.glob(".*restoring*")) == []
        if code == 0:
            break
        assert code == KILLED
    assert code == 0
    assert OLD in states
    assert len(states) > 1


def test_a_kill_beside_a_damaged_database_leaves_its_bytes_and_its_log(make: Make, tmp_path: Path) -> None:
    for number in range(1, 20):
        folder = make(tmp_path / f"{number}")
        (folder / "volya.sqlite3").write_bytes(DAMAGE)
        log = (folder / "volya.sqlite3-wal").read_bytes()
        code = restored(folder, RESTORING, number)
        assert DAMAGE in [path.read_bytes() for path in folder.glob("volya.sqlite3*")]
        assert log in [path.read_bytes() for path in folder.glob("volya.sqlite3*-wal")]
        assert restored(folder, "none", 1) == 0
        assert watched(folder / "volya.sqlite3") == SAVED
        if code == 0:
            return
        assert code == KILLED
    pytest.fail("it never came to its end")
