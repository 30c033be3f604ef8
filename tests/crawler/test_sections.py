"""Section pages: the articles of a list are told from the furniture around them, in the page's order."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from crawler.doors import Context
from crawler.errors import FeedError
from crawler.paths import is_furniture, path_points
from crawler.sections import MAX_LINKS, read_section

URL = "https://outlet.example/ru/news/"
HEADLINES = {
    "uk": "У вигаданому місті відкрили новий міст через річку",
    "ru": "В выдуманном городе открыли новый мост через реку",
    "be": "У прыдуманым горадзе адкрылі новы мост праз раку",
    "pl": "W wymyślonym mieście otwarto nowy most na rzece",
    "lt": "Išgalvotame mieste atidarytas naujas tiltas per upę",
    "de": "In einer erfundenen Stadt wurde eine neue Brücke eröffnet",
    "en": "A new bridge across the river opens in a made-up town",
}
MENU = '<div class="menu"><a href="/ru/politics">Политика</a><a href="/ru/society">Общество</a><a href="/">Главная</a></div>'


def page(*parts: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head>{head}<title>x</title></head><body>{MENU}{''.join(parts)}</body></html>".encode()
    )


def found(body: bytes, links: str | None = None, url: str = URL) -> list[str]:
    listing = read_section(body, url, Context(timezone="Europe/Vilnius", links=links))
    return [entry.url.removeprefix("https://outlet.example") for entry in listing.entries]


@pytest.mark.parametrize("language", HEADLINES)
@pytest.mark.parametrize(
    "address",
    [
        "/ru/news/2025/9/17/65609{n}/",
        "/en/news/16354{n}",
        "/world/2026/03/05/72572{n}_bridge.html",
        "/hramadstva/novy_most_praz_raku_{n}",
        "/a/novyy-most-cherez-reku/3353320{n}.html",
        "/?c=ar&i=37800{n}&lang=ru",
        "/5/1223/artykul/366257{n},nowy-most-na-rzece",
        "/naujienos/pasaulis/naujas-tiltas-per-upe-{n}",
    ],
)
def test_lists_in_seven_languages_are_found_by_the_shape_of_their_addresses(language: str, address: str) -> None:
    links = [address.format(n=number) for number in range(1, 6)]
    cards = "".join(f'<div class="card"><a href="{link}">{HEADLINES[language]} {link[-1]}</a></div>' for link in links)
    assert found(page(cards)) == links


def test_a_card_links_its_article_more_than_once_and_is_one_entry_with_headline_and_time() -> None:
    cards = "".join(
        f'<article><a href="/news/15000{n}"><img src="/i.jpg"></a><h3><a href="/news/15000{n}#x">Заголовок {n}</a></h3>'
        f'<time datetime="2026-05-0{n}T15:00">15:00</time><a href="/news/15000{n}?utm_source=list">Читать дальше</a></article>'
        for n in (3, 1, 2)
    )
    listing = read_section(page(cards), URL, Context(timezone="Europe/Vilnius"))
    assert [entry.title for entry in listing.entries] == ["Заголовок 3", "Заголовок 1", "Заголовок 2"]
    assert [entry.published_at for entry in listing.entries] == [
        datetime(2026, 5, n, 12, tzinfo=UTC) for n in (3, 1, 2)
    ]
    assert [entry.url for entry in listing.entries] == [f"https://outlet.example/news/15000{n}" for n in (3, 1, 2)]


def test_a_link_around_a_whole_card_is_titled_by_the_heading_in_it() -> None:
    cards = "".join(
        f'<a href="/news/15000{n}"><h2>Заголовок {n}</h2><p>Подводка, которая длиннее заголовка.</p>'
        f'<time datetime="2026-05-07">7 мая</time></a>'
        for n in (1, 2, 3)
    )
    (first, *_) = read_section(page(cards), URL, Context()).entries
    assert (first.title, first.published_precision) == ("Заголовок 1", "day")


def test_the_time_of_one_card_is_not_that_of_another() -> None:
    cards = "".join(
        f'<li><a href="/news/15000{n}">{HEADLINES["ru"]} {n}</a>'
        + (f'<time datetime="2026-05-0{n}T10:00Z"></time></li>' if n != 2 else "</li>")
        for n in (1, 2, 3)
    )
    entries = read_section(page(f"<ul>{cards}</ul>"), URL, Context()).entries
    assert [entry.published_at and entry.published_at.day for entry in entries] == [1, None, 3]


def test_furniture_is_left_out() -> None:
    title = HEADLINES["en"]
    cards = "".join(f'<p class="item"><a href="/news/15000{n}">{title} {n}</a></p>' for n in range(1, 6))
    furniture = (
        f'<nav><a href="/news/2026/05/07/160001">{title}</a></nav><aside><a href="/news/160002">{title}</a></aside>'
        f'<footer><a href="/rules-of-work-and-of-quoting-us">{title}</a></footer>'
        f'<p class="item"><a href="/tag/160003">{title}</a></p><p class="item"><a href="/author/ivan-160004">{title}</a></p>'
        f'<p class="item"><a href="https://elsewhere.example/news/160005">{title}</a></p>'
        f'<p class="item"><a href="javascript:alert(160006)">{title}</a></p><p class="item"><a href="/ru/">{title}</a></p>'
        f'<p class="item"><a href="/ru/news/?page=160007">{title}</a></p><p class="item"><a href="#160008">{title}</a></p>'
        f'<p class="item"><a href="/files/160009.pdf">{title}</a></p><p class="item"><a href="http://[160010">{title}</a></p>'
        f'<p class="item"><a href="mailto:a@outlet.example">{title}</a></p>'
    )
    assert found(page(furniture, cards, furniture)) == [f"/news/15000{n}" for n in range(1, 6)]


def test_short_headlines_come_with_the_list_they_stand_in() -> None:
    titles = [HEADLINES["uk"], "Коротко", HEADLINES["uk"] + "!", HEADLINES["uk"] + "?"]
    cards = "".join(f'<li><a href="/news/15000{n}">{title}</a></li>' for n, title in enumerate(titles))
    assert found(page(f"<ul>{cards}</ul>")) == [f"/news/15000{n}" for n in range(4)]


def test_a_selector_of_the_catalogue_takes_the_place_of_guessing() -> None:
    cards = (
        '<ol id="feed"><li><a href="/x">Коротко</a></li><li><a href="https://mirror.example/y">Коротко</a></li></ol>'
    )
    others = "".join(f'<p><a href="/news/15000{n}">{HEADLINES["uk"]} {n}</a></p>' for n in range(5))
    for selector in ("#feed a", "#feed", "#feed > li"):
        assert found(page(others, cards), selector) == ["/x", "https://mirror.example/y"]
    with pytest.raises(FeedError, match="no links to articles"):
        found(page(others), ".gone a")


def test_links_are_relative_to_the_base_of_the_page_and_may_be_on_a_subdomain() -> None:
    cards = "".join(f'<p><a href="15000{n}">{HEADLINES["uk"]} {n}</a></p>' for n in range(3))
    body = page(cards, head='<base href="https://news.example.org/a/">')
    assert found(body, url="https://example.org/all")[0] == "https://news.example.org/a/150000"


@pytest.mark.parametrize(
    ("markup", "older"),
    [
        ('<a rel="next" href="?page=2">2</a>', f"{URL}?page=2"),
        ('<a rel="next" href="https://elsewhere.example/2">2</a><a rel="next" href="/ru/news/2/">2</a>', f"{URL}2/"),
        (f'<a rel="next" href="{URL}">1</a>', None),
        ('<a rel="next" href="javascript:next()">2</a>', None),
        ('<a href="?page=2">2</a>', None),
    ],
)
def test_the_next_page_of_a_list_is_the_one_with_older_articles(markup: str, older: str | None) -> None:
    cards = "".join(f'<p><a href="/news/15000{n}">{HEADLINES["uk"]} {n}</a></p>' for n in range(3))
    assert read_section(page(cards, markup), URL, Context()).older == older


def test_a_declared_encoding_is_believed() -> None:
    cards = "".join(f'<p><a href="/news/15000{n}">{HEADLINES["ru"]}</a></p>' for n in range(3)).encode("cp1251")
    listing = read_section(b"<html><body>" + cards, URL, Context(content_type="text/html; charset=windows-1251"))
    assert listing.entries[0].title == HEADLINES["ru"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><head><title>Just a moment...</title></head><body></body></html>",
        page(),
        page("<p>Ничего не найдено</p>"),
        page('<form><input name="login"></form><a href="/login">Войти</a>'),
        b'{"articles": []}',
        b"<rss><channel/></rss>",
        b"<a href='/news/150001'>x</a>" * 3 + b"<div>" * 2000,
        b"<html><body><div " + b"a" * 100_000 + b"></div></body></html>",
    ],
)
def test_a_page_without_articles_is_broken_and_never_empty(body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        read_section(body, URL, Context())
    assert caught.value.subject == URL


def test_a_hostile_page_ends_soon_and_gives_no_more_than_the_cap() -> None:
    link = f'<p><a href="/news/{{}}">{HEADLINES["en"]}</a></p>'
    many = page("".join(link.format(150_000 + number) for number in range(20_000)))
    nested = page("<div><a href='/news/1500001'>x" * 150 + HEADLINES["en"] * 150)
    started = time.process_time()
    assert len(read_section(many, URL, Context()).entries) == MAX_LINKS
    assert len(read_section(nested, URL, Context()).entries) == 1
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    ("address", "points"),
    [
        ("/2026/05/07/x", 2), ("/20260507/x", 2), ("/news/163545", 2), ("/?i=378000", 2), ("/politics", 0), ("", 0),
        ("/a/very-long-slug-indeed", 2), ("/two-words", 0), ("/news/12", 0), ("/x/nowy-most-na-rzece-1234.html", 4),
    ],
)  # fmt: skip
def test_points_of_an_address(address: str, points: int) -> None:
    assert path_points(urlsplit(f"https://o.example{address}")) == points


def test_furniture_is_told_by_whole_segments_only() -> None:
    assert is_furniture(urlsplit("https://o.example/tags/x"))
    assert not is_furniture(urlsplit("https://o.example/tags-of-war/about-x"))
