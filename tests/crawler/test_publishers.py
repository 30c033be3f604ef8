"""Whose article it is that a search has found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.keys import key_rules
from crawler.outlets import EntryPoint, Outlet
from crawler.publishers import publishers_of
from db.entries import StoredEntry


def outlet(name: str, homepage: str, mirrors: tuple[str, ...] = (), languages: tuple[str, ...] = ("uk",)) -> Outlet:
    point = EntryPoint("rss", f"https://feeds.example/{name}")
    return Outlet(name, name, "independent", languages, "Europe/Kyiv", (point,), homepage=homepage, mirrors=mirrors)


OUTLETS = (
    outlet("alpha", "https://www.alpha.example/", ("alpha-mirror.example",)),
    outlet("alpha-english", "https://english.alpha.example/"),
    outlet("beta-ru", "https://beta.example/russian"),
    outlet("beta-uk", "https://beta.example/ukrainian/"),
)
PUBLISHERS = publishers_of(OUTLETS, key_rules(OUTLETS))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://alpha.example/news/1", "alpha"),
        ("https://m.alpha.example/news/1", "alpha"),
        ("https://sport.alpha.example/1", "alpha"),
        ("https://english.alpha.example/1", "alpha-english"),
        ("http://alpha-mirror.example/1", "alpha"),
        ("https://beta.example/ukrainian/1", "beta-uk"),
        ("https://beta.example/russian/1", "beta-ru"),
        ("https://beta.example/russians/1", "beta.example"),
        ("https://notalpha.example/1", "notalpha.example"),
        ("https://alpha.example.evil.example/1", "alpha.example.evil.example"),
        ("https://www.unknown.example/1", "unknown.example"),
        ("https://feeds.example/1", "feeds.example"),
        (f"https://{'x' * 60}.{'y' * 60}.example/1", f"{'x' * 60}.{'y' * 19}"),
        ("urn:x", None),
    ],
)
def test_an_address_is_of_the_outlet_of_its_host_else_of_the_host_itself(url: str, name: str | None) -> None:
    assert PUBLISHERS.name_of(url) == name


@pytest.mark.parametrize(
    ("door", "url", "expected"),
    [
        ("gdelt", "https://alpha.example/1", ("alpha", ("uk",), "Europe/Kyiv")),
        ("google_news", "https://unknown.example/1", ("unknown.example", ("en", "ru"), "UTC")),
        ("rss", "https://alpha.example/1", ("search", ("en", "ru"), "UTC")),
        ("viasna", "https://alpha.example/1", ("search", ("en", "ru"), "UTC")),
        ("no longer known", "https://alpha.example/1", ("search", ("en", "ru"), "UTC")),
    ],
)
def test_only_what_a_search_found_is_attributed_anew(
    door: str, url: str, expected: tuple[str, tuple[str, ...], str]
) -> None:
    now = datetime(2026, 5, 7, tzinfo=UTC)
    entry = StoredEntry(1, "search", url, url, "x", None, None, None, None, now, False, ("en", "ru"), "UTC", door=door)
    found = PUBLISHERS.attributed(entry, url)
    assert (found.outlet, found.languages, found.timezone) == expected
