"""What servers send in the place of an article (F-11) is none, and the article itself is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crawler.extract import extract_article
from db import Database
from db.models import ArticleRow, FeedEntryRow, PageRow

URL = "https://outlet.example/news/2026/11/20/story"
LOGIN = b"""<!doctype html><html><head><title>Log in</title><meta property="og:title" content="Log in"></head><body><h1>Log in</h1>
<form action="/account/login" method="post"><p>Enter your e-mail and your password to read on.</p>
<input name="email"><input type="password" name="secret"><button>Go on</button></form></body></html>"""
BARE_LOGIN = (
    b'<html><head><title>Log in</title></head><body><form action="/login"><input name="who"></form></body></html>'
)
WORKS = b"<!doctype html><html><body><h1>We are at work here</h1></body></html>"
DEEP = b"<div>" * 2000
SHORT = b"<html><body><h1>A bridge opens</h1><p>The made-up bridge of Riverside opens on Monday.</p></body></html>"
LONG_WITH_LOGIN = LOGIN.replace(
    b"</form>",
    b"""</form><article><p>The made-up town of Riverside has opened its bridge after two years of work on both banks.</p>
    <p>Hundreds of people came in the morning to walk over it, among them those who had built it stone by stone.</p>
    <p>Buses are to cross it from Monday on, and the old ferry will be shown to children in the museum of the town.</p>
    </article>""",
)
DECLARED = LOGIN.replace(b"<head>", b'<head><meta property="og:type" content="article">')
DATED = LOGIN.replace(b"<head>", b'<head><meta property="article:published_time" content="2026-11-20T10:00:00Z">')


@pytest.mark.parametrize(
    ("body", "is_article"),
    [
        (LOGIN, False),
        (BARE_LOGIN, False),
        (WORKS, False),
        (b"<html><head><title>Outlet</title></head><body></body></html>", False),
        (SHORT, True),
        (LONG_WITH_LOGIN, True),
        # Behind a wall, but an article by its own word: its title is worth keeping.
        (DECLARED, True),
        (DATED, True),
    ],
)
def test_an_article_is_told_from_what_is_sent_in_its_place(body: bytes, is_article: bool) -> None:
    assert extract_article(body, URL).is_article == is_article


def in_turn(*replies: Any) -> Callable[[dict[str, str]], Any]:
    """Answer with these in turn, and with the last for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def sitemap(site: Any, *paths: str) -> bytes:
    """Return a list of addresses that tells no titles."""
    listed = "".join(f"<url><loc>{path if '://' in path else site.url + path}</loc></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()


def test_an_article_that_only_its_page_can_tell_is_asked_for_again_until_it_is_there(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    paths = []
    for number, instead in enumerate((LOGIN, BARE_LOGIN, b"", WORKS, DEEP), 1):
        paths.append(f"/news/2026/11/20/story-{number}.html")
        site.page(paths[-1], f"Новина {number}")
        shown = reply(200, instead, {"Content-Type": "text/html"})
        site.routes[paths[-1]] = in_turn(shown, shown, site.routes[paths[-1]])
    never = "/news/2026/11/20/never-there.html"
    site.routes[never] = reply(200, LOGIN, {"Content-Type": "text/html"})
    site.routes["/sitemap.xml"] = reply(200, sitemap(site, *paths, never), {"Content-Type": "application/xml"})
    crawl.outlet(entry_points=[{"type": "sitemap", "url": f"{site.url}/sitemap.xml"}])
    crawl.options["retry_base"] = 0.0
    crawl.once()
    articles = rows(sqlite_database, ArticleRow)
    assert sorted(one.title for one in articles) == [f"Новина {number}" for number in range(1, 6)]
    assert not any(one.is_partial for one in articles)
    assert {site.hits(path) for path in paths} == {3}
    assert site.hits(never) == 5
    (given_up,) = [entry for entry in rows(sqlite_database, FeedEntryRow) if entry.url.endswith(never)]
    assert given_up.fetched_at is not None
    assert "no article in it" in given_up.last_error
    assert {page.attempts for page in rows(sqlite_database, PageRow)} == {1}  # what is no article now never will be


def test_what_the_list_told_stands_in_at_once_and_under_its_own_title(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    bodies = {"/login": LOGIN, "/empty": b"", "/deep": DEEP}
    for path, body in bodies.items():
        site.routes[path] = reply(200, body, {"Content-Type": "text/html"})
    site.feed("/feed", [(path, f"Новина {path}") for path in bodies])
    crawl.outlet()
    crawl.once()
    stored = {one.title: (one.text, one.is_partial) for one in rows(sqlite_database, ArticleRow)}
    assert stored == {f"Новина {path}": (f"Коротко: Новина {path}.", True) for path in bodies}
    assert [site.hits(path) for path in bodies] == [1, 1, 1]
    assert {page.attempts for page in rows(sqlite_database, PageRow)} == {1}


def test_an_address_that_can_never_be_allowed_is_tried_once(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    named = f"http://somebody@127.0.0.1:{site.port}/news/2026/11/20/story-1.html"
    leading = "/news/2026/11/20/story-2.html"
    site.page(leading, "Новина 2")
    to_it = reply(302, b"", {"Location": named})
    site.routes[leading] = in_turn(to_it, site.routes[leading])  # where a redirect led once says nothing of later
    site.routes["/sitemap.xml"] = reply(200, sitemap(site, named, leading), {"Content-Type": "application/xml"})
    crawl.outlet(entry_points=[{"type": "sitemap", "url": f"{site.url}/sitemap.xml"}])
    crawl.options["retry_base"] = 0.0
    crawl.once()
    entries = {entry.url: entry for entry in rows(sqlite_database, FeedEntryRow)}
    assert (entries[named].attempts, entries[named].fetched_at is not None) == (1, True)
    assert entries[named].last_error == "refused by the address guard: a name stands before the host"
    assert [one.title for one in rows(sqlite_database, ArticleRow)] == ["Новина 2"]
    assert site.hits("/news/2026/11/20/story-1.html") == 0
