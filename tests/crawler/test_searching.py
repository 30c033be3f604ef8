"""Searches and registers: whose articles they become, and which number is told. Over real HTTP, by the real process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.desk import Desk, DeskRules
from crawler.doors import Context, read_body
from crawler.outcomes import PollItem
from crawler.outlets import known_outlets, load_outlets
from crawler.polling import Answer as PollAnswer
from crawler.urls import site_of, url_key
from db import Database
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, MentionRow, PollRow
from events.reading import read_new
from newsroom import Act, Answer, Hit, OutletServer, RegisterServer, SearchServer, made_up_outlets
from newsroom.registers import OFAC, PRISONERS, render_prisoners
from newsroom.searches import GDELT, TOO_MANY, answer_google
from newsroom.stories import all_stories

NOW = datetime.now(UTC)
TEXT = (
    "A made-up licence for a made-up company, told in one long sentence that says nothing of anybody who exists. " * 4
)
HOME = "https://outlet.example"


@pytest.fixture
def press() -> Iterator[OutletServer]:
    """An outlet of the catalogue with two stories, both in its feed."""
    with OutletServer(made_up_outlets()["ranok"]) as server:
        told = [story for story in all_stories().values() if story.language == "uk" and story.about == "none"][:2]
        for hours, story in enumerate(told, 1):
            server.publish(story, NOW - timedelta(hours=hours))
        yield server


@pytest.fixture
def search() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
def registers() -> Iterator[RegisterServer]:
    with RegisterServer() as server:
        yield server


def table(name: str, type_: str, url: str, **keys: Any) -> dict[str, Any]:
    known = {"title": name, "kind": "aggregator", "languages": ["uk", "en"], "timezone": "UTC"}
    return {**known, "name": name, "entry_points": [{"type": type_, "url": url}], **keys}


def test_what_searches_find_is_of_the_outlets_that_wrote_it_and_known_once(
    press: OutletServer, search: SearchServer, site: Any, crawl: Any, sqlite_database: Database, rows: Any
) -> None:
    site.page("/elsewhere", "Ще одна вигадана новина")
    first, second = [f"{press.url}{one.path}" for one in press.visible()]
    gone, elsewhere = f"{press.url}/gone", f"{site.url}/elsewhere"
    search.find(
        Hit(gone, "Ten people are free", "Ranok", press.url, NOW),
        Hit(elsewhere, "Ще одна вигадана новина", "Інша", site.url, NOW),
        Hit(first, "x", "Ranok", press.url, NOW),
    )
    with SearchServer() as google:
        google.find(
            Hit(first, "x", "Ranok", press.url, NOW, is_hidden=False),
            Hit(f"{press.url}/hidden", "Nine people are free", "Ranok", press.url, NOW),
        )
        crawl.outlets += [
            table("ranok", "rss", press.feed_url, homepage=press.url, languages=["uk"]),
            table("gdelt", "gdelt", search.gdelt_url("(belarus OR minsk)")),
            table("google", "google_news", google.google_url("x")),
            table("bing", "bing_news", search.bing_url("x")),
        ]
        crawl.once()
        asked = {one.request.path for one in google.exchanges}
    articles = {url_key(article.url): article for article in rows(sqlite_database, ArticleRow)}
    hidden = articles.pop(next(key for key in articles if "/rss/articles/" in key))
    assert {key: article.outlet for key, article in articles.items()} == {
        url_key(first): "ranok",
        url_key(second): "ranok",
        url_key(gone): "ranok",  # its page cannot be had: the headline alone
        url_key(elsewhere): site_of(site.url),  # an outlet that the catalogue does not know
    }
    assert (hidden.outlet, hidden.title, hidden.text) == ("ranok", "Nine people are free", "")
    assert site.hits("/elsewhere") == press.count("/gone") == press.count(press.visible()[0].path) == 1
    assert asked == {"/robots.txt", "/rss/search"}  # never the page of a hidden article: it would be a script


def test_refusals_are_failures_of_the_door_and_no_search_is_asked_more_often_than_it_bears(
    search: SearchServer, site: Any, crawl: Any, sqlite_database: Database, rows: Any
) -> None:
    search.script(GDELT, Answer(200, TOO_MANY.encode()))
    crawl.outlets += [
        table("hurried", "gdelt", search.gdelt_url("x")),
        table("edition", "google_news", search.google_url("belarus", "US:be"), check_every="1m"),
        table("calm", "bing_news", search.bing_url("belarus"), check_every="2h"),
    ]
    crawl.once()
    points = {point.outlet: point for point in rows(sqlite_database, EntryPointRow)}
    assert {name: (point.state, point.check_every) for name, point in points.items()} == {
        "hurried": ("degraded", 900),
        "edition": ("degraded", 900),
        "calm": ("alive", 7200),  # empty, and said so
    }
    assert "too many requests" in points["hurried"].last_error
    assert "refused: 'This feed is not available" in points["edition"].last_error
    assert points["edition"].next_check_at - points["edition"].last_checked_at >= timedelta(minutes=14)
    assert rows(sqlite_database, FeedEntryRow) == []
    assert len(rows(sqlite_database, PollRow)) == 3
    assert [one.request.path for one in search.exchanges].count(GDELT) == 1


def test_acts_of_offices_become_articles_of_their_day_and_the_list_tells_its_number(
    registers: RegisterServer, crawl: Any, sqlite_database: Database, rows: Any
) -> None:
    yesterday = (NOW - timedelta(days=1)).date()
    registers.actions.append(Act("Issuance of a made-up Belarus General License", TEXT, yesterday))
    registers.documents.append(Act("Notice of a made-up license", TEXT, yesterday, number="2026-00001"))
    registers.prisoners += ["active"] * 1140 + ["former"] * 9
    office = {"kind": "official", "languages": ["en"], "timezone": "America/New_York"}
    crawl.outlets += [
        table("ofac", "ofac", f"{registers.url}{OFAC}", **office),
        table("register", "federal_register", registers.documents_url, **office),
        viasna(f"{registers.url}{PRISONERS}"),
    ]
    report = crawl.once()
    assert [report["outlets"][name] for name in ("ofac", "register")] == [[1, 1, 1, 1, None]] * 2
    assert report["outlets"]["viasna"] == [1, 1, 0, 1, None]
    articles = {article.outlet: article for article in rows(sqlite_database, ArticleRow)}
    for name in ("ofac", "register"):
        published = articles[name].published_at
        assert (articles[name].published_precision, published.date()) == ("day", yesterday)
        assert articles[name].text.startswith("A made-up licence")
    assert articles["viasna"].title == "Viasna: 1,140 political prisoners are held in Belarus"


def viasna(url: str) -> dict[str, Any]:
    return table("viasna", "viasna", url, kind="ngo", title="Viasna Human Rights Centre", languages=["be", "ru", "en"],
                 timezone="Europe/Vilnius")  # fmt: skip


@dataclass
class Polls:
    """The crawl process's desk over a database, without a network: bodies are given, and the time."""

    database: Database
    tables: list[dict[str, Any]]
    others: tuple[dict[str, Any], ...] = ()  # known, and not crawled
    now: datetime = datetime(2026, 5, 7, 9, tzinfo=UTC)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, DeskRules(), lambda: self.now, lambda: 0.5)
        names = [one["name"] for one in self.tables]
        self.desk.open(load_outlets(own=self.tables, selected=names), known_outlets([*self.tables, *self.others]))

    def poll(self, name: str, body: bytes) -> tuple[int, int]:
        """Store what an outlet's entry point answers; return how many entries and articles that made."""
        self.desk.make_due((name,))
        (point,) = self.desk.claim_polls(1, (name,), None)
        listing = read_body(point.type, body, point.url, Context(timezone=point.timezone, at=self.now))
        item = PollItem(point, PollAnswer("new", 200), listing.entries)
        stored = self.desk.store_poll(item, is_own_outage=False)
        self.now += timedelta(days=1)
        return stored.new, stored.articles


def test_the_number_held_is_told_only_when_it_changes_and_is_read_as_counted_by_viasna(
    database: Database, rows: Any
) -> None:
    polls = Polls(database, [viasna("https://prisoners.spring96.org/en/list")])
    stages = [(1140, 3), (1140, 9), (1135, 14), (1140, 14), (1140, 15)]
    told = [polls.poll("viasna", render_prisoners(["active"] * held + ["former"] * freed)) for held, freed in stages]
    assert told == [(1, 1), (0, 0), (1, 1), (1, 1), (0, 0)]
    assert read_new(database, owner="reader", now=polls.now).read == 3
    counts = [mention.facts["counts"][0] for mention in rows(database, MentionRow)]
    assert [(one["role"], one["value"], one["counter"], one["as_of"]) for one in counts] == [
        ("held", 1140, "Viasna", "2026-05-07"),
        ("held", 1135, "Viasna", "2026-05-09"),
        ("held", 1140, "Viasna", "2026-05-10"),
    ]
    assert {mention.kind for mention in rows(database, MentionRow)} == {"related"}  # nobody is told of the list alone
    assert {article.alerting for article in rows(database, ArticleRow)} == {"loaded", "normal"}


def test_a_headline_of_google_is_no_second_article_where_its_outlet_told_it_itself(
    database: Database, rows: Any
) -> None:
    search = "https://news.google.com/rss/search?q=x"
    outlet = table("outlet", "rss", f"{HOME}/feed", homepage=HOME, kind="independent")
    polls = Polls(database, [outlet, table("google", "google_news", search)])
    item = f"<item><title>Ten are free &amp; well</title><link>{HOME}/1</link></item>"
    polls.poll("outlet", f"<rss version='2.0'><channel><title>x</title>{item}</channel></rss>".encode())
    hits = [
        Hit(f"{HOME}/1", "Ten are free & well", "Outlet", HOME, polls.now),
        Hit(f"{HOME}/2", "Headline that no feed has", "Outlet", HOME, polls.now),
        Hit(
            "https://unknown.example/1",
            "Ten are free & well",
            "Unknown - Daily",
            "https://www.unknown.example",
            polls.now,
        ),
    ]
    body = answer_google({"q": "x", "ceid": "US:en"}, hits, "https://news.google.com").body
    assert polls.poll("google", body) == (3, 2)
    assert polls.poll("google", body) == (0, 0)
    articles = rows(database, ArticleRow)
    assert [(one.outlet, one.title) for one in articles] == [
        ("outlet", "Headline that no feed has"), ("unknown.example", "Ten are free & well"),
    ]  # fmt: skip
    assert articles[1].fields["outlet"] == {"source": "search: Unknown - Daily", "confidence": 0.6}
    assert date(2026, 5, 8) == articles[0].published_at.date()
    unfetched = [entry.url for entry in rows(database, FeedEntryRow) if entry.fetched_at is None]
    assert unfetched == [f"{HOME}/1"]


def test_an_outlet_that_is_not_crawled_is_known_by_its_hosts_all_the_same(database: Database, rows: Any) -> None:
    outlet = table("outlet", "rss", f"{HOME}/feed", homepage=HOME, mirrors=["mirror.example"], story_key=r"(\d{6})")
    polls = Polls(database, [table("google", "google_news", "https://news.google.com/rss/search?q=x")], (outlet,))
    url = "https://mirror.example/uk/123456"
    hits = [
        Hit(url, "A bridge opens", "Outlet", HOME, polls.now, is_hidden=False),
        Hit("https://mirror.example/2", "A bridge closes", "Mirror", "https://mirror.example", polls.now),
    ]
    assert polls.poll("google", answer_google({"q": "x", "ceid": "US:en"}, hits, "https://news.google.com").body) == (
        2,
        1,
    )
    assert [one.outlet for one in rows(database, ArticleRow)] == ["outlet"]
    assert {one.url_key for one in rows(database, FeedEntryRow) if one.url == url} == {"story:outlet.example:123456"}
