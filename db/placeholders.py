"""Putting place-holders into what was stored before a name was withheld: in pieces, each a transaction of the caller.

Doing it twice changes nothing, so a kill in between leaves only more to do. Texts are searched (`find_in`); what was
made of them goes with them: evidence moves with the words it rests on, and no figure is counted anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from db.models import (
    ArticleRevisionRow,
    ArticleRow,
    FeedEntryRow,
    MentionKeyRow,
    MentionRow,
    OpinionRow,
    PageRow,
    WatchRow,
)
from db.search_index import entry_of, replace_entry
from db.text import full_text, text_hash
from db.withheld import forget_page
from db.withholding import Span, Withheld, is_withheld

BATCH = 200
PERSON = "person:"  # before the key of a name in what mentions are looked up by (`events.traits`)
Row = type[ArticleRow] | type[ArticleRevisionRow] | type[FeedEntryRow]
HOLDERS: Mapping[str, tuple[Row, tuple[str, ...]]] = {
    "articles": (ArticleRow, ("title", "text", "author")),
    "earlier texts": (ArticleRevisionRow, ("title", "text")),
    "entries": (FeedEntryRow, ("title", "summary", "content", "author")),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a look at some rows of a kind found: the last row, and those that hold a withheld name."""

    last: int
    found: tuple[int, ...]


def find_in(session: Session, holder: str, withheld: Withheld, after: int) -> Piece | None:
    """Look at the next texts of a kind in `HOLDERS`; None behind the last."""
    table, names = HOLDERS[holder]
    columns = [getattr(table, name) for name in names]
    rows = session.execute(select(table.id, *columns).where(table.id > after).order_by(table.id).limit(BATCH)).all()
    if not rows:
        return None
    return Piece(rows[-1][0], tuple(row[0] for row in rows if any(withheld.find(row[1:]))))


def put_in(session: Session, holder: str, withheld: Withheld, number: int) -> None:
    """Put place-holders into one text that was found."""
    if holder == "articles":
        put_into_article(session, withheld, number)
        return
    table, names = HOLDERS[holder]
    row = session.get_one(table, number)
    _put(row, names, withheld)
    if isinstance(row, ArticleRevisionRow):
        row.text_hash = text_hash(row.title, row.text)
    elif isinstance(row, FeedEntryRow):
        forget_pages_of(session, PageRow.feed_entry_id == row.id)


def put_into_article(session: Session, withheld: Withheld, number: int, *, is_own: bool = False) -> None:
    """Put place-holders into an article and into all that was made of it; its page loses its body.

    A reader that has it in hand loses its lease and starts again, unless the caller is that reader (`is_own`).
    """
    row = session.get_one(ArticleRow, number)
    indexed, spans = entry_of(row), withheld.find((row.title, row.text, row.author))
    named = {span.number for part in spans for span in part}
    behind = len(row.title) + 2 if row.title else 0
    told = [*spans[0], *(Span(start + behind, end + behind, of) for start, end, of in spans[1])]
    _put(row, HOLDERS["articles"][1], withheld)
    move = _Move(withheld, told, full_text(row.title, row.text), named)
    row.text_hash = text_hash(row.title, row.text)
    row.fields, row.analysis = withheld.value(row.fields, named), move.value(row.analysis)
    replace_entry(session, indexed, entry_of(row))
    forget_pages_of(session, (PageRow.id == row.page_id) | (PageRow.url_key == row.url_key))
    for mention in session.scalars(select(MentionRow).where(MentionRow.article_id == number)).all():
        _put_into_mention(session, mention, move, is_of_text=mention.article_revision == row.revision)
    if row.lease_until is not None and not is_own:
        row.generation, row.lease_owner, row.lease_until = row.generation + 1, None, None
    session.flush()


@dataclass(frozen=True, slots=True)
class _Move:
    """How what was made of a text goes with it: the names that stood in it, the new text, and who is named."""

    withheld: Withheld
    spans: Sequence[Span]
    text: str
    named: Collection[int]

    def value(self, value: Any) -> Any:
        """Return JSON with place-holders, its evidence where the words are now."""
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if not isinstance(value, dict):
            return self.withheld.value(value, self.named)
        if value.keys() >= {"start", "end", "quote"}:
            start = self.withheld.moved(value["start"], self.spans)
            end = self.withheld.moved(value["end"], self.spans, is_end=True)
            return {**value, "start": start, "end": end, "quote": self.text[start:end]}
        return {key: self.value(one) for key, one in value.items()}


def _put_into_mention(session: Session, row: MentionRow, move: _Move, *, is_of_text: bool) -> None:
    withheld, named = move.withheld, move.named
    row.facts = move.value(row.facts) if is_of_text else withheld.value(row.facts, named)
    row.match, row.root = withheld.value(row.match, named), withheld.value(row.root, named)
    if row.spellings:
        row.spellings = [_spelling(withheld.value(pair, named)) for pair in row.spellings]
    for key in session.scalars(select(MentionKeyRow).where(MentionKeyRow.mention_id == row.id)).all():
        head, person, name = key.key.partition(PERSON)
        number = withheld.has_key(name) if person else None
        if number is not None:
            session.delete(key)
            session.flush()
            session.merge(MentionKeyRow(mention_id=row.id, key=f"{head}{person}{withheld.people[number].place}"))


def _spelling(pair: Sequence[str]) -> list[str]:
    name, written = pair
    return [name, name if is_withheld(name) else written]


def _put(row: Any, names: Sequence[str], withheld: Withheld) -> None:
    texts = [getattr(row, name) for name in names]
    for name, text, spans in zip(names, texts, withheld.find(texts), strict=True):
        if spans:
            setattr(row, name, withheld.put(text, spans))


def stored_texts(session: Session) -> Iterator[str]:
    """Yield the text of every article, with its title, a piece at a time: to look for spellings of a name."""
    last = 0
    columns = (ArticleRow.id, ArticleRow.title, ArticleRow.text)
    while rows := session.execute(
        select(*columns).where(ArticleRow.id > last).order_by(ArticleRow.id).limit(BATCH)
    ).all():
        yield from (full_text(title, text) for _, title, text in rows)
        last = rows[-1][0]


def stored_spellings(session: Session) -> Iterator[tuple[str, str]]:
    """Yield how mentions, also those of older readings, spell people: a name, and how the article writes it."""
    for spellings in session.scalars(select(MentionRow.spellings).where(MentionRow.spellings.is_not(None))):
        yield from ((name, written) for name, written in spellings or ())


def put_into_opinions(session: Session, withheld: Withheld) -> None:
    """Put place-holders into the second opinions that were given."""
    for row in session.scalars(select(OpinionRow)):
        row.answer = withheld.value(row.answer)


def forget_pages_of(session: Session, which: ColumnElement[bool]) -> None:
    """Drop the bodies of pages, also of earlier looks at one article."""
    for page in session.scalars(select(PageRow.id).where(which, PageRow.extracted_at.is_not(None))).all():
        forget_page(session, page)


def unwatch_all(session: Session, names: Collection[str]) -> int:
    """Watch none of these names any more; return how many were watched."""
    watched = session.scalars(select(WatchRow.name).where(WatchRow.name.in_(names))).all()
    session.execute(delete(WatchRow).where(WatchRow.name.in_(watched)))
    return len(watched)
