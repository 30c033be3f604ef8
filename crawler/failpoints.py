"""Places where a test may kill the process: `VOLYA_FAILPOINT=name` ends it there as `kill -9` would.

This is how the crash rule (D-1, T-KILL) is proven on the real program. Without the variable nothing happens.
"""

from __future__ import annotations

import os


def failpoint(name: str) -> None:
    """End the process at once, with no clean-up, if `VOLYA_FAILPOINT` names this place."""
    if os.environ.get("VOLYA_FAILPOINT") == name:
        os._exit(137)
