"""Answers that hold a JSON object with a number of their own for each error, as Discord and ntfy give them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NumberedAnswer:
    """An answer: `data` is empty where it was no JSON object, `wait` is in seconds."""

    status: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: float | None = None

    @property
    def code(self) -> int:
        """The service's own number of an error; 0 where it gives none."""
        code = self.data.get("code")
        return code if isinstance(code, int) and not isinstance(code, bool) else 0


def object_of(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is; an empty one where it is none (a page of HTML, a list, a half)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
