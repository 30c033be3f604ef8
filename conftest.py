"""The order of the tests: what takes longest comes first.

`make unit` gives whole files to its processes, in this order; begun last, a file of minutes is waited for by processes that
have nothing left to do.
"""

from __future__ import annotations

import pytest

LONGEST = (
    "service/",
    "crawler/test_worker.py",
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
LAST = "service/test_demo.py"  # plays in real time: when the rest is done, the machine is quiet


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and the demonstration last, and leave the rest as it is."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    if nodeid.startswith(f"tests/{LAST}"):
        return len(LONGEST) + 1
    return next((turn for turn, path in enumerate(LONGEST) if nodeid.startswith(f"tests/{path}")), len(LONGEST))
