"""How many people are held: each figure that an article tells, whose it is and of which day. The history of the stock.

A figure is noted with its mention and goes with it. Figures of different counters are never mixed (domain.md §4); those of
a nationality or of a part are no stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, false, func, select
from sqlalchemy.orm import Session

from db.claims import Claim
from db.facts import Count, CountRole, Qualifier
from db.models import HeldCountRow, OutletRow


@dataclass(frozen=True, slots=True)
class HeldCount:
    """A figure of one day with how many articles tell it, and the first of them.

    `is_own`: an outlet of the counter itself tells it, such as Viasna's list of prisoners.
    """

    day: date
    value: int
    qualifier: Qualifier
    is_own: bool
    articles: int
    article: int


@dataclass(frozen=True, slots=True)
class HeldFigure:
    """A number of people held on a day, who counted them, and the article that says so."""

    value: int
    qualifier: Qualifier
    counter: str | None
    day: date
    article: int
    outlet: str | None
    outlet_title: str | None


def note_held(session: Session, mention_id: int, claim: Claim) -> None:
    """Note the figures of those held in a mention. The day is that of the figure (`as_of`), else of publication."""
    published = claim.published_at.date() if claim.published_at is not None else None
    rows = {
        (count.counter, day, count.value, count.qualifier.value)
        for count in claim.mention.counts
        if is_stock(count) and (day := count.as_of or published) is not None
    }
    session.add_all(
        HeldCountRow(
            mention_id=mention_id,
            article_id=claim.article,
            outlet=claim.outlet,
            counter=counter,
            day=day,
            value=value,
            qualifier=qualifier,
        )
        for counter, day, value, qualifier in sorted(rows, key=str)
    )
    session.flush()


def is_stock(count: Count) -> bool:
    """Whether a count tells how many are held in all: a number, of no nationality and of no greater whole."""
    is_whole = count.nationality is None and count.of_count is None and not count.background
    return count.role is CountRole.HELD and count.value is not None and is_whole


def forget_held(session: Session, mentions: Select[int]) -> None:
    """Forget the figures of mentions that are retired."""
    session.execute(delete(HeldCountRow).where(HeldCountRow.mention_id.in_(mentions)))


def held_counts(session: Session, counter: str, first: date | None = None, last: date | None = None) -> list[HeldCount]:
    """Return what a counter's figures were, from day to day, those that are the same together; the oldest first."""
    outlets = select(OutletRow.name).where(OutletRow.title == counter)
    own = func.coalesce(HeldCountRow.outlet.in_(outlets), false())
    figure = (HeldCountRow.day, HeldCountRow.value, HeldCountRow.qualifier, own)
    query = select(*figure, func.count(), func.min(HeldCountRow.article_id)).where(HeldCountRow.counter == counter)
    if first is not None:
        query = query.where(HeldCountRow.day >= first)
    if last is not None:
        query = query.where(HeldCountRow.day <= last)
    rows = session.execute(query.group_by(*figure).order_by(HeldCountRow.day, HeldCountRow.value)).all()
    return [HeldCount(day, value, Qualifier(word), bool(is_own), *told) for day, value, word, is_own, *told in rows]


def held_figures(session: Session, limit: int) -> list[HeldFigure]:
    """Return the `limit` figures of the newest days, whoever counted, the newest first."""
    figure = (HeldCountRow.value, HeldCountRow.qualifier, HeldCountRow.counter, HeldCountRow.day)
    query = select(*figure, HeldCountRow.article_id, HeldCountRow.outlet, OutletRow.title)
    query = query.outerjoin(OutletRow, HeldCountRow.outlet == OutletRow.name)
    rows = session.execute(query.order_by(HeldCountRow.day.desc(), HeldCountRow.id.desc()).limit(limit))
    return [
        HeldFigure(value, Qualifier(word), counter, day, article, outlet, title)
        for value, word, counter, day, article, outlet, title in rows
    ]
