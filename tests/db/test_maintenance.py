"""Signs of life, heads of queues, and what is forgotten: never what may be evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import Database, DatabaseUnavailableError, connect
from db.articles import NewArticle, store_article
from db.leases import UNFINISHED_ATTEMPTS
from db.maintenance import (
    FORGOTTEN_AT_ONCE,
    SignOfLife,
    ask,
    forget_pages,
    forget_polls,
    forget_signs,
    forget_worker,
    give_sign_of_life,
    queue_heads,
    signs_of_life,
)
from db.models import ArticleRow, EntryPointRow, EventRow, OutletRow, PageRow, PollRow

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
OLD = NOON - timedelta(days=30)
MONTH_AGO = NOON - timedelta(days=20)
SIGN = SignOfLife("service@here", "service", 42, "here", OLD, NOON, {"child": "alive"})


def add_page(database: Database, **values: Any) -> int:
    page = {
        "outlet": "o",
        "url": "u",
        "final_url": "u",
        "url_key": "u",
        "status": 200,
        "headers": {"etag": "x"},
        "body": b"<p>",
        "sha256": "0" * 64,
        "fetched_at": OLD,
        "extracted_at": OLD,
    }
    with database.begin() as session:
        row = PageRow(**{**page, **values})
        session.add(row)
        session.flush()
        return row.id


def add_entry_point(database: Database, url: str, **values: Any) -> int:
    with database.begin() as session:
        if session.get(OutletRow, "o") is None:
            outlet = {"name": "o", "title": "O", "kind": "wire", "languages": [], "timezone": "UTC"}
            session.add(OutletRow(**outlet, priority=1, is_enabled=True))
            session.flush()
        point = {"outlet": "o", "type": "rss", "url": url, "position": 0, "is_enabled": True, "next_check_at": NOON}
        row = EntryPointRow(**{**point, **values})
        session.add(row)
        session.flush()
        return row.id


def test_an_answering_database_is_silent(database: Database) -> None:
    ask(database)


def test_a_database_that_does_not_answer_says_so(tmp_path: object) -> None:
    with pytest.raises(DatabaseUnavailableError):
        ask(connect(f"sqlite:///{tmp_path}/no/such/folder.sqlite3"))


def test_a_sign_of_life_replaces_the_earlier_one(database: Database) -> None:
    later = replace(SIGN, heartbeat_at=NOON + timedelta(minutes=1), pid=43)
    with database.begin() as session:
        give_sign_of_life(session, SIGN)
        give_sign_of_life(session, later)
    with database.begin() as session:
        assert signs_of_life(session) == (later,)
        forget_worker(session, "service@here")
        assert signs_of_life(session) == ()


def test_signs_of_the_long_dead_are_forgotten(database: Database) -> None:
    with database.begin() as session:
        give_sign_of_life(session, SIGN)
        give_sign_of_life(session, replace(SIGN, name="crawl@there", heartbeat_at=OLD))
        assert forget_signs(session, MONTH_AGO) == 1
        assert [sign.name for sign in signs_of_life(session)] == ["service@here"]


def test_old_pages_lose_body_and_headers_and_keep_their_hash(database: Database) -> None:
    add_page(database)
    with database.begin() as session:
        assert forget_pages(session, MONTH_AGO) == 1
        assert forget_pages(session, MONTH_AGO) == 0
        [row] = session.scalars(select(PageRow))
        assert (row.body, row.headers, row.sha256, row.fetched_at) == (None, {}, "0" * 64, OLD)


@pytest.mark.parametrize(
    "values",
    [{"is_evidence": True}, {"fetched_at": NOON}, {"extracted_at": None}],
    ids=["evidence", "young", "not extracted yet"],
)
def test_pages_that_are_or_may_be_needed_stay_whole(database: Database, values: dict[str, Any]) -> None:
    add_page(database, **values)
    with database.begin() as session:
        assert forget_pages(session, MONTH_AGO) == 0
        assert session.scalars(select(PageRow.body)).all() == [b"<p>"]


def test_the_page_of_an_article_that_is_unread_or_parked_stays_whole(database: Database) -> None:
    page = add_page(database)
    with database.begin() as session:
        article = NewArticle(url="u", url_key="u", text="x", page_id=page)
        session.get_one(ArticleRow, store_article(session, article, OLD).id).read_attempts = UNFINISHED_ATTEMPTS
        assert forget_pages(session, MONTH_AGO) == 0
        session.scalars(select(ArticleRow)).one().read_at = NOON
        session.flush()
        assert forget_pages(session, MONTH_AGO) == 1


def test_polls_are_forgotten_in_portions_and_only_once_planned(database: Database) -> None:
    point = add_entry_point(database, "a")
    with database.begin() as session:
        many = FORGOTTEN_AT_ONCE + 10
        session.add_all(PollRow(entry_point_id=point, at=OLD, outcome="same", planned_at=OLD) for _ in range(many))
        session.add(PollRow(entry_point_id=point, at=OLD, outcome="same"))
        session.add(PollRow(entry_point_id=point, at=NOON, outcome="same", planned_at=NOON))
    with database.begin() as session:
        assert [forget_polls(session, MONTH_AGO) for _ in range(3)] == [FORGOTTEN_AT_ONCE, 10, 0]
        assert len(session.scalars(select(PollRow)).all()) == 2


def test_the_heads_of_the_queues(database: Database) -> None:
    add_entry_point(database, "later", next_check_at=NOON + timedelta(minutes=1))
    add_entry_point(database, "disabled", is_enabled=False)
    add_entry_point(database, "leased", lease_until=NOON + timedelta(minutes=1), lease_owner="w")
    add_entry_point(database, "due", next_check_at=NOON)
    longest_due = add_entry_point(database, "due longest", next_check_at=OLD)
    with database.begin() as session:
        store_article(session, NewArticle(url="read", url_key="read", text="x"), OLD)
        session.scalars(select(ArticleRow)).one().read_at = NOON
        unread = store_article(session, NewArticle(url="unread", url_key="unread", text="x"), OLD).id
        for announced in (2, 1):
            times = {"first_seen_at": OLD, "updated_at": OLD}
            words = {"kind": "release", "status": "reported", "polarity": "positive", "facts": {}}
            session.add(EventRow(revision=2, announced_revision=announced, **times, **words))
            session.flush()
        waiting = session.scalars(select(EventRow.id).where(EventRow.announced_revision == 1)).one()
        heads = queue_heads(session, NOON)
    assert [(queue.name, queue.length, queue.head) for queue in heads] == [
        ("entry points", 2, longest_due),
        ("articles", 1, unread),
        ("events", 1, waiting),
    ]


def test_empty_queues_have_no_head(database: Database) -> None:
    with database.read() as session:
        assert {(queue.length, queue.head) for queue in queue_heads(session, NOON)} == {(0, None)}
