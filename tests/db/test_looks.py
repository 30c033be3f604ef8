"""F-18: pages of articles on our subject are fetched again three times, and nothing is lost by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db import Database, Session
from db.articles import NewArticle, claim_unread, finish_reading
from db.entries import ClaimedEntry, EntrySource, NewEntry, claim_entries, give_up_entry, store_entries
from db.facts import Analysis, Decision
from db.leases import LeaseRequest
from db.looks import keep_page, queue_looks
from db.models import ArticleRow, FeedEntryRow, PageRow
from db.outlets import sync_outlets
from db.pages import EXTRACT_ATTEMPTS, NewPage, claim_pages, finish_page, note_page_error, store_page
from db.polls import PollResult, claim_entry_points, finish_poll
from newsroom.declared import Outlet, Point

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://one.example/1"
LONG = "Ці слова стоять на сторінці, і їх досить, щоб бути статтею. " * 6
OUTLET = Outlet("one", (Point("https://one.example/feed"),))
PAGE = NewPage(URL, URL, URL, 200, {"etag": '"a"', "last-modified": "x"}, b"<p>one", "utf-8", NOW)


def by(now: datetime) -> LeaseRequest:
    return LeaseRequest("worker", now, now + timedelta(minutes=5), 10)


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def due(database: Database, now: datetime) -> int:
    with database.begin() as session:
        return queue_looks(session, now)


def read_as_event(session: Session, now: datetime) -> None:
    (unread,) = claim_unread(session, by(now))
    assert finish_reading(session, unread, Analysis("uk", (), Decision.EVENT, "told"), now)


def claimed(database: Database, now: datetime) -> ClaimedEntry:
    with database.begin() as session:
        (entry,) = claim_entries(session, by(now), "one")
        return entry


def test_a_look_that_a_redirect_leads_elsewhere_revises_the_same_article(database: Database, article: int) -> None:
    due(database, after(1))
    elsewhere = "https://one.example/moved/1"
    moved = replace(PAGE, final_url=elsewhere, url_key=elsewhere, body=b"<p>two")
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(1)), "one")
        assert store_page(session, entry, moved)
        (page,) = claim_pages(session, by(after(1)))
        assert (page.final_url, page.url_key) == (elsewhere, URL)
        rewritten = NewArticle(page.final_url, page.url_key, LONG + LONG, "Title", "one", page_id=page.id)
        stored = finish_page(session, page, rewritten, after(1))
    assert stored is not None
    assert (stored.id, stored.outcome) == (article, "revised")


@pytest.fixture
def article(database: Database) -> int:
    """An article with its page, read as an event."""
    with database.begin() as session:
        sync_outlets(session, (OUTLET,), NOW)
        (point,) = claim_entry_points(session, by(NOW))
        store_entries(session, point, [NewEntry(URL, URL, title="Title", content=LONG[::-1])], NOW)
        well = PollResult(at=NOW, outcome="new", state="alive", failures=0, next_check_at=after(99), status=200)
        assert finish_poll(session, point, well)
        (entry,) = claim_entries(session, by(NOW), "one")
        assert (entry.looks, entry.validators) == (0, None)
        assert store_page(session, entry, PAGE)
        (page,) = claim_pages(session, by(NOW))
        stored = finish_page(session, page, NewArticle(URL, URL, LONG, "Title", "one", page_id=page.id), NOW)
        assert stored is not None
        read_as_event(session, NOW)
        return stored.id


def test_a_page_is_looked_at_again_after_an_hour_six_and_a_day(database: Database, article: int) -> None:
    looked = []
    for hours in (0.9, 1, 2, 5.9, 6, 23, 24, 30, 47):
        if due(database, after(hours)):
            looked.append(hours)
            entry = claimed(database, after(hours))
            assert entry.validators is not None
            assert (entry.looks, entry.validators.etag, entry.validators.last_modified) == (len(looked), '"a"', "x")
            with database.begin() as session:
                assert keep_page(session, entry.lease, after(hours))
    assert looked == [1, 6, 24]


def test_after_a_downtime_one_look_serves_for_all_that_were_due_and_old_news_is_left_alone(
    database: Database, article: int
) -> None:
    assert due(database, after(49)) == 0
    assert due(database, after(30)) == 1
    assert claimed(database, after(30)).looks == 3


def test_what_is_no_news_of_ours_is_not_looked_at_again(database: Database, article: int) -> None:
    with database.begin() as session:
        session.get_one(ArticleRow, article).decision = "none"
    assert due(database, after(2)) == 0


def test_the_same_bytes_are_not_stored_again_and_others_become_a_revision(database: Database, article: int) -> None:
    due(database, after(1))
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(1)), "one")
        assert store_page(session, entry, PAGE)
        assert claim_pages(session, by(after(1))) == []
    due(database, after(6))
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(6)), "one")
        assert store_page(session, entry, replace(PAGE, body=b"<p>two", fetched_at=after(6)))
        (page,) = claim_pages(session, by(after(6)))
        changed = NewArticle(URL, URL, LONG + "Доповнено.", "Title", "one", page_id=page.id)
        assert finish_page(session, page, changed, after(6)).outcome == "revised"  # type: ignore[union-attr]
        row = session.get_one(ArticleRow, article)
        assert (row.revision, row.read_at, row.page_id) == (2, None, page.id)
        read_as_event(session, after(6))
        assert len(session.scalars(select(PageRow)).all()) == 2
    assert due(database, after(24)) == 1  # the article's new page leads to the same entry


def test_a_page_that_is_gone_or_cannot_be_read_again_leaves_its_article_as_it_was(
    database: Database, article: int
) -> None:
    told = NewArticle(URL, URL, LONG[::-1], "Title", "one")
    due(database, after(1))
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(1)), "one")
        assert give_up_entry(session, entry, "HTTP 404", told, after(1)) is None
    due(database, after(6))
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(6)), "one")
        store_page(session, entry, replace(PAGE, body=b"<p>broken"))
    for _ in range(EXTRACT_ATTEMPTS):
        with database.begin() as session:
            (page,) = claim_pages(session, by(after(6)))
            assert note_page_error(session, page, "hung", told, after(6)) is None
    with database.read() as session:
        assert session.get_one(ArticleRow, article).revision == 1
        assert [row.fetched_at for row in session.scalars(select(FeedEntryRow))] == [NOW]


def given_up(database: Database, *, page: NewPage | None) -> int:
    """Let the list alone have told an article that was read as an event; `page` is what came in the place of its page."""
    with database.begin() as session:
        sync_outlets(session, (OUTLET,), NOW)
        (point,) = claim_entry_points(session, by(NOW))
        store_entries(session, point, [NewEntry(URL, URL, title="Title")], NOW)
        well = PollResult(at=NOW, outcome="new", state="alive", failures=0, next_check_at=after(99), status=200)
        assert finish_poll(session, point, well)
        (entry,) = claim_entries(session, by(NOW), "one")
        told = NewArticle(URL, URL, "", "Title", "one")
        if page is None:
            stored = give_up_entry(session, entry, "HTTP 403", told, NOW)
        else:
            store_page(session, entry, page)
            (parked,) = claim_pages(session, by(NOW))
            stored = note_page_error(session, parked, "no article in it", told, NOW, NOW)
        assert stored is not None
        read_as_event(session, NOW)
        return stored.id


@pytest.mark.parametrize("page", [None, replace(PAGE, final_url=URL + "/login", url_key=URL + "/login")])
def test_an_article_that_the_list_alone_told_becomes_whole_when_its_page_can_be_had(
    database: Database, page: NewPage | None
) -> None:
    told = given_up(database, page=page)
    assert due(database, after(1)) == 1
    with database.begin() as session:
        (entry,) = claim_entries(session, by(after(1)), "one")
        assert store_page(
            session, entry, replace(PAGE, final_url=URL + "/moved", url_key=URL + "/moved", body=b"<p>two")
        )
        (found,) = claim_pages(session, by(after(1)))
        assert found.url_key == URL
        whole = NewArticle(found.final_url, found.url_key, LONG, "Title", "one", page_id=found.id)
        stored = finish_page(session, found, whole, after(1))
        assert stored is not None
        assert (stored.id, stored.outcome) == (told, "revised")
        read_as_event(session, after(1))
    assert due(database, after(6)) == 1


def test_what_is_an_article_by_itself_has_no_page_to_look_at(database: Database) -> None:
    told = given_up(database, page=None)
    with database.begin() as session:
        session.scalars(select(FeedEntryRow)).one().last_error = None
        assert session.get_one(ArticleRow, told).page_id is None
    assert due(database, after(2)) == 0


def test_news_is_fetched_before_what_is_fetched_again(database: Database, article: int) -> None:
    due(database, after(1))
    with database.begin() as session:
        point = session.scalars(select(FeedEntryRow)).one().entry_point_id
        store_entries(session, EntrySource(point, "one", is_first=True), [NewEntry(URL + "2", URL + "2")], after(1))
        assert [entry.looks for entry in claim_entries(session, by(after(1)), "one")] == [0, 1]
