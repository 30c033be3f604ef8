"""The real crawl process over real HTTP and a real database: what it stores and what it leaves."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db import Database
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, HostRow, PageRow, PollRow
from db.outlets import list_outlets


def test_a_feed_becomes_articles_with_their_pages_and_an_outcome(
    news: Any, site: Any, sqlite_database: Database, rows: Any, titles: Any
) -> None:
    report = news.once()
    assert report["outlets"]["made-up"] == [1, 2, 2, 2, None]
    assert report["complete"]
    assert report["steps"] >= 5
    assert titles(sqlite_database) == ["Друга новина", "Перша новина"]
    article = rows(sqlite_database, ArticleRow)[0]
    assert (article.author, article.outlet, article.language) == ("Олена Вигадана", "made-up", "uk")
    assert article.fields["title"]["source"] == "json-ld headline"
    page = rows(sqlite_database, PageRow)[0]
    assert page.body.startswith(b"<!doctype html>")
    assert page.extracted_at is not None
    (point,) = rows(sqlite_database, EntryPointRow)
    assert (point.state, point.etag, point.last_status, point.lease_owner) == ("alive", '"one"', 200, None)
    assert point.next_check_at > point.last_checked_at
    with sqlite_database.read() as session:
        outlet = next(view for view in list_outlets(session) if view.name == "made-up")
    assert outlet.entry_points[0].state == "alive"


def test_the_second_round_asks_conditionally_and_does_not_parse_what_did_not_change(
    news: Any, site: Any, sqlite_database: Database, rows: Any, two: Any
) -> None:
    site.feed("/plain", two)  # no ETag: only its hash tells
    news.outlet("plain", "/plain")
    news.once()
    news.once()
    assert [headers.get("if-none-match") for path, headers in site.requests if path == "/feed"] == [None, '"one"']
    second = {"made-up": "unmodified", "plain": "same"}
    points = {point.id: point.outlet for point in rows(sqlite_database, EntryPointRow)}
    polls = rows(sqlite_database, PollRow)
    for name, expected in second.items():
        found = [poll.outcome for poll in polls if points[poll.entry_point_id] == name]
        assert found[1] == expected
    assert sorted(poll.items_new for poll in polls) == [0, 0, 0, 2]  # the same stories in two feeds are stored once
    assert {poll.items_seen for poll in polls[2:]} == {0}
    assert [site.hits(path) for path, _ in two] == [1, 1]


def test_only_the_first_poll_is_baseline_and_only_what_is_old_there_is_silent(
    news: Any, site: Any, sqlite_database: Database, rows: Any, two: Any
) -> None:
    site.page("/1", "Перша новина", published="2020-01-01T10:00:00+02:00")
    news.once()
    site.page("/3", "Третя новина", published="2020-01-01T10:00:00+02:00")
    site.feed("/feed", [*two, ("/3", "Третя новина")], etag='"two"')
    news.once()
    alerting = {article.title: article.alerting for article in rows(sqlite_database, ArticleRow)}
    assert alerting["Перша новина"] == "silent"
    assert alerting["Третя новина"] == "normal"
    assert [entry.is_baseline for entry in rows(sqlite_database, FeedEntryRow)] == [True, True, False]


def test_robots_txt_is_obeyed_for_feeds_and_pages(
    news: Any, site: Any, reply: Any, sqlite_database: Database, *, rows: Any, titles: Any, two: Any
) -> None:
    rules = b"User-agent: *\nDisallow: /1\nDisallow: /private/\n"
    site.routes["/robots.txt"] = reply(200, rules, {"Content-Type": "text/plain"})
    site.feed("/private/feed", two)
    news.outlet("private", "/private/feed")
    news.once()
    assert [site.hits(path) for path in ("/1", "/2", "/private/feed")] == [0, 1, 0]
    assert titles(sqlite_database) == ["Друга новина", "Перша новина"]  # the first from the feed alone
    entry = rows(sqlite_database, FeedEntryRow)[0]
    assert (entry.last_error, entry.fetched_at is not None) == ("IgnoreRequest: Forbidden by robots.txt", True)
    refused = [poll.error for poll in rows(sqlite_database, PollRow) if poll.outcome == "refused"]
    assert refused == ["forbidden by robots.txt"]


def test_pages_that_cannot_be_had_are_given_up_or_retried_and_the_feed_speaks_for_them(
    site: Any, crawl: Any, reply: Any, bomb: Any, sqlite_database: Database, *, rows: Any, titles: Any
) -> None:
    site.routes["/gone"] = reply(404, b"gone")
    site.routes["/shut"] = reply(403, b"no")
    site.routes["/film"] = reply(200, b"\0", {"Content-Type": "video/mp4"})
    site.routes["/front"] = reply(302, b"", {"Location": "/"})
    site.routes["/"] = reply(200, b"<html><h1>Front</h1></html>", {"Content-Type": "text/html"})
    site.routes["/bomb"] = bomb(50 * 1024 * 1024)
    site.routes["/check"] = reply(200, b"<title>Just a moment...</title>", {"Content-Type": "text/html"})
    site.routes["/ill"] = reply(500, b"broken")
    site.page("/well", "well")
    site.feed(
        "/feed", [(f"/{name}", name) for name in ("gone", "shut", "film", "front", "bomb", "check", "ill", "well")]
    )
    crawl.outlet()
    crawl.options["retry_base"] = 300
    crawl.once()
    assert [page.url.rpartition("/")[2] for page in rows(sqlite_database, PageRow)] == ["well"]
    assert titles(sqlite_database) == ["bomb", "check", "film", "front", "gone", "shut", "well"]
    partial = next(a for a in rows(sqlite_database, ArticleRow) if a.title == "gone")
    assert (partial.text, partial.is_partial) == ("Коротко: gone.", True)
    entries = {entry.title: entry for entry in rows(sqlite_database, FeedEntryRow)}
    assert {entry.title for entry in entries.values() if entry.fetched_at is None} == {"ill"}
    assert (entries["ill"].attempts, entries["ill"].last_error, site.hits("/ill")) == (1, "HTTP 500", 3)  # F-6
    assert entries["ill"].next_attempt_at > entries["ill"].found_at
    with sqlite_database.begin() as session:  # its last attempt, as if the others were over
        ill = session.scalars(select(FeedEntryRow).where(FeedEntryRow.title == "ill")).one()
        ill.attempts, ill.next_attempt_at = 4, ill.found_at
    crawl.once()
    assert "ill" in titles(sqlite_database)
    assert site.hits("/gone") == 1


NO_FEEDS = {
    "page": (200, b"<html><body>Welcome</body></html>", "failed", "degraded"),
    "text": (200, b"not found!\n", "failed", "degraded"),
    "check": (200, b"<html><head><title>Just a moment...</title></head></html>", "blocked", "challenged"),
    "shut": (403, b"no", "blocked", "blocked"),
    "missing": (404, b"no", "failed", "degraded"),
    "gone": (410, b"no", "failed", "gone"),
    "ill": (500, b"no", "failed", "degraded"),
}


def test_what_is_no_feed_is_an_outcome_of_its_own(
    site: Any, crawl: Any, reply: Any, bomb: Any, sqlite_database: Database, rows: Any
) -> None:
    for name, (status, body, _, _) in NO_FEEDS.items():
        site.routes[f"/{name}"] = reply(status, body, {"Content-Type": "text/html"})
        crawl.outlet(name, f"/{name}")
    site.routes["/bomb"] = bomb(50 * 1024 * 1024)
    crawl.outlet("bomb", "/bomb")
    report = crawl.once()
    polls = {poll.entry_point_id: poll for poll in rows(sqlite_database, PollRow)}
    for point in rows(sqlite_database, EntryPointRow):
        status, _, outcome, state = NO_FEEDS.get(point.outlet, (None, b"", "failed", "degraded"))
        poll = polls[point.id]
        assert (point.outlet, poll.outcome, poll.status) == (point.outlet, outcome, status)
        assert (point.state, point.failures, point.etag, point.body_hash) == (state, 1, None, None)
        assert point.last_error == poll.error == report["outlets"][point.outlet][4]
        assert "MAXSIZE" in poll.error or point.outlet != "bomb"


def test_a_server_that_asks_to_wait_is_asked_again_no_earlier(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    site.routes["/feed"] = reply(429, b"slow down", {"Retry-After": "7200"})
    crawl.outlet()
    crawl.once()
    assert site.hits("/feed") == 1
    (point,) = rows(sqlite_database, EntryPointRow)
    assert (point.next_check_at - point.last_checked_at).total_seconds() >= 7200
    assert rows(sqlite_database, PollRow)[0].retry_after == 7200


def test_a_restart_does_not_forget_that_a_host_asked_to_be_left_alone(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    site.routes["/feed"] = reply(503, b"busy")
    crawl.outlet()
    crawl.once()
    (host,) = rows(sqlite_database, HostRow, HostRow.host)
    assert (host.host, host.failures) == (f"127.0.0.1:{site.port}", 1)
    site.feed("/feed", [])
    crawl.outlet("neighbour", "/other")
    site.feed("/other", [])
    report = crawl.once()
    assert "asked us to wait" in report["outlets"]["made-up"][4]
    assert (site.hits("/feed"), site.hits("/other")) == (1, 0)
    with sqlite_database.begin() as session:  # as if its time were up
        session.scalars(select(HostRow)).one().not_before -= timedelta(hours=1)
    crawl.once()
    (host,) = rows(sqlite_database, HostRow, HostRow.host)
    assert (host.failures, host.not_before, site.hits("/feed"), site.hits("/other")) == (0, None, 2, 1)


def test_outlets_of_one_registered_domain_share_one_request_at_a_time(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    lock, together, most = threading.Lock(), threading.Barrier(2), Counter()
    active: Counter[str] = Counter()

    def answer(host: str) -> Any:
        domain = ".".join(host.split(".")[-2:])

        def respond(headers: Any) -> Any:
            with lock:
                active[domain] += 1
                most[domain] = max(most[domain], active[domain])
            with suppress(threading.BrokenBarrierError):
                together.wait(1)  # for one of the other domain: two of one domain would meet here first
            with lock:
                active[domain] -= 1
            return reply(200, b"<rss><channel></channel></rss>", {"Content-Type": "application/rss+xml"})

        return respond

    for host in ("news.example.com", "be.example.com", "example.com", "a.example.org", "b.example.org", "example.org"):
        site.routes[f"http://{host}/feed"] = answer(host)
        crawl.outlet(host.replace(".", "-"), f"http://{host}/feed")
    crawl.options["proxy"] = site.url
    report = crawl.once()
    assert {outlet[4] for outlet in report["outlets"].values()} == {None}
    assert most == {"example.com": 1, "example.org": 1}


SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
)
NEWS = "<url><loc>{url}</loc><n:news><n:publication_date>{date}</n:publication_date><n:title>{title}</n:title></n:news></url>"


def sitemap(site: Any, reply: Any, *items: tuple[str, str]) -> Any:
    listed = "".join(NEWS.format(url=f"{site.url}{link}", date="2026-11-20", title=title) for link, title in items)
    return reply(200, SITEMAP.format(listed).encode(), {"Content-Type": "application/xml", "ETag": f'"{len(items)}"'})


def test_a_news_sitemap_and_an_index_of_them_are_polled_as_feeds(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any, titles: Any
) -> None:
    site.routes["/news.xml"] = sitemap(site, reply, ("/1", "Перша новина"), ("/lost", "Утрачена новина"))
    site.routes["/more.xml"] = sitemap(site, reply, ("/2", "Друга новина"))
    site.routes["/empty.xml"] = sitemap(site, reply)
    children = ("/more.xml", "/missing.xml", f"http://192.168.0.1:{site.port}/in.xml")
    listed = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children)
    site.routes["/index.xml"] = reply(200, f"<sitemapindex>{listed}</sitemapindex>".encode())
    site.routes["/nested.xml"] = reply(200, b"<sitemapindex><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>")
    site.page("/1", "Перша новина")
    site.page("/2", "Друга новина")
    site.routes["/deep.xml"] = reply(200, b"<sitemapindex><sitemap><loc>/nested.xml</loc></sitemap></sitemapindex>")
    for name in ("news", "index", "empty", "nested", "deep"):
        crawl.outlet(name, entry_points=[{"type": "news_sitemap", "url": f"{site.url}/{name}.xml"}])
    report = crawl.once()
    assert titles(sqlite_database) == ["Друга новина", "Перша новина", "Утрачена новина"]
    assert report["outlets"]["empty"] == [1, 0, 0, 0, None]
    assert "an index within an index" in report["outlets"]["deep"][4]
    points = {point.outlet: point for point in rows(sqlite_database, EntryPointRow)}
    assert {name: point.state for name, point in points.items()} == {
        "news": "alive", "index": "alive", "empty": "alive", "nested": "alive", "deep": "degraded",
    }  # fmt: skip
    assert (points["news"].etag, points["index"].body_hash) == ('"2"', None)  # an index does not tell what is new
    lost = next(a for a in rows(sqlite_database, ArticleRow) if a.title == "Утрачена новина")
    assert (lost.published_precision, lost.published_at.hour) == ("day", 10)  # noon in Kyiv


def test_named_outlets_only_are_asked(news: Any, site: Any, sqlite_database: Database) -> None:
    site.feed("/other", [])
    news.outlet("other", "/other")
    assert list(news.once("other")["outlets"]) == ["other"]
    assert (site.hits("/feed"), site.hits("/other")) == (0, 1)


def test_what_answer_and_feed_say_of_their_freshness_is_kept(
    crawl: Any, site: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    channel = "<title>x</title><ttl>20</ttl><skipDays><day>Sunday</day></skipDays>"
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()
    kept = {"ETag": '"one"', "Cache-Control": "max-age=300", "Age": "100"}

    def answer(asked: dict[str, str]) -> Any:
        is_known = asked.get("if-none-match") == '"one"'
        return reply(304, b"", {**kept, "Age": "250"}) if is_known else reply(200, body, kept)

    site.routes["/feed"] = answer
    crawl.outlet()
    crawl.once()
    crawl.once()
    assert [poll.fresh_for for poll in rows(sqlite_database, PollRow)] == [200, 50]
    [point] = rows(sqlite_database, EntryPointRow)
    assert (point.ttl, point.skipped_hours) == (1200, list(range(144, 168)))
