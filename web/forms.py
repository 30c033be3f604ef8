"""The forms of an export: JSON, a JSON object a line, CSV. What is too much for memory comes and goes in pieces. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def json_lines(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each object as a line of JSON."""
    for value in objects:
        yield _json(value) + "\n"


def json_array(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the pieces of one JSON array, an object a line."""
    separator = "[\n"
    for value in objects:
        yield separator + _json(value)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def csv_rows(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the keys, then a row an object (RFC 4180); nested values as JSON, no cell that a spreadsheet runs (SEC-16)."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, value in enumerate(objects):
        if number == 0:
            writer.writerow(value)
        writer.writerow(map(safe_cell, _flat(value)))
        yield page.getvalue()
        page.seek(0)
        page.truncate()


FORMS = {"json": json_array, "jsonl": json_lines, "csv": csv_rows}


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (SEC-16)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _flat(value: Mapping[str, Any]) -> Iterator[str]:
    for part in value.values():
        if part is None:
            yield ""
        else:
            yield part if isinstance(part, str) else _json(part)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
