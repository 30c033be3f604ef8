"""What polling costs: the CPU of the crawl process for 1,000 polls of loopback feeds, most of them unmodified.

    python benchmarks/polls.py            # or: make bench

A hundred made-up feeds, each on a loopback address of its own, are polled once a second by the real worker: first
they are new, then unmodified (304), then the same without an ETag (200, known by the hash of the body), then changed
(200, parsed in the pool). The CPU of each kind is taken from the kernel (/proc, so Linux only) while the worker runs
undisturbed; a second run under cProfile, on a timer of each thread's own CPU, says where it goes.
Times are those of this machine; the ratios between the kinds are what to compare. Exit 1 if polls went wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import pstats
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FEEDS = 100
ENTRIES = 20
KINDS = (("unmodified (304)", "304", 700), ("the same body (200)", "same", 100), ("changed, parsed (200)", "new", 100))
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0  # seconds for one kind; never reached when all is well


def main() -> int:
    """Run the worker twice, undisturbed and under the profiler; print what it cost."""
    parser = argparse.ArgumentParser(description="What polling costs.")
    parser.add_argument("--worker", nargs=3, metavar=("URL", "PORT", "PROFILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        return work(given.worker[0], int(given.worker[1]), given.worker[2])
    with tempfile.TemporaryDirectory(prefix="volya-polls-") as folder:
        costs = trial(Path(folder), profile="")
        print_costs(costs)
        profile = Path(folder) / "profile"
        trial(Path(folder) / "profiled", profile=str(profile))
        for thread in ("loop", "database"):
            print_profile(profile.with_suffix(f".{thread}"))
    return 0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU in seconds that polls of one kind took: the event loop's thread, the other threads, the pool."""

    kind: str
    polls: int
    loop: float
    threads: float
    pool: float

    @property
    def each(self) -> float:
        """Milliseconds of the crawl process for one poll, without the pool."""
        return 1000 * (self.loop + self.threads) / self.polls


class Feeds:
    """A hundred feeds at 127.1.0.n, one port; `mode` says how they answer: 304, same, new."""

    def __init__(self) -> None:
        self.mode = "304"
        self.polls = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve from a thread of its own."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        self._is_up.wait()
        yield
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        first = self._loop.run_until_complete(asyncio.start_server(self._serve, address(0), 0))
        self.port = first.sockets[0].getsockname()[1]
        others = [address(number) for number in range(1, FEEDS)]
        self._loop.run_until_complete(asyncio.start_server(self._serve, others, self.port))
        self._is_up.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self._answer(request))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, request: bytes) -> bytes:
        if not request.startswith(b"GET /feed "):
            return response("404 Not Found", b"", "")
        self.polls += 1
        host = request.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
        if self.mode == "304" and b"If-None-Match" in request:
            return response("304 Not Modified", b"", 'ETag: "one"\r\n')
        stamp = str(self.polls) if self.mode == "new" else "0"
        return response("200 OK", feed(host, stamp), 'ETag: "one"\r\n' if self.mode == "304" else "")


def address(number: int) -> str:
    """Return the loopback address of a feed."""
    return f"127.1.0.{number + 1}"


def response(status: str, body: bytes, headers: str) -> bytes:
    """Return an HTTP answer."""
    kind = "Content-Type: application/rss+xml\r\n"
    return f"HTTP/1.1 {status}\r\n{kind}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def feed(host: str, stamp: str) -> bytes:
    """Return a feed whose entries are those of all the others: they are stored once, and cost no pages."""
    items = "".join(
        f"<item><title>Вигадана новина {number}</title><link>http://127.1.0.1:1/{number}</link>"
        f"<pubDate>Fri, 20 Nov 2026 10:{number:02}:00 +0200</pubDate>"
        f"<description>{'Коротко про те, чого не було. ' * 8}</description></item>"
        for number in range(ENTRIES)
    )
    head = f"<rss version='2.0'><channel><title>{host} {stamp}</title>"
    return f"{head}{items}</channel></rss>".encode()


def trial(folder: Path, profile: str) -> list[Cost]:
    """Let one worker poll the feeds in each of their moods; return what each cost."""
    folder.mkdir(exist_ok=True)
    feeds = Feeds()
    with feeds.serving():
        url = f"sqlite:///{folder / 'polls.sqlite3'}"
        command = [sys.executable, __file__, "--worker", url, str(feeds.port), profile]
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603 (ourselves)
        try:
            await_polls(feeds, worker, FEEDS)  # each is new once
            costs = [measure(feeds, worker, kind, mode, polls) for kind, mode, polls in KINDS]
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)
    if worker.returncode:
        raise SystemExit(f"the worker ended with exit code {worker.returncode}")
    return costs


def measure(feeds: Feeds, worker: subprocess.Popen[bytes], kind: str, mode: str, polls: int) -> Cost:
    """Let a round pass in which the mood changes, then measure."""
    feeds.mode = mode
    await_polls(feeds, worker, FEEDS)
    before, first = cpu_of(worker.pid), feeds.polls
    await_polls(feeds, worker, polls)
    after = cpu_of(worker.pid)
    loop, threads, pool = (later - sooner for later, sooner in zip(after, before, strict=True))
    return Cost(kind, feeds.polls - first, loop, threads, pool)


def await_polls(feeds: Feeds, worker: subprocess.Popen[bytes], polls: int) -> None:
    """Wait until so many more polls have come."""
    wanted, deadline = feeds.polls + polls, time.monotonic() + PATIENCE
    while feeds.polls < wanted:
        if worker.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"only {feeds.polls} of {wanted} polls came")
        time.sleep(0.02)


def cpu_of(pid: int) -> tuple[float, float, float]:
    """Return seconds of CPU so far: the main thread, the other threads, the processes it has started."""
    main, threads = 0.0, 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        seconds = int((task / "schedstat").read_text().split()[0]) / 1e9
        main, threads = (main + seconds, threads) if task.name == str(pid) else (main, threads + seconds)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    others = {
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    }
    ended = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15])) / TICKS
    return main, threads, ended + sum(sum(cpu_of(int(child))) for child in {*children, *others})


def work(url: str, port: int, profile: str) -> int:
    """Be the worker; under the profiler if `profile` names a file."""
    from crawler.outlets import load_outlets  # noqa: PLC0415 (only the child loads the crawler)
    from crawler.worker import WorkerOptions, run_worker  # noqa: PLC0415
    from db import open_database  # noqa: PLC0415

    tables = [
        {"name": f"feed-{number}", "title": "x", "kind": "independent", "languages": ["uk"], "check_every": "1s",
         "entry_points": [{"type": "rss", "url": f"http://{address(number)}:{port}/feed"}]}
        for number in range(FEEDS)
    ]  # fmt: skip
    outlets = load_outlets(own=tables, selected=[str(table["name"]) for table in tables])
    options = WorkerOptions(
        outlets, allow_addresses=("127.0.0.0/8",), download_delay=0.0, tick=0.1, extraction_workers=1
    )
    if not profile:
        return run_worker(open_database(url), options)
    loop, threads = cProfile.Profile(time.thread_time), cProfile.Profile(time.thread_time)
    started = threading.local()

    def profile_thread(*_: object) -> None:
        """Hand the one thread that speaks to the database over to its profiler, at its first call."""
        if threading.current_thread().name.startswith("database") and not hasattr(started, "yes"):
            started.yes = True
            threads.enable()

    threading.setprofile(profile_thread)
    try:
        return loop.runcall(run_worker, open_database(url), options)
    finally:
        loop.dump_stats(f"{profile}.loop")
        threads.dump_stats(f"{profile}.database")


def print_costs(costs: list[Cost]) -> None:
    """Print a line a kind, and each relative to the first."""
    print(f"{'polls':26}{'number':>7}{'ms each':>9}{'ratio':>7}{'loop':>7}{'threads':>9}{'pool ms each':>14}")
    for cost in costs:
        whole = cost.loop + cost.threads
        print(
            f"{cost.kind:26}{cost.polls:7}{cost.each:9.2f}{cost.each / costs[0].each:7.2f}"
            f"{cost.loop / whole:7.0%}{cost.threads / whole:9.0%}{1000 * cost.pool / cost.polls:14.2f}"
        )
    print(f"1,000 unmodified polls: {costs[0].each:.1f} s of CPU in the crawl process\n")


def print_profile(path: Path) -> None:
    """Print where a thread spends its CPU: by library, and the functions with the largest share."""
    stats = pstats.Stats(str(path))
    rows = [(place, own, whole) for place, (_, _, own, whole, _) in stats.stats.items()]  # type: ignore[attr-defined]
    # What was still open when it ended is not told rightly: negative, or all the wait for a next piece of work.
    rows = [row for row in rows if row[1] >= 0 and "SimpleQueue" not in row[0][2]]
    total = sum(own for _, own, _ in rows)
    by_library: dict[str, float] = {}
    for (file, _, _), own, _ in rows:
        by_library[library_of(file)] = by_library.get(library_of(file), 0.0) + own
    print(f"The {path.suffix[1:]}'s thread, {total:.1f} s under the profiler, start-up included. Own time, by library:")
    for name, own in sorted(by_library.items(), key=lambda found: -found[1])[:8]:
        print(f"  {own / total:6.1%}  {name}")
    print("Largest cumulative share:")
    shares = sorted((row for row in rows if row[2] <= total), key=lambda row: -row[2])
    for (file, _, name), _, whole in shares[:30]:
        print(f"  {whole / total:6.1%}  {library_of(file)}: {Path(file).name}:{name}")


def library_of(file: str) -> str:
    """Return the library a file belongs to, or `built-in`."""
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    if Path(file).is_relative_to(ROOT):
        return Path(file).relative_to(ROOT).parts[0]
    return "built-in" if len(parts) <= 1 else "standard library"


if __name__ == "__main__":
    sys.exit(main())
