"""The crawl process is kept: real child programs, a clock of the test's own."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.child import ChildKeeper, ChildPlan

ROOT = Path(__file__).parents[2]
WAIT = 20  # seconds that a test bears with the machine; never reached when all is well

# Each child says that it is there by a line of articles, and then behaves.
HELLO = "import signal, sys, os, time; print('{\"articles\": 1}', flush=True); "
WAITS = HELLO + "signal.pause()"
ENDS = HELLO + "sys.exit(3)"
IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + HELLO + "signal.pause(); signal.pause()"
ENDS_WELL = ("import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); " + HELLO) + "signal.pause()"


class Bench:
    """A keeper without its thread, a clock to set, and the articles it was told of."""

    def __init__(self, program: str, **plan: float) -> None:
        self.now = 1000.0
        self.told: list[int] = []
        self.heard = threading.Semaphore(0)
        argv = (sys.executable, "-c", program)
        self.keeper = ChildKeeper(ChildPlan(argv, **plan), self._hear, lambda: self.now)

    def _hear(self, articles: int) -> None:
        self.told.append(articles)
        self.heard.release()

    def start(self) -> int:
        """Let the keeper start a child, wait until it has spoken, and return its number."""
        self.keeper.look()
        assert self.heard.acquire(timeout=WAIT)
        pid = self.keeper.status().pid
        assert pid is not None
        return pid

    def after(self, seconds: float) -> None:
        self.now += seconds
        self.keeper.look()


Build = Callable[..., Bench]


@pytest.fixture
def build() -> Iterator[Build]:
    made: list[Bench] = []

    def build_one(program: str, **plan: float) -> Bench:
        made.append(Bench(program, **plan))
        return made[-1]

    yield build_one
    for bench in made:
        bench.keeper.kill()


def await_end(pid: int) -> None:
    """Wait until a child of ours has ended, and leave it to be reaped by its keeper."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_child_that_dies_is_started_again_after_a_pause(build: Build) -> None:
    bench = build(ENDS)
    await_end(bench.start())
    bench.after(0)
    status = bench.keeper.status()
    assert (status.is_alive, status.starts, status.last_end) == (False, 1, "ended with exit code 3")
    bench.after(0.9)
    assert not bench.keeper.status().is_alive
    bench.after(0.2)
    assert bench.keeper.status().starts == 2


def test_the_pause_doubles_with_each_death_up_to_its_longest(build: Build) -> None:
    bench = build(ENDS, first_pause=1.0, longest_pause=4.0)
    pauses = []
    for _ in range(5):
        await_end(bench.start())
        bench.after(0)
        pause = 0.0
        while not bench.keeper.status().is_alive:
            bench.after(0.5)
            pause += 0.5
        pauses.append(pause)
    assert pauses == [1, 2, 4, 4, 4]


def test_a_child_that_lived_a_while_is_started_again_soon(build: Build) -> None:
    bench = build(WAITS)
    for _ in range(3):
        pid = bench.start()
        bench.after(59)
        os.kill(pid, signal.SIGKILL)
        await_end(pid)
        bench.now += 1
        bench.keeper.look()
        assert bench.keeper.status().last_end == "was ended by SIGKILL (out of memory?)"
        bench.now += 1
    bench.keeper.look()
    assert bench.keeper.status().starts == 4


def test_a_silent_child_is_killed(build: Build) -> None:
    bench = build(WAITS)
    pid = bench.start()
    bench.after(59)
    assert bench.keeper.status().silent_for == 59
    bench.after(1)
    await_end(pid)
    bench.after(0)
    assert bench.keeper.status().last_end == "was ended by SIGKILL (out of memory?)"


def test_a_child_that_talks_is_left_alone(build: Build) -> None:
    # It speaks whenever it is poked, and the clock stands still in between.
    program = (
        "import signal; signal.signal(signal.SIGUSR1, lambda *_: print('{\"articles\": 2}', flush=True)); "
        + HELLO
        + "\nwhile True: signal.pause()"
    )
    bench = build(program)
    pid = bench.start()
    for _ in range(5):
        bench.now += 50
        os.kill(pid, signal.SIGUSR1)
        assert bench.heard.acquire(timeout=WAIT)
        bench.keeper.look()
    assert bench.keeper.status().pid == pid
    assert bench.told == [1, 2, 2, 2, 2, 2]


def test_nonsense_is_no_sign_of_life(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    lines = [b"no json", b"[1]", b'{"other": 1}', b"\xff\xfe", b"", b"null"]
    program = f"import sys; sys.stdout.buffer.write(b'\\n'.join([*{lines!r}, b'x' * 200_000, b''])); " + WAITS
    bench = build(program)
    bench.start()
    assert bench.told == [1]
    assert len([record for record in caplog.records if "no sign of life" in record.message]) == 1


def test_a_child_is_asked_first_and_its_end_is_no_failure(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    bench = build(ENDS_WELL)
    pid = bench.start()
    bench.keeper.ask_to_stop()
    bench.after(0)
    await_end(pid)
    bench.after(0)
    assert bench.keeper.status().last_end == "ended as asked"
    bench.after(1000)
    assert bench.keeper.status().starts == 1
    assert not caplog.records


def test_a_child_that_ignores_sigterm_is_killed_after_the_grace(build: Build) -> None:
    bench = build(IGNORES)
    pid = bench.start()
    bench.keeper.ask_to_stop()
    bench.after(0)
    bench.after(9.9)
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    bench.after(0.2)
    await_end(pid)
    bench.after(0)
    assert not bench.keeper.status().is_alive


def test_an_old_child_is_recycled_without_a_pause(build: Build) -> None:
    bench = build(ENDS_WELL, longest_life=3600, silence=10_000)
    old = bench.start()
    bench.after(3600)
    await_end(old)
    bench.after(0)
    assert bench.start() != old
    assert bench.keeper.status().starts == 2


def test_a_child_that_wants_to_be_recycled_is_started_again_without_a_pause(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    bench = build("print('{\"recycle\": true}', flush=True); " + HELLO)
    for _ in range(3):
        await_end(bench.start())
        bench.after(0)
        assert bench.keeper.status().last_end == "ended as asked"
    assert not caplog.records


def test_a_child_that_wants_to_be_recycled_and_does_not_end_is_killed(build: Build) -> None:
    bench = build("print('{\"recycle\": true}', flush=True); " + WAITS)
    pid = bench.start()
    bench.after(0)
    bench.after(9.9)
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    bench.after(0.2)
    await_end(pid)


def test_a_child_that_fails_while_it_is_recycled_has_died(build: Build) -> None:
    bench = build("print('{\"recycle\": true}', flush=True); " + ENDS)
    await_end(bench.start())
    bench.after(0)
    assert bench.keeper.status().last_end == "ended with exit code 3"
    bench.after(0.5)
    assert not bench.keeper.status().is_alive


def test_a_child_that_has_grown_too_large_is_recycled(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    bench = build("ballast = b'x' * (150 << 20); " + ENDS_WELL, most_memory=100 << 20)
    large = bench.start()
    bench.after(0)
    await_end(large)
    bench.after(0)
    assert bench.start() != large
    assert [record.message for record in caplog.records if "MiB and is recycled" in record.message]


def test_its_workers_die_with_it(build: Build) -> None:
    program = (
        "import subprocess, sys; w = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']); "
        "print('{\"articles\": %d}' % w.pid, flush=True); import signal; signal.pause()"
    )
    bench = build(program)
    pid = bench.start()
    worker = bench.told[0]
    descriptor = os.pidfd_open(worker)
    os.kill(pid, signal.SIGKILL)
    await_end(pid)
    bench.after(0)
    assert ends(descriptor)


def test_a_program_that_is_not_there_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    keeper = ChildKeeper(ChildPlan(("/no/such/program",)), lambda _: None, lambda: now[0])
    keeper.look()
    pid = keeper.status().pid
    assert pid is not None
    await_end(pid)
    keeper.look()
    assert "started again in 1 s" in caplog.text


def test_its_own_thread_keeps_and_stops_it() -> None:
    spoke = threading.Semaphore(0)
    plan = ChildPlan((sys.executable, "-c", ENDS_WELL))
    keeper = ChildKeeper(plan, lambda _: spoke.release())
    keeper.start()
    assert spoke.acquire(timeout=WAIT)
    assert keeper.status().is_alive
    keeper.stop()
    assert (keeper.status().is_alive, keeper.status().last_end) == (False, "ended as asked")


def test_the_child_dies_with_its_parent_even_by_kill_minus_nine() -> None:
    program = f"""
import sys, threading
from scheduler.child import ChildKeeper, ChildPlan
keeper = ChildKeeper(ChildPlan((sys.executable, "-c", {IGNORES!r})), lambda _: print(keeper.status().pid, flush=True))
keeper.start()
threading.Event().wait()
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate(timeout=WAIT)
    assert ends(child)


def ends(descriptor: int) -> bool:
    """Whether a process that is no child of ours ends: its descriptor becomes readable then."""
    readable, _, _ = select.select([descriptor], [], [], WAIT)
    os.close(descriptor)
    return bool(readable)
