"""What the lists and `show` print: for people in tables, for programs the JSON of contracts, key by key."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest

Call = Callable[..., Any]

STORY = {
    "url": "https://news.example/prisoners?utm_source=feed",
    "outlet": "desk",
    "language": "en",
    "title": "Belarus frees 52 political prisoners after talks with John Coale",
    "text": "Belarus released 52 political prisoners on 11 September 2025 after talks with US envoy John Coale, "
    "Lithuanian President Gitanas Nauseda said. They crossed the border into Lithuania on Thursday.",
    "published": "2025-09-11T15:02:00+03:00",
    "author": "=HYPERLINK(1)",
}
OTHER = {"url": "urn:x:weather", "language": "en", "title": "-1 degrees tomorrow", "text": "The weather will be fine."}
EVENT_KEYS = [
    "id", "kind", "status", "polarity", "revision", "title", "event_date", "date_precision", "first_seen", "updated",
    "counts", "nationalities", "people", "negotiators", "mediators", "transit", "concessions", "roots",
    "independent_sources", "conflicts", "articles", "related", "mark", "split_from", "same_as",
]  # fmt: skip
COUNT_KEYS = [
    "role", "value", "value_max", "qualifier", "nationality", "of_count", "counter", "as_of", "sources",
]  # fmt: skip
ARTICLE_KEYS = [
    "id", "url", "outlet", "language", "title", "published", "fetched", "decision", "kinds", "events", "copy_of",
    "copy_reason",
]  # fmt: skip
WHOLE_KEYS = [
    "text", "analysis", "revisions", "author", "canonical_url", "published_precision", "first_seen", "copy_of_url",
    "event_marks",
]  # fmt: skip
ANALYSIS_KEYS = ["language", "kinds", "decision", "reason", "mentions", "background"]
MENTION_KEYS = [
    "kind", "modality", "polarity", "plover", "event_date", "date_precision", "counts", "nationalities", "people",
    "negotiators", "mediators", "transit", "concessions", "attribution", "root", "evidence",
]  # fmt: skip


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> Call:
    """The program on a database with one event and one article about nothing."""
    lines = "\n".join(json.dumps(document) for document in (STORY, OTHER))
    (tmp_path / "two.jsonl").write_text(lines, encoding="utf-8")
    assert volya("import", "two.jsonl").code == 0
    return volya


def test_an_event_has_the_keys_of_contracts(filled: Call) -> None:
    (event,) = filled("events", "list", "--json").objects
    assert list(event) == EVENT_KEYS
    assert (event["kind"], event["event_date"], event["date_precision"]) == ("release", "2025-09-11", "day")
    assert [(count["role"], count["value"]) for count in event["counts"]] == [("released", 52)]
    assert list(event["counts"][0]) == COUNT_KEYS
    assert event["counts"][0]["sources"][0]["article"] == 1
    assert "52" in event["title"]
    (article,) = event["articles"]
    assert list(article) == ["id", "url", "outlet", "language", "published", "role"]
    assert article["published"] == "2025-09-11T12:02:00Z"
    assert filled("events", "show", "1", "--json").objects == [event]
    assert filled("events", "--json").objects == [event]
    assert filled("events", "list", "--limit", "1", "--json").objects == [event]


def test_an_article_has_the_keys_of_contracts(filled: Call) -> None:
    listed = filled("articles", "list", "--json").objects
    assert [list(article) for article in listed] == [ARTICLE_KEYS, ARTICLE_KEYS]
    assert [(article["id"], article["decision"]) for article in listed] == [(2, "none"), (1, "event")]
    (whole,) = filled("articles", "show", "a1", "--json").objects
    assert list(whole) == [*ARTICLE_KEYS, *WHOLE_KEYS]
    assert whole["events"] == [1]
    assert list(whole["analysis"]) == ANALYSIS_KEYS
    assert list(whole["analysis"]["mentions"][0]) == MENTION_KEYS
    assert len(filled("articles", "--json").objects) == 2
    assert len(filled("articles", "list", "--limit", "1", "--json").objects) == 1


def test_people_read_tables(filled: Call) -> None:
    for arguments in (("events",), ("events", "show", "e1"), ("articles",), ("articles", "show", "1")):
        answer = filled(*arguments)
        assert answer.code == 0
        assert "52" in answer.out
        assert max(map(len, answer.out.splitlines())) <= 400
    assert "No alerts yet" in filled("alerts").out
    assert filled("alerts", "list", "--json").out == ""


def test_titles_are_written_in_the_language_of_the_settings(filled: Call) -> None:
    english, ukrainian = (
        filled("events", "list", "--json", "--set", f"alerts.language={code}").objects[0]["title"]
        for code in ("en", "uk")
    )
    assert english != ukrainian
    assert any("а" <= letter <= "я" for letter in ukrainian)


def test_the_export_holds_whole_articles_and_events(filled: Call) -> None:
    articles = filled("export", "articles", "--format", "jsonl").objects
    assert [article["id"] for article in articles] == [1, 2]
    assert articles[0] == filled("articles", "show", "1", "--json").objects[0]
    assert json.loads(filled("export", "articles", "--format", "json").out) == articles
    assert filled("export", "events").objects == filled("events", "list", "--json").objects


def test_events_are_exported_as_a_feed(filled: Call) -> None:
    feed = feedparser.parse(filled("export", "events", "--format", "atom").out)
    titles = [entry.title for entry in feed.entries]
    assert (feed.bozo, titles) == (False, ["Belarus frees 52 prisoners after talks with John Coale"])
    assert "links" not in feed.feed
    public = filled("export", "events", "--format", "atom", "--set", "web.address=https://volya.example.org")
    assert feedparser.parse(public.out).entries[0].link == "https://volya.example.org/events/1"
    refused = filled("export", "articles", "--format", "atom")
    assert (refused.code, "a feed is of events" in refused.err) == (2, True)


def test_the_csv_export_runs_no_formula(filled: Call) -> None:
    rows = list(csv.DictReader(io.StringIO(filled("export", "articles", "--format", "csv").out)))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[1]["title"] == "'-1 degrees tomorrow"
    assert "release" in json.loads(rows[0]["kinds"])


def test_an_empty_database_exports_nothing(volya: Call) -> None:
    assert json.loads(volya("export", "events", "--format", "json").out) == []
    assert volya("export", "events", "--format", "csv").out == ""
    assert "No events yet" in volya("events").out


def test_an_export_can_be_imported_again(filled: Call, tmp_path: Path) -> None:
    (tmp_path / "export.jsonl").write_text(filled("export", "articles").out, encoding="utf-8")
    (summary,) = filled("import", "export.jsonl", "--json").objects
    assert (summary["same"], summary["created"], summary["bad"]) == (2, 0, 0)


@pytest.mark.parametrize("name", ["a1", "article:1", "1", STORY["url"], "http://www.news.example/prisoners/"])
def test_an_article_is_explained_by_each_of_its_names(filled: Call, name: str) -> None:
    answer = filled("explain", name)
    assert answer.code == 0
    assert "release" in answer.out
    assert "no alert" in answer.out
    assert list(filled("explain", name, "--json").objects[0]) == [
        "article",
        "events",
        "alerts",
        "matching",
        "silent_because",
    ]


@pytest.mark.parametrize("name", ["e1", "event:1"])
def test_an_event_is_explained(filled: Call, name: str) -> None:
    assert filled("explain", name).code == 0
    (explained,) = filled("explain", name, "--json").objects
    assert list(explained) == ["event", "changes", "alerts", "matching", "silent_because"]
    assert explained["event"]["id"] == 1


def test_nothing_is_explained_with_exit_code_1(filled: Call) -> None:
    for name in ("a9", "e9", "99", "https://nowhere.example/"):
        answer = filled("explain", name)
        assert answer.code == 1
        assert "no such article or event" in answer.err


def test_outlets_are_listed_with_their_entry_points(volya: Call) -> None:
    outlets = volya("outlets", "list", "--json").objects
    assert len(outlets) >= 10
    assert list(outlets[0]) == [
        "name", "title", "kind", "languages", "timezone", "country", "priority", "enabled", "failing", "state",
        "entry_points",
    ]  # fmt: skip
    name = outlets[0]["name"]
    (shown,) = volya("outlets", "show", name, "--json").objects
    assert {key: shown[key] for key in outlets[0] if key != "entry_points"} == {
        key: value for key, value in outlets[0].items() if key != "entry_points"
    }
    assert outlets[0]["entry_points"][0].items() <= shown["entry_points"][0].items()
    assert outlets[0]["entry_points"][0]["url"] in volya("outlets", "show", name).out
    assert name in volya("outlets").out
    assert volya("outlets", "show", "nobody").err == "volya: outlet nobody: there is none; see volya outlets list\n"


LISTED = """
[crawler]
outlets = ["mine", "other"]
[[crawler.outlet]]
name = "mine"
title = "Mine"
kind = "independent"
country = "UA"
languages = ["uk"]
entry_points = [
  { type = "rss", url = "https://mine.example/feed" },
  { type = "rss", url = "https://mine.example/old", enabled = false, note = "Dead." },
]
[[crawler.outlet]]
name = "other"
title = "Other"
kind = "state"
country = "BY"
languages = ["be"]
enabled = false
note = "Off: a whim."
entry_points = [ { type = "rss", url = "https://other.example/feed" } ]
[[crawler.outlet]]
name = "quiet"
title = "Quiet"
kind = "state"
country = "BY"
languages = ["be"]
enabled = false
entry_points = [ { type = "telegram", url = "https://t.me/s/quiet" } ]
"""


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ((), {"mine", "other"}),
        (("--country", "BY"), {"other"}),
        (("--country", "ua"), {"mine"}),
        (("--kind", "independent"), {"mine"}),
        (("--kind", "state", "--country", "UA"), set()),
        (("--kind", "wire"), set()),
    ],
)
def test_outlets_are_listed_by_country_and_kind(
    volya: Call, tmp_path: Path, asked: tuple[str, ...], names: set[str]
) -> None:
    (tmp_path / "settings.toml").write_text(LISTED, encoding="utf-8")
    assert {outlet["name"] for outlet in volya("outlets", "list", *asked, "--json").objects} == names
    assert "more are off" in volya("outlets", "list", *asked).out


def test_outlets_that_are_off_are_listed_on_demand(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(LISTED, encoding="utf-8")
    found = {outlet["name"]: outlet for outlet in volya("outlets", "list", "--all", "--json").objects}
    assert len(found) == 145
    assert [found[name]["enabled"] for name in ("mine", "other", "quiet", "belta")] == [True, True, False, False]
    assert [point["enabled"] for point in found["mine"]["entry_points"]] == [True, False]
    assert found["quiet"]["entry_points"][0]["next_check"] is None
    said = volya("outlets", "list", "--all", "--country", "BY", "--kind", "state").out
    assert "quiet" in said
    assert "more are off" not in said
    told = " ".join(volya("outlets", "show", "quiet").out.split())
    assert "Watched no, off unless crawler.outlets names it" in told
    told = " ".join(volya("outlets", "show", "mine").out.split())
    assert "Note Dead. State off" in told


def test_a_kind_that_no_outlet_can_be_of_is_a_usage_error(volya: Call) -> None:
    answer = volya("outlets", "list", "--kind", "blog")
    assert answer.code == 2
    assert "none of independent, state" in answer.err


def test_naming_an_outlet_beside_all_switches_it_on(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[crawler]\noutlets = ["all", "taz"]\n', encoding="utf-8")
    watched = {outlet["name"] for outlet in volya("outlets", "list", "--json").objects}
    assert {"belta", "taz"} <= watched
    assert "zeit" not in watched
