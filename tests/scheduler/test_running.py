"""No run is skipped, doubled or able to end the service (SCH-1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db import DatabaseFullError
from scheduler.jobs import JOBS, Job, JobContext
from scheduler.running import Every, JobRunner

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WAIT = 20
Build = Callable[..., JobContext]


@pytest.fixture
def run(context: Build) -> Iterator[Callable[..., JobRunner]]:
    runners: list[JobRunner] = []

    def build(*jobs: Job, **intervals: timedelta) -> JobRunner:
        runners.append(JobRunner(jobs or JOBS, context(), intervals))
        return runners[-1]

    yield build
    for runner in runners:
        if runner.scheduler.running:
            runner.stop()


def test_every_job_catches_up_once_and_never_runs_twice_at_a_time(run: Callable[..., JobRunner]) -> None:
    runner = run()
    runner.scheduler.start(paused=True)
    settings = [
        (job.id, job.misfire_grace_time, job.coalesce, job.max_instances) for job in runner.scheduler.get_jobs()
    ]
    assert sorted(settings) == [(name, None, True, 1) for name in sorted(job.name for job in JOBS)]


def test_the_first_runs_are_at_once_but_housekeeping_waits(run: Callable[..., JobRunner]) -> None:
    runner = run()
    runner.scheduler.start(paused=True)
    waits = {job.id: job.next_run_time - datetime.now(UTC) for job in runner.scheduler.get_jobs()}
    assert all(waits[name] <= timedelta(0) for name in ("plan", "read", "watch"))
    assert timedelta(seconds=30) < waits["maintain"] <= timedelta(minutes=1)


def test_an_interval_can_be_set_by_name(run: Callable[..., JobRunner]) -> None:
    runner = run(read=timedelta(seconds=5))
    runner.scheduler.start(paused=True)
    assert runner.scheduler.get_job("read").trigger.interval == timedelta(seconds=5)
    assert runner.scheduler.get_job("plan").trigger.interval == SECOND


def test_after_a_long_stop_a_job_runs_exactly_once(run: Callable[..., JobRunner]) -> None:
    runs: list[int] = []
    other = threading.Event()
    runner = run(Job("stopped", lambda _: runs.append(1), HOUR), Job("other", lambda _: other.set(), HOUR, after=HOUR))
    runner.scheduler.start(paused=True)
    runner.scheduler.modify_job("stopped", next_run_time=datetime.now(UTC) - timedelta(days=365))
    runner.scheduler.resume()
    runner.wake("other")
    assert other.wait(WAIT)
    runner.stop()
    assert runs == [1]


@pytest.mark.parametrize("gap", [timedelta(minutes=1), timedelta(hours=8), timedelta(days=365)])
def test_the_time_after_a_gap_is_computed_once_not_for_every_missed_run(gap: timedelta) -> None:
    assert Every(SECOND, Random(1)).get_next_fire_time(NOON - gap, NOON) == NOON + SECOND


def test_long_periods_are_spread_by_a_tenth_and_short_ones_are_not() -> None:
    def waits(period: timedelta) -> set[timedelta]:
        trigger = Every(period, Random(1))
        return {trigger.get_next_fire_time(NOON, NOON) - NOON for _ in range(200)}

    assert waits(SECOND) == {SECOND}
    assert waits(timedelta(seconds=29)) == {timedelta(seconds=29)}
    spread = waits(timedelta(seconds=30))
    assert timedelta(seconds=27) <= min(spread) < timedelta(seconds=28)
    assert timedelta(seconds=32) < max(spread) <= timedelta(seconds=33)


@pytest.mark.parametrize("day", [datetime(2026, 10, 25), datetime(2026, 3, 29), datetime(2026, 6, 1)])  # noqa: DTZ001
def test_a_day_with_a_change_of_summer_time_has_as_many_runs_an_hour(day: datetime) -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    start, end = day.replace(tzinfo=warsaw).astimezone(UTC), (day + timedelta(days=1)).replace(tzinfo=warsaw)
    trigger, now, runs = Every(timedelta(seconds=30), Random(1)), start, 0
    while now < end:
        now = trigger.get_next_fire_time(now, now)
        runs += 1
    expected = (end - start) / timedelta(seconds=30)
    assert abs(runs - expected) <= expected * 0.01


def test_a_job_that_fails_is_told_of_once_and_goes_on(
    run: Callable[..., JobRunner], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    state: dict[str, Any] = {"runs": 0, "error": RuntimeError("no bread")}
    ran = threading.Semaphore(0)

    def work(_: JobContext) -> None:
        state["runs"] += 1
        ran.release()
        if state["error"]:
            raise state["error"]

    runner = run(Job("bake", work, HOUR))
    for _ in range(3):
        runner._run("bake", work)
    assert runner.records()["bake"].error == "RuntimeError: no bread"
    state["error"] = DatabaseFullError("sqlite:///x", "disk is full; free some space")
    runner._run("bake", work)
    assert runner.records()["bake"].is_disk_full
    state["error"] = None
    runner._run("bake", work)
    runner._run("bake", work)
    assert [record.message for record in caplog.records] == [
        "job bake failed: RuntimeError: no bread",
        "job bake failed: DatabaseFullError: sqlite:///x: disk is full; free some space",
        "job bake works again",
    ]
    assert state["runs"] == 6


def test_a_woken_job_runs_before_its_time(run: Callable[..., JobRunner]) -> None:
    ran = threading.Event()
    runner = run(Job("late", lambda _: ran.set(), HOUR, after=HOUR))
    runner.start()
    assert not ran.is_set()
    runner.wake("late")
    assert ran.wait(WAIT)


def test_when_the_clock_is_set_back_every_job_runs_now(run: Callable[..., JobRunner]) -> None:
    ran = threading.Semaphore(0)
    jobs = [Job(name, lambda _: ran.release(), HOUR, after=HOUR) for name in ("a", "b")]
    runner = run(*jobs)
    runner.start()
    runner.wake_all()
    assert ran.acquire(timeout=WAIT)
    assert ran.acquire(timeout=WAIT)


def test_stopping_waits_for_the_run_under_way_and_begins_no_other(run: Callable[..., JobRunner]) -> None:
    under_way, may_end = threading.Event(), threading.Event()
    ended: list[int] = []

    def work(_: JobContext) -> None:
        under_way.set()
        may_end.wait(WAIT)
        ended.append(1)

    runner = run(Job("slow", work, SECOND))
    runner.start()
    assert under_way.wait(WAIT)
    runner.pause()
    threading.Timer(0.1, may_end.set).start()
    runner.stop()
    assert ended == [1]
    runner.wake("slow")  # of a stopped service: nothing happens
    assert ended == [1]
