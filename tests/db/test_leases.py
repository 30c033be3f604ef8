"""Two workers never own one row, a dead one's work is taken over, and a paused one notices."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from db import Database
from db.leases import Lease, LeaseRequest, claim, finish, free_dead, lease_of, owner_name, renew
from db.models import DestinationRow

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def rows(database: Database) -> list[int]:
    with database.begin() as session:
        made = [DestinationRow(name=f"d{n}", channel="console", since=NOON) for n in range(6)]
        session.add_all(made)
        session.flush()
        return [row.id for row in made]


def take(database: Database, owner: str, now: datetime = NOON, limit: int = 10) -> list[Lease]:
    request = LeaseRequest(owner, now, now + timedelta(minutes=1), limit)
    with database.begin() as session:
        claimed = claim(session, DestinationRow, DestinationRow.state == "enabled", [DestinationRow.id], request)
        return [lease_of(row) for row in claimed]


def test_a_claimed_row_is_not_claimed_again(database: Database, rows: list[int]) -> None:
    assert [lease.id for lease in take(database, "one", limit=4)] == rows[:4]
    assert [lease.id for lease in take(database, "two")] == rows[4:]
    assert take(database, "three") == []


def test_a_lease_that_ran_out_is_taken_over_with_a_higher_generation(database: Database, rows: list[int]) -> None:
    first = take(database, "one")
    second = take(database, "two", now=LATER)
    assert [lease.id for lease in second] == rows
    assert all(new.generation == old.generation + 1 for old, new in zip(first, second, strict=True))


def test_a_paused_worker_finds_its_lease_gone(database: Database, rows: list[int]) -> None:
    old = take(database, "one")[0]
    new = take(database, "two", now=LATER)[0]
    with database.begin() as session:
        assert not renew(session, DestinationRow, old, LATER)
        assert not finish(session, DestinationRow, old)
        assert finish(session, DestinationRow, new)


def test_the_generation_fences_even_an_owner_of_the_same_name(database: Database, rows: list[int]) -> None:
    old = take(database, "one")[0]
    take(database, "one", now=LATER)
    with database.begin() as session:
        assert not finish(session, DestinationRow, old)


def test_a_renewed_lease_is_not_taken_over(database: Database, rows: list[int]) -> None:
    leases = take(database, "one")
    with database.begin() as session:
        assert all(renew(session, DestinationRow, lease, LATER + timedelta(minutes=1)) for lease in leases)
    assert take(database, "two", now=LATER) == []


def test_a_finished_row_is_free_at_once(database: Database, rows: list[int]) -> None:
    lease = take(database, "one", limit=1)[0]
    with database.begin() as session:
        assert finish(session, DestinationRow, lease)
    assert take(database, "two", limit=1)[0].id == lease.id


def test_workers_that_claim_at_the_same_time_share_without_overlap(database: Database, rows: list[int]) -> None:
    together = threading.Barrier(3)
    claimed: list[int] = []

    def work(owner: str) -> None:
        together.wait(10)
        claimed.extend(lease.id for _ in range(3) for lease in take(database, owner, limit=1))

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(claimed) == rows


def test_work_of_a_dead_process_of_this_machine_is_free_at_once(database: Database, rows: list[int]) -> None:
    program = "from db.leases import owner_name; print(owner_name())"
    dead = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    own = owner_name()
    another_life = own.rpartition(":")[0] + ":1234"  # a container gives the same process number at every start
    for owner in (dead, "another-host:1:1234", own, another_life):
        take(database, owner, limit=1)
    with database.begin() as session:
        free_dead(session, own)
    assert [lease.id for lease in take(database, "new")] == [rows[0], *rows[3:]]
