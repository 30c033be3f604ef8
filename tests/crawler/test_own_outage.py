"""F-2: while our own network is down no page is given up because nobody could be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.desk import Desk, DeskRules
from crawler.items import EntryItem
from crawler.outcomes import PollItem, UnfetchedItem
from crawler.outlets import load_outlets
from crawler.polling import Answer
from db import Database
from db.entries import FETCH_ATTEMPTS, ClaimedEntry

URL = "https://outlet.example/news/1"
OUTLET = {
    "name": "outlet", "title": "Outlet", "kind": "independent", "languages": ["en"], "timezone": "UTC",
    "entry_points": [{"type": "rss", "url": "https://outlet.example/feed"}],
}  # fmt: skip


class Fetching:
    """The crawl process's desk with one entry in the queue, and time that is told."""

    def __init__(self, database: Database) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.desk = Desk(database, DeskRules(), lambda: self.now, lambda: 0.5)
        self.desk.open(load_outlets(own=[OUTLET], selected=["outlet"]))
        (point,) = self.desk.claim_polls(1, None, None)
        found = (EntryItem(URL, URL, title="A bridge opens"),)
        self.desk.store_poll(PollItem(point, Answer("new", 200), found), is_own_outage=False)

    def fail(self, *, is_unreachable: bool, is_own_outage: bool) -> int | None:
        """Let the next attempt fail, a day later; return its number, None where the page is no longer asked for."""
        self.now += timedelta(days=1)
        claimed = self.desk.claim_fetches({}, 2, 2, None)
        for one in claimed:
            assert isinstance(one, ClaimedEntry)
            item = UnfetchedItem(one, "no route", is_unreachable=is_unreachable)
            self.desk.store_unfetched(item, is_own_outage=is_own_outage)
            return one.attempts
        return None


def test_what_nobody_could_answer_is_no_attempt_and_is_asked_for_after_the_outage(database: Database) -> None:
    fetching = Fetching(database)
    assert {fetching.fail(is_unreachable=True, is_own_outage=True) for _ in range(2 * FETCH_ATTEMPTS)} == {1}


@pytest.mark.parametrize(("is_unreachable", "is_own_outage"), [(True, False), (False, True)])
def test_any_other_failure_counts(database: Database, is_unreachable: bool, is_own_outage: bool) -> None:
    fetching = Fetching(database)
    kinds = {"is_unreachable": is_unreachable, "is_own_outage": is_own_outage}
    numbers = [fetching.fail(**kinds) for _ in range(FETCH_ATTEMPTS + 1)]
    assert numbers == [*range(1, FETCH_ATTEMPTS + 1), None]
