"""In which line of a TOML file a key stands, so that an error can say it: `tomllib` does not tell."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-\s\"']+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\-.\"']+)\s*=")


def line_of(text: str, key: tuple[str | int, ...]) -> int | None:
    """Return the line of `key`, else of the nearest table around it, counted from one; None if neither is found.

    Tables and keys as people write them are found; what stands inside an inline table is placed at that table.
    """
    places = _places(text)
    for length in range(len(key), 0, -1):
        if key[:length] in places:
            return places[key[:length]]
    return None


def _places(text: str) -> dict[tuple[str | int, ...], int]:
    places: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header[2])
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
                places.setdefault(names, number)
            table = _with_indexes(names, counts)
            places.setdefault(table, number)
        elif found := _KEY.match(line):
            places.setdefault((*table, *_names(found[1])), number)
    return places


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _with_indexes(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    table: tuple[str | int, ...] = ()
    for length, name in enumerate(names, 1):
        table = (*table, name)
        if names[:length] in counts:
            table = (*table, counts[names[:length]])
    return table
