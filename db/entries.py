"""Entries of feeds: the queue between a poll and a page.

No page yet, five attempts, `next_attempt_at <= now`. Attempts are counted in the claim, so committed before anything is
fetched (poison rule). What is claimed once more than that (`is_spent`) has ended its process each time: it must not be
tried again, only be taken out of the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.articles import NewArticle, StoredArticle, store_article
from db.leases import UNFINISHED_ATTEMPTS, Lease, LeaseRequest, claim, finish, lease_of
from db.looks import last_page
from db.models import EntryPointRow, FeedEntryRow, OutletRow
from db.polls import Validators
from db.text import clean_line, clean_text
from db.upsert import insert_new
from db.withheld import at_the_door

FETCH_ATTEMPTS = 5


class Source(Protocol):
    """Who told of entries: an entry point at a poll of it (`db.polls.DueEntryPoint`), or at the filling of a gap."""

    @property
    def id(self) -> int: ...  # noqa: D102 (the field)
    @property
    def outlet(self) -> str: ...  # noqa: D102 (the field)
    @property
    def is_first(self) -> bool: ...  # noqa: D102 (the field)


@dataclass(frozen=True, slots=True)
class EntrySource:
    """An entry point that tells of entries beside its polls: none of them is baseline."""

    id: int
    outlet: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as a feed tells it; all texts plain."""

    url: str
    url_key: str
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_precision: Literal["instant", "day"] = "instant"


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as stored, with what its outlet tells: all that is known of an article before its page is read."""

    id: int
    outlet: str
    url: str
    url_key: str
    title: str | None
    summary: str | None
    content: str | None
    author: str | None
    published_at: datetime | None
    found_at: datetime
    is_baseline: bool
    languages: tuple[str, ...]
    timezone: str
    published_precision: Literal["instant", "day"] = "instant"
    door: str = ""  # the type of the entry point that found it


@dataclass(frozen=True, slots=True)
class ClaimedEntry:
    """An entry claimed for fetching; this is its attempt number `attempts` (from 1).

    `looks` says how often it is fetched again by now (F-18, `db.looks`); then `validators` are those of its last page.
    """

    lease: Lease
    attempts: int
    entry: StoredEntry
    looks: int = 0
    validators: Validators | None = None

    @property
    def outlet(self) -> str:
        """The name of its outlet."""
        return self.entry.outlet

    @property
    def is_spent(self) -> bool:
        """Whether so many attempts began and none came to an end that it seems to end its process each time."""
        return self.attempts > UNFINISHED_ATTEMPTS


def store_entries(session: Session, entry_point: Source, entries: Sequence[NewEntry], now: datetime) -> int:
    """Store those entries whose key is new, in the caller's transaction; return how many.

    Entries of the first successful poll of an entry point are its baseline (D-26). Most of what a feed tells is known:
    one question for all keys made such a poll cost a third of what an INSERT each did.
    """
    keys = [entry.url_key for entry in entries]
    known = set(session.scalars(select(FeedEntryRow.url_key).where(FeedEntryRow.url_key.in_(keys)))) if keys else set()
    new = [entry for entry in entries if entry.url_key not in known]
    return sum(1 for entry in new if _store_entry(session, entry_point, at_the_door(session, entry), now) is not None)


def _store_entry(session: Session, entry_point: Source, entry: NewEntry, now: datetime) -> int | None:
    values = {
        "entry_point_id": entry_point.id,
        "outlet": entry_point.outlet,
        "url": entry.url,
        "url_key": entry.url_key,
        "guid": clean_line(entry.guid) if entry.guid else None,
        "title": clean_line(entry.title) if entry.title else None,
        "summary": clean_text(entry.summary) if entry.summary else None,
        "content": clean_text(entry.content) if entry.content else None,
        "author": clean_line(entry.author, 300) if entry.author else None,
        "published_at": entry.published_at,
        "published_precision": entry.published_precision if entry.published_at else None,
        "found_at": now,
        "is_baseline": entry_point.is_first,
        "next_attempt_at": now,
        "attempts": 0,
        "generation": 0,
    }
    return insert_new(session, FeedEntryRow, values)


def outlets_with_due_entries(session: Session, now: datetime) -> dict[str, int]:
    """Return how many entries each outlet has waiting to be fetched now, leased ones not counted."""
    free = FeedEntryRow.lease_until.is_(None) | (FeedEntryRow.lease_until <= now)
    query = select(FeedEntryRow.outlet, func.count()).where(_entry_queue(now), free).group_by(FeedEntryRow.outlet)
    return dict(session.execute(query).all())


def claim_entries(session: Session, by: LeaseRequest, outlet: str) -> list[ClaimedEntry]:
    """Claim entries of one outlet to fetch, the newest first; news, then baseline, then what is fetched again.

    The attempt is counted now.
    """
    queue = _entry_queue(by.now) & (FeedEntryRow.outlet == outlet)
    newest_first = [
        FeedEntryRow.looks > 0,
        FeedEntryRow.is_baseline,
        FeedEntryRow.published_at.is_(None),
        FeedEntryRow.published_at.desc(),
        FeedEntryRow.id,
    ]
    rows = claim(session, FeedEntryRow, queue, newest_first, by)
    for row in rows:
        row.attempts += 1
    known = outlets_named(session, {row.outlet for row in rows})
    return [_claimed_entry(session, row, known.get(row.outlet)) for row in rows]


def _claimed_entry(session: Session, row: FeedEntryRow, outlet: OutletRow | None) -> ClaimedEntry:
    page = last_page(session, row.id) if row.looks else None
    known = Validators(page.headers.get("etag"), page.headers.get("last-modified"), page.sha256) if page else None
    return ClaimedEntry(lease_of(row), row.attempts, stored_entry(session, row, outlet), row.looks, known)


def _entry_queue(now: datetime) -> ColumnElement[bool]:
    return (
        FeedEntryRow.fetched_at.is_(None)
        & (FeedEntryRow.attempts <= UNFINISHED_ATTEMPTS)
        & (FeedEntryRow.next_attempt_at <= now)
    )


def retry_entry(session: Session, claimed: ClaimedEntry, error: str, at: datetime, *, is_attempt: bool = True) -> bool:
    """Give an entry back to be fetched again at `at`; a wait that a server asked for is no attempt."""
    if not finish(session, FeedEntryRow, claimed.lease):
        return False
    row = session.get_one(FeedEntryRow, claimed.entry.id)
    row.next_attempt_at, row.last_error = at, error[:1000]
    row.attempts = claimed.attempts if is_attempt else claimed.attempts - 1
    return True


def give_up_entry(
    session: Session, claimed: ClaimedEntry, error: str, article: NewArticle | None, now: datetime
) -> StoredArticle | None:
    """Stop fetching an entry; what the feed told of it is stored as its (partial) article, if that is anything.

    Where it was fetched again, its article stays as it was: the feed's words must not replace the page's (F-11).
    """
    if not finish(session, FeedEntryRow, claimed.lease):
        return None
    row = session.get_one(FeedEntryRow, claimed.entry.id)
    row.fetched_at, row.last_error = now, error[:1000]
    return store_article(session, article, now) if article is not None and not row.looks else None


def outlets_named(session: Session, names: set[str]) -> dict[str, OutletRow]:
    """Return the rows of these outlets by name."""
    if not names:
        return {}
    return {row.name: row for row in session.scalars(select(OutletRow).where(OutletRow.name.in_(names)))}


def stored_entry(session: Session, row: FeedEntryRow, outlet: OutletRow | None) -> StoredEntry:
    """Return an entry's row as a value, with what its outlet tells and the type of the entry point that found it."""
    names = ("id", "outlet", "url", "url_key", "title", "summary", "content", "author", "published_at", "found_at")
    values: dict[str, Any] = {name: getattr(row, name) for name in (*names, "is_baseline")}
    return StoredEntry(
        **values,
        languages=tuple(outlet.languages) if outlet else (),
        timezone=outlet.timezone if outlet else "UTC",
        published_precision="day" if row.published_precision == "day" else "instant",
        door=session.get_one(EntryPointRow, row.entry_point_id).type,
    )
