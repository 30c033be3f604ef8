"""The catalogue that ships: whom it knows, whom it asks by itself, and that its rules of addresses fit."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from crawler.archives import Places, first_steps
from crawler.keys import key_rules
from crawler.outlets import load_catalogue, load_outlets
from crawler.urls import host_key, is_story_key, is_web_address, url_key
from db.leases import Lease
from db.polls import DueEntryPoint, Validators

CATALOGUE = {outlet.name: outlet for outlet in load_catalogue()}
RULES = key_rules(CATALOGUE.values())
SHARED = {"google_news", "bing_news", "gdelt", "federal_register", "viasna"}
SEVEN = ("uk", "ru", "be", "en", "pl", "lt", "de")

# name, country, kind, languages, time zone, priority, is enabled, type of the entry point that is asked first
EXPECTED = [
    ("svaboda", "BY", "independent", ("be", "ru"), "Europe/Minsk", 1, True, "rss"),
    ("nashaniva", "BY", "independent", ("be", "ru", "en"), "Europe/Minsk", 1, True, "rss"),
    ("zerkalo", "BY", "independent", ("ru", "be"), "Europe/Minsk", 1, True, "rss"),
    ("pozirk", "BY", "independent", ("ru", "be", "en"), "Europe/Minsk", 1, True, "section"),
    ("belsat", "PL", "public", ("ru", "be", "pl", "en"), "Europe/Warsaw", 1, True, "rss"),
    ("viasna", "BY", "ngo", ("be", "ru", "en"), "Europe/Minsk", 1, True, "section"),
    ("tsikhanouskaya", "BY", "official", ("en", "be", "ru"), "Europe/Vilnius", 1, True, "section"),
    ("belta", "BY", "state", ("ru", "be", "en"), "Europe/Minsk", 1, True, "rss"),
    ("pul1", "BY", "official", ("ru",), "Europe/Minsk", 1, True, "telegram"),
    ("zviazda", "BY", "state", ("be", "ru"), "Europe/Minsk", 2, True, "rss"),
    ("flagshtok", "BY", "independent", ("ru", "be"), "Europe/Minsk", 3, False, "news_sitemap"),
    ("nexta", "BY", "independent", ("ru", "en"), "Europe/Warsaw", 3, False, "telegram"),
    ("pravda-ua", "UA", "independent", ("uk", "en", "ru"), "Europe/Kyiv", 1, True, "rss"),
    ("suspilne", "UA", "public", ("uk", "en"), "Europe/Kyiv", 1, True, "rss"),
    ("ukrinform", "UA", "state", ("uk", "en"), "Europe/Kyiv", 1, True, "rss"),
    ("koordshtab", "UA", "official", ("uk",), "Europe/Kyiv", 1, True, "section"),
    ("vsedelo", "UA", "aggregator", ("uk", "ru"), "Europe/Kyiv", 3, False, "section"),
    ("tg-ukrpravda-news", "UA", "independent", ("uk",), "Europe/Kyiv", 3, False, "telegram"),
    ("meduza", "RU", "independent", ("ru", "en"), "Europe/Riga", 1, True, "rss"),
    ("moscowtimes", "RU", "independent", ("en",), "Europe/Moscow", 2, True, "rss"),
    ("moscowtimes-ru", "RU", "independent", ("ru",), "Europe/Moscow", 1, True, "rss"),
    ("tass", "RU", "state", ("ru", "en"), "Europe/Moscow", 2, True, "rss"),
    ("currenttime", "CZ", "independent", ("ru",), "Europe/Prague", 1, True, "rss"),
    ("rferl", "CZ", "independent", ("en",), "Europe/Prague", 1, True, "section"),
    ("rp", "PL", "independent", ("pl",), "Europe/Warsaw", 1, True, "rss"),
    ("pap", "PL", "wire", ("pl", "en"), "Europe/Warsaw", 1, True, "rss"),
    ("lrt", "LT", "public", ("lt", "en", "ru"), "Europe/Vilnius", 1, True, "rss"),
    ("delfi", "LT", "independent", ("lt",), "Europe/Vilnius", 1, True, "rss"),
    ("bns", "LT", "wire", ("lt", "en", "ru"), "Europe/Vilnius", 3, False, "rss"),
    ("novaya-eu", "LV", "independent", ("ru",), "Europe/Riga", 2, True, "rss"),
    ("dw", "DE", "public", ("de", "en"), "Europe/Berlin", 1, True, "rss"),
    ("taz", "DE", "independent", ("de",), "Europe/Berlin", 3, False, "news_sitemap"),
    ("bbc", "GB", "public", ("en",), "Europe/London", 1, True, "rss"),
    ("bbc-uk", "GB", "public", ("uk",), "Europe/Kyiv", 2, True, "rss"),
    ("reuters", "GB", "wire", ("en",), "Europe/London", 1, True, "news_sitemap"),
    ("ec-press", "EU", "official", ("en",), "Europe/Brussels", 2, True, "rss"),
    ("aljazeera", "QA", "independent", ("en",), "Asia/Qatar", 3, False, "rss"),
    ("ap", "US", "wire", ("en",), "America/New_York", 1, True, "news_sitemap"),
    ("whitehouse", "US", "official", ("en",), "America/New_York", 1, True, "rss"),
    ("usembassy-by", "US", "official", ("en", "ru"), "Europe/Vilnius", 2, True, "section"),
    ("ofac", "US", "official", ("en",), "America/New_York", 1, True, "ofac"),
    ("gdelt", None, "aggregator", ("en", "ru", "uk", "be", "pl", "lt", "de"), "UTC", 1, True, "gdelt"),
    ("gnews-be", None, "aggregator", ("be",), "UTC", 3, False, "google_news"),
    ("bing-news", None, "aggregator", ("en", "uk", "ru", "be", "pl", "lt", "de"), "UTC", 2, True, "bing_news"),
    ("rsshub", None, "aggregator", ("ru",), "UTC", 3, False, "rss"),
]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row[0])
def test_an_outlet_is_what_people_know_it_as(expected: tuple[object, ...]) -> None:
    outlet = CATALOGUE[str(expected[0])]
    first = next(point for point in outlet.entry_points if point.is_on)
    told = (outlet.name, outlet.country, outlet.kind, outlet.languages, outlet.timezone, outlet.priority)
    assert (*told, outlet.is_enabled, first.type) == expected


@pytest.mark.parametrize(
    ("key", "counts"),
    [
        ("country", {"BY": 36, "UA": 27, "PL": 14, "DE": 12, "RU": 11, "US": 9, "LT": 8, "GB": 5, "LV": 3, "CZ": 2,
                     "EU": 2, "BE": 1, "FR": 1, "QA": 1, None: 10}),
        ("kind", {"independent": 72, "official": 20, "public": 14, "state": 11, "aggregator": 11, "ngo": 7, "wire": 7}),
        ("priority", {1: 53, 2: 39, 3: 50}),
        ("is_enabled", {True: 85, False: 57}),
    ],
)  # fmt: skip
def test_the_catalogue_has_142_outlets_of_these_sorts(key: str, counts: dict[object, int]) -> None:
    assert Counter(getattr(outlet, key) for outlet in CATALOGUE.values()) == counts
    assert sum(counts.values()) == 142


def test_each_of_the_seven_languages_is_heard_from_seven_enabled_outlets_or_more() -> None:
    heard = Counter(language for outlet in load_outlets() for language in outlet.languages)
    assert set(heard) == set(SEVEN)
    assert min(heard.values()) >= 7


def test_what_is_off_is_off_by_its_priority_or_its_note_says_why() -> None:
    off = [outlet for outlet in CATALOGUE.values() if not outlet.is_enabled]
    assert [outlet.name for outlet in off if outlet.priority < 3 and "Off: " not in (outlet.note or "")] == []
    assert [outlet.name for outlet in CATALOGUE.values() if outlet.priority == 3 and outlet.is_enabled] == []
    points = [point for outlet in CATALOGUE.values() for point in outlet.entry_points]
    assert [point.url for point in points if not point.is_on and not point.note] == []


def test_each_enabled_outlet_has_an_entry_point_that_is_on() -> None:
    assert [outlet.name for outlet in load_outlets() if not any(point.is_on for point in outlet.entry_points)] == []


def test_every_entry_point_tells_its_evidence_with_the_day_or_that_there_is_none() -> None:
    said = re.compile(r"\b20(?:1|2)\d\b|undated|guess|described by its makers|does not use|not seen|seen in ")
    points = [point for outlet in CATALOGUE.values() for point in outlet.entry_points]
    assert [point.url for point in points if not said.search(point.evidence or "")] == []
    assert [point.url for point in points if point.confidence == "high" and "guess" in (point.evidence or "")] == []


def test_every_address_is_one_of_the_web_and_no_two_entry_points_share_one() -> None:
    points = [point.url for outlet in CATALOGUE.values() for point in outlet.entry_points]
    homes = [outlet.homepage or "" for outlet in CATALOGUE.values()]
    assert [url for url in (*points, *homes) if not is_web_address(url)] == []
    assert [url for url in (*points, *homes) if not url.isascii() or re.search(r"[\s<>\"]", url)] == []
    assert [key for key, times in Counter(map(url_key, points)).items() if times > 1] == []
    assert [url for url in points if is_story_key(url_key(url, RULES))] == []


def test_titles_are_told_once_each() -> None:
    titles = Counter(outlet.title for outlet in CATALOGUE.values())
    assert [title for title, times in titles.items() if times > 1] == []


def test_no_mirror_is_claimed_twice_or_is_the_home_of_an_outlet() -> None:
    mirrors = Counter(mirror for outlet in CATALOGUE.values() for mirror in outlet.mirrors)
    assert [mirror for mirror, times in mirrors.items() if times > 1] == []
    homes = {host_key(urlsplit(outlet.homepage or "").hostname or "") for outlet in CATALOGUE.values()}
    assert homes & set(mirrors) == set()


def test_only_one_outlet_of_a_host_tells_how_its_stories_are_numbered() -> None:
    hosts = Counter(outlet.host for outlet in CATALOGUE.values() if outlet.story_key)
    assert hosts == {"nashaniva.com": 1, "zerkalo.io": 1, "pravda.com.ua": 1, "eurointegration.com.ua": 1, "rbc.ua": 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://nashaniva.com/?c=ar&i=378000", "https://nashaniva.com/ru/378000"),
        ("https://nashaniva.com/be_latn/378000", "https://d2accbiqacj5y8.cloudfront.net/en/378000?utm_source=x"),
        ("https://nn.by/?c=ar&i=378000&lang=ru", "https://nashaniva.com/378000"),
        (
            "https://www.pravda.com.ua/news/2025/09/11/7530345/",
            "https://www.pravda.com.ua/eng/news/2025/09/11/7530345/?utm_source=x",
        ),
        (
            "https://www.eurointegration.com.ua/news/2031/02/7/7000001/",
            "https://www.eurointegration.com.ua/eng/news/2031/02/7/7000001/",
        ),
        (
            "https://www.rbc.ua/ukr/news/vigadana-novina-1900000001.html",
            "https://www.rbc.ua/rus/news/vydumannaya-novost-1900000001.html/amp",
        ),
        ("https://news.zerkalo.io/economics/99001.html", "https://br0wse-zerkalo.site/news/economics/99001.html?c"),
        ("https://www.zerkalo.io/news/life/99001.html", "https://mirror-media.com/news/life/99001.html"),
        ("https://novaya.no/articles/2025/09/11/a", "https://novayagazeta.eu/articles/2025/09/11/a"),
        ("https://mstagmanager.com/en/news/900001", "https://pozirk.online/en/news/900001"),
        ("https://euroradio.by/ru/made-up", "https://euroradio.fm/ru/made-up"),
        ("https://bbctodays.pages.dev/ukrainian/articles/c0", "https://www.bbc.com/ukrainian/articles/c0"),
        ("https://tvn24.pl/swiat/made-up-st1?source=rss", "https://tvn24.pl/swiat/made-up-st1"),
        ("https://spring96.org./en/news/900001", "https://spring96.org/en/news/900001"),
    ],
)
def test_mirrors_and_language_versions_of_a_story_share_a_key(one: str, other: str) -> None:
    assert url_key(one, RULES) == url_key(other, RULES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://nashaniva.com/378000", "https://nashaniva.com/378001"),
        ("https://news.zerkalo.io/economics/99001.html", "https://news.zerkalo.io/economics/99002.html"),
        ("https://www.rbc.ua/ukr/news/one-1900000001.html", "https://www.rbc.ua/ukr/news/one-1900000002.html"),
        ("https://www.rbc.ua/ukr/news/one-1.html", "https://www.rbc.ua/rus/news/one-1.html"),
        ("https://pozirk.online/en/news/900001", "https://pozirk.online/be/news/900001"),
        ("https://www.eurointegration.com.ua/articles/2031/02/7/1/", "https://www.eurointegration.com.ua/2031/02/7/1/"),
        ("https://zerkalo.io/rss/all.rss", "https://zerkalo.io/rss/index.rss"),
    ],
)
def test_two_stories_of_one_outlet_keep_two_keys(one: str, other: str) -> None:
    assert url_key(one, RULES) != url_key(other, RULES)


def test_searches_and_lists_that_many_share_have_a_rhythm_of_their_own() -> None:
    asked = [(outlet, point) for outlet in CATALOGUE.values() for point in outlet.entry_points if point.is_on]
    slow = [
        (point.check_every or outlet.check_every or 0, point.type) for outlet, point in asked if point.type in SHARED
    ]
    assert Counter(kind for _, kind in slow) == {
        "google_news": 7, "bing_news": 7, "gdelt": 2, "federal_register": 1, "viasna": 1,
    }  # fmt: skip
    assert min(slow) >= (15 * 60, "")
    assert (24 * 3600, "viasna") in slow


def test_what_repeats_an_entry_point_before_it_only_stands_in() -> None:
    repeating = {
        outlet.name: [point.type for point in outlet.entry_points if point.is_on and not point.is_stand_in]
        for outlet in CATALOGUE.values()
    }
    assert repeating["zerkalo"] == ["rss"]
    assert repeating["sb"] == ["rss"]
    assert repeating["dw"] == ["rss", "rss"]
    assert repeating["euronews"] == ["news_sitemap", "news_sitemap"]
    assert repeating["pozirk"] == ["section", "section", "section"]
    assert repeating["ofac"] == ["ofac", "rss", "federal_register"]
    assert all(repeating.get(outlet.name) for outlet in load_outlets())


@pytest.mark.parametrize(
    ("name", "archives"),
    [
        ("nashaniva", [("section", "https://nashaniva.com/?c=shdate&i=2026-03-07&p=1&lang=ru")]),
        (
            "flagshtok",
            [
                ("news_sitemap", "https://flagshtok.info/sitemap-news.xml"),
                ("sitemap", "https://flagshtok.info/sitemap-part-2026.xml"),
            ],
        ),
    ],
)
def test_an_archive_is_asked_for_by_the_day_where_the_outlet_is(name: str, archives: list[tuple[str, str]]) -> None:
    outlet = CATALOGUE[name]
    lease, url = Lease(1, "w", 1), outlet.entry_points[0].url
    asked = DueEntryPoint(lease, 1, name, "rss", url, 1, None, "alive", 0, Validators(), None, is_first=False)
    places = Places(outlet.archive, outlet.entry_points, outlet.timezone)
    late_in_minsk = datetime(2026, 3, 6, 22, tzinfo=UTC)
    steps = first_steps(places, asked, None, late_in_minsk)
    assert [(step.type, step.address) for step in steps] == archives


def test_every_archive_of_the_catalogue_is_on_its_outlets_own_site() -> None:
    named = [(one, archive) for one in CATALOGUE.values() for archive in one.archive]
    assert {one.name for one, _ in named} == {"nashaniva", "flagshtok"}
    strangers = [one.name for one, archive in named if host_key(urlsplit(archive.url).hostname or "") != one.host]
    assert strangers == []
