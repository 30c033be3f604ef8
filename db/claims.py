"""Claims: what articles say of events. The questions that matching asks: which events come into question, told by whom.

The caller (`events.placing`) decides; this file only asks, inside the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from db.facts import EventFacts, Kind, Mention, from_json
from db.models import ArticleRow, DeliveryRow, EventRow, MentionKeyRow, MentionRow, OutletRow, PinRow

Role = Literal["first", "report", "copy", "follow-up"]

LEAD = 400  # code points of a text that tell what it is about
KEYED = 30  # events that one lookup by facts may bring: the newest; more would only be further back in time
_LONGEST_SPAN = timedelta(days=31)  # a date known to the month


@dataclass(frozen=True, slots=True)
class Claim:
    """A mention as a claim on an event, with who makes it.

    `lead` is how the text begins. `seen_at` is when we first had it: of a text without a date, all that is known.
    """

    article: int
    url: str
    outlet: str | None
    outlet_kind: str | None
    language: str | None
    published_at: datetime | None
    mention: Mention
    role: Role = "report"
    title: str | None = None
    lead: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An article's claims on one event, its release or talks and what goes with it.

    `event` is where they stand (None: nowhere yet); `pin` where a person put the article, which no match changes.
    """

    article: int
    claims: tuple[Claim, ...]
    event: int | None = None
    pin: int | None = None
    copy_of: int | None = None

    @property
    def first(self) -> Claim:
        """The claim that decides where the report belongs."""
        return self.claims[0]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A related mention: its row, the release it follows up (None: none yet), its claim, and what it was stored under."""

    id: int
    event: int | None
    claim: Claim
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event as it stood before. `is_told`: some destination has heard of it or will.

    `is_alerting`: so it is, or an article that may alert tells of it: also one that was taken back before it was sent, or
    before anybody decided on it.
    """

    id: int
    facts: EventFacts
    revision: int
    is_told: bool
    is_alerting: bool = False


def find_dated(session: Session, kind: Kind, earliest: date, latest: date) -> list[int]:
    """Return the events of a kind whose day, week or month meets the days from `earliest` to `latest`."""
    query = _events(kind).where(
        EventRow.event_date.between(earliest - _LONGEST_SPAN, latest), EventRow.last_date >= earliest
    )
    return list(session.scalars(query.order_by(EventRow.id)))


def find_pinned(session: Session, kind: Kind, earliest: date, latest: date) -> list[int]:
    """Return the events of a kind into which a person has put a report of these days, whatever their own day."""
    pinned = (
        select(PinRow.event_id)
        .join(MentionRow, MentionRow.article_id == PinRow.article_id)
        .where(MentionRow.is_current, MentionRow.event_date.between(earliest, latest))
    )
    return list(session.scalars(_events(kind).where(EventRow.id.in_(pinned)).order_by(EventRow.id)))


def find_keyed(session: Session, kind: Kind, keys: Collection[str], since: date | None = None) -> list[int]:
    """Return the newest events of a kind, at most 30, of which a mention was stored (since) under one of the keys."""
    if not keys:
        return []
    ids = _shares(keys).with_only_columns(MentionRow.event_id)
    if since is not None:
        ids = ids.where(MentionRow.created_at >= datetime.combine(since, time(0), UTC))
    newest = (EventRow.event_date.is_(None), EventRow.event_date.desc(), EventRow.id.desc())
    query = _events(kind).where(EventRow.id.in_(ids)).order_by(*newest)
    return list(session.scalars(query.limit(KEYED)))


def keys_in(session: Session, events: Collection[int]) -> set[str]:
    """Return the keys under which the reports of events were stored; follow-ups are none."""
    query = (
        select(MentionKeyRow.key)
        .join(MentionRow, MentionRow.id == MentionKeyRow.mention_id)
        .where(MentionRow.event_id.in_(sorted(events)), MentionRow.is_current, MentionRow.kind != Kind.RELATED)
    )
    return set(session.scalars(query))


def find_follow_ups(
    session: Session, event_id: int, keys: Collection[str], day: date | None, span: timedelta
) -> list[FollowUp]:
    """Return the newest related mentions, at most 300, that may follow up an event and do not yet.

    They share a fact with it or recall its day, and were published within `span` after that day, a day more or less, where it is known.
    """
    same_day = and_(MentionRow.event_date.is_not(None), MentionRow.event_date == day)
    elsewhere = or_(MentionRow.event_id.is_(None), MentionRow.event_id != event_id)
    query = _claims().where(MentionRow.kind == Kind.RELATED, elsewhere, or_(MentionRow.id.in_(_shares(keys)), same_day))
    if day is not None:
        begin = datetime.combine(day, time(0), UTC) - timedelta(days=1)
        published = ArticleRow.published_at
        query = query.where(or_(published.is_(None), published.between(begin, begin + span + timedelta(days=2))))
    return _follow_ups(session, query.order_by(None).order_by(MentionRow.id.desc()).limit(10 * KEYED))


def follow_ups_of(session: Session, article_id: int) -> list[FollowUp]:
    """Return the related mentions of an article."""
    return _follow_ups(session, _claims().where(MentionRow.article_id == article_id, MentionRow.kind == Kind.RELATED))


def _follow_ups(session: Session, query: Select[Any]) -> list[FollowUp]:
    rows = session.execute(query).all()
    stored: dict[int, set[str]] = {row[0]: set() for row in rows}
    keyed = select(MentionKeyRow.mention_id, MentionKeyRow.key).where(MentionKeyRow.mention_id.in_(list(stored)))
    for mention, key in session.execute(keyed):
        stored[mention].add(key)
    return [FollowUp(row[0], row[1], _claim(row), frozenset(stored[row[0]])) for row in rows]


def _shares(keys: Collection[str]) -> Select[int]:
    return (
        select(MentionRow.id)
        .join(MentionKeyRow, MentionKeyRow.mention_id == MentionRow.id)
        .where(MentionKeyRow.key.in_(sorted(keys)), MentionRow.is_current)
    )


def _events(kind: Kind) -> Select[int]:
    return select(EventRow.id).where(EventRow.kind == kind, EventRow.merged_into.is_(None))


def events_of_article(session: Session, article_id: int) -> list[int]:
    """Return the events that an article's current mentions belong to, its first mention's first."""
    query = select(MentionRow.event_id).where(MentionRow.article_id == article_id, MentionRow.is_current)
    found = session.scalars(query.order_by(MentionRow.id))
    return list(dict.fromkeys(event for event in found if event is not None))


def last_event_of(session: Session, article_id: int) -> int | None:
    """Return the event that an article reports, or reported before it was rewritten; None if it never did any."""
    query = (
        select(func.coalesce(EventRow.merged_into, EventRow.id))
        .join(MentionRow, MentionRow.event_id == EventRow.id)
        .where(MentionRow.article_id == article_id, MentionRow.kind != Kind.RELATED)
    )
    return session.scalars(query.order_by(MentionRow.id.desc()).limit(1)).first()


def known_events(session: Session, ids: Iterable[int]) -> dict[int, KnownEvent]:
    """Return events by their id, as they stand; one that is only being made is none yet."""
    queued = exists().where(DeliveryRow.event_id == EventRow.id, DeliveryRow.type == "created")
    told = queued.where(DeliveryRow.state != "superseded")
    alerting = or_(queued, EventRow.announced_revision < EventRow.revision, EventRow.is_baseline.is_(False))
    query = select(EventRow, told, alerting).where(EventRow.id.in_(sorted(ids)), EventRow.revision > 0)
    return {
        row.id: KnownEvent(row.id, from_json(EventFacts, row.facts), row.revision, bool(is_told), bool(is_alerting))
        for row, is_told, is_alerting in session.execute(query.order_by(EventRow.id))
    }


def reports_of(session: Session, ids: Collection[int]) -> list[Report]:
    """Return the reports that make up events, those of one article together; follow-ups are none."""
    claims: dict[int, list[Claim]] = {}
    places: dict[int, tuple[int | None, int | None, int | None]] = {}
    query = _claims().where(MentionRow.event_id.in_(sorted(ids)), MentionRow.kind != Kind.RELATED)
    for row in session.execute(query):
        claim = _claim(row)
        claims.setdefault(claim.article, []).append(claim)
        places.setdefault(claim.article, (row.event_id, row.pin, row.copy_of))
    return [Report(article, tuple(told), *places[article]) for article, told in claims.items()]


def claims_of(session: Session, event_id: int) -> tuple[Claim, ...]:
    """Return the current claims of an event, oldest mention first."""
    return tuple(map(_claim, session.execute(_claims().where(MentionRow.event_id == event_id))))


def pin_of(session: Session, article_id: int) -> int | None:
    """Return the event that a person put an article into, if one did."""
    return session.scalars(select(PinRow.event_id).where(PinRow.article_id == article_id)).one_or_none()


@cache  # every article asks it several times over
def _claims() -> Select[Any]:
    """Ask for current mentions with what is needed of their articles: whole rows hold text and analysis, too."""
    return (
        select(
            MentionRow.id,
            MentionRow.event_id,
            MentionRow.role,
            MentionRow.facts,
            ArticleRow.id.label("article"),
            ArticleRow.url,
            ArticleRow.outlet,
            ArticleRow.language,
            ArticleRow.published_at,
            ArticleRow.first_seen_at,
            ArticleRow.title,
            ArticleRow.copy_of,
            func.substr(ArticleRow.text, 1, LEAD).label("lead"),
            OutletRow.kind.label("outlet_kind"),
            PinRow.event_id.label("pin"),
        )
        .join(ArticleRow, MentionRow.article_id == ArticleRow.id)
        .outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
        .outerjoin(PinRow, PinRow.article_id == ArticleRow.id)
        .where(MentionRow.is_current)
        .order_by(MentionRow.id)
    )


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        article=row.article,
        url=row.url,
        outlet=row.outlet,
        outlet_kind=row.outlet_kind,
        language=row.language,
        published_at=row.published_at,
        mention=from_json(Mention, row.facts),
        role=row.role,
        title=row.title,
        lead=row.lead,
        seen_at=row.first_seen_at,
    )
