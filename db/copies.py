"""Copies: which stored article a new one repeats. The index is in the database, so memory does not grow with it.

The first article stored stays the original, whichever was published first: its facts are read already and its alert may
be out; were they to move, events would be folded anew with nothing else said. So a copy always points to an
article with a smaller number that is no copy itself, and there are no chains. Only originals are in the index.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, insert, select, union_all
from sqlalchemy.orm import Session

from db.models import ArticleRow, SketchBandRow
from db.reprints import Likeness, is_like, is_near_copy, likeness_of
from db.sketch import BANDS, bands_of

WINDOW = timedelta(days=30)  # a text that comes again after a month is told again on purpose
MOST_CANDIDATES = 50
SHORTEST_SAME_TEXT = 200  # characters
CopyReason = Literal["same text", "near copy", "syndicated"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article about to be stored. `before` is its own number where it is there already: only earlier ones count.

    `canonical_key` is the URL key of its canonical address, where that is at another host: it says it is syndicated.
    """

    url: str
    url_key: str
    outlet: str | None
    published_at: datetime | None
    text_hash: str
    length: int
    canonical_key: str | None
    likeness: Likeness
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The original that an article repeats, and how that was recognised."""

    of: int
    reason: CopyReason


def find_copy(session: Session, arrival: Arrival) -> Copy | None:
    """Return what an article is a copy of: equal to the letter, else syndicated, else a near copy; None: it is its own.

    It was published within 30 days of the original where both are dated: press offices tell new things in old words. A
    near copy is another outlet's: an outlet that changes its own text at another address follows up on it.
    """
    if arrival.before is not None and session.scalar(select(exists().where(ArticleRow.copy_of == arrival.before))):
        return None  # others are copies of it
    return _same_text(session, arrival) or _syndicated(session, arrival) or _near_copy(session, arrival)


def index_sketch(session: Session, article_id: int, sketch: bytes | None) -> None:
    """Put an original into the index."""
    if sketch is not None:
        session.execute(insert(SketchBandRow), _band_rows(article_id, sketch))


def forget_sketch(session: Session, article_id: int, sketch: bytes | None) -> None:
    """Take an article's earlier sketch out of the index, where it is in there."""
    if sketch is not None:
        row = SketchBandRow.__table__
        mine = [row.c[name] == bindparam(f"old_{name}") for name in ("band", "value", "article_id")]
        rows = [{f"old_{name}": value for name, value in old.items()} for old in _band_rows(article_id, sketch)]
        session.connection().execute(delete(SketchBandRow).where(*mine), rows)


def _band_rows(article_id: int, sketch: bytes) -> list[dict[str, int]]:
    return [{"band": band, "value": value, "article_id": article_id} for band, value in enumerate(bands_of(sketch))]


def _same_text(session: Session, arrival: Arrival) -> Copy | None:
    if arrival.length < SHORTEST_SAME_TEXT:
        return None
    same = (ArticleRow.text_hash == arrival.text_hash) & ArticleRow.copy_of.is_(None) & _others(arrival)
    rows = session.execute(select(ArticleRow.id, ArticleRow.published_at).where(same).order_by(ArticleRow.id))
    found = (number for number, at in rows if _is_near_in_time(at, arrival.published_at))
    original = next(found, None)
    return Copy(original, "same text") if original is not None else None


def _syndicated(session: Session, arrival: Arrival) -> Copy | None:
    """Return the article that this one names as its canonical, or one stored earlier that so names this one."""
    if arrival.likeness.sketch is None:
        return None
    declared = ArticleRow.canonical_key == arrival.url_key
    if arrival.canonical_key is not None:
        declared |= ArticleRow.url_key == arrival.canonical_key
    query = select(ArticleRow).where(declared, ArticleRow.sketch.is_not(None), _others(arrival))
    for row in session.scalars(query.order_by(ArticleRow.id).limit(MOST_CANDIDATES)):
        if is_near_copy(arrival.likeness, likeness_of(row.title, row.text)):
            return Copy(row.copy_of or row.id, "syndicated")
    return None


def _near_copy(session: Session, arrival: Arrival) -> Copy | None:
    numbers = _candidates(session, arrival.likeness)
    if not numbers:
        return None
    columns = (ArticleRow.id, ArticleRow.outlet, ArticleRow.url, ArticleRow.published_at, ArticleRow.sketch)
    rows = session.execute(select(*columns).where(ArticleRow.id.in_(numbers), _others(arrival)).order_by(ArticleRow.id))
    for number, outlet, url, published_at, sketch in rows.all():
        is_other = not _is_same_outlet(arrival, outlet, url) and _is_near_in_time(arrival.published_at, published_at)
        if is_other and is_like(arrival.likeness.sketch, sketch):
            title, text = session.execute(
                select(ArticleRow.title, ArticleRow.text).where(ArticleRow.id == number)
            ).one()
            if is_near_copy(arrival.likeness, likeness_of(title, text)):
                return Copy(number, "near copy")
    return None


def _candidates(session: Session, likeness: Likeness) -> list[int]:
    """Return at most 50 articles that share most bands, the newest first among equals.

    Of a band that many share (a paragraph about the outlet, at the foot of each of its texts) the newest 50 count,
    so that no text can make this slow.
    """
    if likeness.sketch is None:
        return []
    values = {f"value_{band}": value for band, value in enumerate(likeness.bands)}
    shared = Counter(session.execute(_LOOKUP, values).scalars())
    ranked = sorted(shared, key=lambda number: (shared[number], number), reverse=True)
    return ranked[:MOST_CANDIDATES]


def _newest_of_band(band: int) -> Select[int]:
    found = select(SketchBandRow.article_id).where(
        SketchBandRow.band == band, SketchBandRow.value == bindparam(f"value_{band}")
    )
    return select(found.order_by(SketchBandRow.article_id.desc()).limit(MOST_CANDIDATES).subquery())


_LOOKUP = union_all(*[_newest_of_band(band) for band in range(BANDS)])  # built once: that takes longer than asking


def _others(arrival: Arrival) -> ColumnElement[bool]:
    is_other = ArticleRow.url_key != arrival.url_key
    return is_other if arrival.before is None else is_other & (ArticleRow.id < arrival.before)


def _is_near_in_time(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= WINDOW


def _is_same_outlet(arrival: Arrival, outlet: str | None, url: str) -> bool:
    if arrival.outlet is not None and outlet is not None:
        return arrival.outlet == outlet
    return _host(arrival.url) == _host(url) is not None


def _host(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
