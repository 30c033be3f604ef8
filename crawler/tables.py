"""One table of a catalogue, key by key: each value is checked, each error names place, key and nearest word. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import CatalogueError

_DURATION = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Table:
    """A table under validation; `place` is the file and the outlet, for errors."""

    place: str
    values: Mapping[str, Any]

    def fail(self, key: str, trouble: str) -> CatalogueError:
        """Return the error for a key, to be raised."""
        return CatalogueError(self.place, f"{key}: {trouble}")

    def check_keys(self, known: Sequence[str]) -> None:
        """Raise CatalogueError for the first key that is not known."""
        for key in self.values:
            if key not in known:
                raise self.fail(key, f"unknown key{hint(key, known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty, without the blanks around it. Raises CatalogueError, as all below."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(key, "a text is needed")
        return value.strip()

    def optional(self, key: str) -> str | None:
        """Return a text; None where there is no such key."""
        return self.text(key) if key in self.values else None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, f"{value!r} is neither true nor false")
        return value

    def seconds(self, key: str) -> int | None:
        """Return a duration in seconds; None where there is no such key."""
        if key not in self.values:
            return None
        try:
            return parse_duration(self.values[key])
        except ValueError as error:
            raise self.fail(key, str(error)) from error

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of the known words."""
        value = self.text(key, default)
        if value not in known:
            raise self.fail(key, f"{value!r} is none of {', '.join(known)}{hint(value, known)}")
        return value


def parse_duration(text: object) -> int:
    """Return "90s", "5m", "2h" or "1d" in seconds. Raises ValueError on anything else, and on zero."""
    found = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError(f'{text!r} is no duration, as in "90s", "5m", "2h" or "1d"')
    return int(found[1]) * _SECONDS[found[2]]


def hint(word: str, known: Sequence[str]) -> str:
    """Return what to add to an error about an unknown word: the nearest known one, if any is near."""
    near = difflib.get_close_matches(str(word), known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
