"""Filling gaps: what polls and pages of archives mean for them, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.archives import (
    ROBOTS,
    Places,
    first_steps,
    gap_of,
    look_through,
    next_step,
    progress_after,
    reach_of,
    tells_all,
)
from crawler.doors import DOORS
from crawler.outcomes import GapItem, UnfetchedItem
from db import Session
from db.entries import FETCH_ATTEMPTS, EntrySource, NewEntry, store_entries
from db.gaps import (
    NO_ARCHIVE,
    ClaimedGap,
    NewGap,
    Progress,
    advance_gap,
    heard_before,
    last_heard,
    open_gap,
    retry_gap,
    skip_step,
)
from db.polls import DueEntryPoint


@dataclass(frozen=True, slots=True)
class StoredPage:
    """How many entries of an archive's page were new, and how many articles their words alone made."""

    new: int
    articles: int


def note_gap(
    session: Session,
    asked: DueEntryPoint,
    entries: Sequence[NewEntry],
    older: str | None,
    places: Mapping[str, Places],
    now: datetime,
) -> bool:
    """Open a gap if what a poll found leaves one behind it. Before the poll is finished: it moves "last heard".

    The first poll of an entry point leaves none: what was before it is nobody's loss. Nor do searches and figures:
    they show what they find worth showing.
    """
    door = DOORS.get(asked.type)
    is_listed = bool(entries) and door is not None and not (door.is_search or door.is_figure)
    since = last_heard(session, asked) if is_listed else None
    if since is None or tells_all(asked.type, entries, since, now):
        return False
    known = heard_before(session, [entry.url_key for entry in entries], since)
    reason = gap_of(entries, known, since, now)
    if reason is None:
        return False
    steps = first_steps(places.get(asked.outlet, Places()), asked, older, now)
    return open_gap(session, NewGap(asked.id, asked.outlet, reason, since, steps), now)


def store_gap_page(session: Session, item: GapItem, entries: Sequence[NewEntry], now: datetime) -> int | None:
    """Store what a page of an archive told, then where the gap stands; return how many entries were new.

    None if the lease was lost: roll back.
    """
    gap = item.claimed
    if item.steps is not None:
        rest = (*item.steps, *gap.steps[1:])
        progress = Progress(rest) if rest else Progress((), "given up", NO_ARCHIVE)
        return 0 if advance_gap(session, gap, progress, now) else None
    known = heard_before(session, [entry.url_key for entry in entries], gap.since)
    fresh, has_reached = look_through(entries, known, reach_of(gap, now))
    wanted = {entry.url_key for entry in fresh}
    source = EntrySource(gap.entry_point_id, gap.outlet)
    new = store_entries(session, source, [entry for entry in entries if entry.url_key in wanted], now)
    following = next_step(gap.step, entries, item.older)
    progress = progress_after(gap, following, item.size, now, has_reached=has_reached)
    return new if advance_gap(session, gap, progress, now, entries=new) else None


def store_gap_failure(session: Session, gap: ClaimedGap, item: UnfetchedItem, delay: timedelta, now: datetime) -> bool:
    """Ask for the page again after `delay`, or leave it. False if the lease was lost.

    A day without a page of its own does not end an archive by date; anything else does.
    """
    is_final = item.is_final or (item.was_asked and gap.attempts >= FETCH_ATTEMPTS)
    if not is_final:
        wait = max(delay, timedelta(seconds=item.wait or 0))
        return retry_gap(session, gap, item.error, now + wait, is_attempt=item.was_asked)
    if gap.step.day is None:
        return skip_step(session, gap, NO_ARCHIVE if gap.step.type == ROBOTS else item.error, now)
    following = next_step(gap.step, (), None)
    return advance_gap(session, gap, progress_after(gap, following, 0, now, has_reached=False), now)
