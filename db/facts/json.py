"""Facts to JSON and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Value = TypeVar("Value")
_adapters: dict[Any, TypeAdapter[Any]] = {}


def to_json(value: Any) -> Any:
    """Return `value` (a dataclass of `db.facts`, or a tuple of them) as plain JSON types."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[Value], data: Any) -> Value:
    """Build a value of `kind` from what `to_json` made. Raises pydantic.ValidationError on anything else."""
    result: Value = _adapter(kind).validate_python(data, strict=False)
    return result


def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415 (8 MB, and facts are made without it)

    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
