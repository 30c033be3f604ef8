"""The outlets that the settings choose, and their copy in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.errors import CommandError, ExitCode
from cli.keys import Settings
from db import Database
from db.outlets import sync_outlets
from db.status import count_stored

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from crawler.urls import KeyRules


def chosen_outlets(settings: Settings, names: Sequence[str] = ()) -> tuple[Outlet, ...]:
    """Return the outlets of the catalogue and the settings, or those of `names`; raises CommandError."""
    from crawler.errors import CatalogueError  # noqa: PLC0415 (the crawler is loaded only where it is used)
    from crawler.outlets import load_outlets  # noqa: PLC0415 (the same)

    own, selected = settings.crawler.tables, settings.crawler.outlets
    try:
        return load_outlets(own, tuple(names) or selected)
    except CatalogueError as error:
        raise CommandError(str(error), ExitCode.USAGE if names else ExitCode.CONFIGURATION) from error


def every_outlet(settings: Settings) -> tuple[Outlet, ...]:
    """Return all outlets that are known, chosen for crawling or not; raises CommandError."""
    from crawler.errors import CatalogueError  # noqa: PLC0415 (the crawler is loaded only where it is used)
    from crawler.outlets import known_outlets  # noqa: PLC0415 (the same)

    try:
        return known_outlets(settings.crawler.tables)
    except CatalogueError as error:
        raise CommandError(str(error), ExitCode.CONFIGURATION) from error


def outlet_named(settings: Settings, name: str | None) -> Outlet | None:
    """Return what is known of an outlet, chosen for crawling or not; None for one that is not known."""
    return next((outlet for outlet in every_outlet(settings) if outlet.name == name), None)


def address_rules(settings: Settings) -> KeyRules:
    """Return which addresses mean the same article, by what all outlets tell of theirs, chosen for crawling or not."""
    from crawler.keys import key_rules  # noqa: PLC0415 (the crawler is loaded only where it is used)

    return key_rules(every_outlet(settings))


def fill_catalogue(database: Database, settings: Settings) -> None:
    """Copy the outlets into a database that has none yet; one that a service keeps up to date is left to it."""
    with database.read() as session:
        is_filled = bool(count_stored(session)["outlets"])
    if not is_filled:
        sync_catalogue(database, settings)


def sync_catalogue(database: Database, settings: Settings) -> None:
    """Bring the database's copy of the outlets up to the settings."""
    outlets = chosen_outlets(settings)
    with database.begin() as session:
        sync_outlets(session, outlets, datetime.now(UTC))
