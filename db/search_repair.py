"""Whether the search index holds what it should, and making it anew.

It is written with each article and cannot be lost by a kill; but an update can bring other rules of stems, under which an
article's old words are not found any more (`db.search_index.replace_entry`), and a disk can damage it. What is taken out
of SQLite's index stays in its file until segments are merged: made anew it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.database import Database
from db.lock import hold_service_lock
from db.models import ArticleRow
from db.search_index import Entry, entry_of, fill_index, vector_of

SAMPLE = 40  # articles that are looked up, from the oldest to the newest
WORDS_ASKED = 20  # of each
_ON_SQLITE = text("SELECT count(*) FROM article_words WHERE article_words MATCH :query AND rowid = :place")
_ON_POSTGRESQL = text("SELECT count(*) FROM article_words WHERE place = :place AND words = CAST(:words AS tsvector)")


def rebuild_search(database: Database) -> int:
    """Make the search index anew in one transaction, which no kill leaves half done; return how many articles it holds.

    Raises AlreadyRunningError: it takes a minute for 100,000 articles, in which nothing else can be written.
    """
    with hold_service_lock(database), database.begin() as session:
        if database.is_sqlite:
            session.execute(text("INSERT INTO article_words (article_words) VALUES ('delete-all')"))
        else:
            session.execute(text("LOCK TABLE articles, article_words IN SHARE ROW EXCLUSIVE MODE"))
            session.execute(text("DELETE FROM article_words"))
        fill_index(session.connection())
        return session.scalar(select(func.count()).select_from(ArticleRow)) or 0


def unfound(session: Session) -> tuple[int, ...]:
    """Return those of some articles that the index does not hold as they are, the oldest first."""
    return tuple(row.id for row in _sample(session) if not _is_found(session, entry_of(row)))


def _sample(session: Session) -> Iterator[ArticleRow]:
    newest = session.scalar(select(func.max(ArticleRow.id))) or 0
    places = sorted({newest * number // SAMPLE for number in range(1, SAMPLE + 1)} - {0})
    return iter(session.scalars(select(ArticleRow).where(ArticleRow.id.in_(places)).order_by(ArticleRow.id)))


def _is_found(session: Session, entry: Entry) -> bool:
    if session.get_bind().dialect.name != "sqlite":
        return bool(session.scalar(_ON_POSTGRESQL, {"place": entry.place, "words": vector_of(entry)}))
    parts = (("title", entry.title), ("text", entry.text), ("marks", entry.marks))
    asked = [f'{name} : "{word}"' for name, words in parts for word in words[:WORDS_ASKED]]
    return bool(session.scalar(_ON_SQLITE, {"place": entry.place, "query": " AND ".join(asked)}))
