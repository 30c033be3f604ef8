"""The API keeps to its own description: schemathesis asks it what the description allows, and what it does not."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from alerts import Destination, Rules, announce_due
from db import Database
from db.announcing import sync_destinations
from db.facts import Analysis, Decision, Kind, Mention, Modality, Outcome, Person, Polarity
from scheduler.serving import WebThread
from web.access import Access
from web.app import build_app
from web.live import Running

from ..conftest import NOW, Desk, Service  # noqa: TID252 (test folders are no packages)

TOKEN = "t" * 32
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "2")  # of each address and phase; `make contract` asks for more
Examine = Callable[..., None]


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with something at every address."""
    desk, places = Desk(database), (Destination("desk", "webhook"), Destination("wire", "webhook", approval=True))
    with database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in places}, NOW)
    freed = (Person("Ihar Losik", Outcome.FREED),)
    for number in range(3):
        desk.tell(desk.release(number + 1, people=freed, nationalities={"LT": 1}))
    mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", people=freed)
    desk.article("A title", "A text.", Analysis("en", (Kind.RELEASE,), Decision.EVENT, "said so", (mention,)))
    announce_due(database, places, Rules(), NOW + timedelta(hours=1))
    return database


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve the page as `volya run` does; give its address."""
    web = WebThread(app, "127.0.0.1", 0)
    web.start()
    try:
        yield web.address
    finally:
        web.stop()


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Let schemathesis examine the API at an address; what it found is why the test fails."""

    def run(address: str, document: dict[str, Any], *more: str) -> None:
        (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        program = str(Path(sys.executable).with_name("schemathesis"))
        how = ("--checks=all", "--seed=1", f"--max-examples={EXAMPLES}", "--no-color", f"--url={address}/api")
        command = [program, "run", "openapi.json", *how, *more]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.fail(done.stdout + done.stderr, pytrace=False)

    return run


def test_on_this_machine(filled: Database, examine: Examine) -> None:
    with served(build_app(filled, Service)) as address:
        document = httpx.get(f"{address}/api/openapi.json", trust_env=False).json()
        examine(address, document)


def test_beyond_it_without_the_token(sqlite_database: Database, examine: Examine) -> None:
    slow = itertools.count(0.0, 61.0)  # a minute between requests: guessing is never slowed down
    app = build_app(sqlite_database, Service, Access("0.0.0.0", TOKEN), running=Running(clock=slow.__next__))
    with served(app) as address:
        token = {"Authorization": f"Bearer {TOKEN}"}
        document = httpx.get(f"{address}/api/openapi.json", headers=token, trust_env=False).json()
        examine(address, document, "--phases=coverage,fuzzing")
