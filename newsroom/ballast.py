"""The dead weight of a page: style rules and script state, the same for the same name (pure)."""

from __future__ import annotations

import json
from random import Random

_RULES = 380
_SLOTS = 260
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def style_ballast(name: str) -> str:
    """Return some 30 kB of style rules."""
    random = Random(name)  # noqa: S311  weight, not a secret
    return "".join(_rule(random) for _ in range(_RULES))


def script_ballast(name: str) -> str:
    """Return some 35 kB of JSON as front ends leave in their pages."""
    random = Random(name)  # noqa: S311  weight, not a secret
    return json.dumps([_slot(random, number) for number in range(_SLOTS)])


def _rule(random: Random) -> str:
    word = "".join(random.choices(_LETTERS, k=8))
    size, colour = random.randrange(48), random.randrange(0x1000000)
    return f".{word}__{size}{{padding:{size}px;color:#{colour:06x};transition:all .{size:02d}s ease-in-out}}\n"


def _slot(random: Random, number: int) -> dict[str, object]:
    return {
        "id": f"slot-{number}",
        "hash": f"{random.getrandbits(256):064x}",
        "zone": random.choice(("top", "middle", "bottom")),
        "viewable": random.random() < 0.5,  # noqa: PLR2004  a coin
    }
