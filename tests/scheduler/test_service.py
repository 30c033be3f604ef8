"""The whole service of real threads and a real child, around made-up steps."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select as await_readable
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from db import AlreadyRunningError, Database
from db.maintenance import signs_of_life
from db.models import EntryPointRow, OutletRow
from scheduler import ChildPlan, PortTakenError, Service, ServiceParts, WebParts
from scheduler.systemd import Systemd

ROOT = Path(__file__).parents[2]
WAIT = 20
CHILD = (
    "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); "
    "print('{\"articles\": 3}', flush=True); signal.pause()"
)
Build = Callable[..., ServiceParts]


@pytest.fixture
def child() -> ChildPlan:
    return ChildPlan((sys.executable, "-c", CHILD))


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    """Make services that are stopped at the end, whatever happens."""
    services: list[Service] = []

    def make(parts: ServiceParts, systemd: Systemd | None = None) -> Service:
        services.append(Service(parts, systemd or Systemd()))
        return services[-1]

    yield make
    for service in services:
        service.stop()


def test_everything_runs_and_everything_stops(
    serve: Callable[..., Service],
    build_parts: Build,
    child: ChildPlan,
    steps: Any,
    loop: Any,
    sqlite_database: Database,
) -> None:
    service = serve(build_parts(child=child))
    service.start()
    assert steps.has_read.wait(WAIT)
    assert loop.runs_well.is_set()
    assert httpx.get(service.address).status_code == 200
    status = service.status()
    assert status.faults == ()
    assert status.details["crawl"]["alive"]
    began = time.monotonic()
    service.stop()
    assert time.monotonic() - began < 10
    assert loop.has_finished
    assert "web page is not running" in service.status().reasons
    with sqlite_database.read() as session:
        assert signs_of_life(session) == ()


def test_the_page_is_told_that_the_service_stops_before_it_is_waited_for(
    serve: Callable[..., Service], build_parts: Build
) -> None:
    """A stream of events ends by itself only if it hears of the stop; uvicorn would wait for it, and then cut it off."""
    asked: list[Callable[[], bool]] = []
    made = build_parts().web.make_app

    def make_app(status: Any, is_stopping: Callable[[], bool]) -> Any:
        asked.append(is_stopping)
        return made(status, is_stopping)

    service = serve(build_parts(web=WebParts("127.0.0.1", 0, make_app)))
    service.start()
    assert [is_stopping() for is_stopping in asked] == [False]
    service.stop()
    assert [is_stopping() for is_stopping in asked] == [True]


def test_a_service_that_works_is_ready(
    serve: Callable[..., Service], build_parts: Build, child: ChildPlan, steps: Any
) -> None:
    service = serve(build_parts(child=child))
    service.start()
    assert steps.has_read.wait(WAIT)
    assert service.status().reasons == ()


def test_articles_of_the_child_wake_reading(
    serve: Callable[..., Service], build_parts: Build, child: ChildPlan, steps: Any
) -> None:

    read_again = threading.Semaphore(0)

    def read(*, now: Any) -> Any:
        read_again.release()
        return steps.read(now=now)

    service = serve(build_parts(child=child, read=read, intervals={"read": timedelta(hours=1)}))
    service.start()
    assert read_again.acquire(timeout=WAIT)  # at the start
    assert read_again.acquire(timeout=WAIT)  # by the child, an hour early


def test_a_second_service_is_refused_and_leaves_the_first_alone(
    serve: Callable[..., Service], build_parts: Build
) -> None:
    first, second = serve(build_parts()), serve(build_parts())
    first.start()
    with pytest.raises(AlreadyRunningError, match=f"pid {os.getpid()}"):
        second.start()
    assert first.status().reasons == ()


def test_a_taken_port_undoes_what_was_started(serve: Callable[..., Service], build_parts: Build, loop: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        web = WebParts("127.0.0.1", other.getsockname()[1], build_parts().web.make_app)
        with pytest.raises(PortTakenError):
            serve(build_parts(web=web)).start()
    assert loop.has_finished
    after = serve(build_parts())  # the right to be the only service is free again
    after.start()


def test_a_job_that_fails_is_a_reason_and_the_service_goes_on(
    serve: Callable[..., Service], build_parts: Build, steps: Any
) -> None:
    steps.error = RuntimeError("no bread")
    service = serve(build_parts())
    service.start()
    assert steps.has_read.wait(WAIT)
    steps.has_read.clear()
    assert steps.has_read.wait(WAIT)
    assert "job read failed: RuntimeError: no bread" in service.status().reasons
    assert httpx.get(service.address).status_code == 200


def test_when_the_clock_is_set_back_reading_and_crawling_do_not_wait_for_it(
    serve: Callable[..., Service], build_parts: Build, sqlite_database: Database, steps: Any
) -> None:
    now = datetime.now(UTC)
    with sqlite_database.begin() as session:
        outlet = {"name": "o", "title": "O", "kind": "wire", "languages": [], "timezone": "UTC"}
        session.add(OutletRow(**outlet, priority=1, is_enabled=True))
        session.flush()
        point = {"outlet": "o", "type": "rss", "url": "u", "position": 0, "is_enabled": True}
        session.add(EntryPointRow(**point, next_check_at=now + timedelta(minutes=65)))
    service = serve(build_parts(intervals={"read": timedelta(hours=1)}))
    service.start()
    assert steps.has_read.wait(WAIT)
    steps.has_read.clear()
    service._follow_clock(timedelta(hours=-1), now)
    assert steps.has_read.wait(WAIT)
    with sqlite_database.read() as session:
        assert session.scalars(select(EntryPointRow.next_check_at)).one() == now + timedelta(minutes=5)


def test_systemd_is_told_when_it_is_ready_and_when_it_stops(
    serve: Callable[..., Service], build_parts: Build, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(WAIT)
        service = serve(build_parts(), Systemd(str(tmp_path / "notify")))
        service.start()
        assert systemd.recv(100) == b"READY=1"
        service.stop()
        assert systemd.recv(100) == b"STOPPING=1"


PROGRAM = """
import asyncio, logging, signal, sys
from db import open_database
from scheduler import ChildPlan, Service, ServiceParts, WebParts

class Nothing:
    read = failed = 0

class Loop:
    def __init__(self): self.stopped = asyncio.Event()
    async def run(self): await self.stopped.wait()
    def wake(self): pass
    def stop(self): self.stopped.set()

async def app(scope, receive, send): pass

logging.basicConfig(level="INFO", format="%(message)s")
child = ChildPlan((sys.executable, "-c", sys.argv[2]))
web = WebParts("127.0.0.1", 0, lambda status, is_stopping: app)
parts = ServiceParts(open_database(sys.argv[1]), lambda *, now: Nothing(), lambda *, now: 0, Loop(), web, child)
sys.exit(Service(parts).run())
"""
# Says its number by a file, because its standard output is for the service.
STUBBORN = (
    "import os, pathlib, signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "pathlib.Path({path!r}).write_text(str(os.getpid())); "
    "print('{{\"beat\": true}}', flush=True); print('crawling', file=sys.stderr, flush=True); signal.pause()"
)


def start_program(url: str, child: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, url, child]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"the service never said {words!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order_with_exit_code_zero(sqlite_url: str, number: signal.Signals) -> None:
    process = start_program(sqlite_url, CHILD)
    read_until(process, "Volya runs: http://127.0.0.1:")
    process.send_signal(number)
    _, rest = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Volya has stopped" in rest
    assert "Traceback" not in rest


def test_a_signal_told_twice_is_one_wish(sqlite_url: str) -> None:
    process = start_program(sqlite_url, CHILD)
    read_until(process, "Volya runs")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=WAIT)
    assert process.returncode == 0
    assert "Volya has stopped" in rest


def test_a_later_second_signal_ends_it_at_once_and_its_child_too(sqlite_url: str, tmp_path: Path) -> None:
    process = start_program(sqlite_url, STUBBORN.format(path=str(tmp_path / "pid")))
    read_until(process, "crawling")  # what the child says to people comes out by us
    child = os.pidfd_open(int((tmp_path / "pid").read_text()))
    while process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.3)
    process.communicate(timeout=WAIT)
    assert process.returncode == 128 + signal.SIGTERM
    assert await_readable([child], [], [], WAIT)[0]
    os.close(child)
