"""The description of the API (OpenAPI 3.1), made from the table of operations and the declarations it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter

from web.api.cursors import LAST_ID
from web.api.operations import Operation
from web.api.problems import MEDIA_TYPE
from web.api.shapes import Problem

REF = "#/components/schemas/{model}"
ABOUT = (
    "What Volya has read and made of it: the objects that the commands print with `--json`. Only reading is possible. "
    "Lists come in pieces: `next` is the address of the following one, null at the end; what arrives meanwhile shifts "
    "nothing. Times are UTC. Every answer has an `ETag`; a request that names it in `If-None-Match` is answered with 304 "
    "while nothing has changed. Keys are added, never renamed: ignore those that you do not know."
)
PROBLEMS = {
    400: "A parameter cannot be understood; `errors` names each.",
    404: "Nothing has this number or name.",
    406: "The request accepts no JSON.",
    503: "The database does not answer.",
}
REFUSALS = {401: "The token is missing or wrong.", 429: "Too many wrong tokens; try again after `Retry-After`."}
ETAG = {"description": "Names this state of the answer.", "schema": {"type": "string"}}
LINK = {"description": 'The following piece, as `rel="next"`.', "schema": {"type": "string"}}
IDS: Mapping[type, Mapping[str, Any]] = {
    int: {"type": "integer", "minimum": 1, "maximum": LAST_ID},
    str: {"type": "string", "minLength": 1, "maxLength": 80},
}


def description(table: Sequence[Operation], *, needs_token: bool) -> dict[str, Any]:
    """Return the document; where the page listens beyond its machine every operation needs the token."""
    references, schemas = _schemas({operation.shape for operation in table} | {Problem})
    told = PROBLEMS | (REFUSALS if needs_token else {})
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Volya",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api"}],
        "paths": {one.path: {"get": _operation(one, references, told)} for one in table},
        "components": {"schemas": schemas},
    }
    for one in table:
        if one.id is not None:
            _link(document["paths"], one)
    if needs_token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


def _schemas(shapes: Iterable[type[BaseModel]]) -> tuple[Mapping[type[BaseModel], Any], dict[str, Any]]:
    """Return what refers to each shape, and all schemas by name."""
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    inputs = [(shape, "serialization", TypeAdapter(shape)) for shape in ordered]
    found, definitions = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]
    return {shape: schema for (shape, _), schema in found.items()}, definitions["$defs"]


def _operation(
    operation: Operation, references: Mapping[type[BaseModel], Any], told: Mapping[int, str]
) -> dict[str, Any]:
    problem = {MEDIA_TYPE: {"schema": references[Problem]}}
    if operation.id is None:
        told = {status: text for status, text in told.items() if status != 404}  # noqa: PLR2004 (a list is always there)
    answers = {str(status): {"description": text, "content": problem} for status, text in sorted(told.items())}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_in_path(operation), *_in_query(operation.query)],
        "responses": {
            "200": _answer(operation, references[operation.shape]),
            "304": {"description": "Nothing has changed.", "headers": {"ETag": ETAG}},
            **answers,
        },
    }


def _link(paths: Mapping[str, Any], one: Operation) -> None:
    """Say in the description of a list that what it holds can be asked for by itself."""
    key = "id" if one.id is int else "name"
    parameters = {"id": f"$response.body#/items/0/{key}"}
    link = {"operationId": one.name, "parameters": parameters, "description": f"The first of them by its {key}."}
    paths[one.path.removesuffix("/{id}")]["get"]["responses"]["200"]["links"] = {one.name: link}


def _answer(operation: Operation, shape: Any) -> dict[str, Any]:
    headers = {"ETag": ETAG, "Link": LINK} if operation.is_list else {"ETag": ETAG}
    schema = _piece(shape) if operation.is_list else shape
    return {"description": operation.summary, "headers": headers, "content": {"application/json": {"schema": schema}}}


def _piece(shape: Any) -> dict[str, Any]:
    following = {"type": ["string", "null"], "description": "The address of the following piece."}
    properties = {"items": {"type": "array", "items": shape}, "next": following}
    return {"type": "object", "properties": properties, "required": ["items", "next"]}


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    if operation.id is None:
        return []
    about = "Its number." if operation.id is int else "Its name."
    return [{"name": "id", "in": "path", "required": True, "description": about, "schema": IDS[operation.id]}]


def _in_query(query: type[BaseModel]) -> list[dict[str, Any]]:
    schema = query.model_json_schema(ref_template="#/$defs/{model}")
    needed, shared = schema.get("required", ()), schema.get("$defs", {})
    return [
        _parameter(name, known, shared) | ({"required": True} if name in needed else {})
        for name, known in schema["properties"].items()
    ]


def _parameter(name: str, known: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter: what it may be where it is given, without the null that stands for its absence."""
    (schema,) = [one for one in known.get("anyOf", [known]) if one.get("type") != "null"]
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    kept = {key: value for key, value in schema.items() if key not in ("title", "description", "default")}
    if known.get("default") is not None:
        kept["default"] = known["default"]
    return {"name": name, "in": "query", "description": known["description"], "schema": kept}
