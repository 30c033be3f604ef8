"""Which language a reader gets: the best that the browser asks for among those on offer (RFC 9110 §12.5.4). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

FALLBACK = "en"
_PARTS = 20  # of a header; nobody speaks more


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a page: `page` is the language of what stands around, `facts` that of titles and facts."""

    page: str
    facts: str
    path: str = "/"


def choose_language(accepted: str, offered: Collection[str], default: str) -> str:
    """Return the one of `offered` that a reader wants most by `accepted` (an Accept-Language header), else `default`.

    A region is no other language: de-AT is content with de. `*` is anything, so it is the default. q=0 refuses.
    """
    for wanted in _wanted(accepted):
        if wanted == "*":
            return default
        if wanted in offered:
            return wanted
    return default


def _wanted(accepted: str) -> list[str]:
    """Return the primary tags of a header, the most wanted first; what is not understood is left out."""
    weighed = [_weighed(part) for part in accepted.split(",")[:_PARTS]]
    return [tag for tag, weight in sorted(weighed, key=lambda one: -one[1]) if tag and weight > 0]


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameters = part.strip().lower().partition(";")
    name, _, value = parameters.strip().partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().split("-")[0], weight
