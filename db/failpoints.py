"""Places where a test may kill the process: `VOLYA_FAILPOINT=name:n` ends it at the n-th passing, as `kill -9` would.

This is how the crash rule (D-1, T-KILL) is proven on the real program. Every write transaction passes `uncommitted`
and `committed`: the second is also the moment before a message leaves, the first the one after its answer. Without
the variable nothing happens; `name` alone means the first passing.
"""

from __future__ import annotations

import os
from collections import Counter

_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """End the process at once, with no clean-up, if `VOLYA_FAILPOINT` names this passing of this place."""
    wanted, _, number = os.environ.get("VOLYA_FAILPOINT", "").partition(":")
    if wanted != name:
        return
    _passed[name] += 1
    if _passed[name] == int(number or 1):
        os._exit(137)
