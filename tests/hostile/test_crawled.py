"""T-HOSTILE, the whole way: hostile feeds and pages are crawled, read, shown, exported and announced by the program."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from cli.demonstration import Service, Site, make_site, service_environment, settings_text
from newsroom.press import MadeUpOutlet, made_up_outlets
from newsroom.stage import Printed, Stage, all_fetched
from newsroom.stories import ToldStory, find_story, tell
from newsroom.world import World

PATIENCE_SECONDS = 90
OUTLETS = 6
IN_ONE = 10  # strings in one article
STORIES = ("release-en", "release-uk", "release-ru", "arrival-en", "arrival-uk", "arrival-ru")
NUMBERS = {"released": 36, "more": 39}
CONSOLE = '[[alerts.destination]]\nname = "console"\nchannel = "console"\n'
RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+: ")
ELEMENTS = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "body",
    "a",
    "header",
    "nav",
    "span",
    "main",
    "h1",
    "h2",
    "p",
    "ol",
    "ul",
    "li",
    "article",
    "dl",
    "div",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "q",
    "mark",
    "time",
    "section",
    "footer",
    "code",
    "script",
    "strong",
    "h3",
    "form",
    "label",
    "input",
    "select",
    "option",
    "datalist",
    "button",
    "details",
    "summary",
    "figure",
    "figcaption",
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "text",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def story_of(strings: Sequence[str], template: str, now: datetime) -> ToldStory:
    """A release that holds these strings wherever an outlet may write what it likes."""
    told = tell(find_story(template), now.date(), NUMBERS)
    s = [*strings, *["x"] * (IN_ONE - len(strings))]
    lead, *rest = told.blocks
    blocks = (
        lead,
        f"«{NUMBERS['released']} людей уже на волі», — {s[6]}.",
        f"{s[7]} {rest[0]}",
        f"## {s[8]}",
        *rest[1:],
        f"{s[9]}",
    )
    name = f"{template}-{quote(s[0][:8], safe='', errors='replace')}"
    return replace(
        told, name=name, title=f"{s[1]} {told.title} {s[2]}", teaser=f"{s[3]} {told.teaser}", author=s[4], section=s[5],
        caption=s[0], blocks=blocks,
    )  # fmt: skip


def outlets_called(titles: Sequence[str]) -> tuple[MadeUpOutlet, ...]:
    known = list(made_up_outlets().values())
    return tuple(
        replace(known[number % len(known)], name=f"outlet-{number}", title=title, ordinary=())
        for number, title in enumerate(titles)
    )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def stage(site: Site, places: list[Any], hostile: dict[str, list[str]]) -> Iterator[Stage]:
    """Outlets with hostile names; every receiver of the newsroom is told of what they print."""
    titles = [hostile[name][0] for name in ("slack", "telegram", "discord", "scripts", "formulas", "lookalikes")]
    outlets = outlets_called(titles)
    hosts = {outlet.name: f"127.1.0.{number}" for number, outlet in enumerate(outlets, 1)}
    with Stage(site.secret, world=World(outlets, hosts, (), {})) as running:
        text = settings_text(site, running, settle="1s", channels=()).replace(CONSOLE, "")
        destinations = "\n".join(place.toml for place in places)
        site.settings_file.write_text(f"{text}\n{destinations}", encoding="utf-8")
        yield running


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the program runs, on which stage, and what it finds in its environment."""

    site: Site
    stage: Stage
    environment: dict[str, str]


@pytest.fixture
def scene(site: Site, stage: Stage, places: list[Any]) -> Scene:
    secrets = {name: value for place in places for name, value in place.secrets.items()}
    return Scene(site, stage, {**service_environment(site, stage, os.environ), **secrets})


@pytest.fixture
def volya(scene: Scene) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "cli", *arguments, "--settings", str(scene.site.settings_file)]
        ended = subprocess.run(
            command, capture_output=True, timeout=PATIENCE_SECONDS, check=False, env=scene.environment
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.decode()

    return run


def test_hostile_articles_are_crawled_read_shown_exported_and_told_and_nothing_of_them_acts(
    scene: Scene, strings: list[str], places: list[Any], judge: Callable[..., Any], volya: Callable[..., str]
) -> None:
    site = scene.site
    with Service(site, scene.environment, ("-v",)) as service:
        # What a first poll finds would be told in one digest, minutes later.
        wait(service, service.is_healthy)
        wait(service, lambda: count(site, "entry_points WHERE last_success_at IS NOT NULL") >= OUTLETS)
        printed = print_all(scene.stage, strings)
        wait(
            service, lambda: all_fetched(printed) and count(site, "articles WHERE read_at IS NOT NULL") == len(printed)
        )
        wait(service, lambda: is_calm(site))
        pages = {path: shown(site, path) for path in paths(site)}
        assert service.stop(30) == 0
    addresses = (column(site, f"{name} FROM articles") for name in ("url", "canonical_url"))
    sober = judge(address for found in addresses for address in found if address)
    for place in places:
        assert place.sights, place.name
        assert sober.troubles(place) == []
    assert_pages_do_nothing(pages, sober)
    assert_log_is_a_line_a_record(site)
    assert_exports_are_cells_and_lines(volya, len(printed))
    print(f"{len(strings)} strings in {len(printed)} articles: {len(pages)} pages, {len(places)} receivers")  # noqa: T201


def print_all(stage: Stage, strings: Sequence[str]) -> list[Printed]:
    now, servers = datetime.now(UTC), list(stage.outlets.values())
    printed = []
    for number, first in enumerate(range(0, len(strings), IN_ONE)):
        server = servers[number % len(servers)]
        told = story_of(strings[first : first + IN_ONE], STORIES[number % len(STORIES)], now)
        printed.append(Printed(server, server.publish_told(told, now)))
    return printed


class Reader(HTMLParser):
    """Reads a page as a browser does: which elements and attributes there are, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "inline")
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}


def assert_pages_do_nothing(pages: dict[str, str], sober: Any) -> None:
    for path, page in pages.items():
        reader = Reader()
        reader.feed(page)
        assert reader.elements <= ELEMENTS, (path, sorted(reader.elements - ELEMENTS))
        assert [script for script in reader.scripts if not script.startswith("/static/")] == []
        assert not [name for name in reader.attributes if name.startswith("on") or name in ("style", "srcdoc")]
        away = {link for link in reader.links if urlsplit(link).scheme or link.startswith("//")}
        assert [(path, link) for link in away if not sober.knows(link)] == []


def assert_log_is_a_line_a_record(site: Site) -> None:
    lines = site.log_file.read_bytes().decode().split("\n")
    assert [line for line in lines[:-1] if not RECORD.match(line)] == []
    assert [line for line in lines if not line.isprintable()] == []
    assert [line for line in lines if "forged" in line and "\\n" not in line] == []


def assert_exports_are_cells_and_lines(volya: Callable[..., str], articles: int) -> None:
    for what in ("articles", "events"):
        rows = list(csv.reader(io.StringIO(volya("export", what, "--format", "csv"), newline="")))
        assert [cell for row in rows for cell in row if cell.startswith(FORMULA)] == []
        assert {len(row) for row in rows} == {len(rows[0])}
    objects = [json.loads(line) for line in volya("export", "articles").splitlines()]
    assert len(objects) == articles
    assert [one["id"] for one in objects if one["decision"] != "event"] == []


def paths(site: Site) -> list[str]:
    events, articles = column(site, "id FROM events"), column(site, "id FROM articles")
    return [
        "/",
        "/articles",
        "/articles?q=prisoners",
        *(f"/events/{one}" for one in events),
        *(f"/articles/{one}" for one in articles),
    ]


def shown(site: Site, path: str) -> str:
    answer = httpx.get(f"{site.url}{path}", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer.text


def wait(service: Service, holds: Callable[[], bool]) -> None:
    if not service.wait_until(holds, time.monotonic() + PATIENCE_SECONDS):
        pytest.fail(f"not so within {PATIENCE_SECONDS} s; the service said: {service.last_words()}")


def is_calm(site: Site) -> bool:
    waiting = "deliveries WHERE state IN ('pending', 'sending', 'uncertain')"
    return count(site, "events WHERE announced_revision < revision") == 0 == count(site, waiting)


def count(site: Site, rows: str) -> int:
    (number,) = column(site, f"count(*) FROM {rows}")
    return int(number)


def column(site: Site, question: str) -> list[Any]:
    """Return a column of the database, seen from outside."""
    with sqlite3.connect(f"file:{site.folder / 'volya.sqlite3'}?mode=ro", uri=True) as database:
        return [row[0] for row in database.execute(f"SELECT {question}")]
