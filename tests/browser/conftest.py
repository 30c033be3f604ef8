"""Debian's Chromium in front of the real application, which serves a database that `volya import` filled.

Without a browser or without axe-core the tests are skipped with the reason, but in CI (CI=true) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from db import Database, open_database
from scheduler.parts import ServiceStatus
from scheduler.serving import WebThread
from web.access import Access
from web.app import build_app
from web.judgement import Judgement
from web.live import Running

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
NOW = datetime(2026, 3, 6, 10, tzinfo=UTC)  # an hour after the last article of tests/data/course.jsonl
TOKEN = "a token of the tests, of 32 bytes and more"
PATIENCE = 60_000  # milliseconds; nothing waits longer than it has to
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a file of tests: starting it is what costs."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(program).exists():
        lacking("no browser found: install the package `chromium`")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(FLAGS), timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, of the version and checksum that package-lock.json names."""
    if not AXE.exists():
        lacking("no axe-core found: `npm ci --prefix tests/browser` installs it")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Site:
    """A served database."""

    address: str
    database: Database


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Site]]:
    """Return a function that imports a file as its users would, and serves what came of it until the file's tests end."""
    stopping = threading.Event()

    def serve_file(articles: Path) -> Site:
        url = f"sqlite:///{tmp_path_factory.mktemp('site') / 'volya.sqlite3'}"
        command = [sys.executable, "-m", "cli", "import", articles, "--settings", HERE / "settings.toml"]
        done = subprocess.run(command, env=os.environ | {"VOLYA_DB__URL": url}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        database = open_database(url)
        app = build_app(
            database,
            lambda: ServiceStatus((), (), {}),
            Access(token=TOKEN),
            running=Running(stopping.is_set, look=0.05),
            judgement=Judgement(clock=lambda: NOW),
        )
        thread = WebThread(app, "127.0.0.1", 0)
        thread.start()
        closing.callback(database.close)
        closing.callback(thread.stop)
        return Site(thread.address, database)

    with ExitStack() as closing:
        closing.callback(stopping.set)
        yield serve_file
        stopping.set()


@dataclass
class Heard:
    """What a browser did or said that it should not: dialogs, errors on the console, requests to other hosts."""

    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def visit(browser: Browser, heard: Heard) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a context of its own; `options` are those of Playwright."""
    with ExitStack() as contexts:

        def open_page(address: str, **options: Any) -> Page:
            known = {"locale": "en-GB", "timezone_id": "UTC", "viewport": {"width": 1100, "height": 900}}
            context = browser.new_context(**(known | options))
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            note(context, heard)
            page = context.new_page()
            page.goto(address)
            return page

        yield open_page


def note(context: BrowserContext, heard: Heard) -> None:
    context.on("request", lambda request: heard.hosts.add("/".join(request.url.split("/")[:3])))
    context.on("console", lambda line: heard.errors.append(line.text) if line.type == "error" else None)
    context.on("weberror", lambda error: heard.errors.append(str(error.error)))

    def dismiss(dialog: Any) -> None:
        heard.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("dialog", dismiss)
