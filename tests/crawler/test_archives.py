"""When a poll leaves a gap, where to look for what it left out, and when to stop. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.archive_tables import Archive, read_archives, trouble_of_archive
from crawler.archives import (
    ROBOTS,
    Places,
    first_steps,
    gap_of,
    look_through,
    next_step,
    progress_after,
    sitemap_steps,
    tells_all,
)
from crawler.errors import CatalogueError
from crawler.outlets import EntryPoint
from crawler.tables import Table
from db.gaps import ClaimedGap, Step
from db.leases import Lease
from db.polls import DueEntryPoint, Validators

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=20)
POINT = DueEntryPoint(Lease(1, "w", 1), 1, "made-up", "rss", "https://o.example/feed/", 1, None, "alive", 0,
                      Validators(), None, is_first=False)  # fmt: skip
RSS = EntryPoint("rss", POINT.url)
NEWS = EntryPoint("news_sitemap", "https://o.example/news.xml")
PAGES = Step("rss", "https://o.example/feed/?paged={page}", page=2)
DAYS = Step("news_sitemap", "https://o.example/{date:%Y-%m-%d}.xml", day=date(2026, 11, 20))
GAP = ClaimedGap(Lease(1, "w", 1), 1, 1, "made-up", 1, SINCE, (PAGES, DAYS), 60, 64 << 20, "Europe/Kyiv")


@dataclass(frozen=True)
class Entry:
    """An entry as it is asked here; `hours` ago it was published, None if that is not told."""

    url_key: str
    hours: float | None = None
    published_precision: str = "instant"

    @property
    def published_at(self) -> datetime | None:
        return None if self.hours is None else NOW - timedelta(hours=self.hours)


def entries(*told: str) -> list[Entry]:
    """`a` undated, `a:5` published five hours ago."""
    parts = [one.partition(":") for one in told]
    return [Entry(key, float(hours) if hours else None) for key, _, hours in parts]


# What is listed newest first, what was heard before, hours since the last poll, and what that means.
POLLS: list[tuple[str, list[str], str, float, str | None]] = [
    ("one that overlaps leaves none", ["c", "b", "a"], "a", 0.1, None),
    ("all new is no overlap", ["d", "c", "b"], "a", 0.1, "no overlap"),
    ("one entry alone proves nothing", ["b"], "a", 0.1, None),
    ("all new by their keys, old by their dates: the outlet changed its addresses", ["d:30", "c:31"], "", 20, None),
    ("one pinned to the top is an overlap while we listen", ["pin", "c", "b"], "pin", 0.1, None),
    ("one pinned to the top is none after a downtime", ["pin", "c", "b"], "pin", 20, "downtime"),
    ("a downtime that the window covers leaves none", ["c:1", "b:2", "a:30"], "", 20, None),
    ("a downtime that it does not cover", ["c:1", "b:2", "a:3"], "", 20, "no overlap"),
    ("the oldest may come first", ["a", "b", "c"], "a", 20, "downtime"),
    ("unless dates say so", ["a:25", "b:2", "c:1"], "a", 20, None),
]


@pytest.mark.parametrize(
    ("listed", "heard", "hours", "expected"), [row[1:] for row in POLLS], ids=[p[0] for p in POLLS]
)
def test_a_gap_is_seen(listed: list[str], heard: str, hours: float, expected: str | None) -> None:
    assert gap_of(entries(*listed), set(heard.split()), NOW - timedelta(hours=hours), NOW) == expected


def test_a_short_news_sitemap_tells_all_of_two_days() -> None:
    few, many = entries("b", "a"), entries(*map(str, range(20)))
    assert tells_all("news_sitemap", few, NOW - timedelta(hours=40), NOW)
    assert not tells_all("news_sitemap", few, NOW - timedelta(hours=50), NOW)
    assert not tells_all("news_sitemap", many, NOW - timedelta(hours=1), NOW)
    assert not tells_all("rss", few, NOW - timedelta(hours=1), NOW)


def test_a_day_without_a_time_is_taken_as_its_end() -> None:
    noon = Entry("a", 25, "day")  # of the day before; it may have come in the evening
    assert look_through([noon], (), NOW - timedelta(hours=20)) == ((noon,), False)
    assert look_through([replace(noon, hours=49)], (), NOW - timedelta(hours=20)) == ((), True)


@pytest.mark.parametrize(
    ("listed", "heard", "fresh", "has_reached"),
    [
        ("d c b a", "a", "d c b", True),
        ("d c b", "", "d c b", False),
        ("pin1 pin2 d c", "pin1 pin2", "d c", False),
        ("c b a z y x", "b a z", "c", True),  # three in a row: what comes after is older, and nobody's loss
        ("c a b", "a", "c b", False),
        ("", "", "", False),
    ],
)
def test_a_page_is_read_down_to_what_was_heard(listed: str, heard: str, fresh: str, has_reached: bool) -> None:
    found, reached = look_through(entries(*listed.split()), set(heard.split()), SINCE)
    assert ([entry.url_key for entry in found], reached) == (fresh.split(), has_reached)


def test_an_archive_that_the_table_names_goes_before_all() -> None:
    places = Places((Archive("rss", PAGES.url), Archive("news_sitemap", DAYS.url)), (RSS, NEWS), "Europe/Kyiv")
    late = datetime(2026, 11, 19, 23, tzinfo=UTC)  # already the 20th in Kyiv
    assert first_steps(places, POINT, "https://o.example/older", late) == (replace(PAGES, page=1), DAYS)


def test_without_one_the_older_page_other_doors_and_the_ways_of_wordpress_are_tried_then_robots_txt() -> None:
    older = Step("rss", "https://o.example/older")
    sitemap = Step("news_sitemap", NEWS.url)
    robots = Step(ROBOTS, "https://o.example/robots.txt")
    assert first_steps(Places((), (RSS, NEWS)), POINT, older.url, NOW) == (older, sitemap, PAGES)
    assert first_steps(Places((), (RSS,)), POINT, None, NOW) == (PAGES, robots)
    plain = replace(POINT, url="https://o.example/rss.xml")
    assert first_steps(Places(), plain, None, NOW) == (robots,)
    asked = replace(POINT, type="news_sitemap", url=NEWS.url)
    assert first_steps(Places((), (RSS, NEWS)), asked, None, NOW) == ()
    queried = replace(POINT, url="https://o.example/{en}/feed?x=1")
    assert first_steps(Places(), queried, None, NOW)[0].address == "https://o.example/{en}/feed?x=1&paged=2"


def test_robots_txt_names_sitemaps_those_with_news_first_and_three_at_most() -> None:
    lines = (
        "User-agent: *\nSitemap: https://o.example/map.xml\n sitemap : https://o.example/news.xml\nSitemap: file:///x\n"
    )
    found = sitemap_steps(lines.encode() + b"Sitemap: https://o.example/a.xml\nSITEMAP:https://o.example/b.xml\xff")
    assert [step.url for step in found][:2] == ["https://o.example/news.xml", "https://o.example/map.xml"]
    assert (found[0].type, len(found)) == ("news_sitemap", 3)
    assert sitemap_steps(b"Disallow: /") == ()


def test_pages_and_days_are_walked_back_and_an_archive_that_repeats_itself_has_ended() -> None:
    listed = entries("b", "a")
    third = next_step(PAGES, listed, None)
    assert third is not None
    assert (third.page, third.address) == (3, "https://o.example/feed/?paged=3")
    assert next_step(third, listed, None) is None  # the same again
    assert next_step(third, entries("c"), None) is not None
    assert next_step(DAYS, listed, None) == replace(DAYS, day=date(2026, 11, 19))
    alone = Step("rss", "https://o.example/1")
    assert next_step(alone, listed, None) is None
    following = next_step(alone, listed, "https://o.example/2")
    assert following is not None
    assert following.url == "https://o.example/2"
    assert next_step(following, listed, "https://o.example/3") is None


@pytest.mark.parametrize(
    ("gap", "following", "has_reached", "state", "note", "left"),
    [
        (GAP, replace(PAGES, page=3), True, "filled", "back to what was heard last", 0),
        (GAP, replace(PAGES, page=3), False, "open", None, 2),
        (GAP, None, False, "open", None, 1),
        (replace(GAP, steps=(PAGES,)), None, False, "given up", "the archive ends before what was heard last", 0),
        (replace(GAP, pages_left=1), PAGES, False, "given up", "too many pages", 0),
        (replace(GAP, bytes_left=100), PAGES, False, "given up", "too many bytes", 0),
        (GAP, replace(DAYS, day=date(2026, 11, 19)), False, "open", None, 2),
        (GAP, replace(DAYS, day=date(2026, 11, 18)), False, "filled", "back to what was heard last", 0),
        (replace(GAP, since=NOW - timedelta(days=30)), PAGES, True, "given up", "what is older than 7 days is not fetched", 0),
    ],
)  # fmt: skip
def test_a_gap_goes_on_is_filled_or_is_given_up(
    gap: ClaimedGap,
    following: Any,
    has_reached: bool,
    state: str,
    note: str | None,
    left: int,
) -> None:
    found = progress_after(gap, following, 100, NOW, has_reached=has_reached)
    assert (found.state, found.note, len(found.steps), found.size) == (state, note, left, 100)


@pytest.mark.parametrize(
    ("url", "is_well"),
    [
        ("https://o.example/?page={page}", True),
        ("https://o.example/{date:%Y/%m/%d}/", True),
        ("https://o.example/{date}.xml", True),
        ("https://o.example/all.xml", True),
        ("https://o.example/{date}/{page}", False),
        ("https://o.example/{number}", False),
        ("https://o.example/{}", False),
        ("https://o.example/{page", False),
        ("https://o.example/{page.__class__.x}", False),
        ("ftp://o.example/{page}", False),
    ],
)
def test_an_archive_of_the_catalogue_is_checked(url: str, is_well: bool) -> None:
    assert (trouble_of_archive(url) is None) == is_well


def test_the_table_of_an_outlet_names_archives_each_checked() -> None:
    table = {"archive": [{"type": "section", "url": "https://o.example/?page={page}", "links": "h2 a"}]}
    assert read_archives(Table("here", table)) == (Archive("section", "https://o.example/?page={page}", "h2 a"),)
    assert read_archives(Table("here", {})) == ()
    for value, trouble in (
        ("x", "archive: a list is needed"),
        ([{"type": "film", "url": "https://o.example/"}], "type: 'film' is none of rss"),
        ([{"type": "rss", "url": "https://o.example/{x}"}], "url: 'https://o.example/{x}' may hold"),
        ([{"type": "rss", "url": "https://o.example/", "link": "a"}], "unknown key; did you mean 'links'"),
    ):
        with pytest.raises(CatalogueError, match=re.escape(trouble)):
            read_archives(Table("here", {"archive": value}))
