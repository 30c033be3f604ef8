"""Outlets, entry points, entries, pages: each queue gives its rows once, counts attempts, and loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from db import Database
from db.articles import NewArticle
from db.entries import (
    FETCH_ATTEMPTS,
    ClaimedEntry,
    NewEntry,
    claim_entries,
    give_up_entry,
    outlets_with_due_entries,
    retry_entry,
    store_entries,
)
from db.leases import LeaseRequest
from db.models import EntryPointRow, FeedEntryRow, PageRow, PollRow
from db.outlets import list_outlets, sync_outlets
from db.pages import ClaimedPage, NewPage, claim_pages, finish_page, note_page_error, store_page
from db.polls import (
    DueEntryPoint,
    PollResult,
    Validators,
    claim_entry_points,
    finish_poll,
    make_due,
    next_check_of,
    release_leases,
)
from db.queries import list_articles
from newsroom.declared import Outlet, Point

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


ONE = Outlet("one", (Point("https://one.example/rss"),))
TWO = Outlet("two", (Point("https://two.example/rss"), Point("https://two.example/map", "news_sitemap", False)))
WELL = PollResult(at=NOW, outcome="new", state="alive", failures=0, next_check_at=LATER, status=200)
PAGE = NewPage("https://one.example/1", "https://one.example/1", "https://one.example/1", 200, {"etag": "x"}, b"<p>",
               "utf-8", NOW)  # fmt: skip


def by(owner: str = "worker", now: datetime = NOW, limit: int = 10) -> LeaseRequest:
    return LeaseRequest(owner, now, now + timedelta(minutes=5), limit)


def entry(number: int, published_at: datetime | None = None) -> NewEntry:
    url = f"https://one.example/{number}"
    return NewEntry(url, url, title=f"Title {number}", summary="Short\u200b text", published_at=published_at)


def synced(database: Database, *outlets: Outlet) -> None:
    with database.begin() as session:
        sync_outlets(session, outlets, NOW)


def claimed_points(database: Database, request: LeaseRequest | None = None) -> list[DueEntryPoint]:
    with database.begin() as session:
        return claim_entry_points(session, request or by())


def polled(database: Database, *entries: NewEntry) -> DueEntryPoint:
    synced(database, ONE)
    (point,) = claimed_points(database)
    with database.begin() as session:
        store_entries(session, point, entries, NOW)
        assert finish_poll(session, point, WELL)
    return point


def claimed_entries(database: Database, request: LeaseRequest | None = None) -> list[ClaimedEntry]:
    with database.begin() as session:
        return claim_entries(session, request or by(), "one")


def claimed_pages(database: Database, request: LeaseRequest | None = None) -> list[ClaimedPage]:
    with database.begin() as session:
        return claim_pages(session, request or by())


def test_a_new_entry_point_is_due_at_once_and_one_of_an_unknown_type_never(database: Database) -> None:
    synced(database, ONE, TWO)
    found = claimed_points(database)
    assert [(point.url, point.priority, point.is_first) for point in found] == [
        ("https://one.example/rss", 1, True),
        ("https://two.example/rss", 1, True),
    ]
    assert claimed_points(database, by("other")) == []


def test_syncing_again_keeps_what_was_learned_and_switches_off_what_is_gone(database: Database) -> None:
    synced(database, ONE, TWO)
    (point, _) = claimed_points(database)
    with database.begin() as session:
        finish_poll(session, point, replace(WELL, validators=Validators('"a"', None, "hash")))
    synced(database, replace(ONE, title="New name", check_every=60))
    with database.read() as session:
        one, two = list_outlets(session)
        row = session.scalars(select(EntryPointRow).where(EntryPointRow.outlet == "one")).one()
        assert (row.etag, row.check_every, row.next_check_at) == ('"a"', 60, LATER)
    slow = replace(ONE, entry_points=(replace(ONE.entry_points[0], check_every=3600),), check_every=60)
    synced(database, slow)
    with database.read() as session:
        row = session.scalars(select(EntryPointRow).where(EntryPointRow.outlet == "one")).one()
        assert row.check_every == 3600  # its own goes before its outlet's
    assert (one.title, one.is_enabled, one.entry_points[0].state) == ("New name", True, "alive")
    assert (two.is_enabled, two.entry_points[0].is_enabled) == (False, False)


def test_a_poll_leaves_its_outcome_the_next_check_and_the_validators(database: Database) -> None:
    synced(database, ONE)
    (point,) = claimed_points(database)
    result = replace(WELL, items_seen=3, items_new=2, bytes=10, milliseconds=5, validators=Validators("e", "m", "h"))
    with database.begin() as session:
        assert finish_poll(session, point, result)
    assert claimed_points(database) == []
    (again,) = claimed_points(database, by(now=LATER))
    assert (again.validators, again.is_first, again.last_full_fetch_at) == (Validators("e", "m", "h"), False, NOW)
    with database.read() as session:
        (poll,) = session.scalars(select(PollRow))
        assert (poll.outcome, poll.items_new, poll.planned_at) == ("new", 2, None)
        assert next_check_of(session) == LATER


def test_a_failed_poll_keeps_validators_and_the_last_success(database: Database) -> None:
    point = polled(database)
    with database.begin() as session:
        make_due(session, ["one"], NOW)
    (point,) = claimed_points(database)
    failed = replace(WELL, outcome="failed", state="degraded", failures=1, status=500, error="HTTP 500" * 1000)
    with database.begin() as session:
        assert finish_poll(session, point, failed)
    with database.read() as session:
        (view,) = list_outlets(session)
    assert (view.entry_points[0].state, view.entry_points[0].last_success_at) == ("degraded", NOW)
    assert len(view.entry_points[0].last_error or "") == 1000


def test_an_entry_point_that_is_gone_is_asked_again_only_by_order(database: Database) -> None:
    synced(database, ONE)
    (point,) = claimed_points(database)
    with database.begin() as session:
        finish_poll(session, point, replace(WELL, outcome="failed", state="gone", status=410, next_check_at=NOW))
    assert claimed_points(database, by(now=LATER)) == []
    with database.begin() as session:
        assert make_due(session, ["one"], LATER) == 1
    assert len(claimed_points(database, by(now=LATER))) == 1


def test_a_poll_of_a_lost_lease_stores_nothing(database: Database) -> None:
    synced(database, ONE)
    (slow,) = claimed_points(database, by("slow"))
    (quick,) = claimed_points(database, by("quick", LATER))
    with database.begin() as session:
        assert not finish_poll(session, slow, WELL)
        assert finish_poll(session, quick, WELL)
    with database.read() as session:
        assert len(session.scalars(select(PollRow)).all()) == 1


def test_entries_are_stored_once_cleaned_and_marked_as_baseline_on_the_first_poll(database: Database) -> None:
    point = polled(database, entry(1), entry(2), entry(1))
    with database.begin() as session:
        assert store_entries(session, replace(point, is_first=False), [entry(2), entry(3)], NOW) == 1
    with database.read() as session:
        found = session.scalars(select(FeedEntryRow).order_by(FeedEntryRow.id)).all()
        assert [row.is_baseline for row in found] == [True, True, False]
        assert found[0].summary == "Short text"


def test_news_is_fetched_before_baseline_and_the_newest_first(database: Database) -> None:
    point = polled(database, entry(1, NOW - timedelta(days=1)), entry(2, NOW), entry(3))
    with database.begin() as session:
        store_entries(session, replace(point, is_first=False), [entry(4, NOW - timedelta(days=9))], NOW)
        assert outlets_with_due_entries(session, NOW) == {"one": 4}
    assert [claimed.entry.title for claimed in claimed_entries(database)] == [f"Title {n}" for n in (4, 2, 1, 3)]
    with database.read() as session:
        assert outlets_with_due_entries(session, NOW) == {}


def test_a_failed_fetch_comes_back_later_and_a_wait_is_no_attempt(database: Database) -> None:
    polled(database, entry(1))
    (claimed,) = claimed_entries(database)
    with database.begin() as session:
        assert retry_entry(session, claimed, "HTTP 500", LATER)
    assert claimed_entries(database) == []
    (second,) = claimed_entries(database, by(now=LATER))
    assert (claimed.attempts, second.attempts) == (1, 2)
    with database.begin() as session:
        assert retry_entry(session, second, "wait", LATER, is_attempt=False)
        assert not retry_entry(session, second, "twice", LATER)
    assert claimed_entries(database, by(now=LATER))[0].attempts == 2


def test_attempts_that_never_ended_are_counted_and_spent(database: Database) -> None:
    polled(database, entry(1))
    at = NOW
    for attempt in range(1, 12):
        (claimed,) = claimed_entries(database, by(now=at))
        assert (claimed.attempts, claimed.is_spent) == (attempt, attempt == 11)
        at += timedelta(hours=1)
    assert claimed_entries(database, by(now=at)) == []


def test_giving_up_leaves_the_article_of_the_feed(database: Database) -> None:
    polled(database, entry(1))
    (claimed,) = claimed_entries(database)
    article = NewArticle(claimed.entry.url, claimed.entry.url_key, "Short text", title="Title 1", outlet="one")
    with database.begin() as session:
        stored = give_up_entry(session, claimed, "HTTP 404", article, NOW)
    assert stored is not None
    assert claimed_entries(database, by(now=LATER)) == []
    with database.read() as session:
        assert [found.title for found in list_articles(session)] == ["Title 1"]


def test_a_page_takes_its_entry_out_of_the_queue_and_waits_for_extraction(database: Database) -> None:
    polled(database, entry(1))
    (claimed,) = claimed_entries(database)
    with database.begin() as session:
        assert store_page(session, claimed, PAGE) is not None
        assert store_page(session, claimed, PAGE) is None
    assert claimed_entries(database, by(now=LATER)) == []
    (page,) = claimed_pages(database)
    assert (page.body, page.entry.title, page.entry.timezone, page.attempts) == (b"<p>", "Title 1", "Europe/Kyiv", 1)
    assert claimed_pages(database, by("other")) == []


def page_waiting(database: Database) -> None:
    polled(database, entry(1))
    (claimed,) = claimed_entries(database)
    with database.begin() as session:
        store_page(session, claimed, PAGE)


def test_an_extracted_page_leaves_its_article_and_the_queue(database: Database) -> None:
    page_waiting(database)
    (page,) = claimed_pages(database)
    article = NewArticle(page.final_url, page.url_key, "Text " * 100, title="From the page", page_id=page.id)
    with database.begin() as session:
        assert finish_page(session, page, article, NOW) is not None
        assert finish_page(session, page, article, NOW) is None
    assert claimed_pages(database, by(now=LATER)) == []
    with database.read() as session:
        assert [found.title for found in list_articles(session)] == ["From the page"]


def test_a_page_is_parked_after_three_errors_and_the_feed_speaks_for_it(database: Database) -> None:
    page_waiting(database)
    for attempt in range(1, 4):
        (page,) = claimed_pages(database)
        article = NewArticle(page.final_url, page.url_key, "Short", title="From the feed")
        with database.begin() as session:
            stored = note_page_error(session, page, "hung", article, NOW)
        assert (stored is not None) == (attempt == 3)
    assert claimed_pages(database, by(now=LATER)) == []
    with database.read() as session:
        row = session.scalars(select(PageRow)).one()
        assert (row.last_error, row.extracted_at) == ("hung", NOW)
        assert [found.title for found in list_articles(session)] == ["From the feed"]


def test_a_page_that_no_attempt_can_help_is_parked_at_once_and_fetched_again_where_nothing_can_stand_in(
    database: Database,
) -> None:
    polled(database, entry(1))
    at = NOW
    for fetch in range(1, FETCH_ATTEMPTS + 1):
        (claimed,) = claimed_entries(database, by(now=at))
        with database.begin() as session:
            store_page(session, claimed, PAGE)
        (page,) = claimed_pages(database, by(now=at))
        assert (page.attempts, page.fetches) == (1, fetch)
        with database.begin() as session:
            assert note_page_error(session, page, "no article", None, at, at + timedelta(hours=1)) is None
        assert claimed_entries(database, by(now=at)) == claimed_pages(database, by(now=at)) == []
        at += timedelta(hours=1)
    assert claimed_entries(database, by(now=at)) == []


def test_work_of_an_owner_that_stops_in_order_is_free_at_once_and_uncounted(database: Database) -> None:
    polled(database, entry(1))
    claimed_entries(database, by("first"))
    with database.begin() as session:
        make_due(session, ["one"], NOW)
    claimed_points(database, by("first"))
    with database.begin() as session:
        release_leases(session, "nobody")
    assert claimed_entries(database) == []
    with database.begin() as session:
        release_leases(session, "first")
    assert claimed_entries(database)[0].attempts == 1
    assert len(claimed_points(database)) == 1
