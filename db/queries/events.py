"""Events as people see them: one, all, or those that fit a filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from db.facts import EventChange, EventFacts, Kind, Polarity, Status, from_json
from db.models import ArticleRow, EventChangeRow, EventRelationRow, EventRow, MentionRow, OutletRow
from db.views import ChangeView, EventArticle, EventView

PIECE = 200  # events read at once where all are asked for


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None asks for nothing. `since` and `until` are days of events, both included.

    `nationality`: somebody of that country is told of. `released`: at least so many are said to be released.
    `among`: only these numbers.
    """

    kind: str | None = None
    status: str | None = None
    polarity: str | None = None
    since: date | None = None
    until: date | None = None
    nationality: str | None = None
    released: int | None = None
    among: frozenset[int] | None = None


@dataclass(frozen=True, order=True, slots=True)
class EventPlace:
    """Where an event stands in the list: its day, then its number."""

    day: date
    id: int


EVERY_EVENT = EventFilter()


def place_of(view: EventView) -> EventPlace:
    """Return where an event stands in the list."""
    return EventPlace(view.day, view.id)


def list_events(session: Session, *, limit: int | None = None) -> list[EventView]:
    """Return events, the newest by event date (else first report) first. Without a limit all."""
    return list(stream_events(session)) if limit is None else events_after(session, EVERY_EVENT, None, limit)


def stream_events(
    session: Session, wanted: EventFilter = EVERY_EVENT, *, oldest_first: bool = False
) -> Iterator[EventView]:
    """Yield all events that fit, the newest first, few of them in memory at a time."""
    after: EventPlace | None = None
    while True:
        views = events_after(session, wanted, after, PIECE, oldest_first=oldest_first)
        yield from views
        if len(views) < PIECE:
            return
        after = place_of(views[-1])


def events_after(
    session: Session, wanted: EventFilter, after: EventPlace | None, limit: int, *, oldest_first: bool = False
) -> list[EventView]:
    """Return at most `limit` of the events that fit, from `after` that place in the list on: the newest first."""
    query = rows_after(wanted, after, limit, oldest_first=oldest_first)
    return _event_views(session, session.scalars(query).all())


def rows_after(
    wanted: EventFilter, after: EventPlace | None, limit: int | None, *, oldest_first: bool = False
) -> Select[EventRow]:
    """Return the question for the rows of `events_after`."""
    place = tuple_(EventRow.day, EventRow.id)
    query = _fitting(wanted)
    if after is not None:
        edge = tuple_(after.day, after.id)
        query = query.where(place > edge if oldest_first else place < edge)
    order = (EventRow.day, EventRow.id) if oldest_first else (EventRow.day.desc(), EventRow.id.desc())
    return query.order_by(*order).limit(limit)


def get_events(session: Session, numbers: Collection[int]) -> list[EventView]:
    """Return the events of these numbers, the newest first; one that was merged into another is left out."""
    return events_after(session, EventFilter(among=frozenset(numbers)), None, len(numbers)) if numbers else []


def events_changed_last(session: Session, wanted: EventFilter, limit: int | None) -> list[tuple[EventView, datetime]]:
    """Return at most `limit` of the events that fit, each with the time of its newest revision, the newest first."""
    newest = (EventChangeRow.event_id == EventRow.id) & (EventChangeRow.revision == EventRow.revision)
    query = _fitting(wanted).add_columns(EventChangeRow.at).join(EventChangeRow, newest)
    rows = session.execute(query.order_by(EventChangeRow.at.desc(), EventRow.id.desc()).limit(limit)).all()
    return list(zip(_event_views(session, [row for row, _ in rows]), [at for _, at in rows], strict=True))


def changed_at(session: Session) -> datetime | None:
    """Return when any event changed last; one that does not fit a filter any more has changed, too."""
    return session.scalar(select(func.max(EventChangeRow.at)))


def last_release(session: Session) -> EventView | None:
    """Return the newest release by its day, if it is not only rumoured, and neither denied nor taken back."""
    ladder = EventRow.status.in_((Status.REPORTED, Status.ANNOUNCED, Status.CONFIRMED))
    query = _fitting(EventFilter(Kind.RELEASE, polarity=Polarity.POSITIVE)).where(
        ladder, EventRow.event_date.is_not(None)
    )
    rows = session.scalars(query.order_by(EventRow.event_date.desc(), EventRow.id.desc()).limit(1)).all()
    return next(iter(_event_views(session, rows)), None)


def _fitting(wanted: EventFilter) -> Select[EventRow]:
    return select(EventRow).where(EventRow.merged_into.is_(None), EventRow.revision > 0, *_conditions(wanted))


def _conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("kind", "status", "polarity"):
        if getattr(wanted, name) is not None:
            yield getattr(EventRow, name) == getattr(wanted, name)
    if wanted.since is not None:
        yield EventRow.day >= wanted.since
    if wanted.until is not None:
        yield EventRow.day <= wanted.until
    if wanted.nationality is not None:
        yield EventRow.facts["nationalities"][wanted.nationality].as_integer().is_not(None)
    if wanted.released is not None:
        yield EventRow.released >= wanted.released
    if wanted.among is not None:
        yield EventRow.id.in_(sorted(wanted.among))


def get_event(session: Session, event_id: int) -> EventView | None:
    """Return one event, or None."""
    row = session.get(EventRow, event_id)
    return _event_views(session, [row])[0] if row is not None and row.revision > 0 else None


def whole_of(session: Session, event_id: int) -> EventView | None:
    """Return the event that a merged one is part of; None for one that stands by itself."""
    row = session.get(EventRow, event_id)
    return get_event(session, row.merged_into) if row is not None and row.merged_into is not None else None


def named_in_events(session: Session) -> Iterator[tuple[int, str]]:
    """Yield each name that an event tells, with the event's number."""
    query = select(EventRow.id, EventRow.facts["people"]).where(EventRow.merged_into.is_(None), EventRow.revision > 0)
    for event_id, people in session.execute(query):
        for person in people or ():
            yield event_id, person["name"]


def _event_views(session: Session, rows: Sequence[EventRow]) -> list[EventView]:
    """Return events with what belongs to them, in three questions however many they are."""
    numbers = [row.id for row in rows]
    articles = _articles_of(session, numbers) if rows else {}
    related = related_to(session, numbers) if rows else {}
    return [
        EventView(
            id=row.id,
            revision=row.revision,
            first_seen=row.first_seen_at,
            updated=row.updated_at,
            facts=from_json(EventFacts, row.facts),
            articles=tuple(articles.get(row.id, {}).values()),
            related=tuple(sorted(related.get(row.id, ()))),
            is_baseline=row.is_baseline,
            day=row.day,
        )
        for row in rows
    ]


def _articles_of(session: Session, events: Sequence[int]) -> Mapping[int | None, dict[int, EventArticle]]:
    """Return by event its articles by number, each once, in order of publication."""
    names = ("id", "url", "outlet", "language", "title", "published_at")
    shown = [getattr(ArticleRow, name) for name in names]
    query = (
        select(MentionRow.event_id, *shown, MentionRow.role, ArticleRow.canonical_url)
        .join(MentionRow, MentionRow.article_id == ArticleRow.id)
        .where(MentionRow.event_id.in_(events), MentionRow.is_current)
        .order_by(ArticleRow.published_at.is_(None), ArticleRow.published_at, ArticleRow.id, MentionRow.id)
    )
    titles = dict(session.execute(select(OutletRow.name, OutletRow.title)).all())
    found: dict[int | None, dict[int, EventArticle]] = defaultdict(dict)
    for event_id, number, url, outlet, language, title, published, role, canonical_url in session.execute(query):
        told = (number, url, outlet, language, title, published, role)
        article = EventArticle(*told, outlet_title=titles.get(outlet), canonical_url=canonical_url)
        found[event_id].setdefault(number, article)
    return found


def related_to(session: Session, events: Sequence[int]) -> dict[int, set[int]]:
    """Return by event the numbers of those that are steps of the same deal."""
    one, other = EventRelationRow.event_id, EventRelationRow.other_id
    found: dict[int, set[int]] = defaultdict(set)
    for low, high in session.execute(select(one, other).where(one.in_(events) | other.in_(events))):
        found[low].add(high)
        found[high].add(low)
    return found


def list_changes(session: Session, event_id: int) -> list[ChangeView]:
    """Return the revisions of an event, the oldest first."""
    query = select(EventChangeRow).where(EventChangeRow.event_id == event_id).order_by(EventChangeRow.revision)
    rows = session.scalars(query)
    return [ChangeView(row.revision, row.at, row.article_id, from_json(EventChange, row.change)) for row in rows]
