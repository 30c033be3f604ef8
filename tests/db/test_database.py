"""Opening, writing, locking: what must hold however hard the database is used, and whatever file it is given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

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
)
from db.models import NoteRow, WatchRow

ROOT = Path(__file__).parents[2]
NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
ROUNDS = 300

COUNT_UP = f"""
import sys
from datetime import UTC, datetime
from db import open_database
from db.models import NoteRow
database = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for _ in range({ROUNDS}):
    with database.begin(lock="counter") as session:
        row = session.get_one(NoteRow, "counter")
        row.value = {{"n": row.value["n"] + 1}}
"""

HOLD_LOCK = """
import sys
from db import hold_service_lock, open_database
with hold_service_lock(open_database(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def start(program: str, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, url]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_every_pooled_connection_has_the_pragmas(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with ExitStack() as stack:
        stack.callback(database.close)
        for _ in range(5):
            connection = stack.enter_context(database.engine.connect())
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert found == ["wal", 2, 1, 30_000]


def test_two_processes_that_read_then_write_never_meet_a_lock_and_lose_nothing(
    database_url: str, database: Database
) -> None:
    with database.begin() as session:
        session.add(NoteRow(name="counter", value={"n": 0}, at=NOON))
    processes = [start(COUNT_UP, database_url) for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
    assert [process.returncode for process in processes] == [0, 0]
    with database.read() as session:
        assert session.get_one(NoteRow, "counter").value == {"n": 2 * ROUNDS}


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as session:  # noqa: PT012 (the point is what was begun)
        session.add(WatchRow(name="Maria Kalesnikava", created_at=NOON))
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.get(WatchRow, "Maria Kalesnikava") is None


def test_what_is_read_cannot_be_written_by_mistake(database: Database) -> None:
    with database.read() as session:
        session.add(WatchRow(name="Maria Kalesnikava", created_at=NOON))
        session.flush()
    with database.read() as session:
        assert session.get(WatchRow, "Maria Kalesnikava") is None


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(Exception, match="naive datetime"), database.begin() as session:
        session.add(WatchRow(name="Maria Kalesnikava", created_at=naive))


def test_times_come_back_as_the_same_instant_in_utc(database: Database) -> None:
    with database.begin() as session:
        session.add(WatchRow(name="x", created_at=datetime.fromisoformat("2025-09-11T15:00:00+03:00")))
    with database.read() as session:
        found = session.get_one(WatchRow, "x").created_at
    assert (found, found.tzinfo) == (NOON, UTC)


def test_a_newer_database_is_refused_byte_for_byte_untouched(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
    database.close()
    before = (tmp_path / "volya.sqlite3").read_bytes()
    with pytest.raises(NewerDatabaseError, match=r"newer version \(9999_from_the_future\); update the program"):
        open_database(sqlite_url)
    assert (tmp_path / "volya.sqlite3").read_bytes() == before
    assert not list(tmp_path.glob("*.backup"))


def test_a_newer_postgresql_database_is_refused(make_postgresql_database: Callable[[], str]) -> None:
    url = make_postgresql_database()
    database = connect(url)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
    database.close()
    with pytest.raises(NewerDatabaseError):
        open_database(url)


def test_a_second_service_is_told_who_runs_and_kill_minus_nine_frees_the_lock(
    database_url: str, database: Database
) -> None:
    holder = start(HOLD_LOCK, database_url)
    whom = f"pid {holder.pid}" if database.is_sqlite else "perhaps on another machine"
    with pytest.raises(AlreadyRunningError, match=whom), hold_service_lock(database):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=10)
    assert takes_lock(database)


def takes_lock(database: Database) -> bool:
    for _ in range(2000):  # PostgreSQL needs a moment to notice that its client is gone
        try:
            with hold_service_lock(database):
                return True
        except AlreadyRunningError:
            continue
    return False


def test_the_lock_is_free_again_after_its_block_for_whoever_comes(database_url: str, database: Database) -> None:
    with hold_service_lock(database):
        pass
    other = open_database(database_url)
    with hold_service_lock(other):
        pass
    with hold_service_lock(database), pytest.raises(AlreadyRunningError), hold_service_lock(database):
        pass
    other.close()


def test_other_work_goes_on_beside_a_service(database_url: str, database: Database) -> None:
    with hold_service_lock(database):
        beside = open_database(database_url)
        with beside.begin() as session:
            session.add(WatchRow(name="x", created_at=NOON))
        beside.close()


def test_overwritten_pages_are_found(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    check_integrity(database)
    database.close()
    file = tmp_path / "volya.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    file.write_bytes(content)
    with pytest.raises(DatabaseCorruptError, match="newest daily copy"):
        check_integrity(connect(sqlite_url))


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader, " * 100)
    before = file.read_bytes()
    with pytest.raises(DatabaseCorruptError, match=r"letter\.txt"):
        open_database(f"sqlite:///{file}")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("nonsense", "not an address"),
        ("mysql://localhost/x", "mysql is not supported"),
        ("sqlite://", "lost with its process"),
        ("sqlite:///:memory:", "lost with its process"),
    ],
)
def test_an_address_that_cannot_work_says_what_to_give(url: str, trouble: str) -> None:
    with pytest.raises(DatabaseError, match=trouble):
        open_database(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailableError, match=r"file/state/volya\.sqlite3"):
        open_database(f"sqlite:///{tmp_path}/file/state/volya.sqlite3")


def test_an_unreachable_postgresql_is_one_clear_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        open_database(f"postgresql+psycopg://volya:hunter2@/volya?host={tmp_path}")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
