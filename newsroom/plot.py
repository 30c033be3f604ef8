"""The demonstration's plot: which stories appear together, and what each scene has to bring. Data in plot.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random

_MORE = 3
# Both the number and the number plus three take the genitive plural in Ukrainian and Russian, and neither is round:
# a rounded figure would not be a change (domain rule 3). None of them is the number of a known release.
_RELEASED = (25, 26, 35, 36, 45, 46)


@dataclass(frozen=True, slots=True)
class Scene:
    """Stories that appear at once: names by outlet. `brings` is the type of the one webhook they bring, or empty."""

    name: str
    shows: str
    brings: str
    stories: Mapping[str, tuple[str, ...]]


def load_plot() -> tuple[Scene, ...]:
    """Return the scenes in their order."""
    tables = tomllib.loads(files("newsroom").joinpath("plot.toml").read_text(encoding="utf-8"))["scene"]
    return tuple(Scene(**{**table, "stories": {k: tuple(v) for k, v in table["stories"].items()}}) for table in tables)


def draw_numbers(random: Random) -> dict[str, int]:
    """Return the numbers of one showing: how many were freed, and how many when three others are counted too."""
    released = random.choice(_RELEASED)
    return {"released": released, "more": released + _MORE}
