"""The other doors of a made-up outlet list what it published, each in its own form."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from lxml import etree, html

from newsroom import MadeUpOutlet, OutletServer, all_stories
from newsroom.doors import JSON_FEED, SECTION, SITEMAP_INDEX, preview_path
from newsroom.press import Dialect

NUMBERS = {"released": 36, "more": 39, "planned": 80}
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def publish(server: OutletServer, clock: Any, number: int = 4) -> list[str]:
    told = [one for one in all_stories().values() if one.language == server.outlet.language][:number]
    for place in range(number):
        server.publish(told[place % len(told)], clock.now - timedelta(hours=place), numbers=NUMBERS)
    return [one.story.title for one in server.visible()]


def test_the_section_page_links_each_article_from_a_card_among_furniture(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    titles = publish(outlet, clock)
    root = html.fromstring(client.get(f"{outlet.url}{SECTION}").content)
    assert [link.text_content() for link in root.cssselect(".card h3 a")] == titles
    assert len(root.xpath("//a")) > 2 * len(titles) + 10


def test_the_preview_shows_twenty_posts_the_oldest_on_top_and_leads_to_older_ones(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish(outlet, clock, 45)
    path = preview_path(outlet.outlet)
    pages, numbers = [path], []
    while pages:
        root = html.fromstring(client.get(f"{outlet.url}{pages.pop()}").content)
        assert root.cssselect(".tgme_channel_info")
        shown = [int(post.get("data-post").rpartition("/")[2]) for post in root.cssselect(".tgme_widget_message")]
        assert shown == sorted(shown)
        numbers = shown + numbers
        pages = [link.get("href") for link in root.cssselect("a.tme_messages_more")]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 45
    empty = html.fromstring(client.get(f"{outlet.url}{path}?before=1").content)
    assert empty.cssselect(".tgme_channel_history")
    assert not empty.cssselect(".tgme_widget_message")


def test_the_json_feed_holds_what_the_format_asks_for(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    titles = publish(outlet, clock)
    answer = client.get(f"{outlet.url}{JSON_FEED}")
    assert answer.headers["content-type"].startswith("application/feed+json")
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in feed["items"]] == titles
    assert all(datetime.fromisoformat(item["date_published"]).tzinfo for item in feed["items"])
    assert client.get(f"{outlet.url}{JSON_FEED}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_sitemap_is_two_indexes_deep_and_packed(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    publish(outlet, clock)
    body = client.get(f"{outlet.url}{SITEMAP_INDEX}").content
    for _ in range(2):
        (link,) = [str(one.text) for one in etree.fromstring(body).iterfind("s:sitemap/s:loc", SPACES)]
        assert link.endswith(".gz")
        body = gzip.decompress(client.get(link).content)
    found = [str(one.text) for one in etree.fromstring(body).iterfind("s:url/s:loc", SPACES)]
    assert found[1:] == [f"{outlet.url}{one.path}" for one in outlet.visible()]


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        (Dialect.SECTION, SECTION),
        (Dialect.TELEGRAM, None),
        (Dialect.JSON_FEED, JSON_FEED),
        (Dialect.SITEMAP, SITEMAP_INDEX),
    ],
)
def test_an_outlet_known_by_another_door_has_no_feed(
    outlet: OutletServer,
    open_outlet: Callable[[MadeUpOutlet], OutletServer],
    client: httpx.Client,
    dialect: Dialect,
    path: str | None,
) -> None:
    lonely = open_outlet(replace(outlet.outlet, dialect=dialect))
    assert lonely.entry_url == f"{lonely.url}{path or preview_path(lonely.outlet)}"
    assert client.get(lonely.entry_url).status_code == 200
    assert client.get(lonely.feed_url).status_code == 404
    assert not re.search(r"rel=.alternate", client.get(f"{lonely.url}/").text)
