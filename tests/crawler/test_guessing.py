"""Name, country and time zone of an outlet that nobody knows, by those that are known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.guessing import country_of, name_of, timezone_of
from crawler.outlets import load_catalogue

KNOWN = load_catalogue()
WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "taken", "name"),
    [
        ("https://www.made-up.com.ua/ru/", (), "made-up"),
        ("https://news.made-up.by/", ("made-up",), "news-made-up-by"),
        ("https://made-up.by/", ("made-up", "made-up-by"), "made-up-by-2"),
        ("https://made-up.by/", ("made-up", "made-up-by", "made-up-by-2"), "made-up-by-3"),
        ("https://t.me/s/Made_Up", (), "made-up"),
        ("https://t.me/s/Made_Up", ("made-up",), "t-me-made-up"),
        ("http://127.0.0.1:8900/", (), "127-0-0-1"),
        ("https://навіны.бел/", (), "outlet"),
        (f"https://{'a' * 63}.example/", (), "a" * 60),
    ],
)
def test_a_name_is_made_of_the_address_and_nobody_has_it(url: str, taken: tuple[str, ...], name: str) -> None:
    assert name_of(url, taken) == name


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://made-up.by/", "BY"),
        ("https://made-up.com.ua/", "UA"),
        ("https://made-up.lt:8443/x", "LT"),
        ("https://made-up.example/", None),
        ("https://made-up.zz/", None),
        ("https://made-up.io/", None),
        ("https://made-up.eu/", None),
        ("https://t.me/s/made_up", None),
        ("http://127.0.0.1/", None),
    ],
)
def test_the_country_is_that_of_the_hosts_end(url: str, country: str | None) -> None:
    assert country_of(url, KNOWN) == country


@pytest.mark.parametrize(
    ("url", "languages", "offset", "now", "zone"),
    [
        ("https://made-up.by/", ("ru",), None, WINTER, "Europe/Minsk"),
        ("https://made-up.ua/", ("ru",), None, WINTER, "Europe/Kyiv"),
        ("https://made-up.lt/", (), 120, WINTER, "Europe/Vilnius"),
        ("https://made-up.example/", ("pl",), None, WINTER, "Europe/Warsaw"),
        ("https://made-up.example/", ("uk",), 120, WINTER, "Europe/Kyiv"),
        ("https://made-up.example/", ("uk",), 180, SUMMER, "Europe/Kyiv"),
        ("https://made-up.ua/", ("uk",), 60, WINTER, "Europe/Warsaw"),
        ("https://made-up.example/", ("be",), 180, WINTER, "Europe/Minsk"),
        ("https://made-up.ua/", ("uk",), 0, WINTER, "Europe/Kyiv"),  # many write UTC, wherever they are
        ("https://t.me/s/made_up", ("uk",), None, WINTER, "Europe/Kyiv"),
        ("https://made-up.example/", ("xx",), 660, WINTER, "UTC"),
        ("https://made-up.example/", (), None, WINTER, "UTC"),
    ],
)
def test_the_time_zone_is_that_of_its_neighbours_unless_its_own_times_say_otherwise(
    url: str, languages: tuple[str, ...], offset: int | None, now: datetime, zone: str
) -> None:
    assert timezone_of(url, languages, offset, KNOWN, now) == zone
