"""What stands at an address: a feed, a sitemap, a channel, a page; and what each tells of its outlet."""

from __future__ import annotations

import gzip

import pytest

from crawler.errors import FeedError
from crawler.finding import MOST_FEEDS, Look, look_at

URL = "https://o.example/"
HTML = "text/html; charset=utf-8"
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Вигадані новини — усі</title><link>https://o.example/</link>'
    "<language>uk-UA</language><item><title>1</title><link>https://o.example/1</link>"
    "<pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Made Up</title><link href="https://o.example/en/"/>'
    "<entry><title>1</title><updated>2026-11-20T10:00:00+01:00</updated></entry></feed>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="https://o.example/"><title>Made Up</title></channel></rdf:RDF>'
)
JSON_FEED = '{"version": "https://jsonfeed.org/version/1.1", "title": "Made Up", "home_page_url": "/", "items": []}'
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
CHANNEL = (
    '<html><head><meta property="og:title" content="Вигаданий канал"></head>'
    '<body><div class="tgme_channel_info x"></div><a href="/rss">rss</a></body></html>'
)


def page(head: str = "", body: str = "", attributes: str = "") -> bytes:
    return f"<!doctype html><html{attributes}><head>{head}</head><body><p>x</p>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "kind", "look"),
    [
        (RSS, "application/rss+xml", Look("rss", None, "Вигадані новини", "uk", URL, offset=120)),
        (ATOM, "application/atom+xml", Look("atom", None, "Made Up", None, f"{URL}en/", offset=60)),
        (RDF, "text/xml", Look("rdf", None, "Made Up")),
        (RSS, HTML, Look("rss", None, "Вигадані новини", "uk", URL, offset=120)),
        (JSON_FEED, "application/json", Look("json_feed", None, "Made Up", None, URL)),
        (SITEMAP, "application/xml", Look("news_sitemap")),
        (SITEMAP.replace("urlset", "sitemapindex"), None, Look("news_sitemap")),
        (CHANNEL, HTML, Look("telegram", "Вигаданий канал", None, None, URL)),
    ],
)
def test_what_it_is_is_told_by_the_body_and_not_by_its_header(body: str, kind: str | None, look: Look) -> None:
    assert look_at(body.encode(), URL, kind) == look


def test_a_packed_sitemap_is_one() -> None:
    assert look_at(gzip.compress(SITEMAP.encode()), URL, "application/gzip").type == "news_sitemap"


@pytest.mark.parametrize(
    ("head", "name", "title"),
    [
        ('<meta property="og:site_name" content="Made  Up"><title>Front</title>', "Made Up", "Front"),
        ('<meta name="application-name" content="Made Up">', "Made Up", None),
        ("<title>Вигадані новини | Головне за день</title>", None, "Вигадані новини"),
        ("<title>Ex-Prisoner News</title>", None, "Ex-Prisoner News"),
        ('<meta property="og:site_name" content=" "><title> </title>', None, None),
    ],
)
def test_a_page_tells_what_the_site_is_called(head: str, name: str | None, title: str | None) -> None:
    found = look_at(page(head), URL, HTML)
    assert (found.name, found.title) == (name, title)


@pytest.mark.parametrize(
    ("attributes", "language"),
    [
        (' lang="uk-UA"', "uk"),
        (' lang="be_BY"', "be"),
        (' lang="x-klingon"', None),
        (' lang="русский"', None),
        ("", None),
    ],
)
def test_a_page_tells_its_language(attributes: str, language: str | None) -> None:
    assert look_at(page(attributes=attributes), URL, HTML).language == language


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="{title}">'


@pytest.mark.parametrize(
    ("head", "body", "feeds"),
    [
        (link("/rss/all.xml"), "", ["https://o.example/rss/all.xml"]),
        (link("//f.example/a", "application/atom+xml; charset=utf-8"), "", ["https://f.example/a"]),
        (link("/a", "APPLICATION/FEED+JSON", "home Alternate"), "", ["https://o.example/a"]),
        (link("/comments/feed/") + link("/a", title="Comments"), "", []),
        (link("/be/", "text/html") + link("/a", rel="stylesheet"), "", []),
        (link("javascript:alert(1)") + link("http://[::1") + link("ftp://o.example/rss"), "", []),
        (link("/one") + link("/one#top"), '<a href="/one">RSS</a>', ["https://o.example/one"]),
        ("", '<a href="/rss">RSS</a><a href="/news/1">1</a>', ["https://o.example/rss"]),
        ("", '<a href="https://stranger.example/rss">RSS</a><a href="http://[">x</a>', []),
        ("", '<a href="/ru/news.rss?x=1">RSS</a>', ["https://o.example/ru/news.rss?x=1"]),
        ('<base href="https://o.example/en/">' + link("rss"), "", ["https://o.example/en/rss"]),
    ],
)
def test_a_page_names_its_feeds_and_none_of_comments(head: str, body: str, feeds: list[str]) -> None:
    assert list(look_at(page(head, body), URL, HTML).feeds) == feeds


def test_of_many_feeds_a_few_are_named() -> None:
    head = "".join(link(f"/{number}.rss") for number in range(100))
    assert len(look_at(page(head), URL, HTML).feeds) == MOST_FEEDS


@pytest.mark.parametrize(
    ("body", "kind", "trouble"),
    [
        (b"\x89PNG", "image/png", "no page but image/png"),
        (b"", HTML, "no HTML document"),
        (b"<div>" * 3000, HTML, "nested deeper"),
        (b'{"version": "https://jsonfeed.org/version/2"}', None, "not a JSON Feed"),
        (b"{" * 10_000, None, "no JSON"),
    ],
)
def test_what_is_none_of_these_is_refused(body: bytes, kind: str | None, trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble):
        look_at(body, URL, kind)


@pytest.mark.parametrize(
    ("times", "offset"),
    [
        (["+0300", "+0300", "+0200"], 180),
        (["-05:00"], -300),
        (["+0530"], 330),
        (["GMT"], None),
        (["+0000"], 0),
    ],
)
def test_most_of_its_times_say_how_far_ahead_its_clock_is(times: list[str], offset: int | None) -> None:
    items = "".join(f"<item><pubDate>Fri, 20 Nov 2026 10:00:00 {zone}</pubDate></item>" for zone in times)
    body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    assert look_at(body.encode(), URL).offset == offset
