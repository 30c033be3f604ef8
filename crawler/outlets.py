"""Who is crawled: the catalogue (`crawler/outlets/*.toml`, a file a country) and the user's own tables.

Both hold the same `[[crawler.outlet]]` tables, so that one can be copied into the other. Every key is checked;
an error names file, outlet, key and the nearest valid key. Nothing here touches the network.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, cast
from zoneinfo import ZoneInfo

from crawler.archive_tables import Archive, read_archives
from crawler.entry_points import ENTRY_POINT_TYPES, EntryPoint, read_entry_points
from crawler.errors import CatalogueError
from crawler.tables import Table, nearest
from crawler.urls import host_key, site_of, story_pattern

__all__ = [
    "ENTRY_POINT_TYPES",
    "EVERY_ENABLED",
    "KINDS",
    "PRIORITIES",
    "EntryPoint",
    "Outlet",
    "known_outlets",
    "load_catalogue",
    "load_outlets",
    "read_outlets",
    "select_outlets",
]

KINDS = ("independent", "state", "official", "wire", "ngo", "aggregator", "public")
PRIORITIES = (1, 2, 3)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}")
EVERY_ENABLED = "all"  # in a selection it stands for all outlets that are not off by themselves
_OUTLET_KEYS = ("name", "title", "kind", "languages", "timezone", "country", "priority", "enabled", "check_every",
                "entry_points", "archive", "homepage", "mirrors", "story_key", "proxy", "note")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet. `check_every` is in seconds; None lets the rhythm adapt. `priority` 1 is polled most often.

    `is_enabled` is false for one that is only watched where it is named (see `select_outlets`).

    `mirrors` are hosts that carry its paths; `story_key` is a pattern with one group, the number in path and query that
    all language versions of a story share. `archive` is where it keeps what its feeds no longer show.
    """

    name: str
    title: str
    kind: str
    languages: tuple[str, ...]
    timezone: str
    entry_points: tuple[EntryPoint, ...]
    country: str | None = None
    priority: int = 2
    is_enabled: bool = True
    check_every: int | None = None
    homepage: str | None = None
    mirrors: tuple[str, ...] = ()
    story_key: str | None = None
    proxy: str | None = None
    note: str | None = None
    archive: tuple[Archive, ...] = ()

    @property
    def host(self) -> str:
        """The host that keys of its articles have: that of its homepage, else of its first entry point."""
        return site_of(self.homepage or self.entry_points[0].url)


def load_outlets(
    own: Iterable[Mapping[str, Any]] = (),
    selected: str | Collection[str] = EVERY_ENABLED,
    own_source: str = "settings",
) -> tuple[Outlet, ...]:
    """Return the outlets to crawl, of all that are known; `selected` as `select_outlets` takes it.

    Raises CatalogueError, naming the place, the key and the nearest valid word.
    """
    return select_outlets(known_outlets(own, own_source), selected)


def known_outlets(own: Iterable[Mapping[str, Any]] = (), own_source: str = "settings") -> tuple[Outlet, ...]:
    """Return the catalogue, with `own` tables beside or in place of those of the same name. Raises CatalogueError."""
    outlets = {outlet.name: outlet for outlet in load_catalogue()}
    outlets.update((outlet.name, outlet) for outlet in _read_tables(list(own), own_source))
    return tuple(outlets.values())


def select_outlets(outlets: Sequence[Outlet], selected: str | Collection[str]) -> tuple[Outlet, ...]:
    """Return those named; "all" names every one that is enabled. One that is named itself is switched on by that.

    Raises CatalogueError for a name that is not there, with the nearest one that is.
    """
    named = [selected] if isinstance(selected, str) else list(selected)
    known = {outlet.name: outlet for outlet in reversed(outlets)}  # of two of one name the first counts
    chosen: dict[str, Outlet] = {}
    for name in named:
        if name == EVERY_ENABLED:
            chosen = {**{key: one for key, one in reversed(known.items()) if one.is_enabled}, **chosen}
        elif name in known:
            chosen[name] = replace(known[name], is_enabled=True)
        else:
            raise CatalogueError("outlets", f"no outlet is called {name!r}{nearest(name, list(known))}")
    return tuple(chosen.values())


def load_catalogue() -> tuple[Outlet, ...]:
    """Return the outlets that ship with the program, by country."""
    folder = resources.files("crawler") / "outlets"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    found = [outlet for file in files for outlet in read_outlets(file.read_text("utf-8"), file.name)]
    _check_names(found, "catalogue")
    return tuple(found)


def read_outlets(text: str, source: str) -> tuple[Outlet, ...]:
    """Return the outlets of one TOML text; `source` names it in errors."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(source, f"no valid TOML: {error}") from error
    crawler = tables.get("crawler")
    found = crawler.get("outlet") if isinstance(crawler, dict) else None
    if not isinstance(found, list) or set(tables) != {"crawler"}:
        raise CatalogueError(source, "holds [[crawler.outlet]] tables and nothing else")
    return _read_tables(found, source)


def _read_tables(tables: Sequence[Mapping[str, Any]], source: str) -> tuple[Outlet, ...]:
    outlets = tuple(_outlet(table, source, number) for number, table in enumerate(tables, 1))
    _check_names(outlets, source)
    return outlets


def _check_names(outlets: Iterable[Outlet], source: str) -> None:
    seen: set[str] = set()
    for outlet in outlets:
        if outlet.name in seen:
            raise CatalogueError(f"{source}: outlet {outlet.name!r}", "name: used twice")
        seen.add(outlet.name)


def _outlet(values: Mapping[str, Any], source: str, number: int) -> Outlet:
    name = values.get("name") if isinstance(values, Mapping) else None
    table = Table(f"{source}: outlet {name!r}" if name else f"{source}: outlet number {number}", values)
    table.check_keys(_OUTLET_KEYS)
    if (trouble := trouble_of_name(table.text("name"))) is not None:
        raise table.fail("name", trouble)
    return Outlet(
        name=table.text("name"),
        title=table.text("title"),
        kind=table.choice("kind", KINDS),
        languages=_languages(table),
        timezone=_timezone(table),
        entry_points=tuple(point.paced(table.seconds("check_every")) for point in read_entry_points(table)),
        country=_country(table),
        priority=_priority(table),
        is_enabled=table.flag("enabled", default=True),
        check_every=table.seconds("check_every"),
        homepage=table.optional("homepage"),
        mirrors=_mirrors(table),
        story_key=_story_key(table),
        proxy=table.optional("proxy"),
        note=table.optional("note"),
        archive=read_archives(table),
    )


def trouble_of_name(name: str) -> str | None:
    """Return why an outlet cannot be called so; None if it can."""
    if not _NAME.fullmatch(name):
        return "lower-case letters, digits and hyphens only"
    return "'all' stands for all outlets" if name == EVERY_ENABLED else None


def _languages(table: Table) -> tuple[str, ...]:
    values = table.values.get("languages")
    if not isinstance(values, list) or not values:
        raise table.fail("languages", 'a list of codes is needed, as in ["uk", "ru"]')
    for value in values:
        if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
            raise table.fail("languages", f"{value!r} is no language code, as in uk or be-Latn")
    return tuple(values)


def _timezone(table: Table) -> str:
    zone = table.text("timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise table.fail("timezone", f"{zone!r} is no time zone, as in Europe/Kyiv") from error
    return zone


def _country(table: Table) -> str | None:
    country = table.optional("country")
    if country is not None and not re.fullmatch(r"[A-Z]{2}", country):
        raise table.fail("country", f"{country!r} is no country code, as in UA")
    return country


def _priority(table: Table) -> int:
    priority = table.values.get("priority", 2)
    if priority not in PRIORITIES or isinstance(priority, bool):
        raise table.fail("priority", f"{priority!r} is none of 1, 2, 3")
    return cast("int", priority)


def _mirrors(table: Table) -> tuple[str, ...]:
    hosts = table.values.get("mirrors", [])
    if not isinstance(hosts, list):
        raise table.fail("mirrors", 'a list of hosts is needed, as in ["outlet.example"]')
    for host in hosts:
        if not isinstance(host, str) or not _HOST.fullmatch(host):
            raise table.fail("mirrors", f"{host!r} is no host, as in outlet.example")
    return tuple(host_key(host) for host in hosts)


def _story_key(table: Table) -> str | None:
    if "story_key" not in table.values:
        return None
    try:
        return story_pattern(table.text("story_key")).pattern
    except ValueError as error:
        raise table.fail("story_key", str(error)) from error
