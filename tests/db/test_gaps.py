"""Gaps: a queue that forgets no page, gives one of an outlet at a time, and ends with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db import Database
from db.entries import EntrySource, NewEntry, store_entries
from db.gaps import (
    MOST_BYTES,
    MOST_PAGES,
    NO_ARCHIVE,
    ClaimedGap,
    NewGap,
    Progress,
    Step,
    advance_gap,
    claim_gaps,
    forget_gaps,
    gap_json,
    heard_before,
    last_heard,
    list_gaps,
    open_gap,
    retry_gap,
    skip_step,
)
from db.leases import UNFINISHED_ATTEMPTS, LeaseRequest
from db.models import EntryPointRow, FeedEntryRow
from db.outlets import sync_outlets
from db.polls import claim_entry_points, release_leases
from newsroom.declared import Outlet, Point

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
PAGES = Step("rss", "https://one.example/feed?paged={page}", page=2)
DAYS = Step("news_sitemap", "https://one.example/{date:%Y/%m}/{date:%d}.xml", day=date(2026, 11, 9))


OUTLETS = (
    Outlet("one", (Point("https://one.example/feed"), Point("https://one.example/world/feed"))),
    Outlet("two", (Point("https://two.example/feed"),)),
)


@pytest.fixture
def points(database: Database) -> dict[str, int]:
    """The ids of the entry points by their address."""
    with database.begin() as session:
        sync_outlets(session, OUTLETS, NOW)
        due = claim_entry_points(session, LeaseRequest("poller", NOW, NOW + timedelta(minutes=1), 10))
        return {point.url: point.id for point in due}


def by(owner: str = "worker", now: datetime = NOW, limit: int = 10) -> LeaseRequest:
    return LeaseRequest(owner, now, now + timedelta(minutes=5), limit)


def gap(points: dict[str, int], outlet: str = "one", path: str = "feed", *steps: Step) -> NewGap:
    url = f"https://{outlet}.example/{path}"
    return NewGap(points[url], outlet, "no overlap", YESTERDAY, steps or (replace(PAGES, url=url + "?paged={page}"),))


def opened(database: Database, *gaps: NewGap) -> list[bool]:
    with database.begin() as session:
        return [open_gap(session, one, NOW) for one in gaps]


def claimed(database: Database, request: LeaseRequest | None = None) -> list[ClaimedGap]:
    with database.begin() as session:
        return claim_gaps(session, request or by())


def test_a_step_fills_the_places_of_its_address() -> None:
    assert PAGES.address == "https://one.example/feed?paged=2"
    assert DAYS.address == "https://one.example/2026/11/09.xml"
    assert Step("rss", "https://one.example/{x}").address == "https://one.example/{x}"


def test_a_gap_is_claimed_with_what_is_to_be_read_and_how_much_may_be(
    database: Database, points: dict[str, int]
) -> None:
    assert opened(database, gap(points, "one", "feed", PAGES, DAYS)) == [True]
    (one,) = claimed(database)
    assert (one.outlet, one.since, one.steps, one.attempts) == ("one", YESTERDAY, (PAGES, DAYS), 1)
    assert (one.pages_left, one.bytes_left, one.timezone) == (MOST_PAGES, MOST_BYTES, "Europe/Kyiv")
    assert claimed(database, by("other")) == []


def test_a_page_moves_the_gap_on_until_it_is_filled(database: Database, points: dict[str, int]) -> None:
    opened(database, gap(points))
    (one,) = claimed(database)
    third = replace(one.step, page=3, seen="abc")
    with database.begin() as session:
        assert advance_gap(session, one, Progress((third,), size=1000), NOW, entries=9)
    (one,) = claimed(database)
    assert (one.step, one.attempts, one.pages_left, one.bytes_left) == (third, 1, MOST_PAGES - 1, MOST_BYTES - 1000)
    with database.begin() as session:
        assert advance_gap(session, one, Progress((), "filled", "back"), NOW, entries=2)
    with database.read() as session:
        (view,) = list_gaps(session, "one")
    assert (view.state, view.note, view.entries, view.pages, view.closed_at) == ("filled", "back", 11, 2, NOW)
    assert gap_json(view)["since"] == "2026-11-19T12:00:00Z"
    assert claimed(database, by(now=NOW + timedelta(days=1))) == []


def test_one_gap_of_an_outlet_at_a_time_is_worked_on_the_newest_first(
    database: Database, points: dict[str, int]
) -> None:
    assert opened(database, gap(points), gap(points, "one", "world/feed"), gap(points, "two")) == [True] * 3
    first = claimed(database)
    assert [(one.outlet, one.step.url[20:25]) for one in first] == [("two", "feed?"), ("one", "world")]
    assert claimed(database, by("other")) == []
    with database.begin() as session:
        advance_gap(session, first[1], Progress((), "filled"), NOW)
    assert [one.outlet for one in claimed(database, by("other"))] == ["one"]


def test_two_entry_points_with_one_archive_share_a_gap_that_goes_back_to_the_earlier(
    database: Database, points: dict[str, int]
) -> None:
    opened(database, gap(points, "one", "feed", DAYS))
    (one,) = claimed(database)
    earlier = replace(gap(points, "one", "world/feed", DAYS), since=YESTERDAY - timedelta(hours=3))
    assert opened(database, earlier) == [False]
    with database.begin() as session:  # what was read reaches back to the later only
        advance_gap(session, one, Progress((), "filled", "back"), NOW)
    (one,) = claimed(database)
    assert (one.since, one.steps) == (earlier.since, (DAYS,))


def test_without_an_archive_a_gap_is_given_up_at_once_and_seen(database: Database, points: dict[str, int]) -> None:
    opened(database, replace(gap(points), steps=()))
    with database.read() as session:
        (view,) = list_gaps(session, since=NOW - timedelta(hours=1))
    assert (view.state, view.note) == ("given up", NO_ARCHIVE)
    assert claimed(database) == []


def test_a_failed_page_comes_back_later_and_a_wait_is_no_attempt(database: Database, points: dict[str, int]) -> None:
    opened(database, gap(points))
    (one,) = claimed(database)
    later = NOW + timedelta(minutes=1)
    with database.begin() as session:
        assert retry_gap(session, one, "HTTP 500", later)
    assert claimed(database) == []
    (one,) = claimed(database, by(now=later))
    assert one.attempts == 2
    with database.begin() as session:
        assert retry_gap(session, one, "asked to wait", later, is_attempt=False)
    assert [again.attempts for again in claimed(database, by(now=later))] == [2]


def test_an_archive_that_cannot_be_read_is_left_for_the_next_and_the_last_gives_up_with_its_error(
    database: Database, points: dict[str, int]
) -> None:
    opened(database, gap(points, "one", "feed", PAGES, DAYS))
    (one,) = claimed(database)
    with database.begin() as session:
        assert skip_step(session, one, "HTTP 404", NOW)
    (one,) = claimed(database)
    assert one.steps == (DAYS,)
    with database.begin() as session:
        assert skip_step(session, one, "HTTP 403", NOW)
    with database.read() as session:
        (view,) = list_gaps(session)
    assert (view.state, view.note, view.address) == ("given up", "HTTP 403", None)


def test_a_page_that_ends_its_process_each_time_is_seen_as_spent(database: Database, points: dict[str, int]) -> None:
    opened(database, gap(points))
    for life in range(UNFINISHED_ATTEMPTS + 1):
        (one,) = claimed(database, by(f"life {life}", NOW + timedelta(minutes=10 * life)))
        assert one.is_spent == (life == UNFINISHED_ATTEMPTS)


def test_what_an_owner_leaves_in_order_is_free_at_once_and_a_lost_lease_stores_nothing(
    database: Database, points: dict[str, int]
) -> None:
    opened(database, gap(points))
    (one,) = claimed(database)
    with database.begin() as session:
        release_leases(session, "worker")
    (again,) = claimed(database, by("other"))
    assert again.attempts == 1
    with database.begin() as session:
        assert not advance_gap(session, one, Progress((), "filled"), NOW)
        assert not retry_gap(session, one, "x", NOW)
        assert not skip_step(session, one, "x", NOW)


def test_entries_of_a_gap_are_news_and_only_what_was_found_in_time_was_heard_before(
    database: Database, points: dict[str, int]
) -> None:
    source = EntrySource(points["https://one.example/feed"], "one")
    with database.begin() as session:
        assert store_entries(session, source, [NewEntry("https://one.example/1", "1")], YESTERDAY) == 1
        assert store_entries(session, source, [NewEntry("https://one.example/2", "2")], NOW) == 1
        assert [row.is_baseline for row in session.scalars(select(FeedEntryRow))] == [False, False]
        assert heard_before(session, ["1", "2", "3"], YESTERDAY) == {"1"}
        assert heard_before(session, [], NOW) == set()


def test_closed_gaps_are_forgotten_and_open_ones_never(database: Database, points: dict[str, int]) -> None:
    opened(database, gap(points), replace(gap(points, "two"), steps=()))
    with database.begin() as session:
        assert [forget_gaps(session, NOW + timedelta(days=99)) for _ in range(2)] == [1, 0]
        assert [view.state for view in list_gaps(session)] == ["open"]


def test_doors_that_stand_in_for_each_other_are_heard_as_one(database: Database) -> None:
    doors = (Point("https://one.example/feed"), Point("https://one.example/s", "telegram", is_stand_in=True))
    with database.begin() as session:
        sync_outlets(session, (Outlet("one", doors),), NOW)
        feed, stand_in = session.scalars(select(EntryPointRow).order_by(EntryPointRow.position))
        feed.last_success_at = YESTERDAY
        stand_in.state = "new"

    def heard() -> list[datetime | None]:
        with database.begin() as session:
            for row in session.scalars(select(EntryPointRow)):
                row.lease_until, row.next_check_at = None, NOW
            feed = session.scalars(select(EntryPointRow).where(EntryPointRow.position == 0)).one()
            feed.state = "gone" if feed.state == "new" else feed.state
            due = claim_entry_points(session, by())
            return [last_heard(session, point) for point in sorted(due, key=lambda point: point.id)]

    assert heard() == [YESTERDAY, YESTERDAY]  # the stand-in wakes: it goes back to where the feed died
    with database.begin() as session:
        stand_in = session.scalars(select(EntryPointRow).where(EntryPointRow.position == 1)).one()
        stand_in.last_success_at = NOW
    assert heard() == [NOW, NOW]  # the feed lives again: until now the stand-in was heard
    with database.begin() as session:
        session.scalars(select(EntryPointRow).where(EntryPointRow.position == 0)).one().last_success_at = None
    assert heard()[0] is None  # its first poll is nobody's loss
