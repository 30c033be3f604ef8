"""The doors of an outlet, as its table declares them: in order of preference, each checked key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from cssselect import HTMLTranslator, SelectorError

from crawler.doors import DOORS
from crawler.tables import Table
from crawler.urls import is_web_address

ENTRY_POINT_TYPES = (*DOORS, "api")
CONFIDENCES = ("high", "medium", "low")
_ENTRY_POINT_KEYS = ("type", "url", "links", "stand_in", "confidence", "evidence", "enabled", "check_every", "note")


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A feed (or another door) of an outlet. `evidence` is where its address was last seen to work, with the date.

    `links` is a selector (CSS) of the links of a section page. One that is a stand-in is asked only while all before
    it are dead (docs/decisions/0024). `is_on` is false for one that is kept in mind only: dead, refused, or not to be
    asked by everybody; its note says why. `check_every` (seconds) goes before the outlet's.
    """

    type: str
    url: str
    links: str | None = None
    is_stand_in: bool = False
    confidence: Literal["high", "medium", "low"] = "medium"
    evidence: str | None = None
    note: str | None = None
    is_on: bool = True
    check_every: int | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether it is asked: it is on, and the table of doors has its type."""
        return self.is_on and self.type in DOORS

    def paced(self, check_every: int | None) -> EntryPoint:
        """Return it asked as often as its outlet says (seconds; None: as the rhythm says), or as its type bears at most."""
        shortest = DOORS[self.type].shortest if self.is_enabled else 0
        return replace(self, check_every=max(self.check_every or check_every or 0, shortest)) if shortest else self


def read_entry_points(table: Table) -> tuple[EntryPoint, ...]:
    """Return the `entry_points` of an outlet's table. Raises CatalogueError, naming place and key."""
    values = table.values.get("entry_points")
    if not isinstance(values, list) or not values:
        raise table.fail("entry_points", 'a list is needed, as in [ { type = "rss", url = "https://…" } ]')
    points: list[EntryPoint] = []
    for number, value in enumerate(values, 1):
        points.append(_entry_point(value, table, number, points))
    if len({point.url for point in points}) != len(points):
        raise table.fail("entry_points", "the same url twice")
    return tuple(points)


def _entry_point(values: Any, outlet: Table, number: int, before: Sequence[EntryPoint]) -> EntryPoint:
    if not isinstance(values, Mapping):
        raise outlet.fail("entry_points", f"number {number} is no table with type and url")
    table = Table(f"{outlet.place}: entry_points[{number - 1}]", values)
    table.check_keys(_ENTRY_POINT_KEYS)
    url = table.text("url")
    if not is_web_address(url):
        raise table.fail("url", f"{url!r} is no absolute http(s) address")
    return EntryPoint(
        type=table.choice("type", ENTRY_POINT_TYPES),
        url=url,
        links=read_links(table),
        is_stand_in=_is_stand_in(table, before),
        confidence=cast("Literal['high', 'medium', 'low']", table.choice("confidence", CONFIDENCES, "medium")),
        evidence=table.optional("evidence"),
        note=table.optional("note"),
        is_on=table.flag("enabled", default=True),
        check_every=table.seconds("check_every"),
    )


def _is_stand_in(table: Table, before: Sequence[EntryPoint]) -> bool:
    """Say whether it waits for those before it to die: by its own word, else by its type if one of another is there."""
    asked = [point for point in before if point.is_enabled]
    stated = table.values.get("stand_in")
    if stated is None:
        door = DOORS.get(table.text("type"))
        is_any_other = any(not DOORS[point.type].stands_in for point in asked)
        return door is not None and door.stands_in and is_any_other
    if not isinstance(stated, bool):
        raise table.fail("stand_in", "true or false is needed")
    if stated and not asked:
        raise table.fail("stand_in", "nothing that is asked is listed before it")
    return stated


def read_links(table: Table) -> str | None:
    """Return the selector of a section's links, if the table has one. Raises CatalogueError."""
    selector = table.optional("links")
    if selector is None:
        return None
    if table.text("type") != "section":
        raise table.fail("links", "only section pages have it")
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise table.fail("links", f"{selector!r} is no CSS selector: {error}") from error
    return selector
