from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import httpx
import pytest
import trafilatura
from protego import Protego

from newsroom import Answer, OutletServer, Reset, StoryError, all_stories, find_story
from newsroom.pages import sidebar_headlines
from newsroom.press import made_up_outlets

NUMBERS = {"released": 36, "more": 39, "planned": 80}
HOUR = timedelta(hours=1)


def publish_everything(server: OutletServer, at: datetime) -> None:
    for number, story in enumerate(one for one in all_stories().values() if one.language == server.outlet.language):
        server.publish(story, at - number * HOUR, numbers=NUMBERS)


def test_feed_is_valid_and_tells_title_link_time_and_teaser(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish_everything(outlet, clock.now)
    answer = client.get(outlet.feed_url)
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo
    assert feed.version in ("rss20", "atom10")
    assert [entry.title for entry in feed.entries] == [one.story.title for one in outlet.visible()]
    for entry, publication in zip(feed.entries, outlet.visible(), strict=True):
        assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == publication.published_at
        assert publication.story.teaser in entry.summary
        assert client.get(entry.link).status_code == 200


def test_feed_of_an_outlet_that_published_nothing_is_valid_and_empty(
    outlet: OutletServer, client: httpx.Client
) -> None:
    feed = feedparser.parse(client.get(outlet.feed_url).content)
    assert not feed.bozo
    assert feed.entries == []


def test_story_appears_when_its_time_has_come(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    story = next(one for one in all_stories().values() if one.language == outlet.outlet.language)
    publication = outlet.publish(story, clock.now + HOUR, numbers=NUMBERS)
    assert client.get(f"{outlet.url}{publication.path}").status_code == 404
    assert feedparser.parse(client.get(outlet.feed_url).content).entries == []
    clock.go_on(hours=1)
    assert client.get(f"{outlet.url}{publication.path}").status_code == 200
    assert len(feedparser.parse(client.get(outlet.feed_url).content).entries) == 1


def test_etag_is_known_whatever_fails(outlet: OutletServer, client: httpx.Client) -> None:
    outlet.script(outlet.outlet.feed_path, Answer(500))
    before = outlet.etag
    assert client.get(outlet.feed_url).status_code == 500
    assert client.get(outlet.feed_url).headers["etag"] == before == outlet.etag


def test_equal_feed_is_answered_304_by_etag_and_by_date_until_something_is_published(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish_everything(outlet, clock.now)
    first = client.get(outlet.feed_url)
    by_etag = {"If-None-Match": first.headers["etag"]}
    by_date = {"If-Modified-Since": first.headers["last-modified"]}
    for conditional in (by_etag, by_date, {"If-None-Match": f'"other", W/{first.headers["etag"]}'}):
        answer = client.get(outlet.feed_url, headers=conditional)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == first.headers["etag"]
    story = next(one for one in all_stories().values() if one.language == outlet.outlet.language)
    outlet.publish(story, clock.go_on(minutes=1), numbers=NUMBERS)
    assert client.get(outlet.feed_url, headers=by_etag).status_code == 200
    assert client.get(outlet.feed_url, headers=by_date).status_code == 200
    assert outlet.count(outlet.outlet.feed_path, 304) == 3


@pytest.mark.parametrize(
    "conditional",
    [
        {"If-None-Match": '"something-else"'},
        {"If-None-Match": '"something-else"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If-Modified-Since": "not a date"},
        {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    ],
)
def test_validators_that_do_not_match_get_the_whole_feed(
    outlet: OutletServer, clock: Any, client: httpx.Client, conditional: dict[str, str]
) -> None:
    publish_everything(outlet, clock.now)
    assert client.get(outlet.feed_url, headers=conditional).status_code == 200


def test_robots_may_name_sitemaps_at_the_outlets_own_address(client: httpx.Client) -> None:
    made = replace(made_up_outlets()["ranok"], robots="Sitemap: {url}/news-index.xml\n")
    with OutletServer(made) as server:
        assert client.get(f"{server.url}/robots.txt").text == f"Sitemap: {server.url}/news-index.xml\n"


def test_robots_are_readable_and_allow_news_only(outlet: OutletServer, client: httpx.Client) -> None:
    rules = Protego.parse(client.get(f"{outlet.url}/robots.txt").text)
    assert rules.can_fetch(f"{outlet.url}/news/2026/03/05/any.html", "volya")
    assert rules.can_fetch(outlet.feed_url, "volya")
    assert not rules.can_fetch(f"{outlet.url}/account/subscribe", "volya")


def test_article_gives_every_paragraph_and_no_headline_of_its_furniture(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish_everything(outlet, clock.now)
    publications = outlet.visible()
    for publication in publications:
        html = client.get(f"{outlet.url}{publication.path}").text
        text = trafilatura.extract(html, favor_precision=True, include_comments=False)
        missing = [paragraph for paragraph in publication.story.paragraphs if paragraph not in text]
        assert missing == [], publication.story.name
        others = [one for one in publications if one is not publication]
        strangers = [line for line in sidebar_headlines(outlet.outlet, others) if line in text]
        assert strangers == [], publication.story.name
        assert all(line in html for line in ("og:title", "application/ld+json", "read-also", publication.story.caption))


def test_article_pages_weigh_what_real_ones_do(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    publish_everything(outlet, clock.now)
    for publication in outlet.visible():
        assert 60_000 <= len(client.get(f"{outlet.url}{publication.path}").content) <= 150_000


def test_old_article_carries_the_headlines_of_today(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    first, second = [one for one in all_stories().values() if one.language == outlet.outlet.language][:2]
    old = outlet.publish(first, clock.now, numbers=NUMBERS)
    clock.go_on(days=7)
    new = outlet.publish(second, clock.now, numbers=NUMBERS)
    assert new.story.title in client.get(f"{outlet.url}{old.path}").text.replace("&#x27;", "'")


def test_front_page_links_what_is_published(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    publish_everything(outlet, clock.now)
    page = client.get(f"{outlet.url}/").text
    assert all(publication.path in page for publication in outlet.visible())


def test_body_is_compressed_only_for_those_who_can_read_it(outlet: OutletServer, client: httpx.Client) -> None:
    with client.stream("GET", f"{outlet.url}/", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    plain = client.get(f"{outlet.url}/", headers={"Accept-Encoding": "identity"}).content
    assert gzip.decompress(raw) == plain


def test_unknown_path_is_404_and_writing_is_refused(outlet: OutletServer, client: httpx.Client) -> None:
    assert client.get(f"{outlet.url}/nothing/here.html").status_code == 404
    assert client.post(outlet.feed_url, content=b"x").status_code == 405


def test_scripted_trouble_comes_once_and_then_the_truth(outlet: OutletServer, client: httpx.Client) -> None:
    outlet.script(
        outlet.outlet.feed_path,
        Answer(503, headers={"Retry-After": "7"}),
        Answer(reset=Reset.BEFORE_RECORDING),
    )
    answer = client.get(outlet.feed_url)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    with pytest.raises(httpx.TransportError):
        client.get(outlet.feed_url)
    assert client.get(outlet.feed_url).status_code == 200
    assert [one.status for one in outlet.exchanges] == [503, 200]


def test_requests_are_counted_with_their_headers_and_times(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    client.get(f"{outlet.feed_url}?from=here", headers={"User-Agent": "volya-test"})
    (exchange,) = outlet.exchanges
    assert (exchange.request.method, exchange.request.path, exchange.request.query) == (
        "GET",
        outlet.outlet.feed_path,
        "from=here",
    )
    assert exchange.request.headers["user-agent"] == "volya-test"
    assert exchange.request.received_at == clock.now


def test_story_with_a_place_nothing_fills_is_not_published(outlet: OutletServer, clock: Any) -> None:
    with pytest.raises(StoryError, match="released"):
        outlet.publish(find_story("release-uk"), clock.now)
    assert outlet.visible() == ()
