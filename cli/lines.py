"""In which line of a TOML file a key stands, so that an error can say it: `tomllib` does not tell."""

from __future__ import annotations

Key = tuple[str | int, ...]


def line_of(text: str, key: Key) -> int | None:
    """Return the line of `key`, else of the nearest table around it, counted from one; None if neither is found.

    Tables and keys as people write them are found; what stands inside an inline table is placed at that table.
    """
    places = _places(text)
    for length in range(len(key), 0, -1):
        if key[:length] in places:
            return places[key[:length]]
    return None


def _places(text: str) -> dict[Key, int]:
    places: dict[Key, int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: Key = ()
    for number, written in enumerate(text.splitlines(), 1):
        line = written.strip()
        if line.startswith("["):
            is_array = line.startswith("[[")
            names = _names(line.lstrip("[").partition("]")[0])
            if is_array:
                counts[names] = counts.get(names, -1) + 1
                places.setdefault(names, number)
            table = _with_indexes(names, counts)
            places.setdefault(table, number)
        elif "=" in line and not line.startswith("#"):
            places.setdefault((*table, *_names(line.partition("=")[0])), number)
    return places


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _with_indexes(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> Key:
    table: Key = ()
    for length, name in enumerate(names, 1):
        table = (*table, name)
        if names[:length] in counts:
            table = (*table, counts[names[:length]])
    return table
