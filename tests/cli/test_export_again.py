"""What was exported makes the same events in an empty database: facts, grouping, copies, what people said of them."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.demonstration import make_site, service_environment, settings_text
from newsroom.stage import Stage

Call = Callable[..., Any]
ROOT = Path(__file__).parents[2]
CLUSTERS = ROOT / "tests" / "data" / "clusters"
NUMBERS = {"released": 36, "more": 39, "planned": 80}
OF_ITS_DATABASE = ("id", "revision", "first_seen", "updated")

REPORT = (
    "Belarus released 34 political prisoners on Tuesday, the human rights group Viasna said, the largest group let out "
    "since the winter. Families were told only hours in advance. The buses reached the border before noon, and those "
    "who got out of them carried what they had in paper bags. Volunteers handed out tea, soup and telephones."
)
HEAD = {"title": "Belarus frees 34 political prisoners", "language": "en"}


def documents() -> list[dict[str, Any]]:
    """Labelled articles of many events in a drawn order, some dated to the day, some not at all."""
    rows = [row for name in ("a", "c") for row in tomllib.loads((CLUSTERS / f"{name}.toml").read_text())["article"]]
    random.Random(8).shuffle(rows)
    keys = ("outlet", "language", "title", "text")
    found = []
    for number, row in enumerate(rows[:40]):
        published = str(row["published"])[: 10 if number % 5 == 0 else None] if "published" in row else None
        url = f"https://{row['outlet']}.example/{row['id']}?utm_source=feed"
        found.append({**{key: row[key] for key in keys}, "url": url, "published": published})
    return found


def told(call: Call, *options: str) -> list[dict[str, Any]]:
    """The events without what differs from database to database; articles by their addresses."""
    urls = {one["id"]: one["url"] for one in call("articles", "list", "--json", *options).objects}
    events = call("events", "list", "--json", *options).objects
    names = {event["id"]: sorted(article["url"] for article in event["articles"]) for event in events}
    found = []
    for event in events:
        kept = {key: value for key, value in event.items() if key not in OF_ITS_DATABASE}
        kept["related"] = sorted(names[other] for other in event["related"])
        kept["articles"] = [{**article, "id": None} for article in event["articles"]]
        for count in kept["counts"]:
            count["sources"] = [{**source, "article": urls[source["article"]]} for source in count["sources"]]
        found.append(kept)
    return sorted(found, key=lambda event: event["articles"][0]["url"])


def write(path: Path, lines: list[dict[str, Any]]) -> str:
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(path)


def test_an_export_of_labelled_articles_makes_the_same_events(
    volya: Call, migrated_sqlite: Path, tmp_path: Path
) -> None:
    first = {**HEAD, "url": "https://first.example/1", "outlet": "first", "text": REPORT, "published": "2026-04-28"}
    copy = {**first, "url": "https://second.example/1", "outlet": "second", "author": "A. Writer"}
    rewritten = {
        **first,
        "text": f"{REPORT[:120]} They are safe, said those who met them at the border that evening. "
        "Nothing else was known by the night, and the ministry kept silent about all of it for two days more.",
    }
    assert volya("import", write(tmp_path / "one.jsonl", [*documents(), first, copy, rewritten])).code == 0
    number = next(one["id"] for one in volya("events", "list", "--json").objects if one["event_date"] == "2026-04-28")
    assert volya("events", "mark", str(number), "confirmed", "--by", "anna", "--note", "seen at the border").code == 0
    (tmp_path / "export.jsonl").write_text(volya("export", "articles", "--format", "jsonl").out, encoding="utf-8")

    shutil.copy(migrated_sqlite, tmp_path / "other.sqlite3")
    other = ("--set", f"db.url=sqlite:///{tmp_path / 'other.sqlite3'}")
    for created in (True, False):
        (summary,) = volya("import", str(tmp_path / "export.jsonl"), "--json", *other).objects
        assert (summary["created"] > 0, summary["bad"], summary["revised"]) == (created, 0, 0)
        assert told(volya, *other) == told(volya)
    assert len(told(volya)) > 12
    marked = [event["mark"]["by"] for event in told(volya, *other) if event["mark"]]
    assert marked == ["anna"]
    copies = [one["copy_reason"] for one in volya("articles", "list", "--json", *other).objects if one["copy_of"]]
    assert "same text" in copies
    again = [without_numbers(one) for one in volya("export", "articles", *other).objects]
    assert again == [without_numbers(one) for one in volya("export", "articles").objects]


def without_numbers(article: dict[str, Any]) -> dict[str, Any]:
    """An exported article without the numbers of its database, and without earlier texts, which stay behind."""
    marks = [{**mark, "event": None} for mark in article["event_marks"]]
    return {**article, "events": len(article["events"]), "event_marks": marks, "revisions": []}


def test_an_export_of_what_the_newsroom_published_makes_the_same_events(
    volya: Call, migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(tmp_path)
    with Stage(site.secret) as stage:
        site.settings_file.write_text(settings_text(site, stage), encoding="utf-8")
        environment = service_environment(site, stage, os.environ)
        for name in environment.keys() - os.environ.keys():
            monkeypatch.setenv(name, environment[name])
        stage.print_ordinary()
        for scene in stage.world.plot:
            stage.play(scene, NUMBERS)
        crawl = [sys.executable, "-m", "cli", "--settings", str(site.settings_file), "crawl", "--json"]
        assert subprocess.run(crawl, cwd=ROOT, check=False, capture_output=True).returncode == 0  # Scrapy's own process
        (tmp_path / "export.jsonl").write_text(volya("export", "articles").out, encoding="utf-8")
        shutil.copy(migrated_sqlite, tmp_path / "other.sqlite3")
        other = ("--set", f"db.url=sqlite:///{tmp_path / 'other.sqlite3'}")
        (summary,) = volya("import", str(tmp_path / "export.jsonl"), "--json", *other).objects
        assert (summary["created"] > 6, summary["bad"]) == (True, 0)
        assert told(volya, *other) == told(volya)
        assert [event["kind"] for event in told(volya)] == ["release"]
