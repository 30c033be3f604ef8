"""The spider alone, as `scrapy crawl` runs it: without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def test_the_spider_runs_alone_without_a_database(site: Any, reply: Any, tmp_path: Path) -> None:
    site.page("/1", "Перша новина")
    site.page("/2", "Друга новина")
    listed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "2", "url": "/2", "title": "Друга новина"}],
    }
    site.routes["/feed.json"] = reply(200, json.dumps(listed).encode(), {"Content-Type": "application/feed+json"})
    site.feed("/feed", [("/1", "Перша новина")])
    table = tmp_path / "own.toml"
    table.write_text(
        '[[crawler.outlet]]\nname = "made-up"\ntitle = "x"\nkind = "independent"\nlanguages = ["uk"]\n'
        f'entry_points = [ {{ type = "rss", url = "{site.url}/feed" }}, '
        f'{{ type = "json_feed", url = "{site.url}/feed.json" }} ]\n'
    )
    ended = scrapy("-a", f"file={table}", "-a", "outlet=made-up", "-s", "VOLYA_ALLOW_ADDRESSES=127.0.0.0/8",
                   "-s", "DOWNLOAD_DELAY=0", "-s", "LOG_LEVEL=ERROR")  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    items = json.loads(ended.stdout)
    entries = {item["title"]: item["url"] for item in items if "url_key" in item}
    assert entries == {"Перша новина": f"{site.url}/1", "Друга новина": f"{site.url}/2"}
    articles = {item["title"]: (item["outlet"], item["author"]) for item in items if "url_key" not in item}
    assert articles == dict.fromkeys(entries, ("made-up", "Олена Вигадана"))


def test_the_spider_alone_names_the_nearest_outlet() -> None:
    assert "no outlet is called 'nashniva'; did you mean 'nashaniva'?" in scrapy("-a", "outlet=nashniva").stderr


def scrapy(*arguments: Any) -> Any:
    command = [sys.executable, "-m", "scrapy", "crawl", "feed", "-o", "-:json", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
