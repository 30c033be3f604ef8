"""How many are held, as articles tell it: figures with who counted and on which day, looked up by that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.facts import CountRole, Mention, Qualifier, from_json
from db.models import ArticleRow, MentionRow, OutletRow


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


def held_on(mention: Mention) -> date | None:
    """Return the day of the newest number of all who are held that a mention tells; None where it tells none."""
    return max((day for _, _, _, day in _figures(mention)), default=None)


def _figures(mention: Mention) -> list[tuple[int, Qualifier, str | None, date]]:
    """Return the numbers of all who are held, of no nation and no part of others, that have a day."""
    return [
        (count.value, count.qualifier, count.counter, count.as_of)
        for count in mention.counts
        if count.role is CountRole.HELD and count.nationality is None and count.of_count is None
        if count.value is not None and count.as_of is not None
    ]


def held_figures(session: Session, limit: int) -> list[HeldFigure]:
    """Return the numbers of people held that the `limit` newest mentions of one tell, the newest first."""
    query = (
        select(MentionRow.facts, ArticleRow.id, ArticleRow.outlet, OutletRow.title)
        .join(ArticleRow, MentionRow.article_id == ArticleRow.id)
        .outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
        .where(MentionRow.held_on.is_not(None), MentionRow.is_current)
        .order_by(MentionRow.held_on.desc(), MentionRow.id.desc())
        .limit(limit)
    )
    found = [
        HeldFigure(*figure, article, outlet, title)
        for facts, article, outlet, title in session.execute(query)
        for figure in _figures(from_json(Mention, facts))
    ]
    return sorted(found, key=lambda figure: figure.day, reverse=True)
