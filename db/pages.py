"""Pages, and the articles they become: the queue between a fetch and an article.

No article yet, three attempts. Attempts are counted in the claim, so committed before anything is parsed (poison rule).
What is claimed once more than that (`is_spent`) has ended its process each time: it must not be tried again, only be
taken out of the queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles import NewArticle, StoredArticle, store_article
from db.entries import FETCH_ATTEMPTS, ClaimedEntry, StoredEntry, outlets_named, stored_entry
from db.leases import UNFINISHED_ATTEMPTS, Lease, LeaseRequest, claim, finish, lease_of
from db.looks import key_of_look, last_page
from db.models import FeedEntryRow, OutletRow, PageRow

EXTRACT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page as fetched: body decompressed, `encoding` as the Content-Type header declared it."""

    url: str
    final_url: str
    url_key: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    encoding: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """A page claimed for extraction; this is its attempt number `attempts` (from 1), and came of fetch number `fetches`."""

    lease: Lease
    id: int
    attempts: int
    url: str
    final_url: str
    url_key: str
    body: bytes
    encoding: str | None
    fetched_at: datetime
    entry: StoredEntry
    fetches: int = 1

    @property
    def is_spent(self) -> bool:
        """Whether so many attempts began and none came to an end that it seems to end its process each time."""
        return self.attempts > UNFINISHED_ATTEMPTS


def store_page(session: Session, claimed: ClaimedEntry, page: NewPage) -> int | None:
    """Store a page and take its entry out of the queue; None if the lease was lost: drop the page.

    One that was fetched again and is the same to the byte is not stored again; else it is a page of the same article,
    whatever address a redirect has led to this time.
    """
    if not finish(session, FeedEntryRow, claimed.lease):
        return None
    entry = session.get_one(FeedEntryRow, claimed.entry.id)
    entry.fetched_at, entry.last_error = page.fetched_at, None
    known = last_page(session, entry.id) if entry.looks else None
    sha256 = hashlib.sha256(page.body).hexdigest()
    if known is not None and known.sha256 == sha256:
        return known.id
    row = PageRow(
        feed_entry_id=entry.id,
        outlet=entry.outlet,
        url=page.url,
        final_url=page.final_url,
        url_key=key_of_look(session, entry) if entry.looks else page.url_key,
        status=page.status,
        headers=dict(page.headers),
        body=page.body,
        encoding=page.encoding[:40] if page.encoding else None,
        sha256=sha256,
        fetched_at=page.fetched_at,
    )
    session.add(row)
    session.flush()
    return row.id


def claim_pages(session: Session, by: LeaseRequest) -> list[ClaimedPage]:
    """Claim pages to extract, news before baseline. The attempt is counted now, before any parser sees the page."""
    queue = (
        PageRow.extracted_at.is_(None) & (PageRow.attempts <= UNFINISHED_ATTEMPTS) & PageRow.feed_entry_id.is_not(None)
    )
    baseline = select(FeedEntryRow.is_baseline).where(FeedEntryRow.id == PageRow.feed_entry_id).scalar_subquery()
    rows = claim(session, PageRow, queue, [baseline, PageRow.id], by)
    for row in rows:
        row.attempts += 1
    known = outlets_named(session, {row.outlet for row in rows})
    return [_claimed_page(session, row, known.get(row.outlet)) for row in rows]


def _claimed_page(session: Session, row: PageRow, outlet: OutletRow | None) -> ClaimedPage:
    entry = session.get_one(FeedEntryRow, row.feed_entry_id)
    return ClaimedPage(
        lease=lease_of(row),
        id=row.id,
        attempts=row.attempts,
        url=row.url,
        final_url=row.final_url,
        url_key=row.url_key,
        body=row.body or b"",
        encoding=row.encoding,
        fetched_at=row.fetched_at,
        entry=stored_entry(session, entry, outlet),
        fetches=entry.attempts,
    )


def finish_page(session: Session, page: ClaimedPage, article: NewArticle, now: datetime) -> StoredArticle | None:
    """Store the article of a page and leave the queue; None if the lease was lost: drop the article."""
    if not finish(session, PageRow, page.lease):
        return None
    row = session.get_one(PageRow, page.id)
    row.extracted_at, row.last_error = now, None
    return store_article(session, article, now)


def note_page_error(
    session: Session,
    page: ClaimedPage,
    error: str,
    article: NewArticle | None,
    now: datetime,
    again_at: datetime | None = None,
) -> StoredArticle | None:
    """Give a page back that could not be extracted; after three attempts it is parked.

    A parked page leaves `article` (what the feed told) in its place, so that the news itself is not lost. `again_at` is given
    where trying again cannot help: then it is parked now, and if there is no article its entry is to be fetched again.
    """
    if not finish(session, PageRow, page.lease):
        return None
    row = session.get_one(PageRow, page.id)
    row.last_error = error[:1000]
    if again_at is None and page.attempts < EXTRACT_ATTEMPTS:
        return None
    row.extracted_at = now
    entry = session.get_one(FeedEntryRow, page.entry.id)
    if entry.looks > 0:  # then its article is there, from an earlier page
        return None
    entry.last_error = error[:1000]
    if article is not None:
        return store_article(session, article, now)
    if again_at is not None and entry.attempts < FETCH_ATTEMPTS:
        entry.fetched_at, entry.next_attempt_at = None, again_at
    return None
