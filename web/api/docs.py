"""The description of the API for people: a page of ours, made from the same document, without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a key: its name, its type in words, what it means, and the objects that it holds."""

    name: str
    type: str
    about: str
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An address with its parameters and the object that it answers, or an object with its keys."""

    name: str
    about: str
    rows: tuple[Row, ...]
    answered: str = ""
    words: tuple[str, ...] = ()


class Docs:
    """Handler of the page."""

    def __init__(self, frame: Frame, document: Mapping[str, Any]) -> None:
        self._frame = frame
        self._needs_token = "security" in document
        self._addresses = [_address(path, item["get"]) for path, item in document["paths"].items()]
        self._objects = [_object(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]

    def show(self, request: Request) -> Response:
        """Show every address with its parameters, and every object with its keys."""
        return self._frame.page(
            self._frame.reader(request),
            "api.html",
            addresses=self._addresses,
            objects=self._objects,
            needs_token=self._needs_token,
        )


def _address(path: str, operation: Mapping[str, Any]) -> Table:
    rows = (Row(one["name"], type_words(one["schema"]), one["description"]) for one in operation["parameters"])
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answered = schema["properties"]["items"]["items"] if "properties" in schema else schema
    return Table(f"GET /api{path}", operation["summary"], tuple(rows), _name_of(answered))


def _object(name: str, schema: Mapping[str, Any]) -> Table:
    known = schema.get("properties", {}).items()
    rows = (Row(key, type_words(one), one.get("description", ""), tuple(_names(one))) for key, one in known)
    return Table(name, schema.get("description", ""), tuple(rows), words=tuple(schema.get("enum", ())))


def type_words(schema: Mapping[str, Any]) -> str:
    """Return a type in words: "integer, 1 to 200", "string or null", "list of Event"."""
    if "anyOf" in schema:
        return " or ".join(type_words(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return _name_of(schema)
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_words(schema['items'])}"
    kind = schema.get("format") or schema.get("type", "anything")
    told = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{told}, {schema['minimum']} to {schema['maximum']}" if "maximum" in schema else told


def _names(schema: Any) -> Iterator[str]:
    """Yield the names of the objects that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name_of(schema)
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)


def _name_of(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
