from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.doors import Context
from crawler.errors import FeedError
from crawler.guard import MAX_SITEMAP_BYTES
from crawler.sitemaps import MAX_CHILDREN, MAX_NEWS, MAX_PAGES, parse_sitemap, read_sitemap

URL = "https://outlet.example/sitemap-news.xml"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"


def news(link: str, date: str | None = "2026-05-07T15:00:00+03:00", title: str = "Вигаданий заголовок") -> str:
    stated = f"<n:publication_date>{date}</n:publication_date>" if date else ""
    return (
        f"<url><loc>{link}</loc><n:news><n:publication><n:name>Outlet</n:name><n:language>uk</n:language>"
        f"</n:publication>{stated}<n:title>{title}</n:title></n:news></url>"
    )


def urlset(*urls: str, namespaces: str = f'xmlns="{SITEMAP}" xmlns:n="{NEWS}"') -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {namespaces}>{"".join(urls)}</urlset>'.encode()


def index(*children: tuple[str, str | None]) -> bytes:
    listed = "".join(
        f"<sitemap><loc>{link}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</sitemap>" for link, date in children
    )
    return f'<sitemapindex xmlns="{SITEMAP}">{listed}</sitemapindex>'.encode()


def test_news_are_told_by_namespace_and_not_by_prefix() -> None:
    body = news("https://outlet.example/a?x=1&amp;y=2", title="Звільнено &amp;quot;п'ятьох&amp;quot;")
    for prefix in ("n", "news", "x-1"):
        named = body.replace("<n:", f"<{prefix}:").replace("</n:", f"</{prefix}:")
        (entry,) = parse_sitemap(
            urlset(named, namespaces=f'xmlns="{SITEMAP}" xmlns:{prefix}="{NEWS}"'), URL, "Europe/Kyiv"
        ).entries
        assert entry.url == "https://outlet.example/a?x=1&y=2"
        assert entry.title == 'Звільнено "п\'ятьох"'
        assert entry.published_at == datetime(2026, 5, 7, 12, tzinfo=UTC)
        assert entry.published_precision == "instant"
    with pytest.raises(FeedError, match="without news"):
        parse_sitemap(urlset(body, namespaces=f'xmlns="{SITEMAP}" xmlns:n="https://else.example/news"'), URL, "UTC")


def test_a_sitemap_whose_elements_all_have_prefixes_is_read() -> None:
    body = (
        f'<s:urlset xmlns:s="{SITEMAP}" xmlns="{NEWS}"><s:url><s:loc>https://o.example/1</s:loc>'
        "<news><title>Перша</title></news></s:url></s:urlset>"
    )
    assert [entry.title for entry in parse_sitemap(body.encode(), URL, "UTC").entries] == ["Перша"]


@pytest.mark.parametrize(
    ("date", "published_at", "precision"),
    [
        ("2026-05-07", datetime(2026, 5, 7, 9, tzinfo=UTC), "day"),
        ("2026-05-07T15:00+03:00", datetime(2026, 5, 7, 12, tzinfo=UTC), "instant"),
        ("2026-05-07T12:00:00Z", datetime(2026, 5, 7, 12, tzinfo=UTC), "instant"),
        ("2026-05-07T12:00:00", datetime(2026, 5, 7, 9, tzinfo=UTC), "instant"),
        ("yesterday", None, "instant"),
        (None, None, "instant"),
    ],
)
def test_a_date_without_a_time_is_known_to_the_day(
    date: str | None, published_at: datetime | None, precision: str
) -> None:
    (entry,) = parse_sitemap(urlset(news("https://outlet.example/1", date)), URL, "Europe/Kyiv").entries
    assert (entry.published_at, entry.published_precision) == (published_at, precision)


def test_an_empty_sitemap_is_legitimate() -> None:
    assert parse_sitemap(urlset(), URL, "UTC").entries == ()
    assert not parse_sitemap(urlset(), URL, "UTC").is_index
    empty = parse_sitemap(index(), URL, "UTC")
    assert (empty.children, empty.is_index) == ((), True)


def test_images_and_pages_that_are_no_news_are_left_out() -> None:
    image = f'<i:image xmlns:i="{IMAGE}"><i:loc>https://o.example/x.jpg</i:loc><i:title>Фото</i:title></i:image>'
    with_image = news("https://outlet.example/1").replace("</loc>", f"</loc>{image}")
    page = "<url><loc>https://outlet.example/about</loc></url>"
    unlinked = news("javascript:alert(1)") + news("  ") + news("https://[x")
    (entry,) = parse_sitemap(urlset(page, with_image, unlinked), URL, "UTC").entries
    assert (entry.url, entry.title) == ("https://outlet.example/1", "Вигаданий заголовок")


def test_only_the_newest_thousand_are_taken_the_newest_first() -> None:
    stamps = [f"2026-05-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00Z" for number in range(1200)]
    listed = [news(f"https://outlet.example/{number}", stamp) for number, stamp in enumerate(stamps)]
    entries = parse_sitemap(urlset(news("https://outlet.example/undated", None), *listed), URL, "UTC").entries
    assert len(entries) == MAX_NEWS
    assert [entry.url.rpartition("/")[2] for entry in entries[:2]] == ["1199", "1198"]
    assert entries[-1].url.endswith("/200")


def test_of_an_index_the_newest_sitemaps_are_to_be_read() -> None:
    children = [(f"https://outlet.example/{n}.xml", f"2026-05-0{n}") for n in range(1, 6)]
    found = parse_sitemap(index(("/undated.xml", None), *children, ("ftp://o.example/x", "2026-06-01")), URL, "UTC")
    assert found.is_index
    assert found.entries == ()
    assert found.children == tuple(f"https://outlet.example/{n}.xml" for n in (5, 4, 3))
    assert len(found.children) == MAX_CHILDREN
    assert parse_sitemap(index(("/a.xml", None)), URL, "UTC").children == ("https://outlet.example/a.xml",)


BROKEN = {
    "a page": (b"<html><body>Welcome</body></html>", "not a sitemap"),
    "text": (b"not found", "broken"),
    "nothing": (b"", "broken"),
    "half a file": (urlset(news("https://o.example/1"))[:-30], "broken"),
    "half a gzipped file": (gzip.compress(urlset(news("https://o.example/1")))[:-20], "ends early"),
    "no gzipped file": (b"\x1f\x8bnot packed at all", "broken"),
    "a gzip bomb": (gzip.compress(b" " * (MAX_SITEMAP_BYTES + 1)), "more than"),
    "many small gzip bombs": (gzip.compress(b" " * 1_000_000) * 20, "more than"),
    "a gzipped gzip": (gzip.compress(gzip.compress(urlset())), "broken"),
    "pages only": (urlset("<url><loc>https://o.example/1</loc></url>"), "without news"),
    "too large": (b"<urlset>" + b" " * MAX_SITEMAP_BYTES, "more than"),
    "entities": (b'<!DOCTYPE u [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>', "refused"),
    "a file of ours": (b'<!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>', "refused"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_sitemap_is_refused(name: str) -> None:
    body, trouble = BROKEN[name]
    with pytest.raises(FeedError, match=trouble):
        parse_sitemap(body, URL, "UTC")


def test_a_sitemap_in_another_encoding_than_declared_is_read() -> None:
    for encoding in ("cp1251", "utf-16"):
        body = (
            urlset(news("https://o.example/1", title="Звільнено двох журналістів у Мінську")).decode().encode(encoding)
        )
        (entry,) = parse_sitemap(body, URL, "UTC").entries
        assert entry.title == "Звільнено двох журналістів у Мінську"


def test_the_largest_sitemap_and_the_deepest_are_read_in_seconds() -> None:
    started = time.monotonic()
    many = "".join(news(f"https://o.example/{number}") for number in range(25_000))
    assert len(parse_sitemap(urlset(many), URL, "UTC").entries) == MAX_NEWS
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert parse_sitemap(urlset(news("https://o.example/1"), deep), URL, "UTC").entries
    assert time.monotonic() - started < 20


def page(path: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>https://outlet.example{path}</loc>{changed}</url>"


def paths(*urls: str) -> list[str]:
    listing = read_sitemap(urlset(*urls), URL, Context())
    return [entry.url.removeprefix("https://outlet.example") for entry in listing.entries]


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: gzip.compress(body[:40]) + gzip.compress(body[40:])])
def test_a_gzipped_sitemap_is_read_as_a_plain_one(pack: Callable[[bytes], bytes]) -> None:
    (entry,) = parse_sitemap(pack(urlset(news("https://outlet.example/1"))), URL, "UTC").entries
    assert entry.url == "https://outlet.example/1"
    assert parse_sitemap(pack(index(("/a.xml", None))), URL, "UTC").children


def test_of_an_ordinary_sitemap_the_articles_changed_last_are_taken_first() -> None:
    listed = [page(f"/news/15000{n}", f"2026-05-0{n}T10:00:00Z") for n in (2, 9, 4)]
    found = paths(
        page("/about", "2026-06-01"), page("/"), page("/tag/150001", "2026-06-01"), *listed, page("/news/150001")
    )
    assert found == ["/news/150009", "/news/150004", "/news/150002", "/news/150001"]


def test_when_a_page_was_changed_is_not_when_it_was_published() -> None:
    body = urlset(page("/news/150001", "2026-05-01"), news("https://outlet.example/news/150002"))
    bare, told = read_sitemap(body, URL, Context(timezone="Europe/Kyiv")).entries
    assert (bare.url, bare.published_at, bare.title) == ("https://outlet.example/news/150001", None, None)
    assert told.title == "Вигаданий заголовок"


def test_of_an_undated_sitemap_both_ends_are_taken() -> None:
    found = paths(*(page(f"/news/{100_000 + n}") for n in range(1000)))
    assert (len(found), found[0], found[-1]) == (MAX_PAGES, "/news/100000", "/news/100999")
    assert len(paths(*(page(f"/news/{100_000 + n}") for n in range(150)))) == 150
    assert len(set(paths(*(page(f"/news/{100_000 + n}") for n in range(150))))) == 150


def test_an_ordinary_sitemap_without_articles_is_broken_and_one_of_nothing_is_empty() -> None:
    with pytest.raises(FeedError, match="without articles"):
        paths(page("/about"), page("/"))
    assert read_sitemap(urlset(), URL, Context()).empty_by
    assert read_sitemap(index(("/a.xml", None)), URL, Context()).children == ("https://outlet.example/a.xml",)
