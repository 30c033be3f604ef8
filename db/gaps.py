"""Gaps: times in which an entry point may have told what we never saw, and how far each has been filled.

A queue like the others: open, due (`next_attempt_at`), lease free. What one page of an archive told and where the next
one is are stored in one transaction (crash rule), attempts are counted in the claim (poison rule). A gap ends filled
or given up with a reason that people can see; each is bounded in pages, bytes and age.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.leases import UNFINISHED_ATTEMPTS, Lease, LeaseRequest, claim, finish, lease_of
from db.models import EntryPointRow, FeedEntryRow, GapRow, OutletRow
from db.polls import DueEntryPoint
from db.views import utc

MOST_PAGES = 60
MOST_BYTES = 64 << 20
MOST_DAYS = timedelta(days=7)  # older news is no news: a gap of a month is filled for its last week
NO_ARCHIVE = "no archive leads back to what was heard last: name one in the outlet's table"
_ERROR_LENGTH = 1000
_FORGOTTEN_AT_ONCE = 200

Reason = Literal["no overlap", "downtime"]
GapState = Literal["open", "filled", "given up"]


@dataclass(frozen=True, slots=True)
class Step:
    """A page of an archive to be read: `url` may hold {page} or {date}, which `page` (from 1) or `day` fill.

    `links` is the outlet's selector where the page is a section. `seen` is a digest of the page before: an archive
    that answers the same for each page has no more pages.
    """

    type: str
    url: str
    page: int | None = None
    day: date | None = None
    links: str | None = None
    seen: str | None = None

    @property
    def address(self) -> str:
        """The address to fetch."""
        return self.url.format(page=self.page, date=self.day) if self.page or self.day else self.url


@dataclass(frozen=True, slots=True)
class NewGap:
    """A gap as a poll found it: `since` is when its entry point was last heard, `steps` are where to look, in order."""

    entry_point_id: int
    outlet: str
    reason: Reason
    since: datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ClaimedGap:
    """A gap claimed for the next page of its archive; attempt number `attempts` (from 1) at this page."""

    lease: Lease
    id: int
    attempts: int
    outlet: str
    entry_point_id: int
    since: datetime
    steps: tuple[Step, ...]
    pages_left: int
    bytes_left: int
    timezone: str = "UTC"

    @property
    def step(self) -> Step:
        """The page to read now."""
        return self.steps[0]

    @property
    def is_spent(self) -> bool:
        """Whether so many attempts began and none came to an end that this page seems to end its process."""
        return self.attempts > UNFINISHED_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Progress:
    """What one page came to: its bytes, what is to be read next, and how the gap stands."""

    steps: tuple[Step, ...]
    state: GapState = "open"
    note: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap as people see it; `address` is the next page, or the last one read."""

    outlet: str
    url: str
    reason: str
    since: datetime
    found_at: datetime
    state: str
    note: str | None
    entries: int
    pages: int
    address: str | None
    last_error: str | None
    closed_at: datetime | None


def open_gap(session: Session, gap: NewGap, now: datetime) -> bool:
    """Store a gap, in the transaction of the poll that found it; say whether it is a row of its own.

    One that is open with the same archive is taken further back instead: two feeds of an outlet share its archive.
    """
    start = gap.steps[0].url if gap.steps else ""
    same = (GapRow.outlet == gap.outlet) & (GapRow.state == "open") & (GapRow.start == start)
    known = session.scalars(select(GapRow).where(same).with_for_update()).first()
    if known is not None:
        known.since = min(known.since, gap.since)
        return False
    session.add(_new_row(gap, start, now))
    return True


def _new_row(gap: NewGap, start: str, now: datetime) -> GapRow:
    is_lost = not gap.steps
    return GapRow(
        entry_point_id=gap.entry_point_id,
        outlet=gap.outlet,
        start=start,
        reason=gap.reason,
        since=gap.since,
        found_at=now,
        state="given up" if is_lost else "open",
        note=NO_ARCHIVE if is_lost else None,
        steps=[_step_json(step) for step in gap.steps],
        pages=0,
        bytes=0,
        entries=0,
        attempts=0,
        generation=0,
        next_attempt_at=now,
        closed_at=now if is_lost else None,
    )


def claim_gaps(session: Session, by: LeaseRequest, outlets: Collection[str] | None = None) -> list[ClaimedGap]:
    """Claim gaps to fill, the newest first and one of an outlet at a time. The attempt is counted now."""
    queue = (GapRow.state == "open") & (GapRow.next_attempt_at <= by.now)
    busy = select(GapRow.outlet).where(GapRow.lease_until > by.now)
    newest = select(func.max(GapRow.id)).where(queue, GapRow.outlet.not_in(busy)).group_by(GapRow.outlet)
    if outlets is not None:
        newest = newest.where(GapRow.outlet.in_(outlets))
    rows = claim(session, GapRow, queue & GapRow.id.in_(newest), [GapRow.id.desc()], by)
    for row in rows:
        row.attempts += 1
    return [_claimed(row, session.get_one(OutletRow, row.outlet)) for row in rows]


def _claimed(row: GapRow, outlet: OutletRow) -> ClaimedGap:
    return ClaimedGap(
        lease=lease_of(row),
        id=row.id,
        attempts=row.attempts,
        outlet=row.outlet,
        entry_point_id=row.entry_point_id,
        since=row.since,
        steps=tuple(_step(one) for one in row.steps),
        pages_left=MOST_PAGES - row.pages,
        bytes_left=MOST_BYTES - row.bytes,
        timezone=outlet.timezone,
    )


def advance_gap(session: Session, claimed: ClaimedGap, progress: Progress, now: datetime, *, entries: int = 0) -> bool:
    """Store what a page came to, after its entries (how many were new). False if the lease was lost: roll back.

    A gap that was taken further back while the page was read is not filled by it; it is looked at again.
    """
    if not finish(session, GapRow, claimed.lease):
        return False
    row = session.get_one(GapRow, claimed.id)
    if progress.state == "filled" and row.since < claimed.since:
        progress = replace(progress, state="open", note=None, steps=progress.steps or claimed.steps)
    row.steps = [_step_json(step) for step in progress.steps]
    row.state, row.note = progress.state, progress.note
    row.pages, row.bytes = row.pages + 1, row.bytes + progress.size
    row.entries += entries
    row.attempts, row.next_attempt_at, row.last_error = 0, now, None
    row.closed_at = None if progress.state == "open" else now
    return True


def retry_gap(session: Session, claimed: ClaimedGap, error: str, at: datetime, *, is_attempt: bool = True) -> bool:
    """Give a page back to be asked for again at `at`; a wait that a server asked for is no attempt."""
    if not finish(session, GapRow, claimed.lease):
        return False
    row = session.get_one(GapRow, claimed.id)
    row.next_attempt_at, row.last_error = at, error[:_ERROR_LENGTH]
    row.attempts = claimed.attempts if is_attempt else claimed.attempts - 1
    return True


def skip_step(session: Session, claimed: ClaimedGap, error: str, now: datetime) -> bool:
    """Leave an archive that cannot be read for the next one; without any the gap is given up, and says why."""
    rest = claimed.steps[1:]
    progress = Progress(rest, "open") if rest else Progress((), "given up", error[:_ERROR_LENGTH])
    if not advance_gap(session, claimed, progress, now):
        return False
    session.get_one(GapRow, claimed.id).last_error = error[:_ERROR_LENGTH]
    return True


def last_heard(session: Session, asked: DueEntryPoint) -> datetime | None:
    """Return when what an entry point tells was heard last: from itself, or from those that stand in for each other.

    A stand-in that wakes takes over from the doors before it; a door that lives again from its stand-ins.
    """
    if asked.last_success_at is None and not asked.is_stand_in:
        return None
    others = select(func.max(EntryPointRow.last_success_at)).where(EntryPointRow.outlet == asked.outlet)
    if not asked.is_stand_in:
        others = others.where(EntryPointRow.is_stand_in)
    heard = [at for at in (asked.last_success_at, session.scalar(others)) if at is not None]
    return max(heard, default=None)


def heard_before(session: Session, url_keys: Collection[str], since: datetime) -> set[str]:
    """Return those keys whose entries were found by `since`, by whatever entry point."""
    if not url_keys:
        return set()
    query = select(FeedEntryRow.url_key).where(FeedEntryRow.url_key.in_(url_keys), FeedEntryRow.found_at <= since)
    return set(session.scalars(query))


def forget_gaps(session: Session, before: datetime) -> int:
    """Delete gaps that were closed `before`; return how many, at most 200."""
    some = session.scalars(select(GapRow).where(GapRow.closed_at < before).limit(_FORGOTTEN_AT_ONCE)).all()
    for row in some:
        session.delete(row)
    return len(some)


def list_gaps(session: Session, outlet: str | None = None, since: datetime | None = None) -> list[GapView]:
    """Return gaps, the newest first: of one outlet, found `since` or still open, if given."""
    query = select(GapRow, EntryPointRow.url).join(EntryPointRow, EntryPointRow.id == GapRow.entry_point_id)
    if outlet is not None:
        query = query.where(GapRow.outlet == outlet)
    if since is not None:
        query = query.where((GapRow.found_at >= since) | (GapRow.state == "open"))
    return [_view(row, url) for row, url in session.execute(query.order_by(GapRow.id.desc())).all()]


def _view(row: GapRow, url: str) -> GapView:
    names = GapView.__dataclass_fields__.keys() - {"url", "address"}
    steps: Sequence[Any] = row.steps
    address = _step(steps[0]).address if steps else None
    return GapView(url=url, address=address, **{name: getattr(row, name) for name in names})


def gap_json(view: GapView) -> dict[str, Any]:
    """Return one gap as `volya outlets show --json` tells it."""
    times = {name: utc(getattr(view, f"{name}_at")) for name in ("found", "closed")}
    names = ("url", "reason", "state", "note", "entries", "pages", "address", "last_error")
    return {"since": utc(view.since), **times, **{name: getattr(view, name) for name in names}}


def _step_json(step: Step) -> dict[str, Any]:
    values = {"type": step.type, "url": step.url, "page": step.page, "links": step.links, "seen": step.seen}
    return {**values, "day": step.day.isoformat() if step.day else None}


def _step(values: dict[str, Any]) -> Step:
    day = date.fromisoformat(values["day"]) if values["day"] else None
    return Step(**{**values, "day": day})
