"""The archives of a made-up outlet: what its feed no longer shows, by page and by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest

from newsroom.archives import DAYS_INDEX, SECTION, archive_page, archive_urls
from newsroom.outlets import OutletServer
from newsroom.press import Archive, MadeUpOutlet, Publication, made_up_outlets
from newsroom.stories import find_story, tell

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "http://127.0.0.1:1"
OUTLET = replace(made_up_outlets()["amber"], window=2, archives=frozenset(Archive))


def published(outlet: MadeUpOutlet, number: int) -> list[Publication]:
    told = tell(find_story(outlet.ordinary[0]), NOON.date())
    times = [NOON - timedelta(hours=8 * one) for one in range(number)]
    return [Publication(replace(told, title=f"Story {one}"), f"/{one}", at) for one, at in enumerate(times)]


@pytest.mark.parametrize(
    ("path", "query", "shown"),
    [
        (OUTLET.feed_path, "paged=1", [0, 1]),
        (OUTLET.feed_path, "paged=3", [4]),
        (OUTLET.feed_path, "paged=4", []),
        (OUTLET.feed_path, "paged=x", []),
        (SECTION, "", [0, 1]),
        (SECTION, "page=2", [2, 3]),
        ("/sitemaps/2026-11-19.xml", "", [2, 3, 4]),
        ("/sitemaps/2026-11-18.xml", "", []),
    ],
)
def test_an_archive_shows_the_page_that_is_asked_for(path: str, query: str, shown: list[int]) -> None:
    found = archive_page(OUTLET, URL, published(OUTLET, 5), path, query)
    assert found is not None
    assert [one for one in range(5) if f"Story {one}<" in found.body.decode()] == shown
    assert bool(found.body) == bool(shown)


def test_an_index_names_the_days_the_newest_first() -> None:
    found = archive_page(OUTLET, URL, published(OUTLET, 5), DAYS_INDEX, "")
    assert found is not None
    days = [part[:10] for part in found.body.decode().split("/sitemaps/")[1:]]
    assert days == ["2026-11-20", "2026-11-19"]


def test_an_outlet_has_the_archives_it_has_and_names_them_as_a_catalogue_would() -> None:
    plain = made_up_outlets()["amber"]
    for path, query in ((plain.feed_path, "paged=2"), (SECTION, ""), (DAYS_INDEX, "")):
        assert archive_page(plain, URL, published(plain, 5), path, query) is None
    assert archive_urls(plain, URL) == ()
    assert archive_urls(OUTLET, URL) == (
        ("rss", f"{URL}{OUTLET.feed_path}?paged={{page}}"),
        ("section", f"{URL}/archive?page={{page}}"),
        ("news_sitemap", f"{URL}/sitemaps/{{date:%Y-%m-%d}}.xml"),
    )


def test_a_server_shows_its_window_in_the_feed_and_the_rest_in_the_archive() -> None:
    with OutletServer(OUTLET, lambda: NOON) as server:
        for one in published(OUTLET, 5):
            server.publish_told(one.story, one.published_at)
        with urlopen(server.feed_url) as answer:
            feed = answer.read().decode()
        with urlopen(f"{server.feed_url}?paged=2") as answer:
            older = answer.read().decode()
    assert [f"Story {one}<" in feed for one in range(5)] == [True, True, False, False, False]
    assert [f"Story {one}<" in older for one in range(5)] == [False, False, True, True, False]
