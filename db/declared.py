"""Outlets and entry points as whoever fills the database must declare them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class DeclaredEntryPoint(Protocol):
    """An entry point as the catalogue declares it; its `check_every` (seconds) goes before its outlet's."""

    @property
    def type(self) -> str: ...  # noqa: D102 (the field)
    @property
    def url(self) -> str: ...  # noqa: D102 (the field)
    @property
    def is_enabled(self) -> bool: ...  # noqa: D102 (the field)
    @property
    def is_stand_in(self) -> bool: ...  # noqa: D102 (the field)
    @property
    def links(self) -> str | None: ...  # noqa: D102 (the field)
    @property
    def check_every(self) -> int | None: ...  # noqa: D102 (the field)


class DeclaredOutlet(Protocol):
    """An outlet as the catalogue or the settings declare it; `check_every` in seconds."""

    @property
    def name(self) -> str: ...  # noqa: D102 (the field)
    @property
    def title(self) -> str: ...  # noqa: D102 (the field)
    @property
    def kind(self) -> str: ...  # noqa: D102 (the field)
    @property
    def languages(self) -> Sequence[str]: ...  # noqa: D102 (the field)
    @property
    def timezone(self) -> str: ...  # noqa: D102 (the field)
    @property
    def country(self) -> str | None: ...  # noqa: D102 (the field)
    @property
    def priority(self) -> int: ...  # noqa: D102 (the field)
    @property
    def check_every(self) -> int | None: ...  # noqa: D102 (the field)
    @property
    def entry_points(self) -> Sequence[DeclaredEntryPoint]: ...  # noqa: D102 (the field)
