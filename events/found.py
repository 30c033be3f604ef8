"""A fact with the place and the rule that gave it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from events.marks import MarkedSentence

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Found(Generic[Fact]):
    """A fact, its span in the full text, its rule, and whether the text only recalls it."""

    value: Fact
    start: int
    end: int
    rule: str
    is_background: bool = False
    is_head: bool = False


def found_in(
    marked: MarkedSentence, value: Fact, span: tuple[int, int], rule: str, *, is_background: bool = False
) -> Found[Fact]:
    """Return a fact found at `span` of a sentence."""
    offset = marked.sentence.start
    background = is_background or marked.is_background
    return Found(value, offset + span[0], offset + span[1], rule, background, marked.is_head())


def unique(found: Iterable[Found[Fact]]) -> list[Found[Fact]]:
    """Return the facts once each, at their first place."""
    kept: dict[str, Found[Fact]] = {}
    for row in found:
        kept.setdefault(repr(row.value), row)
    return list(kept.values())
