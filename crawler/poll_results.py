"""What a poll comes to: the outcome that is stored, and what follows from it for its entry point."""

from __future__ import annotations

from datetime import datetime

from crawler.doors import DOORS
from crawler.outcomes import PollItem
from crawler.polling import Standing, is_settled, stays_at_home
from db import Session
from db.answers import believe_move, redirects_of
from db.polls import DueEntryPoint, PollResult
from db.posts import last_guid


def repeats(session: Session, item: PollItem) -> bool:
    """Say whether a figure is the one that was stored last."""
    is_figure = DOORS[item.entry_point.type].is_figure and bool(item.entries)
    return is_figure and last_guid(session, item.entry_point.id) == item.entries[0].guid


def result_of(item: PollItem, standing: Standing, new: int, now: datetime) -> PollResult:
    """Return what is stored of a poll of which so many entries were `new`."""
    outcome = "same" if item.answer.outcome == "new" and not new else item.answer.outcome
    is_zombie = item.entry_point.state == "zombie" and standing.state in ("alive", "moved") and not new
    return PollResult(
        at=now,
        outcome=outcome,
        state="zombie" if is_zombie else standing.state,  # until it brings something
        failures=standing.failures,
        next_check_at=standing.next_check_at,
        status=item.answer.status,
        error=item.answer.error,
        items_seen=len(item.entries),
        items_new=new,
        bytes=item.size,
        milliseconds=item.milliseconds,
        retry_after=item.answer.retry_after,
        fresh_for=item.fresh_for,
        advice=item.advice,
        validators=item.validators,
        is_read=item.answer.outcome == "new",
        newest_at=_newest(item, now),
        hubs=item.announced.hubs,
        topic=item.announced.topic,
        redirects_to=item.answer.redirects_to,
    )


def _newest(item: PollItem, now: datetime) -> datetime | None:
    """Return when the newest dated item was published; dates to come prove nothing."""
    return max(
        (entry.published_at for entry in item.entries if entry.published_at and entry.published_at <= now), default=None
    )


def follow_move(session: Session, entry_point: DueEntryPoint, result: PollResult) -> None:
    """Ask the new address from now on, once a redirect for good within the outlet's own domain is settled (F-9)."""
    target = result.redirects_to
    if target is None or not stays_at_home(entry_point.url, target):
        return
    if is_settled(redirects_of(session, entry_point.id, target), result.at):
        believe_move(session, entry_point.id, target)
