"""Runs the jobs by APScheduler, so that none is skipped, doubled or able to end the service (SCH-1)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from db import DatabaseFullError
from scheduler.jobs import Job, JobContext

log = logging.getLogger(__name__)

JITTER = 0.1
JITTER_FROM = timedelta(seconds=30)  # shorter periods gain nothing by being spread


@dataclass(frozen=True, slots=True)
class JobRecord:
    """How a job went: when it last ended (monotonic seconds), and its error if that was a failure."""

    ended_at: float
    error: str | None = None
    is_disk_full: bool = False


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires every so often, spread by a tenth from half a minute on; after a gap once, and then from there.

    APScheduler's own IntervalTrigger makes a list of every missed time before it coalesces them: after a clock that
    ran a year ahead that is 31 million times for a period of a second.
    """

    def __init__(self, interval: timedelta, random: Random) -> None:
        self.interval = interval
        self._random = random

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next time after `previous_fire_time`, always later than `now`."""
        wait = self.interval
        if self.interval >= JITTER_FROM:
            wait *= self._random.uniform(1 - JITTER, 1 + JITTER)
        following = (previous_fire_time or now) + wait
        return following if following > now else now + wait


class JobRunner:
    """Runs each job on its interval. A failure is logged once, until it changes or ends; the job goes on."""

    def __init__(self, jobs: Sequence[Job], context: JobContext, intervals: Mapping[str, timedelta]) -> None:
        self._context = context
        self._records: dict[str, JobRecord] = {}
        self._started_at = time.monotonic()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run that finds the last one still at it is normal
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max_workers=len(jobs))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        now = datetime.now(UTC)
        for job in jobs:
            every = intervals.get(job.name, job.every)
            self.scheduler.add_job(
                self._run,
                Every(every, context.parts.random),
                (job.name, job.function),
                id=job.name,
                next_run_time=now + min(job.after, every),
            )

    def start(self) -> None:
        """Begin."""
        self._started_at = time.monotonic()
        self.scheduler.start()

    def pause(self) -> None:
        """Begin no further run."""
        self.scheduler.pause()

    def stop(self) -> None:
        """Begin no further run and wait for those under way."""
        self.scheduler.shutdown(wait=True)

    def wake(self, name: str) -> None:
        """Run a job now instead of at its next time."""
        try:
            self.scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        except JobLookupError:
            log.debug("%s is not woken: the service stops", name)

    def wake_all(self) -> None:
        """Run every job now and count its interval from now: the clock was set (SCH-2)."""
        for job in self.scheduler.get_jobs():
            self.wake(job.id)

    def records(self) -> dict[str, JobRecord]:
        """Return how each job that has run went last time."""
        return dict(self._records)

    def silent_for(self, name: str) -> float:
        """Return for how many seconds a job has not come to an end, well or not."""
        record = self._records.get(name)
        return time.monotonic() - (record.ended_at if record else self._started_at)

    def _run(self, name: str, function: Callable[[JobContext], None]) -> None:
        before = self._records.get(name)
        try:
            function(self._context)
        except Exception as error:  # the border of a job: it fails alone and is tried again
            record = JobRecord(time.monotonic(), _first_line(error), isinstance(error, DatabaseFullError))
            if before is None or before.error != record.error:
                log.exception("job %s failed: %s", name, record.error)
        else:
            record = JobRecord(time.monotonic())
            if before is not None and before.error is not None:
                log.info("job %s works again", name)
        self._records[name] = record


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
