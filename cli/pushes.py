"""What hubs have promised, for people."""

from __future__ import annotations

from typing import Any

from cli.logs import plain
from cli.views import local
from db.pushes import PushView

ADDRESS_LENGTH = 120
_STATES = {
    "new": "to be asked",
    "asked": "asked, has not verified yet",
    "verified": "tells at once of news",
    "denied": "refuses",
    "failed": "asked in vain",
    "leaving": "asked to tell no more",
}


def push_pairs(push: PushView | None) -> dict[str, Any]:
    """Return names and values of what the hub of an entry point was asked for."""
    if push is None:
        return {}
    told = f"{push.pushes}, the last {local(push.pushed_at)} ({push.algorithm})" if push.pushed_at else "none yet"
    return {
        "Hub": plain(push.hub, ADDRESS_LENGTH),
        "Hub is": _STATES[push.state],
        "Trouble with it": push.last_error,
        "Tells until": push.ends_at,
        "Asked again": push.next_attempt_at,
        "Pushes": told,
        "Forged pushes": push.forged or None,
    }
