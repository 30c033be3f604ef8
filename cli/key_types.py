"""What the tables of the settings are made of: tables themselves, references to secrets, durations."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, model_validator

from crawler import parse_duration


def _settle(value: Any) -> timedelta | Literal["auto"]:
    if value in ("auto", "0s"):
        return "auto" if value == "auto" else timedelta(0)
    try:
        return timedelta(seconds=parse_duration(value))
    except (ValueError, OverflowError):
        raise ValueError('give "auto" or a duration such as "0s", "90s", "5m"') from None


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=parse_duration(value))
    except (ValueError, OverflowError):
        raise ValueError('give a duration such as "30s", "5m"') from None


def _reference(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError('a secret is never written here: give { env = "NAME" } or { file = "/path" }')  # noqa: TRY004 (pydantic takes ValueError)
    return value


Duration = Annotated[timedelta, PlainValidator(_duration)]
Settle = Annotated[timedelta | Literal["auto"], PlainValidator(_settle)]


class Table(BaseModel):
    """A table of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SecretReference(Table):
    """Where a secret stands: in an environment variable or in a file that only its owner may read (SEC-20, SEC-21).

    `shared = true` accepts a file that others may read, for secret stores that mount no other kind.
    """

    env: str | None = None
    file: Path | None = None
    shared: bool = False

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"from the environment variable {self.env}" if self.env is not None else f"from the file {self.file}"

    @model_validator(mode="after")
    def _names_one_place(self) -> SecretReference:
        if (self.env is None) == (self.file is None):
            raise ValueError('give either { env = "NAME" } or { file = "/path" }')
        return self


Secret = Annotated[SecretReference, BeforeValidator(_reference)]
