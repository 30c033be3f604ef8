"""What the health of outlets is judged by: when they published, how whole their articles are, what fails and since when.

Also the alarms: a row from the beginning of a trouble until its end was told, so that a restart repeats nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.answers import Redirects, redirects_of
from db.models import ArticleRow, EntryPointRow, FeedEntryRow, OutletAlarmRow, OutletHealthRow, OutletRow, PollRow
from db.outlets import EntryPointView, OutletView
from db.upsert import upsert

MARK = timedelta(minutes=10)
MARKS_KEPT = timedelta(days=31)  # before the newest one
YIELDS_KEPT = timedelta(days=60)
WHOLE_LENGTH = 400  # characters of a whole article's text (F-16)
RECENT = 20
FAILURES_SEEN = 12
READ_AT_ONCE = 5000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RecentArticle:
    """One of an outlet's newest articles: whether it is whole (title, date, 400 characters), and where it stands."""

    url: str
    is_whole: bool
    seen_on: date


@dataclass(frozen=True, slots=True)
class OutletPast:
    """What is remembered of an outlet.

    `published`: when, to ten minutes. `yields`: the share of whole articles by day. `recent`: the newest articles, the
    newest first.
    """

    published: tuple[datetime, ...] = ()
    yields: Mapping[date, float] | None = None
    recent: tuple[RecentArticle, ...] = ()


@dataclass(frozen=True, slots=True)
class OutletAlarm:
    """A trouble with an outlet. `told_at` is None until it was told, `over_at` until it ended."""

    outlet: str
    kind: str
    since: datetime
    details: Mapping[str, Any]
    told_at: datetime | None = None
    over_at: datetime | None = None


def outlets_to_learn(session: Session, before: datetime, limit: int) -> list[str]:
    """Return enabled outlets last learned of `before`, those never learned of first."""
    query = (
        select(OutletRow.name)
        .outerjoin(OutletHealthRow, OutletHealthRow.outlet == OutletRow.name)
        .where(OutletRow.is_enabled, OutletHealthRow.learned_at.is_(None) | (OutletHealthRow.learned_at < before))
        .order_by(OutletHealthRow.learned_at.is_not(None), OutletHealthRow.learned_at, OutletRow.name)
    )
    return list(session.scalars(query.limit(limit)))


def learn_outlet(session: Session, outlet: str, now: datetime) -> None:
    """Count what came of an outlet since the last time: only that is read, and all of it once."""
    row = session.get(OutletHealthRow, outlet)
    marks, yields, last_entry, last_article = (
        (set(row.marks), dict(row.yields), row.last_entry, row.last_article) if row else (set(), {}, 0, 0)
    )
    last_entry = _mark_entries(session, outlet, marks, last_entry)
    last_article = _count_articles(session, outlet, yields, last_article)
    newest = max(marks, default=0)
    oldest_day = (now - YIELDS_KEPT).date().isoformat()
    values = {
        "outlet": outlet,
        "marks": sorted(mark for mark in marks if mark > newest - MARKS_KEPT // MARK),
        "yields": {day: counts for day, counts in yields.items() if day >= oldest_day},
        "last_entry": last_entry,
        "last_article": last_article,
        "learned_at": now,
    }
    upsert(session, OutletHealthRow, ["outlet"], values)


def _mark_entries(session: Session, outlet: str, marks: set[int], last: int) -> int:
    """Add when the entries after `last` were published, as told to the minute or else found; return the newest's id.

    What a first poll found came long before it: without a time of its own it tells nothing.
    """
    columns = (FeedEntryRow.published_at, FeedEntryRow.published_precision, FeedEntryRow.found_at)
    points = select(EntryPointRow.id).where(EntryPointRow.outlet == outlet)
    query = select(FeedEntryRow.id, *columns, FeedEntryRow.is_baseline).where(
        FeedEntryRow.entry_point_id.in_(points), FeedEntryRow.id > last
    )
    for id_, published_at, precision, found_at, is_baseline in session.execute(
        query.order_by(FeedEntryRow.id).limit(READ_AT_ONCE)
    ):
        last = id_
        if published_at is not None and precision != "day":
            marks.add((min(published_at, found_at) - _EPOCH) // MARK)
        elif not is_baseline:
            marks.add((found_at - _EPOCH) // MARK)
    return last


def _count_articles(session: Session, outlet: str, yields: dict[str, Any], last: int) -> int:
    query = select(ArticleRow.id, ArticleRow.first_seen_at, _is_whole()).where(
        ArticleRow.outlet == outlet, ArticleRow.id > last
    )
    for id_, seen_at, is_whole in session.execute(query.order_by(ArticleRow.id).limit(READ_AT_ONCE)):
        last, day = id_, seen_at.date().isoformat()
        whole, total = yields.get(day, (0, 0))
        yields[day] = [whole + bool(is_whole), total + 1]
    return last


def _is_whole() -> Any:
    has_head = ArticleRow.title.is_not(None) & ArticleRow.published_at.is_not(None)
    return has_head & (func.length(ArticleRow.text) >= WHOLE_LENGTH)


def learned_of(session: Session) -> dict[str, datetime]:
    """Return when each enabled outlet was last learned of, by name: what is remembered of it is of that moment."""
    query = select(OutletHealthRow.outlet, OutletHealthRow.learned_at)
    found = session.execute(query.join(OutletRow, OutletHealthRow.outlet == OutletRow.name).where(OutletRow.is_enabled))
    return dict(found.all())


def published_of(session: Session, names: Collection[str]) -> dict[str, OutletPast]:
    """Return when outlets published, by name, and no more of their past: what states are judged by."""
    query = select(OutletHealthRow.outlet, OutletHealthRow.marks).where(OutletHealthRow.outlet.in_(names))
    return {name: OutletPast(published=_published(marks)) for name, marks in session.execute(query)}


def articles_a_day(session: Session, since: date = date.min) -> dict[str, dict[date, int]]:
    """Return how many articles came of each enabled outlet, by name and day (UTC) from `since` on; days without any are left out."""
    query = select(OutletHealthRow.outlet, OutletHealthRow.yields).join(
        OutletRow, OutletHealthRow.outlet == OutletRow.name
    )
    rows = session.execute(query.where(OutletRow.is_enabled))
    first = since.isoformat()
    return {
        name: {date.fromisoformat(day): n for day, (_, n) in yields.items() if day >= first} for name, yields in rows
    }


def past_of(session: Session) -> dict[str, OutletPast]:
    """Return what is remembered of each enabled outlet, by name."""
    query = select(OutletHealthRow).join(OutletRow, OutletHealthRow.outlet == OutletRow.name)
    return {row.outlet: _past(session, row) for row in session.scalars(query.where(OutletRow.is_enabled))}


def _past(session: Session, row: OutletHealthRow) -> OutletPast:
    query = select(ArticleRow.url, _is_whole(), ArticleRow.first_seen_at).where(ArticleRow.outlet == row.outlet)
    recent = session.execute(query.order_by(ArticleRow.id.desc()).limit(RECENT)).all()
    return OutletPast(
        published=_published(row.marks),
        yields={date.fromisoformat(day): whole / total for day, (whole, total) in sorted(row.yields.items())},
        recent=tuple(RecentArticle(url, bool(is_whole), at.date()) for url, is_whole, at in recent),
    )


def _published(marks: Iterable[int]) -> tuple[datetime, ...]:
    return tuple(_EPOCH + mark * MARK for mark in marks)


def failures_of(session: Session, point: EntryPointView) -> tuple[datetime, ...]:
    """Return when polls failed since the last one that went well, the newest first, at most a dozen."""
    if not point.failures:
        return ()
    query = select(PollRow.at).where(PollRow.entry_point_id == point.id)
    if point.last_success_at is not None:
        query = query.where(PollRow.at > point.last_success_at)
    return tuple(session.scalars(query.order_by(PollRow.id.desc()).limit(min(point.failures, FAILURES_SEEN))))


def failures_of_all(session: Session, outlets: list[OutletView]) -> dict[int, tuple[datetime, ...]]:
    """Return the failures of each enabled entry point that fails, by its id."""
    points = [point for outlet in outlets for point in outlet.entry_points if point.is_enabled and point.failures]
    return {point.id: failures_of(session, point) for point in points}


def redirects_of_all(session: Session, outlets: list[OutletView]) -> dict[int, Redirects]:
    """Return how often in a row each entry point redirected for good to where it did last, by its id."""
    points = [point for outlet in outlets for point in outlet.entry_points if point.is_enabled and point.redirects_to]
    found = {point.id: redirects_of(session, point.id, point.redirects_to or "") for point in points}
    return {point: redirects for point, redirects in found.items() if redirects is not None}


def store_states(session: Session, states: Mapping[int, str]) -> None:
    """Write the states of entry points that answer; one that has failed since keeps what its failure says."""
    for point, state in states.items():
        answers = (EntryPointRow.id == point) & EntryPointRow.state.in_(("alive", "moved", "zombie"))
        session.execute(update(EntryPointRow).where(answers).values(state=state))


def list_alarms(session: Session) -> list[OutletAlarm]:
    """Return the alarms by kind and outlet, those too that are over and not told of yet."""
    query = select(OutletAlarmRow).order_by(OutletAlarmRow.kind, OutletAlarmRow.outlet)
    return [
        OutletAlarm(row.outlet, row.kind, row.since, row.details, row.told_at, row.over_at)
        for row in session.scalars(query)
    ]


def open_alarms(session: Session) -> dict[str, list[OutletAlarm]]:
    """Return the alarms that are not over, by outlet."""
    found: dict[str, list[OutletAlarm]] = defaultdict(list)
    for alarm in list_alarms(session):
        if alarm.over_at is None:
            found[alarm.outlet].append(alarm)
    return found


def store_alarm(session: Session, alarm: OutletAlarm) -> None:
    """Write an alarm over what it was."""
    names = ("outlet", "kind", "since", "told_at", "over_at")
    values = {name: getattr(alarm, name) for name in names}
    upsert(session, OutletAlarmRow, ["outlet", "kind"], {**values, "details": dict(alarm.details)})


def forget_alarm(session: Session, alarm: OutletAlarm) -> None:
    """Delete an alarm: its end was told, or there was nobody to tell."""
    same = (OutletAlarmRow.outlet == alarm.outlet) & (OutletAlarmRow.kind == alarm.kind)
    session.execute(delete(OutletAlarmRow).where(same))
