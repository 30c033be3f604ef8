"""The archives that an outlet's table names. Apart from how they are walked, which knows the database: parsers need none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from crawler.doors import DOORS
from crawler.entry_points import read_links
from crawler.tables import Table
from crawler.urls import is_web_address

_PLACES = ({"page"}, {"date"})


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive as an outlet's table names it: `url` holds {page} (from 1), {date}, or neither.

    A date can have a format, as in {date:%Y/%m/%d}; `links` is the selector of a section's links.
    """

    type: str
    url: str
    links: str | None = None


def read_archives(table: Table) -> tuple[Archive, ...]:
    """Return the `archive` of an outlet's table. Raises CatalogueError, naming place and key."""
    values = table.values.get("archive", [])
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise table.fail("archive", 'a list is needed, as in [ { type = "rss", url = "https://…/feed?paged={page}" } ]')
    return tuple(_archive(Table(f"{table.place}: archive[{number}]", value)) for number, value in enumerate(values))


def _archive(table: Table) -> Archive:
    table.check_keys(("type", "url", "links"))
    archive = Archive(table.choice("type", tuple(DOORS)), table.text("url"), read_links(table))
    trouble = trouble_of_archive(archive.url)
    if trouble is not None:
        raise table.fail("url", trouble)
    return archive


def trouble_of_archive(url: str) -> str | None:
    """Return what is wrong with an archive's address in the catalogue, None if nothing is."""
    try:
        named = {name for _, name, _, _ in Formatter().parse(url) if name is not None}
        filled = url.format(page=1, date=datetime(2020, 1, 1))  # noqa: DTZ001 (to try the format only)
    except (ValueError, KeyError, IndexError, AttributeError):
        return f"{url!r} may hold {{page}} or {{date}}, as in {{date:%Y/%m/%d}}"
    if named and named not in _PLACES:
        return f"{url!r} may hold {{page}} or {{date}}, not both"
    return None if is_web_address(filled) else f"{url!r} is no absolute http(s) address"
