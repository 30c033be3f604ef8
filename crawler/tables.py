"""A table of the catalogue under validation: every key is checked, and an error names the place and the nearest word."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Table:
    """A table under validation; `place` is the file and the outlet, for errors."""

    place: str
    values: Mapping[str, Any]

    def fail(self, key: str, trouble: str) -> CatalogueError:
        """Return the error that names the place and the key."""
        return CatalogueError(self.place, f"{key}: {trouble}")

    def check_keys(self, known: Sequence[str]) -> None:
        """Raise CatalogueError for a key that is not known, with the nearest that is."""
        for key in self.values:
            if key not in known:
                raise self.fail(key, f"unknown key{hint(key, known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text without the space around it. Raises CatalogueError where there is none."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(key, "a text is needed")
        return value.strip()

    def optional(self, key: str) -> str | None:
        """Return a text, or None where the key is not there."""
        return self.text(key) if key in self.values else None

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of the known words. Raises CatalogueError, with the nearest of them."""
        value = self.text(key, default)
        if value not in known:
            raise self.fail(key, f"{value!r} is none of {', '.join(known)}{hint(value, known)}")
        return value


def hint(word: str, known: Sequence[str]) -> str:
    """Return the end of an error's sentence: the nearest known word, if one is near."""
    near = difflib.get_close_matches(str(word), known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
