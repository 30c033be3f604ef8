"""`check_outlets` asks each entry point once, stores nothing and says how each is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from crawler.check import failed_verdict, verdict_of
from crawler.items import EntryItem
from crawler.polling import Answer
from db import Database
from db.models import EntryPointRow, FeedEntryRow, PollRow

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def entry(age: timedelta | None) -> EntryItem:
    return EntryItem("https://a.example/1", "https://a.example/1", published_at=None if age is None else NOW - age)


@pytest.mark.parametrize(
    ("ages", "is_moved", "verdict", "trouble"),
    [
        ([timedelta(hours=1)], False, "alive", None),
        ([timedelta(days=14)], False, "alive", None),
        ([timedelta(days=15), timedelta(days=30)], False, "stale", "nothing new for 15 days"),
        ([timedelta(days=15)], True, "stale", "nothing new for 15 days"),
        ([timedelta(days=15), timedelta(days=1), None], False, "alive", None),
        ([timedelta(hours=1)], True, "moved", "it redirects for good"),
        ([None, None], False, "alive", None),
        ([], False, "zombie", "it answers, and nothing is in it"),
    ],
)
def test_what_could_be_read_is_judged_by_its_newest_item(
    ages: Any, is_moved: bool, verdict: str, trouble: str | None
) -> None:
    assert verdict_of("rss", [entry(age) for age in ages], NOW, is_moved=is_moved) == (verdict, trouble)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer("failed", 404, "HTTP 404"), "gone"),
        (Answer("failed", 410, "HTTP 410"), "gone"),
        (Answer("blocked", 403, "HTTP 403"), "blocked"),
        (Answer("refused", None, "forbidden by robots.txt", refusal="robots-denied"), "robots-denied"),
        (Answer("blocked", 200, "a challenge", refusal="challenged"), "challenged"),
        (Answer("refused", None, "an address of our own network"), "blocked"),
        (Answer("failed", 500, "HTTP 500"), "broken"),
        (Answer("failed", None, "DownloadTimeoutError"), "broken"),
        (Answer("failed", 200, "not a feed"), "broken"),
    ],
)
def test_what_could_not_be_read_is_gone_blocked_or_broken(answer: Answer, verdict: str) -> None:
    assert failed_verdict(answer) == verdict


def dated(body: bytes, at: datetime) -> bytes:
    return body.replace(b"Fri, 20 Nov 2026 10:00:00 +0200", format_datetime(at).encode())


def test_each_entry_point_is_asked_once_politely_and_nothing_is_stored(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    feed = site.feed_reply([("/1", "Перша новина"), ("/2", "Друга новина")])({}).body
    kind = {"Content-Type": "application/rss+xml"}
    site.routes["/well"] = reply(200, dated(feed, now - timedelta(hours=2)), kind)
    site.routes["/old"] = reply(200, dated(feed, now - timedelta(days=30)), kind)
    site.routes["/shut"] = reply(403, b"no")
    site.routes["/away"] = reply(301, b"", {"Location": "/well"})
    site.routes["/page"] = reply(200, b"<html><body>Welcome</body></html>", {"Content-Type": "text/html"})
    site.routes["/robot"] = reply(200, b"<title>Just a moment...</title>", {"Content-Type": "text/html"})
    site.routes["/private"] = reply(200, feed, kind)
    site.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /private\n", {"Content-Type": "text/plain"})
    for name in ("well", "old", "shut", "away", "page", "robot", "private", "missing"):
        crawl.outlet(name, f"/{name}")
    crawl.outlet("inner", f"http://192.168.0.1:{site.port}/feed")
    found = crawl.check()
    newest = (now - timedelta(hours=2)).isoformat()
    assert found["well"] == ["alive", 200, 2, newest, f"{site.url}/well", None]
    assert found["away"] == ["moved", 200, 2, newest, f"{site.url}/well", "it redirects for good"]
    assert found["old"][:3] == ["stale", 200, 2]
    assert found["shut"] == ["blocked", 403, 0, None, f"{site.url}/shut", "HTTP 403: access refused"]
    assert found["page"] == ["broken", 200, 0, None, f"{site.url}/page", "not a feed"]
    assert found["robot"][0::5] == ["challenged", "a challenge page instead of the feed"]
    assert found["private"] == ["robots-denied", None, 0, None, None, "forbidden by robots.txt"]
    assert found["missing"][:2] == ["gone", 404]
    assert found["inner"][0] == "blocked"
    assert found["inner"][5].startswith("refused by the address guard")
    assert (site.hits("/well"), site.hits("/shut"), site.hits("/private"), site.hits("/1")) == (2, 1, 0, 0)
    with sqlite_database.read() as session:
        for table in (EntryPointRow, PollRow, FeedEntryRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_only_the_named_outlets_are_checked(site: Any, crawl: Any, sqlite_database: Database) -> None:
    site.feed("/feed", [])
    crawl.outlet()
    crawl.outlet("other", "/other")
    assert list(crawl.check("made-up")) == ["made-up"]
    assert site.hits("/other") == 0
