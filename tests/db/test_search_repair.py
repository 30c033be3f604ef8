"""The search index, damaged or of other rules: that is found, and it is made anew whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db import AlreadyRunningError, Database, hold_service_lock
from db.articles import NewArticle, store_article
from db.models import ArticleRow
from db.search import search_articles
from db.search_index import add_entries, entry_of, take_entry
from db.search_query import parse_query
from db.search_repair import rebuild_search, unfound

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
TITLES = ("Belarus frees 52 political prisoners", "Wheat is brought in", "Talks in Minsk go on")


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as session:
        for number, title in enumerate(TITLES):
            url = f"https://harbour-post.example/{number}"
            store_article(session, NewArticle(url, url, f"{title}, it is said.", title=title, language="en"), NOON)
    return database


def found(database: Database, words: str) -> list[int]:
    with database.read() as session:
        return sorted(hit.article.id for hit in search_articles(session, parse_query(words, NOON)).hits)


def missing(database: Database) -> tuple[int, ...]:
    with database.read() as session:
        return unfound(session)


def spoil(database: Database) -> None:
    """Let the index hold other words of the first article, as other rules of stems would, and nothing of the second."""
    with database.begin() as session:
        first, second = (entry_of(session.get_one(ArticleRow, number)) for number in (1, 2))
        take_entry(session, first)
        take_entry(session, second)
        other = tuple(f"{word}x" for word in first.text)
        add_entries(session, [replace(first, text=other)])


def test_an_index_that_is_well_holds_every_article(filled: Database) -> None:
    assert missing(filled) == ()


def test_what_the_index_lacks_is_told_and_found_again_once_it_is_made_anew(filled: Database) -> None:
    spoil(filled)
    assert missing(filled) == (1, 2)
    assert found(filled, "wheat") == []
    assert rebuild_search(filled) == 3
    assert missing(filled) == ()
    assert [found(filled, word) for word in ("wheat", "prisoners", "said")] == [[2], [1], [1, 2, 3]]
    assert rebuild_search(filled) == 3
    assert found(filled, "said") == [1, 2, 3]


def test_it_is_not_made_anew_beside_a_service(filled: Database) -> None:
    with hold_service_lock(filled), pytest.raises(AlreadyRunningError):
        rebuild_search(filled)
    assert found(filled, "wheat") == [2]
