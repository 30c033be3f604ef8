"""Starts the service by fork, from a process that has imported it: a start costs a fifth of one from nothing.

Most of a start is Python reading modules; a kill says nothing about that. What is started is the real `volya run` in a
process of its own, with its own process number, threads, connections and database, all of which SIGKILL takes.

As a program this is that process: its arguments are what to call first (`module:name`) and where else modules are; then
it reads a line a command from standard input, and answers with a line each.
`start` and a JSON object (function, arguments, environment, out, log): the number of the new process. `look` and such a
number: the exit code if it has ended, else null.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NoReturn, Self

LOOK_EVERY_SECONDS = 0.02  # each look wakes two processes
PATIENCE_SECONDS = 240  # of one command
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cli.demonstration import Service, Site  # noqa: E402 (the path comes first)


class Nursery:
    """The process that others are forked from, once it has called a function (`module:name`); a context manager.

    Modules are looked for in `folder`, too.
    """

    def __init__(self, warm_up: str = "forking:warm_up", folder: Path = ROOT) -> None:
        self._numbers = itertools.count(1)
        command = [sys.executable, __file__, warm_up, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own program

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        function: str = "cli.main:main",
        out: Path | None = None,
    ) -> int:
        """Call a function (`module:name`; `volya` by default) in a process of its own and return its number.

        It takes the arguments and returns the exit code. What it prints goes to `out`, or to the log where none is given.
        """
        order = {"function": function, "arguments": arguments, "environment": dict(environment), "log": str(log)}
        return int(self._asked(f"start {json.dumps({**order, 'out': str(out or log)})}"))

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, function: str = "cli.main:main"
    ) -> subprocess.CompletedProcess[str]:
        """Call a function as `start` does, wait for its end, and return that; what it says is kept in the folder."""
        number = next(self._numbers)
        out, log = (folder / f"forked-{number}.{name}" for name in ("out", "log"))
        code = self.adopt(self.start(arguments, environment, log, function, out)).wait(PATIENCE_SECONDS)
        return subprocess.CompletedProcess(arguments, code, out.read_text("utf-8"), log.read_text("utf-8"))

    def adopt(self, pid: int) -> ForkedProcess:
        """Return a process that was started, to wait for."""
        return ForkedProcess(self, pid)

    def exit_code(self, pid: int) -> int | None:
        """Return the exit code of a process that has ended, once; None while it lives."""
        answer: int | None = json.loads(self._asked(f"look {pid}"))
        return answer

    def _asked(self, line: str) -> str:
        assert self._process.stdin is not None  # noqa: S101  it is a pipe
        assert self._process.stdout is not None  # noqa: S101  it is a pipe
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


class ForkedProcess:
    """A forked process with the face of `subprocess.Popen`, as far as `Service` uses it."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code if it has ended."""
        if self.returncode is None:
            self.returncode = self._nursery.exit_code(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises TimeoutExpired."""
        ends_at = time.monotonic() + (inf if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() >= ends_at:
                raise subprocess.TimeoutExpired("volya", timeout or 0)
            time.sleep(LOOK_EVERY_SECONDS)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)


class ForkedService(Service):
    """`volya run`, forked."""

    def __init__(self, site: Site, environment: Mapping[str, str], nursery: Nursery) -> None:
        self.site = site
        arguments = ("run", "--settings", str(site.settings_file))
        self.process = ForkedProcess(nursery, nursery.start(arguments, environment, site.log_file))


def main() -> None:
    """Import everything that will be needed, then fork on demand until standard input ends."""
    sys.path.append(sys.argv[2])
    _named(sys.argv[1])()
    gc.freeze()  # what is there stays: a forked process neither looks for garbage in it nor copies it for that
    for line in sys.stdin:
        command, _, rest = line.partition(" ")
        if command == "start":
            answer = _fork(json.loads(rest))
        else:
            pid, status = os.waitpid(int(rest), os.WNOHANG)
            answer = json.dumps(os.waitstatus_to_exitcode(status) if pid else None)
        print(answer, flush=True)


def warm_up() -> None:
    """Import the program, and read the word lists by understanding something in each language."""
    for name in ("cli.commands.run", "alembic.command"):
        import_module(name)
    from events import Document, analyse  # noqa: PLC0415
    from newsroom.stories import all_stories, tell  # noqa: PLC0415

    numbers = {"released": 36, "more": 39, "planned": 80}
    for story in all_stories().values():
        told = tell(story, date(2026, 3, 5), numbers)
        analyse(Document(told.title, "\n".join(told.paragraphs), language=told.language))
    use_a_database()


def use_a_database() -> None:
    """Store and read something in a database that is thrown away: what that prepares for ever is half of its cost."""
    from db import open_database  # noqa: PLC0415
    from db.articles import NewArticle, store_article  # noqa: PLC0415
    from events import read_new  # noqa: PLC0415

    now, url = datetime.now(UTC), "https://outlet.example/"
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/volya.sqlite3")
        with database.begin() as session:
            store_article(session, NewArticle(url, url, "Belarus freed 52 political prisoners.", published_at=now), now)
        read_new(database, owner="warm-up", now=now)
        database.close()


def warm_up_crawl() -> None:
    """Import what the commands need that fetch."""
    fetching = ("crawler.check", "crawler.find", "crawler.worker", "scrapy.core.downloader.contextfactory")
    for name in ("cli.commands.crawl", "cli.commands.outlets", "cli.commands.outlet_additions", *fetching):
        import_module(name)


def _fork(order: Mapping[str, object]) -> int:
    return os.fork() or _become(order)


def _become(order: Mapping[str, object]) -> NoReturn:
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    out, log = (os.open(order[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT) for name in ("out", "log"))
    for source, target in ((nothing, 0), (out, 1), (log, 2)):
        os.dup2(source, target)
    del sys.modules["__main__"].__file__  # else what it spawns would load this file, and with it half the program
    _live(order["function"], order["arguments"])


def _named(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _live(function: str, arguments: Sequence[str]) -> NoReturn:
    code = 70
    try:
        code = _named(function)(arguments)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
