from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from lxml import etree

from newsroom import OutletServer, all_stories
from newsroom.press import NEWS_SITEMAP, Dialect
from newsroom.sitemaps import render_news_sitemap

SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
NUMBERS = {"released": 36, "more": 39, "planned": 80}


def publish(server: OutletServer, clock: Any) -> None:
    for days, story in enumerate(one for one in all_stories().values() if one.language == server.outlet.language):
        server.publish(story, clock.now - timedelta(days=days), numbers=NUMBERS)


def texts(body: bytes, path: str) -> list[str]:
    return [str(one.text) for one in etree.fromstring(body).iterfind(path, SPACES)]


def test_news_sitemap_lists_what_is_two_days_old_at_most(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish(outlet, clock)
    body = client.get(outlet.sitemap_url).content
    fresh = [one for one in outlet.visible() if clock.now - one.published_at <= timedelta(days=2)]
    assert len(fresh) == 3
    assert texts(body, "s:url/s:loc") == [f"{outlet.url}{one.path}" for one in fresh]
    assert texts(body, "s:url/news:news/news:title") == [one.story.title for one in fresh]
    times = texts(body, "s:url/news:news/news:publication_date")
    assert [datetime.fromisoformat(time) for time in times] == [one.published_at for one in fresh]
    languages = texts(body, "s:url/news:news/news:publication/news:language")
    assert set(languages) == {outlet.outlet.language}


def test_news_sitemap_is_answered_304_when_nothing_is_new(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish(outlet, clock)
    etag = client.get(outlet.sitemap_url).headers["etag"]
    assert client.get(outlet.sitemap_url, headers={"If-None-Match": etag}).status_code == 304


def test_sitemap_of_an_outlet_that_published_nothing_is_valid_and_empty(
    outlet: OutletServer, client: httpx.Client
) -> None:
    assert len(etree.fromstring(client.get(outlet.sitemap_url).content)) == 0


def test_addresses_and_titles_are_escaped(outlet: OutletServer, clock: Any) -> None:
    publish(outlet, clock)
    first = outlet.visible()[0]
    odd = replace(first, path="/a?x=1&y=<2>", story=replace(first.story, title='"A" & <b>'))
    body = render_news_sitemap(outlet.outlet, "http://127.0.0.1", [odd], clock.now)
    assert texts(body, "s:url/s:loc") == ["http://127.0.0.1/a?x=1&y=<2>"]
    assert texts(body, "s:url/news:news/news:title") == ['"A" & <b>']


def test_outlet_known_by_its_sitemap_only_has_no_feed(
    open_outlet: Any, outlet: OutletServer, client: httpx.Client
) -> None:
    lonely = open_outlet(replace(outlet.outlet, dialect=Dialect.NEWS_SITEMAP))
    assert lonely.entry_url == f"{lonely.url}{NEWS_SITEMAP}"
    assert client.get(lonely.feed_url).status_code == 404
    assert client.get(lonely.entry_url).status_code == 200
    assert "alternate" not in client.get(f"{lonely.url}/").text
    assert outlet.entry_url == outlet.feed_url
