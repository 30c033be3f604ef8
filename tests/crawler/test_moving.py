"""A redirect for good is followed for good only when it is settled, and within the outlet's own domain (F-9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.http import Request, TextResponse

from crawler.answers import redirects_to
from crawler.desk import Desk, DeskRules
from crawler.outcomes import PollItem
from crawler.outlets import load_outlets
from crawler.polling import Answer
from db import Database
from db.health import redirects_of_all, store_states
from db.outlets import EntryPointView, list_outlets

MONDAY = datetime(2026, 11, 23, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
DECLARED = "https://www.made-up.by/rss"
AT_HOME = "https://news.made-up.by/feed"
AWAY = "https://else.by/feed"


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


class Polled:
    """One outlet with one entry point, polled every hour from Monday evening on."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.database = database
        self.desk = Desk(database, DeskRules(), self.clock, lambda: 0.5)
        table = {
            "name": "made-up", "title": "Made up", "kind": "independent", "languages": ["be"],
            "timezone": "Europe/Minsk", "entry_points": [{"type": "rss", "url": DECLARED, "confidence": "high"}],
        }  # fmt: skip
        self.desk.open(load_outlets(own=[table], selected=("made-up",)))

    def poll(self, *answers: Answer) -> list[str]:
        """Answer each poll in turn, and return the addresses that were asked."""
        asked = []
        for answer in answers:
            self.desk.make_due(("made-up",))
            (due,) = self.desk.claim_polls(1, None, None)
            asked.append(due.url)
            self.desk.store_poll(PollItem(due, answer), is_own_outage=False)
            self.clock.now += HOUR
        return asked

    @property
    def point(self) -> EntryPointView:
        with self.database.read() as session:
            ((point,),) = [outlet.entry_points for outlet in list_outlets(session)]
            return point


@pytest.fixture
def polled(database: Database) -> Polled:
    return Polled(database)


def to(address: str | None) -> Answer:
    return Answer("same", 200, redirects_to=address)


def test_three_equal_answers_on_two_days_change_the_address(polled: Polled) -> None:
    assert polled.poll(to(AT_HOME), to(AT_HOME)) == [DECLARED, DECLARED]
    assert (polled.point.state, polled.point.redirects_to, polled.point.moved_to) == ("moved", AT_HOME, None)
    polled.poll(to(AT_HOME))
    assert polled.poll(to(None)) == [AT_HOME]
    assert (polled.point.state, polled.point.url, polled.point.moved_to) == ("alive", DECLARED, AT_HOME)


def test_an_answer_in_between_starts_the_count_anew(polled: Polled) -> None:
    assert set(polled.poll(to(AT_HOME), to(None), *[to(AT_HOME)] * 9)) == {DECLARED}  # all nine on Tuesday


def test_another_domain_is_not_followed(polled: Polled) -> None:
    assert set(polled.poll(*[to(AWAY)] * 30)) == {DECLARED}
    with polled.database.read() as session:
        (redirects,) = redirects_of_all(session, list_outlets(session)).values()
    assert (polled.point.state, redirects.number, redirects.since) == ("moved", 30, MONDAY)


def test_a_new_address_that_is_gone_again_gives_way_to_the_declared_one(polled: Polled) -> None:
    polled.poll(*[to(AT_HOME)] * 3)
    assert polled.poll(Answer("failed", 410, "HTTP 410"), to(None)) == [AT_HOME, DECLARED]


def test_a_zombie_stays_one_until_it_brings_something(polled: Polled) -> None:
    polled.poll(to(None))
    with polled.database.begin() as session:
        store_states(session, {polled.point.id: "zombie"})
    polled.poll(to(None))
    assert polled.point.state == "zombie"
    polled.poll(Answer("failed", 500, "HTTP 500"))
    assert polled.point.state == "degraded"
    with polled.database.begin() as session:
        store_states(session, {polled.point.id: "zombie"})
    assert polled.point.state == "degraded"


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([404, 404], "degraded"),
        ([404, 404, 404], "gone"),
        ([500, 500, 404], "degraded"),
        ([404, 500, 404, 404], "gone"),
        ([404, 404, 200, 404], "degraded"),
        ([410], "gone"),
    ],
)
def test_a_feed_is_gone_after_three_404_or_one_410(polled: Polled, answers: list[int], state: str) -> None:
    polled.poll(*[Answer("same" if status == 200 else "failed", status, f"HTTP {status}") for status in answers])
    assert polled.point.state == state


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], None),
        ([302], None),
        ([301], "https://o.example/1"),
        ([308, 301], "https://o.example/2"),
        ([301, 302], "https://o.example/1"),  # only as far as all are for good
        ([302, 301], None),
        (["meta refresh"], None),
    ],
)
def test_only_redirects_for_good_are_kept(reasons: list[Any], expected: str | None) -> None:
    urls = [f"https://o.example/{number}" for number in range(len(reasons) + 1)]
    meta = {"redirect_reasons": reasons, "redirect_urls": urls[:-1]} if reasons else {}
    response = TextResponse(urls[-1], request=Request(urls[-1], meta=meta))
    assert redirects_to(response) == expected
