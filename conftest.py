"""The order of the tests, the longest first, and what makes them cheap: kept engines, forks, little search for garbage.

`make unit` gives whole files to its processes, in this order; begun last, a file of minutes is waited for by processes that
have nothing left to do.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url

from db import Database, connect

LONGEST = (
    "service/",
    "crawler/test_world.py",
    "events/test_reading.py",
    "browser/",
    "alerts/test_fault_matrix.py",
    "alerts/outbox/",
    "alerts/test_digests.py",
    "hostile/",
    "events/test_stories.py",
    "cli/test_outlet_additions.py",
)
NEW_OBJECTS = 50_000  # by default 700: a tenth of all computing was the search for garbage among what is still in use
LAST = "service/test_demo.py"  # plays in real time: when the rest is done, the machine is quiet


class Engines:
    """An engine a kind of database for all tests of a process: a new one compiles every question anew, a third of a test.

    A test has its own file, connections, and listeners.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, Any]] = {}
        self._file: str | None = None

    def database(self, url: str) -> Database:
        """Return the migrated database at an address, as `open_database` does."""
        parsed = make_url(url)
        engine, pool = self._kept.get(parsed.drivername) or self._keep(url)
        self._file = parsed.database
        engine.pool = pool.recreate()
        own = engine.execution_options()
        own.url = parsed
        return Database(own)

    def _keep(self, url: str) -> tuple[Any, Any]:
        engine = connect(url).engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "do_connect", self._place)
            event.listen(engine, "connect", _hurry)
        self._kept[engine.url.drivername] = engine, engine.pool
        return engine, engine.pool

    def _place(self, _dialect: Any, _record: Any, arguments: list[Any], _parameters: dict[str, Any]) -> None:
        arguments[0] = self._file


def _hurry(connection: Any, _record: Any) -> None:
    """Wait for no disk: no machine fails in tests, and processes that are killed open the database by themselves."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def open_migrated() -> Callable[[str], Database]:
    """Return a function that opens a migrated database for a test; one of each kind at a time."""
    return Engines().database


@pytest.fixture(scope="session")
def forking() -> Any:
    """How to start programs by a fork (benchmarks/forking.py)."""
    spec = spec_from_file_location("forking", Path(__file__).parent / "benchmarks" / "forking.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018, S101 (it is a file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def forked(forking: Any) -> Iterator[Any]:
    """Start a process that has loaded the commands that fetch: to load them is most of what such a command costs."""
    with forking.Nursery("forking:warm_up_crawl") as opened:
        yield opened


def pytest_sessionstart() -> None:
    """Look for no garbage while 13,000 tests are collected: they stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on as ever, but not in the tests themselves: a full search through them is half a second."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and the demonstration last, and leave the rest as it is."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    if nodeid.startswith(f"tests/{LAST}"):
        return len(LONGEST) + 1
    return next((turn for turn, path in enumerate(LONGEST) if nodeid.startswith(f"tests/{path}")), len(LONGEST))
