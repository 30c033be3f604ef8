"""What makes the service faulty, and what only keeps it from being ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from db import Database, DatabaseFullError
from scheduler.child import ChildStatus
from scheduler.jobs import JOBS
from scheduler.parts import ServiceStatus
from scheduler.running import JobRunner
from scheduler.status import status_of
from scheduler.watching import Watcher

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
WELL = ChildStatus(is_alive=True, pid=7, starts=1, silent_for=1.0, last_end=None)


@pytest.fixture
def status(context: Callable[..., Any], sqlite_database: Database) -> Callable[..., ServiceStatus]:
    def draw(
        child: ChildStatus | None = WELL,
        error: Exception | None = None,
        troubles: dict[str, str] | None = None,
        outage: bool = False,
        **parts: bool,
    ) -> ServiceStatus:
        def work(_: Any) -> None:
            if error is not None:
                raise error

        jobs = JobRunner(JOBS, context(), {})
        jobs._run("watch", work)
        watcher = Watcher(sqlite_database, lambda: child, NOON)
        watcher.troubles, watcher.is_own_outage = troubles or {}, outage
        return status_of(jobs, parts, child, watcher, NOON)

    return draw


def test_all_well(status: Callable[..., ServiceStatus]) -> None:
    found = status(web=True)
    assert (found.faults, found.reasons) == ((), ())
    assert found.details == {
        "started_at": "2025-09-11T12:00:00Z",
        "queues": {},
        "network": "up",
        "crawl": {"alive": True, "starts": 1},
    }


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"web page": False}, "web page is not running"),
        ({"child": ChildStatus(False, None, 3, None, "ended with exit code 1")}, "the last one ended with exit code 1"),
        ({"child": ChildStatus(False, None, 0, None, None)}, "the last one has not started"),
        ({"child": ChildStatus(True, 7, 1, 31.0, None)}, "crawl process has been silent for 31 s"),
        ({"error": RuntimeError("no bread\nat all")}, "job watch failed: RuntimeError: no bread"),
        ({"troubles": {"queue of articles": "stuck: number 7"}}, "queue of articles is stuck: number 7"),
    ],
)
def test_reasons_not_to_be_ready(status: Callable[..., ServiceStatus], given: dict[str, Any], reason: str) -> None:
    found = status(**given)
    assert found.faults == ()
    assert len(found.reasons) == 1
    assert reason in found.reasons[0]


def test_a_full_disk_is_a_fault(status: Callable[..., ServiceStatus]) -> None:
    found = status(error=DatabaseFullError("sqlite:///x", "disk is full; free some space"))
    assert found.faults == ("disk full: DatabaseFullError: sqlite:///x: disk is full; free some space",)


def test_an_outage_of_the_network_is_shown_and_is_no_reason(status: Callable[..., ServiceStatus]) -> None:
    found = status(outage=True)
    assert (found.faults, found.reasons, found.details["network"]) == ((), (), "down")


def test_a_service_without_a_crawl_process_is_whole(status: Callable[..., ServiceStatus]) -> None:
    found = status(child=None)
    assert (found.reasons, found.details["crawl"]) == ((), None)
