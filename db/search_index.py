"""The full-text index of articles: stems of title and text, and what filters ask for, in the order of time.

Texts are not stored twice: on SQLite the index is a contentless FTS5 table, on PostgreSQL a tsvector that is made here,
so that both hold the same terms and find the same. It is written in the transaction that stores, revises or reads an
article. Rows are numbered by the hour the article was published in (else first seen), then by its own number: so the
newest come first without sorting, a range of dates is a range of numbers, and looking stops when enough is found. (By
the second the index of SQLite would be half as large again: it keeps the distances between numbers.)
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from db.models import ArticleRow
from db.search_query import mark_of
from db.words import words_of

log = logging.getLogger(__name__)
MOST_WORDS_INDEXED = 20_000  # of one text; what stands behind them is not found
ID_BITS = 26
HOUR = 3600
EVERY = "=all"  # the mark of every article
REFILLED_AT_ONCE = 1_000
_PLACES_APART = 100  # so that no phrase reaches from the title into the text
_MOST_PLACES = 255  # of one word: PostgreSQL keeps no more
_LAST_PLACE = 16_383

_COLUMNS = ("id", "title", "text", "outlet", "language", "decision", "analysis", "published_at", "first_seen_at")
_ADD_SQLITE = text(
    "INSERT INTO article_words (rowid, title, text, marks) VALUES (:place, :title, :text, :marks)",
)
# Taking out what is not in there would damage the index.
_TAKE_SQLITE = text(
    "INSERT INTO article_words (article_words, rowid, title, text, marks) SELECT 'delete', :place, :title, :text, :marks "
    "WHERE EXISTS (SELECT 1 FROM article_words WHERE rowid = :place)",
)
_ADD_POSTGRESQL = text(
    "INSERT INTO article_words (place, article_id, words) VALUES (:place, :article_id, CAST(:words AS tsvector))",
)
_TAKE_POSTGRESQL = text("DELETE FROM article_words WHERE article_id = :article_id")


class StaleEntryError(ValueError):
    """The index does not hold an article as it was."""

    def __init__(self, article: int) -> None:
        super().__init__(
            f"article {article}: the search index does not hold it as it was; it is found by its old words"
        )
        self.article = article


@dataclass(frozen=True, slots=True)
class Entry:
    """What of an article is in the index: its place in time, the stems of title and text, and its marks."""

    article_id: int
    place: int
    title: tuple[str, ...]
    text: tuple[str, ...]
    marks: tuple[str, ...]


def entry_of(row: Any) -> Entry:
    """Return the entry of an article (a row of the table, or any value with its columns)."""
    return Entry(
        article_id=row.id,
        place=place_of(row.published_at or row.first_seen_at, row.id),
        title=_stems(row.title or ""),
        text=_stems(row.text),
        marks=_marks(row),
    )


def marked_anew(entry: Entry, row: Any) -> Entry:
    """Return the entry of an article whose words are the same as before: it was read."""
    return replace(entry, marks=_marks(row))


def _marks(row: Any) -> tuple[str, ...]:
    kinds = (row.analysis or {}).get("kinds", ())
    told = (("outlet", row.outlet), ("language", (row.language or "").split("-")[0]), ("decision", row.decision))
    return (EVERY, *(mark_of(key, value) for key, value in (*told, *(("kind", kind) for kind in kinds)) if value))


def place_of(moment: datetime, article_id: int = 0) -> int:
    """Return the number that an article has in the index: the hour, then its own number."""
    return max(int(moment.timestamp()) // HOUR, 0) << ID_BITS | article_id


def article_at(place: int) -> int:
    """Return the number of the article at a place of the index."""
    return place & ((1 << ID_BITS) - 1)


def add_entries(session: Session | Connection, entries: Sequence[Entry]) -> None:
    """Put articles into the index, in the caller's transaction."""
    if _is_sqlite(session):
        session.execute(_ADD_SQLITE, [_as_text(entry) for entry in entries])
    else:
        session.execute(_ADD_POSTGRESQL, [_as_vector(entry) for entry in entries])


def take_entry(session: Session | Connection, entry: Entry) -> None:
    """Take an article out of the index; `entry` is exactly what was put in (a contentless index asks for it).

    Raises StaleEntryError where it is not: then nothing is taken out, and nothing else of the transaction is lost.
    """
    if _is_sqlite(session):
        try:
            with session.begin_nested():
                session.execute(_TAKE_SQLITE, _as_text(entry))
        except DatabaseError as error:  # SQLite calls an index malformed whose words are not those that it is told
            raise StaleEntryError(entry.article_id) from error
    else:
        session.execute(_TAKE_POSTGRESQL, {"article_id": entry.article_id})


def replace_entry(session: Session, old: Entry, new: Entry) -> None:
    """Put an article as it is now in the place of what it was; nothing is written where both are equal.

    Where the index does not hold what the article was (another version has put it in), the article is found by its old
    words until the index is made anew (`db.search_repair`): a search that misses is no reason to lose an article.
    """
    if old == new:
        return
    try:
        take_entry(session, old)
    except StaleEntryError as error:
        log.warning("%s", error)
        return
    add_entries(session, [new])


def fill_index(connection: Connection) -> None:
    """Put every stored article into an empty index, a thousand at a time; for a migration."""
    columns = [ArticleRow.__table__.c[name] for name in _COLUMNS]
    query = select(*columns).where(columns[0] > bindparam("last")).order_by(columns[0]).limit(REFILLED_AT_ONCE)
    last = 0
    while rows := connection.execute(query, {"last": last}).all():
        add_entries(connection, [entry_of(row) for row in rows])
        last = rows[-1].id


def _is_sqlite(session: Session | Connection) -> bool:
    bind = session if isinstance(session, Connection) else session.get_bind()
    return bind.dialect.name == "sqlite"


def _stems(written: str) -> tuple[str, ...]:
    found = (word.stem for word in words_of(written))
    return tuple(stem for stem, _ in zip(found, range(MOST_WORDS_INDEXED), strict=False))


def _as_text(entry: Entry) -> dict[str, Any]:
    names = ("title", "text", "marks")
    return {"place": entry.place, **{name: " ".join(getattr(entry, name)) for name in names}}


def _as_vector(entry: Entry) -> dict[str, Any]:
    return {"place": entry.place, "article_id": entry.article_id, "words": vector_of(entry)}


def vector_of(entry: Entry) -> str:
    """Return an entry as PostgreSQL holds it; words of the title have the weight A."""
    places: dict[str, list[str]] = {mark: [] for mark in entry.marks}
    for stem, place in _placed(entry):
        found = places.setdefault(stem, [])
        if len(found) < _MOST_PLACES:
            found.append(place)
    return " ".join(f"'{word}':{','.join(at)}" if at else f"'{word}'" for word, at in places.items())


def _placed(entry: Entry) -> Iterator[tuple[str, str]]:
    for place, stem in enumerate(entry.title, start=1):
        yield stem, f"{min(place, _LAST_PLACE)}A"
    for place, stem in enumerate(entry.text, start=len(entry.title) + _PLACES_APART):
        yield stem, str(min(place, _LAST_PLACE))
