"""Claims: what articles say of events. The questions that matching asks: which events come into question, told by whom.

The caller (`events.placing`) decides; this file only asks, inside the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from db.facts import EventFacts, Kind, Mention, from_json
from db.models import ArticleRow, DeliveryRow, EventRow, MentionKeyRow, MentionRow, OutletRow, PinRow

Role = Literal["first", "report", "copy", "follow-up"]

KEYED = 30  # events that one lookup by facts may bring: the newest; more would only be further back in time
_LONGEST_SPAN = timedelta(days=31)  # a date known to the month


@dataclass(frozen=True, slots=True)
class Claim:
    """A mention as a claim on an event, with who makes it."""

    article: int
    url: str
    outlet: str | None
    outlet_kind: str | None
    language: str | None
    published_at: datetime | None
    mention: Mention
    role: Role = "report"
    title: str | None = None


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
    """A related mention: its row, the release it follows up (None: none yet), and its claim."""

    id: int
    event: int | None
    claim: Claim


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event as it stood before. `is_told`: some destination has heard of it or will."""

    id: int
    facts: EventFacts
    revision: int
    is_told: bool


def find_dated(session: Session, kind: Kind, earliest: date, latest: date) -> list[int]:
    """Return the events of a kind whose day, week or month meets the days from `earliest` to `latest`."""
    query = _events(kind).where(
        EventRow.event_date.between(earliest - _LONGEST_SPAN, latest), EventRow.last_date >= earliest
    )
    return list(session.scalars(query.order_by(EventRow.id)))


def find_keyed(session: Session, kind: Kind, keys: Collection[str], *, is_undated: bool = False) -> list[int]:
    """Return the newest events of a kind, at most 30, of which a mention shares a fact; one without a date if so told."""
    if not keys:
        return []
    shares = _shares(keys)
    if is_undated:
        shares = shares.where(MentionRow.event_date.is_(None))
    newest = (EventRow.event_date.is_(None), EventRow.event_date.desc(), EventRow.id.desc())
    query = _events(kind).where(EventRow.id.in_(shares.with_only_columns(MentionRow.event_id)))
    return list(session.scalars(query.order_by(*newest).limit(KEYED)))


def find_follow_ups(session: Session, keys: Collection[str], day: date | None) -> list[FollowUp]:
    """Return the newest related mentions, at most 300, that share a fact or recall the day: they may follow up an event."""
    recalls = or_(
        MentionRow.id.in_(_shares(keys)), and_(MentionRow.event_date.is_not(None), MentionRow.event_date == day)
    )
    query = _claims().where(MentionRow.kind == Kind.RELATED, recalls).order_by(None).order_by(MentionRow.id.desc())
    return [
        FollowUp(mention.id, mention.event_id, _claim(mention, article, kind))
        for mention, article, kind, _ in session.execute(query.limit(10 * KEYED))
    ]


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


def known_events(session: Session, ids: Iterable[int]) -> dict[int, KnownEvent]:
    """Return events by their id, as they stand; one that is only being made is none yet."""
    told = exists().where(
        DeliveryRow.event_id == EventRow.id, DeliveryRow.type == "created", DeliveryRow.state != "superseded"
    )
    query = select(EventRow, told).where(EventRow.id.in_(sorted(ids)), EventRow.revision > 0).order_by(EventRow.id)
    return {
        row.id: KnownEvent(row.id, from_json(EventFacts, row.facts), row.revision, bool(is_told))
        for row, is_told in session.execute(query)
    }


def reports_of(session: Session, ids: Collection[int]) -> list[Report]:
    """Return the reports that make up events, those of one article together; follow-ups are none."""
    claims: dict[int, list[Claim]] = {}
    places: dict[int, tuple[int | None, int | None, int | None]] = {}
    query = _claims().where(MentionRow.event_id.in_(sorted(ids)), MentionRow.kind != Kind.RELATED)
    for mention, article, outlet_kind, pin in session.execute(query):
        claims.setdefault(article.id, []).append(_claim(mention, article, outlet_kind))
        places.setdefault(article.id, (mention.event_id, pin, article.copy_of))
    return [Report(article, tuple(told), *places[article]) for article, told in claims.items()]


def claims_of(session: Session, event_id: int) -> tuple[Claim, ...]:
    """Return the current claims of an event, oldest mention first."""
    query = _claims().where(MentionRow.event_id == event_id)
    return tuple(_claim(mention, article, kind) for mention, article, kind, _ in session.execute(query))


def pin_of(session: Session, article_id: int) -> int | None:
    """Return the event that a person put an article into, if one did."""
    return session.scalars(select(PinRow.event_id).where(PinRow.article_id == article_id)).one_or_none()


def _claims() -> Select[MentionRow, ArticleRow, str, int]:
    return (
        select(MentionRow, ArticleRow, OutletRow.kind, PinRow.event_id)
        .join(ArticleRow, MentionRow.article_id == ArticleRow.id)
        .outerjoin(OutletRow, ArticleRow.outlet == OutletRow.name)
        .outerjoin(PinRow, and_(PinRow.article_id == ArticleRow.id))
        .where(MentionRow.is_current)
        .order_by(MentionRow.id)
    )


def _claim(mention: MentionRow, article: ArticleRow, outlet_kind: str | None) -> Claim:
    return Claim(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        outlet_kind=outlet_kind,
        language=article.language,
        published_at=article.published_at,
        mention=from_json(Mention, mention.facts),
        role=mention.role,  # type: ignore[arg-type]
        title=article.title,
    )
