"""Pushes: hubs of entry points, asked to tell us of news (WebSub, W3C Recommendation of 2018). What is asked of them.

A row an entry point. `state` says how our last request stands, `ends_at` until when the hub has promised to tell: while a
promise is renewed the two differ. What hubs tell is in `db.pushed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from db.models import EntryPointRow, PushRow
from db.standing_in import is_polled
from db.views import utc

PUSH_PATH = "/push"  # of the page; below it a number and a token make the callback of one push
VERIFIED_WITHIN = timedelta(hours=1)  # a hub that has not verified by then was asked in vain
GIVEN_UP_AFTER = 3  # requests to be told no more; what is still told then is answered with 410
FOLLOWED_AFTER = timedelta(days=1)
_NOTHING_THERE = ("new", "denied")  # states in which the hub need not be told that we leave


@dataclass(frozen=True, slots=True)
class Push:
    """What a hub is asked for: to call `callback` when there is news of `topic`, signed by `secret`.

    `hubs` are all that the entry point announces now, `failures` those in a row. `algorithm` signed the last push.
    """

    id: int
    entry_point: int
    outlet: str
    hub: str
    hubs: tuple[str, ...]
    topic: str
    address: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: str
    failures: int
    algorithm: str | None

    @property
    def callback(self) -> str:
        """The address that the hub calls."""
        return f"{self.address}{PUSH_PATH}/{self.id}/{self.token}"

    @property
    def is_leaving(self) -> bool:
        """Whether the hub is asked to tell no more."""
        return self.state == "leaving"


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when a hub has promised to tell, and when it last told."""

    ends_at: datetime
    pushed_at: datetime


@dataclass(frozen=True, slots=True)
class PushView:
    """A push as people see it; `url` is its entry point's."""

    url: str
    hub: str
    state: str
    ends_at: datetime | None
    pushed_at: datetime | None
    pushes: int
    forged: int
    algorithm: str | None
    last_error: str | None
    next_attempt_at: datetime


def plan_pushes(session: Session, address: str | None, now: datetime, make_token: Callable[[], str]) -> None:
    """Make the pushes those that are wanted: of entry points that are asked and announce a hub; none without `address`.

    `address` is that of our page. Of an entry point that is asked no more the hub is told so. Where a hub is no longer
    announced, and of stand-ins that wait, what was promised is left to end.
    """
    for row, point in session.execute(select(PushRow, EntryPointRow).join(EntryPointRow)):
        if address is None or not point.is_enabled:
            _leave(session, row, now)
        elif not point.hubs or point.topic is None:
            _let_end(session, row, now)
        elif row.state == "leaving" or _is_other(row, point, address, now):
            _begin(row, point, address, now)
    if address is not None:
        for point in session.scalars(_unpushed()):
            row = PushRow(entry_point_id=point.id, token=make_token(), secret=make_token())
            _begin(row, point, address, now)
            session.add(row)
    session.flush()


def is_any_push(session: Session, address: str | None) -> bool:
    """Whether there is anything to plan: asked without a write lock, because the answer is mostly no."""
    some = exists().where(PushRow.id > 0)
    announced = exists().where(EntryPointRow.hubs.is_not(None))
    return bool(session.scalar(select(some if address is None else or_(some, announced))))


def _unpushed() -> Select[EntryPointRow]:
    has_push = exists().where(PushRow.entry_point_id == EntryPointRow.id)
    return select(EntryPointRow).where(is_polled(), _announces(), ~has_push).order_by(EntryPointRow.id)


def _announces() -> ColumnElement[bool]:
    return EntryPointRow.hubs.is_not(None) & EntryPointRow.topic.is_not(None)


def _is_other(row: PushRow, point: EntryPointRow, address: str, now: datetime) -> bool:
    """Whether something else is to be asked for; a feed that names itself anew at each poll is followed once a day."""
    if row.address != address:
        return True
    is_settled = row.asked_at is None or now - row.asked_at >= FOLLOWED_AFTER
    return is_settled and (row.topic != point.topic or row.hub not in (point.hubs or ()))


def _begin(row: PushRow, point: EntryPointRow, address: str, now: datetime) -> None:
    row.hub, row.topic, row.address = (point.hubs or [""])[0], point.topic or "", address
    row.state, row.failures, row.last_error = "new", 0, None
    row.next_attempt_at, row.ends_at = now, None


def _leave(session: Session, row: PushRow, now: datetime) -> None:
    if row.state in _NOTHING_THERE or (row.state == "leaving" and row.failures >= GIVEN_UP_AFTER):
        session.delete(row)
    elif row.state != "leaving":
        row.state, row.failures, row.next_attempt_at = "leaving", 0, now


def _let_end(session: Session, row: PushRow, now: datetime) -> None:
    if row.ends_at is None or row.ends_at <= now:
        session.delete(row)


def due_pushes(session: Session, now: datetime, limit: int) -> list[Push]:
    """Return pushes whose hub is to be asked now, the longest due first."""
    is_asked = (is_polled() & _announces()) | (PushRow.state == "leaving")
    query = (
        select(PushRow, EntryPointRow)
        .join(EntryPointRow)
        .where(PushRow.next_attempt_at <= now, is_asked)
        .order_by(PushRow.next_attempt_at, PushRow.id)
        .limit(limit)
    )
    return [push_of(row, point) for row, point in session.execute(query)]


def push_of(row: PushRow, point: EntryPointRow) -> Push:
    """Return a stored push."""
    return Push(
        id=row.id,
        entry_point=row.entry_point_id,
        outlet=point.outlet,
        hub=row.hub,
        hubs=tuple(point.hubs or ()),
        topic=row.topic,
        address=row.address,
        token=row.token,
        secret=row.secret,
        state=row.state,
        failures=row.failures,
        algorithm=row.algorithm,
    )


def begin_asking(session: Session, push: Push, hub: str, now: datetime) -> None:
    """Note that a hub is asked, before it is: it may verify within our own request."""
    row = session.get_one(PushRow, push.id)
    row.hub, row.asked_at, row.next_attempt_at = hub, now, now + VERIFIED_WITHIN
    if push.is_leaving:
        row.failures += 1  # until it agrees
    else:
        row.state = "asked"


def note_failure(session: Session, push: Push, error: str, next_attempt_at: datetime) -> None:
    """Note that a hub was asked in vain, unless it has verified all the same."""
    row = session.get(PushRow, push.id)
    if row is None or row.state not in ("asked", "leaving"):
        return
    row.last_error, row.next_attempt_at = error[:300], next_attempt_at
    if row.state == "asked":
        row.state, row.failures = "failed", row.failures + 1


def promises_of(session: Session, entry_points: Sequence[int], now: datetime) -> dict[int, Promise]:
    """Return what hubs have promised of these entry points, by id; only of hubs that have kept it at least once."""
    query = select(PushRow.entry_point_id, PushRow.ends_at, PushRow.pushed_at).where(
        PushRow.entry_point_id.in_(entry_points), PushRow.ends_at > now, PushRow.pushed_at.is_not(None)
    )
    return {point: Promise(ends, pushed) for point, ends, pushed in session.execute(query) if ends and pushed}


def list_pushes(session: Session, outlet: str) -> list[PushView]:
    """Return the pushes of an outlet's entry points."""
    columns = [getattr(PushRow, name) for name in PushView.__dataclass_fields__ if name != "url"]
    query = select(EntryPointRow.url, *columns).join(EntryPointRow).where(EntryPointRow.outlet == outlet)
    return [PushView(*row) for row in session.execute(query.order_by(EntryPointRow.position))]


def push_json(view: PushView) -> dict[str, Any]:
    """Return a push as `volya outlets show --json` tells it."""
    return {
        "hub": view.hub,
        "state": view.state,
        "until": utc(view.ends_at),
        "last_push": utc(view.pushed_at),
        "pushes": view.pushes,
        "forged": view.forged,
        "algorithm": view.algorithm,
        "last_error": view.last_error,
        "next_request": utc(view.next_attempt_at),
    }
