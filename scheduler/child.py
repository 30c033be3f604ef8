"""Keeps the crawl process: starts it, listens to it, starts it again, and ends it (SCH-3).

The child writes one JSON object a line to its standard output: `{"beat": true}` as a sign of life, at least every
5 s, `{"articles": n}` after it stored articles, and `{"recycle": true}` when it has done so many pages that it ends
in order, to be started anew at once. What it has to say to people goes to standard error, which is
ours. It must not outlive us, not even a `kill -9`, and so it is started through a few lines that ask the kernel
for its death signal and then become the child. (Not by `preexec_fn`: that runs between fork and exec, where in a
process with threads any lock may be held for ever. Not by a pipe on standard input: that needs a child that reads
it, and a hung one does not.)
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024
LOOK_EVERY = 0.5

# Runs in the new process. Linux alone has the death signal; elsewhere the child's own check has to do. Under
# some seccomp or memory rules ctypes cannot be loaded: crawling without the guard beats not crawling.
_BECOME = """
import os, signal, sys
if sys.platform == "linux":
    try:
        import ctypes
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except Exception as error:
        print(f"no death signal for the crawl process: {error!r}", file=sys.stderr)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What to run and how long to bear with it; all times in seconds."""

    argv: tuple[str, ...]
    silence: float = 60.0  # without a line for so long it hangs, and is killed
    grace: float = 10.0  # from SIGTERM to SIGKILL
    longest_life: float = 24 * 3600.0  # then it is recycled: whatever leaks in it is gone
    most_memory: int = 600 << 20  # resident bytes of the process itself; beyond, it is recycled
    first_pause: float = 1.0  # before it is started again; doubled for each death, until it lives `settled_after`
    longest_pause: float = 300.0
    settled_after: float = 60.0


@dataclass(frozen=True, slots=True)
class ChildStatus:
    """How the child is. `silent_for` in seconds; `last_end` says how the one before it ended."""

    is_alive: bool
    pid: int | None
    starts: int
    silent_for: float | None
    last_end: str | None


class ChildKeeper:
    """Keeps one child running until it is told to stop.

    `look()` is the whole of the keeping and is called twice a second by a thread of its own. That thread starts
    every child, because the death signal is tied to the thread that started it.
    """

    def __init__(
        self,
        plan: ChildPlan,
        on_articles: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan = plan
        self._on_articles = on_articles
        self._clock = clock
        self._wake = threading.Event()
        self._has_looked = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="child", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._is_stopping = False
        self._is_leaving = False
        self._starts = self._deaths = 0
        self._started_at = self._heard_at = self._next_start_at = clock()
        self._kill_at: float | None = None
        self._last_end: str | None = None

    def start(self) -> None:
        """Start keeping, and return when the first child has been started."""
        self._thread.start()
        self._has_looked.wait()

    def ask_to_stop(self) -> None:
        """Ask the child to end and start no other; returns at once."""
        self._is_stopping = True
        self._wake.set()

    def stop(self) -> None:
        """End the child: SIGTERM, and SIGKILL after the grace. Returns when it is gone."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(self._plan.grace + 5)

    def kill(self) -> None:
        """End the child and its workers this instant (second signal); takes no lock, so a signal handler may call."""
        if self._process is not None:
            _kill_group(self._process.pid)

    def status(self) -> ChildStatus:
        """Return how the child is."""
        process = self._process
        if process is None:
            return ChildStatus(False, None, self._starts, None, self._last_end)
        return ChildStatus(True, process.pid, self._starts, self._clock() - self._heard_at, self._last_end)

    def _keep(self) -> None:
        while not (self._is_stopping and self._process is None):
            self.look()
            self._has_looked.set()
            self._wake.wait(LOOK_EVERY)
            self._wake.clear()

    def look(self) -> None:
        """Do what the child needs now: start, bury, ask to end, kill."""
        now = self._clock()
        process = self._process
        if process is None:
            if not self._is_stopping and now >= self._next_start_at:
                self._start_child(now)
        elif process.poll() is not None:
            self._bury(process, now)
        elif self._kill_at is not None:
            if now >= self._kill_at:
                log.warning("the crawl process did not end within %.0f s and is killed", self._plan.grace)
                _kill_group(process.pid)
        elif self._is_leaving:
            self._kill_at = now + self._plan.grace
        elif self._is_stopping or self._is_worn(process, now):
            self._kill_at = now + self._plan.grace
            process.terminate()
        elif now - self._heard_at >= self._plan.silence:
            log.warning("the crawl process gave no sign of life for %.0f s and is killed", self._plan.silence)
            self._kill_at = now
            _kill_group(process.pid)

    def _is_worn(self, process: subprocess.Popen[bytes], now: float) -> bool:
        memory = _memory_of(process.pid)
        if memory > self._plan.most_memory:
            log.warning("the crawl process has grown to %d MiB and is recycled", memory >> 20)
        return memory > self._plan.most_memory or now - self._started_at >= self._plan.longest_life

    def _start_child(self, now: float) -> None:
        command = [sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid()), *self._plan.argv]
        self._starts += 1
        self._is_leaving = False
        self._started_at = self._heard_at = now
        try:
            # A session of its own: Ctrl-C on the terminal reaches us alone, and we end the child in order.
            process = subprocess.Popen(  # noqa: S603 (argv is ours, given by the composition root)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            self._plan_restart(f"could not be started: {error.strerror}", now)
            return
        self._process = process
        self._listener = threading.Thread(target=self._listen, args=(process.stdout,), name="child-lines", daemon=True)
        self._listener.start()

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        _kill_group(process.pid)  # its workers, if it left any behind
        if self._listener is not None:
            self._listener.join(1)  # its last line says whether it meant to end
        was_asked = self._kill_at is not None and now - self._heard_at < self._plan.silence
        was_asked = was_asked or (self._is_leaving and process.returncode == 0)
        self._process, self._kill_at = None, None
        if was_asked:
            self._last_end = "ended as asked"
            self._next_start_at = now
        else:
            self._plan_restart(_how_it_ended(process.returncode), now)

    def _plan_restart(self, end: str, now: float) -> None:
        self._last_end = end
        self._deaths = 1 if now - self._started_at >= self._plan.settled_after else self._deaths + 1
        pause = min(self._plan.first_pause * 2.0 ** min(self._deaths - 1, 30), self._plan.longest_pause)
        self._next_start_at = now + pause
        if not self._is_stopping:
            log.warning("the crawl process %s; it is started again in %.0f s", end, pause)

    def _listen(self, lines: IO[bytes]) -> None:
        has_complained = False
        with lines:
            while line := lines.readline(LONGEST_LINE):
                if not self._hear(line) and not has_complained:
                    log.warning("the crawl process wrote a line that is no sign of life: %.100r", line)
                    has_complained = True
        self._wake.set()

    def _hear(self, line: bytes) -> bool:
        try:
            said = json.loads(line)
        except ValueError:
            return False
        if not isinstance(said, dict) or not said.keys() & {"beat", "articles", "recycle"}:
            return False
        self._is_leaving = self._is_leaving or said.get("recycle") is True
        self._heard_at = self._clock()
        articles = said.get("articles")
        if isinstance(articles, int) and articles > 0:
            self._on_articles(articles)
        return True


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone already, or only a zombie is left (macOS)
        os.killpg(pid, signal.SIGKILL)


def _memory_of(pid: int) -> int:
    """Return the resident bytes of a process; 0 where the system does not tell (no /proc) or it is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"ended with exit code {returncode}"
    name = signal.Signals(-returncode).name
    return f"was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
