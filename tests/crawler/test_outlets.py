from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.errors import CatalogueError
from crawler.keys import key_rules
from crawler.outlets import known_outlets, load_catalogue, load_outlets, read_outlets, select_outlets
from crawler.tables import parse_duration
from crawler.urls import KeyRules, url_key

OWN: dict[str, Any] = {
    "name": "my-outlet",
    "title": "My Outlet",
    "kind": "independent",
    "languages": ["uk"],
    "timezone": "Europe/Kyiv",
    "priority": 1,
    "check_every": "5m",
    "entry_points": [
        {"type": "rss", "url": "https://outlet.example/rss"},
        {"type": "section", "url": "https://outlet.example/news"},
    ],
}


def test_own_outlets_stand_beside_the_catalogue_and_replace_their_namesakes() -> None:
    found = {outlet.name: outlet for outlet in known_outlets([OWN, {**OWN, "name": "belta"}])}
    assert found["my-outlet"].check_every == 300
    assert [point.is_enabled for point in found["my-outlet"].entry_points] == [True, True]
    assert found["belta"].title == "My Outlet"
    assert len(found) == len(load_catalogue()) + 1


def test_outlets_are_selected_by_name() -> None:
    assert [outlet.name for outlet in load_outlets([OWN], ["belta", "my-outlet", "belta"])] == ["belta", "my-outlet"]


OFF = {**OWN, "name": "silent", "enabled": False}


@pytest.mark.parametrize(
    ("selected", "names"),
    [
        ("all", ["my-outlet"]),
        (["all"], ["my-outlet"]),
        ("silent", ["silent"]),
        (["silent"], ["silent"]),
        (["all", "silent"], ["my-outlet", "silent"]),
        (["silent", "all"], ["my-outlet", "silent"]),
        (["my-outlet", "all"], ["my-outlet"]),
        ([], []),
    ],
)
def test_an_outlet_that_is_off_is_chosen_by_its_name_only_and_is_on_then(
    selected: str | list[str], names: list[str]
) -> None:
    own = [outlet for outlet in known_outlets([OWN, OFF]) if outlet.name in {"my-outlet", "silent"}]
    chosen = select_outlets(own, selected)
    assert [outlet.name for outlet in chosen] == names
    assert all(outlet.is_enabled for outlet in chosen)
    assert select_outlets(chosen, "all") == chosen


def test_of_two_outlets_of_one_name_the_first_is_chosen() -> None:
    (mine,) = (outlet for outlet in known_outlets([OWN]) if outlet.name == "my-outlet")
    for selected in ("all", "my-outlet"):
        assert select_outlets([mine, replace(mine, title="Another")], selected) == (mine,)
    assert select_outlets([replace(mine, is_enabled=False), mine], "all") == ()


def test_an_entry_point_can_be_off_and_have_a_rhythm_of_its_own() -> None:
    points = [
        {"type": "rss", "url": "https://outlet.example/rss", "enabled": False, "note": "Dead."},
        {"type": "rss", "url": "https://outlet.example/all", "check_every": "1d"},
    ]
    (outlet,) = load_outlets([{**OWN, "entry_points": points}], "my-outlet")
    assert [(point.is_on, point.is_enabled, point.check_every) for point in outlet.entry_points] == [
        (False, False, None),
        (True, True, 86400),
    ]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(CatalogueError, match=r"'nashniva'.*did you mean 'nashaniva'"):
        load_outlets(selected=["nashniva"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"titel": "x"}, "titel: unknown key; did you mean 'title'"),
        ({"kind": "independant"}, "kind: 'independant' is none of .*did you mean 'independent'"),
        ({"languages": []}, "languages: a list of codes"),
        ({"languages": "uk"}, "languages: a list of codes"),
        ({"languages": ["ukrainian"]}, "languages: 'ukrainian'"),
        ({"timezone": "Europe/Kiew"}, "timezone: 'Europe/Kiew' is no time zone"),
        ({"timezone": "../../etc/passwd"}, "timezone: "),
        ({"priority": 4}, "priority: 4"),
        ({"priority": True}, "priority: True"),
        ({"check_every": "5 minutes"}, "check_every: '5 minutes' is no duration"),
        ({"enabled": "no"}, "enabled: 'no' is neither true nor false"),
        ({"enabled": 0}, "enabled: 0 is neither"),
        ({"name": "all"}, "name: 'all' stands for all outlets"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example", "enabled": 1}]}, "enabled: 1 is neither"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example", "check_every": "1w"}]}, "check_every: '1w'"),
        ({"check_every": 300}, "check_every: 300 is no duration"),
        ({"name": "My Outlet"}, "name: lower-case"),
        ({"name": ""}, "number 1: name"),
        ({"country": "Ukraine"}, "country: 'Ukraine'"),
        ({"title": 5}, "title: a text"),
        ({"mirrors": "mirror.example"}, "mirrors: a list of hosts"),
        ({"mirrors": ["https://mirror.example/"]}, "mirrors: 'https://mirror.example/' is no host"),
        ({"mirrors": ["mirror"]}, "mirrors: 'mirror' is no host"),
        ({"story_key": "/(ru)/(1)"}, "story_key: one group"),
        ({"story_key": "("}, "story_key: no pattern"),
        ({"story_key": "(a+)+b"}, "story_key: no repeated group"),
        ({"story_key": 5}, "story_key: a text"),
        ({"entry_points": []}, "entry_points: a list"),
        ({"entry_points": ["https://x.example"]}, "entry_points: number 1"),
        ({"entry_points": [{"type": "rss", "url": "file:///etc/passwd"}]}, r"entry_points\[0\]: url: 'file"),
        ({"entry_points": [{"type": "rrs", "url": "https://x.example"}]}, "type: 'rrs' .*did you mean 'rss'"),
        ({"entry_points": [{"type": "rss", "ulr": "https://x.example"}]}, "ulr: unknown key; did you mean 'url'"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example"}] * 2}, "the same url twice"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example", "stand_in": True}]}, "stand_in: nothing"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example", "stand_in": "no"}]}, "stand_in: true or false"),
        ({"entry_points": [{"type": "rss", "url": "https://x.example", "links": "a"}]}, "links: only section pages"),
        ({"entry_points": [{"type": "section", "url": "https://x.example", "links": "a["}]}, "links: 'a.' is no CSS"),
    ],
)
def test_a_wrong_table_is_an_error_that_names_place_key_and_nearest_word(change: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogueError, match=words) as caught:
        load_outlets([{**OWN, **change}], own_source="settings.toml")
    assert caught.value.subject.startswith("settings.toml: outlet")


@pytest.mark.parametrize(
    ("listed", "stand_in"),
    [
        ("rss section telegram", [False, True, True]),
        ("rss news_sitemap sitemap atom", [False, False, True, False]),
        ("section telegram", [False, False]),
        ("telegram", [False]),
        ("telegram rss section", [False, False, True]),
        ("api section", [False, False]),  # what is not fetched yet cannot be waited for
        ("rss section:false telegram", [False, False, True]),
        ("section telegram:true", [False, True]),
        ("rss json_feed:true", [False, True]),
    ],
)
def test_who_stands_in_is_told_by_type_and_place_or_by_the_table(listed: str, stand_in: list[bool]) -> None:
    points: list[dict[str, Any]] = []
    for number, word in enumerate(listed.split()):
        type_, _, stated = word.partition(":")
        keys = {"stand_in": stated == "true"} if stated else {}
        points.append({"type": type_, "url": f"https://x.example/{number}", **keys})
    found = load_outlets([{**OWN, "entry_points": points}], ["my-outlet"])[0]
    assert [point.is_stand_in for point in found.entry_points] == stand_in


def test_two_outlets_of_one_name_are_an_error() -> None:
    with pytest.raises(CatalogueError, match="used twice"):
        load_outlets([OWN, OWN])


@pytest.mark.parametrize("text", ["[crawler", "x = 1", "[[outlet]]\nname = 'x'", "[crawler]\noutlet = 5", ""])
def test_a_file_that_is_no_catalogue_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(CatalogueError, match=r"xx\.toml"):
        read_outlets(text, "xx.toml")


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400), (" 5 m ", 300)]
)
def test_durations_are_read(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "0s", "1.5h", "5w", None, 5])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


def test_what_outlets_tell_of_their_addresses_becomes_rules() -> None:
    told = {
        **OWN,
        "homepage": "https://www.outlet.example/be/",
        "mirrors": ["www.mirror.example"],
        "story_key": r"/(\d{5})",
    }
    rules = key_rules(load_outlets([told], ["my-outlet"]))
    assert dict(rules.mirrors) == {"mirror.example": "outlet.example"}
    assert url_key("https://mirror.example/ru/37800", rules) == "story:outlet.example:37800"
    assert key_rules(load_outlets([OWN], ["my-outlet"])) == KeyRules()
