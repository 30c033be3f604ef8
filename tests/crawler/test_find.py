"""`find_outlets` over real HTTP: what it finds at an address, what it asks for on the way, and what it says of nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from newsroom.outlets import OutletServer
from newsroom.press import Dialect, made_up_outlets
from newsroom.serving import Answer, LoopbackServer, Request
from newsroom.stories import all_stories, tell

DRIVER = """
import json, sys
from crawler.find import find_outlets
from crawler.outlets import load_catalogue
from crawler.worker import WorkerOptions
if __name__ == "__main__":
    urls, told = json.loads(sys.argv[1]), []
    options = WorkerOptions((), allow_addresses=("127.0.0.0/8",), download_delay=0.0)
    for one in find_outlets(options, urls, load_catalogue(), told.append, lambda found: None):
        doors = [[door.type, door.url, door.origin] for door in one.doors]
        tried = {door.url: [door.checked.verdict, door.checked.trouble] for door in one.tried}
        samples = [[sample.title, sample.published_at and sample.published_at.isoformat(), sample.text, sample.trouble]
                   for sample in one.samples]
        print(json.dumps([one.asked, {"title": one.title, "language": one.language, "homepage": one.homepage,
                         "offset": one.offset, "doors": doors, "tried": tried, "samples": samples,
                         "trouble": one.trouble, "unreachable": one.is_unreachable}]))
"""
ROBOTS = (
    "User-agent: *\nDisallow: /search\nSitemap: {url}/sitemap-index.xml\nSitemap: {url}/news-index.xml\n"
    "Sitemap: {url}/search/news.xml\n"
)
CLOSED, INNER = "http://127.0.0.1:9/", "http://169.254.169.254/latest/"
TOLD = [tell(all_stories()[name], date(2026, 11, 20)) for name in ("bees-uk", "tram-uk")]
STORIES = [replace(told, title=f"{told.title}, частина {part}") for part in (1, 2, 3) for told in TOLD]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at each address, and who was asked for what."""

    servers: Mapping[str, OutletServer]
    empty: LoopbackServer
    outlets: Mapping[str, Any]

    def at(self, name: str, path: str = "") -> Any:
        return self.outlets[f"{self.servers[name].url}{path}"]


def nothing(request: Request) -> Answer:
    """A site of one page, which links to nobody; another of its pages is a trap."""
    pages = {"/": b"<html lang='uk'><body><p>x</p></body></html>", "/deep": b"<div>" * 5000}
    return Answer(200, pages[request.path], {"Content-Type": "text/html"}) if request.path in pages else Answer(404)


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    known = made_up_outlets()
    made = {
        "site": replace(known["ranok"], robots=ROBOTS),
        "bare": replace(known["vezha"], dialect=Dialect.SECTION),
        "shut": replace(known["most"], robots="User-agent: *\nDisallow: /\n"),
    }
    with ExitStack() as running:
        servers = {name: running.enter_context(OutletServer(outlet)) for name, outlet in made.items()}
        empty = LoopbackServer(nothing)
        empty.start()
        running.callback(empty.stop)
        now = datetime.now(UTC)
        for server in servers.values():
            for age, story in enumerate(STORIES):
                server.publish_told(story, now - timedelta(hours=age))
        site, bare = servers["site"], servers["bare"]
        urls = [f"{site.url}/", f"{bare.url}/", f"{bare.url}/s/vezha", site.feed_url, f"{servers['shut'].url}/",
                f"{empty.url}/", f"{empty.url}/deep", f"{empty.url}/none", CLOSED, INNER]  # fmt: skip
        command = [sys.executable, "-c", DRIVER, json.dumps(urls)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0, ran.stderr
        yield Found(servers, empty, dict(map(json.loads, ran.stdout.splitlines())))


def test_a_site_tells_its_feed_its_sitemaps_and_its_page_in_order_of_preference(found: Found) -> None:
    one, url = found.at("site", "/"), found.servers["site"].url
    assert one["doors"] == [
        ["rss", f"{url}/rss/all.xml", "named by the page"],
        ["news_sitemap", f"{url}/news-index.xml", "robots.txt"],
        ["sitemap", f"{url}/sitemap-index.xml", "robots.txt"],
        ["section", f"{url}/", "the page itself"],
    ]
    assert (one["title"], one["language"], one["homepage"]) == ("Ранковий Міст", "uk", f"{url}/")
    assert (one["offset"], one["trouble"]) == (120, None)


def test_five_of_its_articles_are_really_read_the_newest_first(found: Found) -> None:
    samples = found.at("site", "/")["samples"]
    assert [sample[0] for sample in samples] == [story.title for story in STORIES[:5]]
    assert all(len(sample[2]) > 200 and sample[3] is None for sample in samples)
    assert [sample[1] for sample in samples] == sorted((sample[1] for sample in samples), reverse=True)


def test_what_robots_txt_forbids_is_not_asked_for(found: Found) -> None:
    url = found.servers["site"].url
    assert found.at("site", "/")["tried"][f"{url}/search/news.xml"] == ["robots-denied", "forbidden by robots.txt"]
    assert found.servers["site"].count("/search/news.xml") == 0
    shut = found.at("shut", "/")
    assert (shut["trouble"], shut["doors"]) == ("forbidden by robots.txt", [])
    assert [exchange.request.path for exchange in found.servers["shut"].exchanges] == ["/robots.txt"]


def test_where_nothing_is_named_the_usual_addresses_are_tried_up_to_the_first_that_answers(found: Found) -> None:
    one, server = found.at("bare", "/"), found.servers["bare"]
    assert one["doors"] == [
        ["json_feed", f"{server.url}/feed.json", "usual address"],
        ["news_sitemap", f"{server.url}/news-sitemap.xml", "usual address"],
        ["section", f"{server.url}/", "the page itself"],
    ]
    assert one["tried"][f"{server.url}/rss.xml"] == ["gone", "HTTP 404"]
    assert server.count("/sitemap-news.xml") == 0


def test_a_feed_that_is_given_goes_first_and_its_home_page_is_looked_at(found: Found) -> None:
    site = found.servers["site"]
    one = found.outlets[site.feed_url]
    assert [door[0::2] for door in one["doors"]] == [
        ["rss", "given"],
        ["news_sitemap", "robots.txt"],
        ["sitemap", "robots.txt"],
        ["section", "the page itself"],
    ]
    assert one["title"] == "Ранковий Міст"


def test_a_channel_is_its_own_only_door_and_its_posts_are_its_articles(found: Found) -> None:
    one, server = found.at("bare", "/s/vezha"), found.servers["bare"]
    assert one["doors"] == [["telegram", f"{server.url}/s/vezha", "given"]]
    assert len(one["samples"]) == 5
    assert all(sample[0] and sample[2] for sample in one["samples"])


def test_of_nothing_it_is_told_what_was_tried(found: Found) -> None:
    one = found.outlets[f"{found.empty.url}/"]
    assert one["trouble"] == "no feed, no sitemap and no list of articles"
    assert one["tried"][f"{found.empty.url}/feed/"] == ["gone", "HTTP 404"]
    assert one["tried"][f"{found.empty.url}/sitemap.xml"] == ["gone", "HTTP 404"]
    assert one["tried"][f"{found.empty.url}/"] == ["broken", "no links to articles found on the page"]


def test_what_cannot_be_had_is_told_apart(found: Found) -> None:
    missing, deep = found.outlets[f"{found.empty.url}/none"], found.outlets[f"{found.empty.url}/deep"]
    assert (missing["trouble"], missing["unreachable"]) == ("HTTP 404", False)
    assert "nested deeper than" in deep["trouble"]
    closed, inner = found.outlets[CLOSED], found.outlets[INNER]
    assert "Refused" in closed["trouble"]
    assert closed["unreachable"]
    assert inner["trouble"].startswith("refused by the address guard")
    assert not inner["unreachable"]


def test_each_page_of_a_site_is_asked_for_once_but_by_who_asks_anew(found: Found) -> None:
    site = found.servers["site"]
    times = {path: site.count(path) for path in ("/rss/all.xml", "/news-index.xml", "/sitemap-index.xml", "/")}
    assert times == {"/rss/all.xml": 2, "/news-index.xml": 2, "/sitemap-index.xml": 2, "/": 2}  # by two addresses given
