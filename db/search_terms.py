"""A query in the words of each database, asked of the index. What a person wrote goes in as bound text only (SEC-25).

Terms are letters and digits, marks are percent-encoded, and both are quoted: no operator of FTS5 or of a tsquery can
be written by asking for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.search_index import EVERY
from db.search_query import Query, Term, mark_of

FIRST_PLACE, LAST_PLACE = 0, (1 << 62)
_NEWEST_SQLITE = text(
    "SELECT rowid FROM article_words WHERE article_words MATCH :words AND rowid BETWEEN :first AND :last "
    "ORDER BY rowid DESC LIMIT :limit"
)
# A word of the title weighs as much as eight of the text; marks weigh nothing.
_RANKED_SQLITE = text(
    "SELECT rowid, bm25(article_words, 8.0, 1.0, 0.0) FROM article_words "
    "WHERE article_words MATCH :words AND rowid BETWEEN :first AND :last ORDER BY rowid DESC LIMIT :limit"
)
# The inner query first: the planner would walk over all articles by date and unpack the words of each.
_NEWEST_POSTGRESQL = text(
    "WITH found AS MATERIALIZED (SELECT place FROM article_words "
    "WHERE words @@ CAST(:words AS tsquery) AND place BETWEEN :first AND :last) "
    "SELECT place FROM found ORDER BY place DESC LIMIT :limit"
)
_EVERY_POSTGRESQL = text(
    "SELECT place FROM article_words WHERE place BETWEEN :first AND :last ORDER BY place DESC LIMIT :limit"
)
_RANKED_POSTGRESQL = text(
    "WITH found AS MATERIALIZED (SELECT place, words FROM article_words "
    "WHERE words @@ CAST(:words AS tsquery) AND place BETWEEN :first AND :last) "
    "SELECT place, -ts_rank(words, CAST(:ranked AS tsquery), 1) FROM found ORDER BY place DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Range:
    """The places of the index that count, both ends included."""

    first: int
    last: int

    def up_to(self, last: int) -> Range:
        """Return the range without what is beyond `last`."""
        return Range(self.first, min(self.last, last))


def find_newest(session: Session, query: Query, span: Range, limit: int) -> list[int]:
    """Return the places of the newest articles that a query finds, the newest first."""
    is_narrowed = query.terms or query.excluded or query.filters
    on_postgresql = _NEWEST_POSTGRESQL if is_narrowed else _EVERY_POSTGRESQL
    return list(_ask(session, (_NEWEST_SQLITE, on_postgresql), query, span, limit).scalars())


def rank_newest(session: Session, query: Query, span: Range, limit: int) -> list[int]:
    """Return the places of the newest articles that a query finds, the best first; equally good ones the newest first."""
    found = _ask(session, (_RANKED_SQLITE, _RANKED_POSTGRESQL), query, span, limit)
    return [place for place, _ in sorted(found, key=lambda row: (row[1], -row[0]))]


def _ask(session: Session, statements: tuple[Any, Any], query: Query, span: Range, limit: int) -> Any:
    values: dict[str, Any] = {"first": span.first, "last": span.last, "limit": limit}
    if session.get_bind().dialect.name == "sqlite":
        return session.execute(statements[0], {**values, "words": match_of(query)})
    session.execute(_PLAN)
    values |= {"words": tsquery_of(query), "ranked": " & ".join(f"({_tsquery_term(term)})" for term in query.terms)}
    return session.execute(statements[1], values)


# Walking over all articles and unpacking the words of each is what the planner takes for cheap; compiling is not.
_PLAN = text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")


def match_of(query: Query) -> str:
    """Return the query as FTS5 reads it."""
    wanted = [_fts_words(_fts_term(term)) for term in query.terms]
    wanted += [_fts_marks(one.values, one.key) for one in query.filters if not one.is_excluded]
    unwanted = [_fts_words(_fts_term(term)) for term in query.excluded]
    unwanted += [_fts_marks(one.values, one.key) for one in query.filters if one.is_excluded]
    match = " AND ".join(wanted) or f'marks : "{EVERY}"'
    return f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match


def _fts_words(term: str) -> str:
    return f"({{title text}} : ({term}))"


def _fts_marks(values: Sequence[str], key: str) -> str:
    return "(marks : ({}))".format(" OR ".join(f'"{mark_of(key, value)}"' for value in values))


def _fts_term(term: Term) -> str:
    if term.is_beginning:
        return " OR ".join((f'"{term.stems[0]}" *', *(f'"{stem}"' for stem in term.whole_stems)))
    return '"{}"'.format(" ".join(term.stems))


def tsquery_of(query: Query) -> str:
    """Return the query as PostgreSQL reads it."""
    wanted = [f"({_tsquery_term(term)})" for term in query.terms]
    wanted += [_tsquery_marks(one.values, one.key) for one in query.filters if not one.is_excluded]
    unwanted = [f"!({_tsquery_term(term)})" for term in query.excluded]
    unwanted += [f"!{_tsquery_marks(one.values, one.key)}" for one in query.filters if one.is_excluded]
    return " & ".join([*(wanted or [f"'{EVERY}'"]), *unwanted])


def _tsquery_marks(values: Sequence[str], key: str) -> str:
    return "({})".format(" | ".join(f"'{mark_of(key, value)}'" for value in values))


def _tsquery_term(term: Term) -> str:
    if term.is_beginning:
        return " | ".join((f"'{term.stems[0]}':*", *(f"'{stem}'" for stem in term.whole_stems)))
    return "({})".format(" <-> ".join(f"'{stem}'" for stem in term.stems))
