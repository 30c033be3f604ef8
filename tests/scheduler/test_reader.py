"""The read worker: it goes on after a database that failed, and ends when it is asked to."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from db import Database, DatabaseUnavailableError
from db.maintenance import signs_of_life
from scheduler import Reader, ReaderParts


@dataclass(frozen=True)
class Reading:
    read: int = 0
    failed: int = 0


@dataclass
class Step:
    """A step that fails or reads as told, then asks its reader to stop."""

    answers: list[Exception | Reading]
    database: Database
    kinds: list[str] = field(default_factory=list)
    reader: Reader | None = None

    def __call__(self, *, now: datetime) -> Reading:  # noqa: ARG002 (the step's signature)
        with self.database.read() as session:
            self.kinds += [sign.kind for sign in signs_of_life(session)]
        answer = self.answers.pop(0)
        if not self.answers and self.reader is not None:
            self.reader.request_stop()
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_database_that_fails_is_tried_again_and_that_is_said_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    away = [DatabaseUnavailableError("postgresql://db.example/volya", "connection refused") for _ in range(3)]
    step = Step([*away, Reading(read=2), Reading(read=1)], database)
    step.reader = Reader(ReaderParts(database, step, "reader-1", pause=0.0))
    with caplog.at_level(logging.INFO, "scheduler.reader"):
        assert step.reader.run() == 0
    said = [record.message for record in caplog.records]
    assert [line for line in said if "tried again" in line] == [
        "postgresql://db.example/volya: connection refused; it is tried again"
    ]
    assert said[-2:] == ["the database answers again", "3 articles read"]
    assert step.kinds == ["read"] * 5
    with database.read() as session:
        assert signs_of_life(session) == ()
