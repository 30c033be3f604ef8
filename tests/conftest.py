"""What every test may ask for: a database of the present version, and a throwaway PostgreSQL server."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url

from db import Database, Session, open_database
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    Concession,
    Count,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
    Step,
)
from db.models import Base
from db.outlets import sync_outlets

# `make soak`: HYPOTHESIS_PROFILE=soak. Tests that name no number of examples then try 5,000 instead of 100.
settings.register_profile("soak", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", settings.get_current_profile_name()))

STARTS_WITHIN_SECONDS = 30
_numbers = itertools.count(1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of what tests counted: of each property that maps words to numbers, in whatever process it ran."""
    sums: dict[str, Counter[str]] = {}
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for title, counts in report.user_properties:
            if isinstance(counts, dict):
                sums.setdefault(title, Counter()).update(counts)
    for title, counts in sorted(sums.items()):
        terminalreporter.write_line(f"{title}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from: a copy takes a millisecond, a migration many."""
    path = tmp_path_factory.mktemp("template") / "volya.sqlite3"
    database = open_database(f"sqlite:///{path}")
    with database.begin():
        pass
    database.close()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite database of this test's own."""
    shutil.copy(migrated_sqlite, tmp_path / "volya.sqlite3")
    return f"sqlite:///{tmp_path / 'volya.sqlite3'}"


@pytest.fixture
def sqlite_database(sqlite_url: str, open_migrated: Callable[[str], Database]) -> Iterator[Database]:
    """An empty, migrated SQLite database, opened."""
    database = open_migrated(sqlite_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests.

    It listens on a Unix socket in a folder of its own, so that no port can be taken and nobody else can come in.
    Without a server on this machine the test is skipped, but in CI (CI=true) that is a failure.
    """
    programs = _server_programs()
    if programs is None:
        reason = "no PostgreSQL server found: install the package `postgresql`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="volya-postgresql-"))  # short: a socket's path has 107 characters at most
    try:
        yield from _serve(programs, folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def make_postgresql_database(postgresql_server: str) -> Callable[[], str]:
    """Return a function that makes an empty, migrated database and returns its address."""
    _administer(postgresql_server, "CREATE DATABASE template_volya")
    open_database(_address(postgresql_server, "template_volya")).close()

    def make() -> str:
        name = f"volya_{next(_numbers)}"
        _administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template_volya")
        return _address(postgresql_server, name)

    return make


@pytest.fixture(scope="session")
def shared_postgresql_url(make_postgresql_database: Callable[[], str]) -> str:
    """The address of one database for all tests that leave its tables as they are."""
    return make_postgresql_database()


@pytest.fixture(scope="session")
def empty_postgresql(shared_postgresql_url: str) -> Iterator[Callable[[], object]]:
    """Return what empties that database: that takes 3 ms, a new one more than a hundred, a connection ten."""
    tables = "; ".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
    sequences = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
    engine = create_engine(shared_postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda: connection.exec_driver_sql(f"{tables}; {sequences}")
    engine.dispose()


@pytest.fixture
def postgresql_url(shared_postgresql_url: str, empty_postgresql: Callable[[], object]) -> str:
    """The address of a migrated PostgreSQL database, emptied."""
    empty_postgresql()
    return shared_postgresql_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database: the test runs once on SQLite and once on PostgreSQL.

    A test that changes a table itself makes its own by `make_postgresql_database`.
    """
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def database(database_url: str, open_migrated: Callable[[str], Database]) -> Iterator[Database]:
    """An empty, migrated database, opened: once SQLite, once PostgreSQL."""
    opened = open_migrated(database_url)
    yield opened
    opened.close()


def _server_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _serve(programs: Path, folder: Path) -> Iterator[str]:
    as_user, data = _unprivileged(folder), folder / "data"
    initdb = [programs / "initdb", "-D", data, "-U", "volya", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(initdb, check=True, capture_output=True, user=as_user, cwd=folder)
    fast = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB"]
    command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *fast]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, user=as_user, cwd=folder)
    try:
        _wait_until_ready(programs, folder, server)
        yield f"postgresql+psycopg://volya@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown": does not wait for clients
        server.wait(STARTS_WITHIN_SECONDS)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return None
    os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    return "postgres"


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    # psql waits by itself: each try ends as soon as the server answers or refuses.
    question = [programs / "pg_isready", "-h", folder, "-q", "-t", "1"]
    for _ in range(STARTS_WITHIN_SECONDS * 20):
        if subprocess.run(question, check=False).returncode == 0:
            return
        try:
            server.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def chronicle() -> Callable[[Database], None]:
    """Return a function that stores the made-up course of 2020 to 2026 (tests/data/chronicle.toml) in a database."""
    told = tomllib.loads((Path(__file__).parent / "data" / "chronicle.toml").read_text(encoding="utf-8"))

    def store(database: Database) -> None:
        with database.begin() as session:
            sync_outlets(session, [_Outlet("viasna", "Viasna"), _Outlet("harbour-post", "Harbour Post")], _at(2020))
            for event in told["event"]:
                _store_event(session, event)
            for number, (day, value) in enumerate(told["held"]["own"]):
                _store_held(session, f"viasna/{number}", "viasna", day, value)
            for number, (day, value) in enumerate(told["held"]["quoted"]):
                _store_held(session, f"harbour-post/{number}", "harbour-post", day, value)

    return store


@dataclass(frozen=True)
class _Outlet:
    """An outlet as it is declared."""

    name: str
    title: str
    kind: str = "ngo"
    languages: tuple[str, ...] = ("en",)
    timezone: str = "UTC"
    country: str | None = None
    priority: int = 1
    check_every: int | None = None
    entry_points: tuple[Any, ...] = ()


def _at(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def _store_event(session: Session, told: dict[str, Any]) -> None:
    day = told.get("day") or told["told"]
    at = _at(day.year, day.month, day.day)
    claim = Claim(0, "urn:x", None, None, "en", at, Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, ""))
    facts = chronicle_facts(told)
    change = EventChange("new event", (), is_material=True, is_major=True)
    update = EventUpdate(start_event(session, facts, claim, at), facts, change, None, at, may_alert=False)
    save_event(session, update, at)


def chronicle_facts(told: dict[str, Any]) -> EventFacts:
    """An event of the chronicle as its articles would make it."""
    roles = [role for role in CountRole if role.value in told]
    counts = [EventCount(role, value) for role in roles for value in told[role.value] or [None]]
    nations = told.get("pardoned_nation", {}).items()
    counts += [EventCount(CountRole.PARDONED, number, nationality=code) for code, number in nations]
    return EventFacts(
        kind=Kind(told["kind"]),
        status=Status(told["status"]),
        polarity=Polarity(told.get("polarity", "positive")),
        event_date=told.get("day"),
        date_precision=Precision(told.get("precision", "day")) if "day" in told else None,
        counts=tuple(counts),
        people=tuple(Person(name, Outcome.FREED) for name in told.get("people", ())),
        negotiators=tuple(told.get("negotiators", ())),
        concessions=tuple(Concession(name, "US", Step(step)) for name, step in told.get("objects", {}).items()),
        roots=("BelTA",),
    )


def _store_held(session: Session, name: str, outlet: str, day: date, value: int) -> None:
    url, at = f"https://{name}.example/", _at(day.year, day.month, day.day)
    article = NewArticle(url, url, f"{value:,} are held.", title=name, outlet=outlet, language="en", published_at=at)
    stored = store_article(session, article, at)
    count = Count(CountRole.HELD, value, counter="Viasna", as_of=day)
    mention = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "", counts=(count,))
    claim = Claim(stored.id, url, outlet, "ngo", "en", at, mention)
    add_mention(session, NewMention(claim, 1, None, {}), at)
