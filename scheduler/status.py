"""How the service is, drawn from its parts: what is not well, and what keeps it from its work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scheduler.child import ChildStatus
from scheduler.parts import ServiceStatus
from scheduler.running import JobRunner
from scheduler.watching import Watcher

JOB_SILENCE = {"plan": 60.0, "read": 300.0, "watch": 150.0}  # seconds; a job that is at it longer is stuck
CHILD_SILENCE = 30.0


def status_of(
    jobs: JobRunner,
    parts: Mapping[str, bool],
    child: ChildStatus | None,
    watcher: Watcher,
    started_at: datetime,
) -> ServiceStatus:
    """Return the status; `parts` says of each thread whether it is alive.

    A fault is what the operator must mend: a full disk (DB-6). Everything else is a reason not to be ready; an
    outage of the network is neither, for the service is well and will go on by itself.
    """
    records = jobs.records()
    faults = tuple(f"disk full: {record.error}" for record in records.values() if record.is_disk_full)
    reasons = [
        *(f"{name} is not running" for name, is_alive in parts.items() if not is_alive),
        *(f"job {name} has not run for {jobs.silent_for(name):.0f} s" for name in _silent(jobs)),
        *(f"job {name} failed: {record.error}" for name, record in records.items() if record.error is not None),
        *_reasons_of(child),
        *(f"{subject} is {trouble}" for subject, trouble in watcher.troubles.items()),
    ]
    return ServiceStatus(faults, tuple(reasons), _details(child, watcher, started_at))


def _silent(jobs: JobRunner) -> list[str]:
    return [name for name, longest in JOB_SILENCE.items() if jobs.silent_for(name) > longest]


def _reasons_of(child: ChildStatus | None) -> list[str]:
    if child is None:
        return []
    if not child.is_alive:
        return [f"crawl process is not running: the last one {child.last_end or 'has not started'}"]
    if child.silent_for is not None and child.silent_for > CHILD_SILENCE:
        return [f"crawl process has been silent for {child.silent_for:.0f} s"]
    return []


def _details(child: ChildStatus | None, watcher: Watcher, started_at: datetime) -> dict[str, Any]:
    return {
        "started_at": started_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "queues": watcher.queues,
        "network": "down" if watcher.is_own_outage else "up",
        "crawl": None if child is None else {"alive": child.is_alive, "starts": child.starts},
    }
