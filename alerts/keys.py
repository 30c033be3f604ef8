"""The key of a delivery, by which a receiver may know a repeat (D-3, P2)."""

from __future__ import annotations

import uuid


def new_key() -> str:
    """Return a delivery's key: unique, without a dot (D-3)."""
    return f"msg_{uuid.uuid4().hex}"
