"""Nothing missed, over real HTTP: gaps are filled from archives, stale caches seen through, rewritten pages read anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from db import Database
from db.gaps import GapView, list_gaps
from db.leases import UNFINISHED_ATTEMPTS
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, GapRow, PageRow

MORE = "Пізніше редакція доповнила текст новими подробицями, про які повідомили у місцевій раді."


def show(site: Any, path: str, *numbers: int) -> None:
    """Let a feed show these stories, without dates: only keys tell what was heard."""
    for number in numbers:
        if f"/{number}" not in site.routes:
            site.page(f"/{number}", f"Новина номер {number}")
    answer = site.feed_reply([(f"/{number}", f"Новина номер {number}") for number in numbers])

    def undated(headers: Any) -> Any:
        reply = answer(headers)
        reply.body = reply.body.replace(b"<pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate>", b"")
        return reply

    site.routes[path] = undated


def stories(database: Database) -> list[int]:
    with database.read() as session:
        return sorted(int(url.rpartition("/")[2]) for url in session.scalars(select(ArticleRow.url)))


def gap_of(database: Database, outlet: str) -> GapView:
    with database.read() as session:
        (gap,) = list_gaps(session, outlet)
    return gap


def gaps(database: Database) -> list[GapView]:
    with database.read() as session:
        return list_gaps(session)


PAGED = {
    "back": {2: (8, 7, 6), 3: (5, 4), 4: (3, 2, 1, 0)},  # 0 is older than what was heard first
    "ending": {2: (8, 7)},
    "same": {2: (10, 9), 3: (10, 9), 4: (10, 9)},
    "ill": {2: (8, 7, 6, 5, 4, 3, 2, 1)},
}
OUTLETS = (*PAGED, "days", "shut", "near", "renamed")
BASE = {name: 100 * place for place, name in enumerate(OUTLETS, 1)}


def told(site: Any, name: str, path: str, *numbers: int) -> None:
    show(site, f"/{name}/{path}", *(BASE[name] + number for number in numbers))


def heard(database: Database, name: str) -> list[int]:
    first = BASE[name]
    return [number - first for number in stories(database) if first <= number < first + 100]


def test_gaps_are_filled_as_far_as_there_is_an_archive(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    """One crawl of many outlets, for a crawl process costs seconds; each is a case of its own."""
    for name in OUTLETS:
        days = {"archive": [{"type": "rss", "url": f"{site.url}/days/{{date:%Y-%m-%d}}"}]} if name == "days" else {}
        crawl.outlet(name, f"/{name}/feed", **days)
        told(site, name, "feed", 3, 2, 1)
    crawl.options["retry_base"] = 300
    crawl.once()
    assert gaps(sqlite_database) == []  # the first poll leaves none
    since = days_ago(sqlite_database, "days", 3)
    missed(site, reply, since)
    crawl.once()
    back = gap_of(sqlite_database, "back")
    assert (back.reason, back.state, back.pages, back.entries) == ("no overlap", "filled", 3, 5)
    assert heard(sqlite_database, "back") == list(range(1, 11))
    days = gap_of(sqlite_database, "days")
    assert (days.state, days.entries) == ("filled", 2)
    assert days.pages in (4, 5)  # with two days without a page, and the hours of tolerance
    assert heard(sqlite_database, "days") == [1, 2, 3, 4, 5, 9, 10]
    for name, reason in (("ending", "ends"), ("same", "same"), ("shut", "challenge")):
        assert (gap_of(sqlite_database, name).state, reason) == ("given up", reason)
    assert heard(sqlite_database, "ending") == [1, 2, 3, 7, 8, 9, 10]
    assert [site.hits(f"/same/feed?paged={page}") for page in (2, 3, 4)] == [1, 1, 0]
    ill = gap_of(sqlite_database, "ill")
    assert (ill.state, ill.last_error, ill.pages) == ("open", "HTTP 500", 0)
    assert {gap.outlet for gap in gaps(sqlite_database)} == {*PAGED, "days", "shut"}  # not near, not renamed (F-17)
    assert heard(sqlite_database, "renamed") == [1, 2, 3]
    put_right(site, sqlite_database)
    asked = len(site.requests)
    crawl.once()
    assert gap_of(sqlite_database, "ill").state == "filled"
    assert heard(sqlite_database, "ill") == list(range(1, 11))
    assert gap_of(sqlite_database, "shut").state == "given up"
    assert {path for path, _ in site.requests[asked:] if "paged" in path or "killer" in path} == {"/ill/feed?paged=2"}


def days_ago(database: Database, outlet: str, days: int) -> datetime:
    """Move what was heard of an outlet into the past, as if we had been away; return when it was heard last."""
    away = timedelta(days=days)
    with database.begin() as session:
        point = session.scalars(select(EntryPointRow).where(EntryPointRow.outlet == outlet)).one()
        assert point.last_success_at is not None
        point.last_success_at -= away
        for entry in session.scalars(select(FeedEntryRow).where(FeedEntryRow.outlet == outlet)):
            entry.found_at -= away
        return point.last_success_at


def missed(site: Any, reply: Any, since: datetime) -> None:
    """Let the feeds show and lose stories, and the archives keep what they keep."""
    for name in (*PAGED, "days", "shut"):
        told(site, name, "feed", 10, 9)
    for name, pages in PAGED.items():
        for page, numbers in pages.items():
            told(site, name, f"feed?paged={page}", *numbers)
    site.routes["/ill/feed?paged=2"] = reply(500, b"ill")
    site.routes["/shut/feed?paged=2"] = reply(200, b"<title>Just a moment...</title>", {"Content-Type": "text/html"})
    show(site, f"/days/{since + timedelta(days=2):%Y-%m-%d}", BASE["days"] + 5, BASE["days"] + 4)
    told(site, "near", "feed", 5, 4, 3)
    renamed = [(f"/{BASE['renamed'] + n}?utm_source=rss&amp;utm_medium=x", f"Новина {n}") for n in (3, 2, 1)]
    site.feed("/renamed/feed", renamed)


def put_right(site: Any, database: Database) -> None:
    """Let the ill archive be well, its time come, and another gap stand at a page that ended its process each time."""
    told(site, "ill", "feed?paged=2", *PAGED["ill"][2])
    killer = {"type": "rss", "url": f"{site.url}/killer", "page": None, "day": None, "links": None, "seen": None}
    with database.begin() as session:
        session.execute(update(GapRow).values(next_attempt_at=GapRow.found_at))
        spent = {"state": "open", "attempts": UNFINISHED_ATTEMPTS, "steps": [killer]}
        session.execute(update(GapRow).where(GapRow.outlet == "shut").values(**spent))


def test_sitemaps_that_robots_txt_names_fill_a_gap_where_nothing_else_is_known(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    urls = "".join(
        f"<url><loc>{site.url}/{number}</loc><n:news><n:title>Новина номер {number}</n:title></n:news></url>"
        for number in (4, 3, 2, 1)
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    site.routes["/news.xml"] = reply(200, f"<urlset {spaces}>{urls}</urlset>".encode(), {"Content-Type": "text/xml"})
    site.routes["/robots.txt"] = reply(200, f"Sitemap: {site.url}/news.xml\n".encode(), {"Content-Type": "text/plain"})
    crawl.outlet(path="/rss.xml")
    show(site, "/rss.xml", 2, 1)
    crawl.once()
    for number in (3, 4):
        site.page(f"/{number}", f"Новина номер {number}")
    show(site, "/rss.xml", 6, 5)
    crawl.once()
    assert stories(sqlite_database) == [1, 2, 3, 4, 5, 6]
    (gap,) = gaps(sqlite_database)
    assert (gap.state, gap.pages, gap.entries) == ("filled", 2, 2)


def test_a_stale_cache_is_seen_through_once_a_day_and_pages_that_matter_are_fetched_again(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    crawl.outlet(path="/feed")
    show(site, "/feed", 2, 1)
    stale_cache(site, reply, "/feed")
    stale_cache(site, reply, "/1")
    crawl.once()
    show(site, "/feed", 3, 2, 1)
    stale_cache(site, reply, "/feed")
    later(sqlite_database, hours=1)
    crawl.once()  # nothing has changed: one says so itself, the other by its bytes, and the feed lies
    assert [site.hits(path) for path in ("/1", "/2", "/3")] == [2, 2, 0]
    assert [headers.get("if-none-match") for path, headers in site.requests if path == "/1"] == [None, '"old"']
    with sqlite_database.begin() as session:
        assert len(session.scalars(select(PageRow)).all()) == 2
        for point in session.scalars(select(EntryPointRow).where(EntryPointRow.last_full_fetch_at.is_not(None))):
            point.last_full_fetch_at -= timedelta(hours=25)  # type: ignore[operator]
    later(sqlite_database, hours=5)
    site.routes["/2"].body = site.routes["/2"].body.replace(b"</p>", f"</p><p>{MORE}</p>".encode(), 1)
    site.routes["/1"] = reply(200, b"<html><title>Log in</title><p>Please log in.</p></html>")
    crawl.once()
    asked = [headers for path, headers in site.requests if path == "/feed"]
    assert [headers.get("if-none-match") for headers in asked] == [None, '"old"', None]
    assert asked[2]["cache-control"] == "no-cache"
    with sqlite_database.read() as session:
        one, two, _ = session.scalars(select(ArticleRow).order_by(ArticleRow.url))
    assert (two.revision, two.read_at, MORE in two.text) == (2, None, True)
    assert (one.revision, one.is_partial) == (1, False)  # F-11


def stale_cache(site: Any, reply: Any, path: str) -> None:
    """Let a path say "unmodified" to whoever asks conditionally, whatever has changed."""
    found = site.routes[path]

    def answer(headers: Any) -> Any:
        if "if-none-match" in headers:
            return reply(304, b"", {"ETag": '"old"'})
        true = found if isinstance(found, reply) else found(headers)
        return reply(true.status, true.body, {**true.headers, "ETag": '"old"'})

    site.routes[path] = answer


def later(database: Database, hours: int) -> None:
    """Let all articles be of our subject, read, and so much older."""
    with database.begin() as session:
        for article in session.scalars(select(ArticleRow)):
            article.decision, article.read_at = "event", article.fetched_at
            article.first_seen_at -= timedelta(hours=hours)
