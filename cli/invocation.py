"""What was asked on the command line as a whole: the global options, and the way from them to an open database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typer

from cli.keys import Settings
from cli.logs import redactor
from cli.settings import database_url, find_settings, load_settings, password_of
from db import Database, open_database


@dataclass(frozen=True)
class Invocation:
    """The global options of one call of the program."""

    settings_file: Path | None = None
    overrides: tuple[str, ...] = ()
    is_json: bool = False
    is_verbose: bool = False

    @cached_property
    def file(self) -> Path | None:
        """The settings file that is read; None where there is none and built-in values hold."""
        return find_settings(self.settings_file)

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked; raises SettingsError. A password in an address is kept out of logs from here on."""
        settings = load_settings(self.file, self.overrides, os.environ)
        redactor.learn(_passwords(settings))
        return settings

    def passwords(self) -> tuple[str, ...]:
        """Return the passwords inside addresses of the settings, to be kept out of logs."""
        return _passwords(self.settings)

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return database_url(self.settings, os.environ)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Open the database (made on first use) and close it at the end."""
        database = open_database(self.database_url)
        try:
            yield database
        finally:
            database.close()

    def global_arguments(self) -> tuple[str, ...]:
        """Return the options with which another process reads the same settings; none of them holds a secret."""
        file = ("--settings", str(self.file.absolute())) if self.file is not None else ()
        return (*file, *(part for override in self.overrides for part in ("--set", override)))


def _passwords(settings: Settings) -> tuple[str, ...]:
    found = map(password_of, (settings.db.url, settings.crawler.proxy))
    return tuple(password for password in found if password is not None)


def invocation_of(context: typer.Context) -> Invocation:
    """Return what the root command noted for the commands below it."""
    found = context.find_root().obj
    return found if isinstance(found, Invocation) else Invocation()
