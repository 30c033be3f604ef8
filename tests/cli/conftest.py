"""How the tests of the command line call it: in this process, as its entry point does, on a database of their own."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.logs import OURS, redactor
from cli.main import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of the program came to."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        """The JSON lines of standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


Call = Callable[..., Answer]


@pytest.fixture
def logs_restored() -> Iterator[None]:
    """Put logging back as it was: each call of the program sets it up for its process, which here is everybody's."""
    loggers = [logging.getLogger(), *map(logging.getLogger, OURS)]
    before = [(logger.level, list(logger.handlers)) for logger in loggers]
    excepthook = threading.excepthook
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers
    threading.excepthook = excepthook
    logging.captureWarnings(capture=False)
    redactor.learn(())


@pytest.fixture
def volya(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    logs_restored: None,
) -> Call:
    """Call the program: `volya("events", "list", "--json")`; no settings file but one the test writes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOLYA_DB__URL", sqlite_url)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "system"))
    monkeypatch.setenv("TZ", "UTC")

    def call(*arguments: str) -> Answer:
        capfd.readouterr()
        code = main(arguments)
        captured = capfd.readouterr()
        return Answer(int(code), captured.out, captured.err)

    return call


@pytest.fixture
def make_newer(migrated_sqlite: Path) -> Callable[[Path], None]:
    """Return what makes a database that says a newer version of the program made it."""

    def make(path: Path) -> None:
        path.write_bytes(migrated_sqlite.read_bytes())
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
            connection.execute("PRAGMA journal_mode=DELETE")

    return make
