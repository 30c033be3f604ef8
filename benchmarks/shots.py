"""Pictures of the pages for the docs, drawn by Chromium.

What they show is a made-up course of 2021 to 2026 (tests/data/course.jsonl), told to the program article by article, each at
its own time, and nine made-up outlets of which one keeps us out.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402 (the path comes first)

from cli.catalogue import chosen_outlets  # noqa: E402
from cli.settings import load_settings  # noqa: E402
from db import Database, open_database  # noqa: E402
from db.articles import NewArticle, store_article  # noqa: E402
from db.health import learn_outlet  # noqa: E402
from db.leases import LeaseRequest  # noqa: E402
from db.outlets import list_outlets, sync_outlets  # noqa: E402
from db.polls import PollResult, claim_entry_points, finish_poll, make_due  # noqa: E402
from events import read_new  # noqa: E402
from scheduler.health import judged  # noqa: E402
from scheduler.parts import ServiceStatus  # noqa: E402
from scheduler.serving import WebThread  # noqa: E402
from web.app import build_app  # noqa: E402
from web.judgement import Judgement  # noqa: E402

NOW = datetime(2026, 3, 6, 10, 4, tzinfo=UTC)
COURSE = ROOT / "tests" / "data" / "course.jsonl"
OUTLETS = ROOT / "tests" / "browser" / "settings.toml"
DAYS = 14
WIDE, PHONE = (1000, 960), (390, 844)
SHOTS = (
    # name, address, size
    ("now", "/", WIDE),
    ("timeline", "/timeline", WIDE),
    ("event", "/events/14", WIDE),
    ("articles", "/articles?q=Коул", WIDE),
    ("outlets", "/outlets", WIDE),
    ("phone", "/", PHONE),
)


def main() -> None:
    """Draw all of them into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    folder: Path = parser.parse_args().to
    with served() as address, sync_playwright() as playwright:
        program = shutil.which("chromium") or "/usr/bin/chromium"
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=flags, timeout=120_000)
        for name, path, size in SHOTS:
            draw(browser, f"{address}{path}", folder / f"{name}.png", size)
        browser.close()


def draw(browser: Browser, address: str, picture: Path, size: tuple[int, int]) -> None:
    """Let the browser draw the first screen of a page."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, timezone_id="Europe/Vilnius", locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=picture)
    print(f"{picture.name}: {picture.stat().st_size // 1000} kB")
    context.close()


@contextmanager
def served() -> Iterator[str]:
    """Serve the course at the moment NOW; yield the address."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/volya.sqlite3")
        with database.begin() as session:
            sync_outlets(session, chosen_outlets(load_settings(OUTLETS, (), {})), NOW)
        tell(database)
        publish_more(database, random.Random(1))  # noqa: S311 (no secret)
        poll(database, NOW - timedelta(days=1))
        poll(database, NOW, ill=frozenset({"prichal"}))
        learn(database)
        app = build_app(database, lambda: ServiceStatus((), (), {}), judgement=Judgement(judged, clock=lambda: NOW))
        thread = WebThread(app, "127.0.0.1", 0)
        thread.start()
        try:
            yield thread.address
        finally:
            thread.stop()
            database.close()


def tell(database: Database) -> None:
    """Store and read the articles of the course one after another, two minutes after each was published."""
    lines = [json.loads(line) for line in COURSE.read_text(encoding="utf-8").splitlines()]
    for told in sorted(lines, key=lambda line: line["published"]):
        at = datetime.fromisoformat(told["published"])
        seen = at + timedelta(minutes=2)
        with database.begin() as session:
            known = {name: told[name] for name in ("title", "outlet", "language")}
            article = NewArticle(told["url"], told["url"], told["text"], published_at=at, fetched_at=seen, **known)
            store_article(session, article, seen)
        read_new(database, owner="shots", now=seen)


def publish_more(database: Database, chance: random.Random) -> None:
    """Let each outlet have its usual articles of two weeks; nobody reads them here, they are counted."""
    with database.begin() as session:
        for outlet in list_outlets(session):
            usual = chance.randint(2, 9)
            for number in range(DAYS * usual):
                at = NOW - timedelta(days=chance.uniform(0, DAYS))
                url = f"https://{outlet.name}.example/daily/{number}"
                article = NewArticle(url, url, "Weather.", title="Weather", outlet=outlet.name, published_at=at)
                store_article(session, article, at)


def poll(database: Database, now: datetime, ill: frozenset[str] = frozenset()) -> None:
    """Let every feed have answered minutes before, but those that keep us out."""
    with database.begin() as session:
        make_due(session, [outlet.name for outlet in list_outlets(session)], now)
        due = claim_entry_points(session, LeaseRequest("shots", now, now + timedelta(minutes=5), 99))
        for number, point in enumerate(due):
            at, later = now - timedelta(minutes=1 + number % 4), now + timedelta(minutes=2 + number % 7)
            well = PollResult(at, "new", "alive", 0, later, status=200, items_seen=30, items_new=1)
            blocked = PollResult(at, "blocked", "blocked", 6, later, status=403, error="http 403")
            finish_poll(session, point, blocked if point.outlet in ill else well)


def learn(database: Database) -> None:
    """Let the articles of each outlet be counted, day by day."""
    with database.begin() as session:
        for outlet in list_outlets(session):
            learn_outlet(session, outlet.name, NOW)


if __name__ == "__main__":
    main()
