"""Outlets as they are declared to those who store them: what a catalogue would say of made-up ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """An entry point of a made-up outlet."""

    url: str
    type: str = "rss"
    is_enabled: bool = True
    is_stand_in: bool = False
    links: str | None = None
    check_every: int | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """A made-up outlet; one without entry points is known and not asked."""

    name: str
    entry_points: Sequence[Point] = ()
    title: str = "Made up"
    kind: str = "independent"
    languages: tuple[str, ...] = ("uk",)
    timezone: str = "Europe/Kyiv"
    country: str | None = "UA"
    priority: int = 1
    check_every: int | None = None
