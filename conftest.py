"""The order of the tests: what takes longest comes first; and few searches for garbage, none among the tests themselves.

`make unit` gives whole files to its processes, in this order; begun last, a file of minutes is waited for by processes that
have nothing left to do.
"""

from __future__ import annotations

import gc

import pytest

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
