"""The ways of the crawl process: never into the own network, through proxies, and what it says when nobody can be reached."""

from __future__ import annotations

from typing import Any

from db import Database
from db.models import EntryPointRow, FeedEntryRow


def test_a_feed_link_into_the_own_network_is_not_followed(
    site: Any, crawl: Any, sqlite_database: Database, rows: Any
) -> None:
    crawl.options["allow_addresses"] = [f"127.0.0.1:{site.port}", "203.0.113.0/24"]
    site.feed("/feed", [])
    inner = site.feed_reply([])({})
    item = f"<item><title>Пастка</title><link>http://127.0.0.2:{site.port}/1</link></item>".encode()
    inner.body = inner.body.replace(b"</channel>", item + b"</channel>")
    site.routes["/feed"] = inner
    crawl.outlet()
    crawl.once()
    (entry,) = rows(sqlite_database, FeedEntryRow)
    assert entry.last_error.startswith("refused by the address guard")
    assert site.hits("/1") == 0


def test_a_proxy_is_told_its_password_and_nobody_else(site: Any, crawl: Any, sqlite_database: Database) -> None:
    site.routes["http://news.example.com/feed"] = site.feed_reply([])
    crawl.outlet("news", "http://news.example.com/feed")
    crawl.options["proxy"] = site.url.replace("//", "//me:canary-of-the-proxy@")
    report = crawl.once()
    assert report["outlets"]["news"][4] is None
    asked = dict(site.requests)["http://news.example.com/feed"]
    assert asked["proxy-authorization"].startswith("Basic ")
    assert "canary" not in report["log"]


def test_our_own_outage_is_one_line_and_each_state_is_still_kept(
    crawl: Any, sqlite_database: Database, rows: Any
) -> None:
    for number in range(4):
        crawl.outlet(f"outlet-{number}", f"http://127.0.0.1:{number + 1}/feed")
    report = crawl.once()
    lines = [line for line in report["log"].splitlines() if " crawler " in line]
    assert len(lines) == 1
    assert "own outage: 4 of 4 entry points cannot be reached" in lines[0]
    assert [point.state for point in rows(sqlite_database, EntryPointRow)] == ["degraded"] * 4
    assert all("Refused" in point.last_error for point in rows(sqlite_database, EntryPointRow))


def test_one_outlet_out_of_reach_is_told_by_name(news: Any, sqlite_database: Database) -> None:
    news.outlet("unreachable", "http://127.0.0.1:1/feed")
    lines = [line for line in news.once()["log"].splitlines() if " crawler " in line]
    assert len(lines) == 1
    assert "unreachable: http://127.0.0.1:1/feed is degraded" in lines[0]


def test_an_outlet_goes_through_its_own_proxy_with_its_password_robots_and_pages_too(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, titles: Any
) -> None:
    host = "http://news.example.com"
    feed = site.feed_reply([])({})
    item = f"<item><title>Новина</title><link>{host}/1</link></item>".encode()
    site.routes[f"{host}/feed"] = reply(200, feed.body.replace(b"</channel>", item + b"</channel>"), feed.headers)
    site.page("/1", "Новина")
    site.routes[f"{host}/1"] = site.routes["/1"]
    inward = f"<item><title>Пастка</title><link>{site.url}/trap</link></item>".encode()
    site.routes["http://other.example.org/feed"] = reply(
        200, feed.body.replace(b"</channel>", inward + b"</channel>"), feed.headers
    )
    crawl.options["allow_addresses"] = [f"203.0.113.0/24:{site.port}"]  # a proxy of one's own needs no exception
    own = site.url.replace("//", "//me:canary-of-the-outlet@")
    crawl.outlet("news", f"{host}/feed", proxy=own)
    crawl.outlet("other", "http://other.example.org/feed", proxy=site.url)
    report = crawl.once()
    assert titles(sqlite_database) == ["Новина", "Пастка"]
    asked = dict(site.requests)
    through = [asked[f"{host}{path}"] for path in ("/robots.txt", "/feed", "/1")]
    assert {one["proxy-authorization"] for one in through} == {"Basic bWU6Y2FuYXJ5LW9mLXRoZS1vdXRsZXQ="}
    assert "proxy-authorization" not in asked["http://other.example.org/feed"]
    assert [path for path, _ in site.requests if path.endswith("/trap")] == []
    assert "canary" not in report["log"]
