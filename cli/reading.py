"""Reading at once what a command has stored, so that its events are there when the command ends."""

from __future__ import annotations

from datetime import UTC, datetime

from db import Database
from db.articles import READ_ATTEMPTS
from db.leases import owner_name
from events import ReadingReport, read_new


def read_everything(database: Database) -> ReadingReport:
    """Read until nothing is left that is free to be read; what another process is reading is left to it.

    `failed` counts articles: each is tried READ_ATTEMPTS times, then it is parked.
    """
    owner = owner_name()
    read, failed = 0, 0
    changed: set[int] = set()
    while True:
        report = read_new(database, owner=owner, now=datetime.now(UTC))
        read, failed = read + report.read, failed + report.failed
        changed |= set(report.changed_events)
        if not report.read and not report.failed:
            return ReadingReport(read, failed // READ_ATTEMPTS, tuple(sorted(changed)))
