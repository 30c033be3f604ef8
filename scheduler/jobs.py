"""The jobs of the service: JOBS is the whole of what happens by the clock.

The one path of the data, and who moves it on (each arrow a transaction, each queue a WHERE clause):

    Feed ─► FeedEntry ─► Page ─► Article ─► Mention ─► Event ─► Alert ─► Delivery ─► Slack · Telegram · webhook
    └───── the crawl process (child) ─────┘└──────── read ────────────────────────┘└─ the delivery loop ───────┘
      ▲
      └── plan: what polls found ─► next_check_at            watch: does all of this move?   maintain: keep house
                                                             tend: how are the outlets?
                                                             subscribe: hubs tell us of news, so that we poll at once

Nothing else connects the steps: whatever stops, its queue waits in the database, and the next run goes on there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.backup import back_up_today
from db.dead_letters import expire_orphans
from db.gaps import forget_gaps
from db.maintenance import forget_pages, forget_polls, forget_signs
from scheduler.parts import ServiceParts
from scheduler.planning import plan_due
from scheduler.subscribing import subscribe_due
from scheduler.tending import tend_outlets
from scheduler.watching import Watcher

READS_BEFORE_ANNOUNCING = 20
KEEP_POLLS = timedelta(days=90)
KEEP_SIGNS = timedelta(days=7)
KEEP_ORPHANS = timedelta(days=30)  # the queue of a destination that left the settings (F-33)
KEEP_BACKUPS = 7


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job works with. `is_stopping` is asked between two pieces of work."""

    parts: ServiceParts
    watcher: Watcher
    is_stopping: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """A thing to do every so often; the first time `after` the start."""

    name: str
    function: Callable[[JobContext], None]
    every: timedelta
    after: timedelta = timedelta(0)


def plan(context: JobContext) -> None:
    """Give every entry point that was polled the time of its next check."""
    plan_due(context.parts.database, context.parts.clock(), context.parts.random)


def read(context: JobContext) -> None:
    """Read what is new until nothing is left, announce what came of it, wake delivery.

    After a thousand articles or so it announces in between: a flood must not hold back the news. It announces also
    when nothing was read, for an event may have waited for its time.
    """
    for _ in range(READS_BEFORE_ANNOUNCING):
        if context.is_stopping():
            return
        reading = context.parts.read(now=context.parts.clock())
        if reading.read + reading.failed == 0:
            break
    if context.parts.announce(now=context.parts.clock()):
        context.parts.delivery.wake()


def watch(context: JobContext) -> None:
    """Look whether everything moves, and leave a sign of life."""
    context.watcher.look(context.parts.clock())


def tend(context: JobContext) -> None:
    """Judge how the outlets are; tell the operators of what went wrong, and of what is well again."""
    parts = context.parts
    if tend_outlets(parts.database, parts.operators, parts.clock(), parts.make_key):
        parts.delivery.wake()


def subscribe(context: JobContext) -> None:
    """Ask hubs to tell us of news."""
    parts = context.parts
    if parts.pushes is not None:
        subscribe_due(parts.database, parts.pushes, parts.clock, parts.random, context.is_stopping)


def maintain(context: JobContext) -> None:
    """Forget what nobody needs, in short transactions; make the copy of the day."""
    parts, now = context.parts, context.parts.clock()
    _forget(context, forget_pages, now - parts.keep_pages)
    _forget(context, forget_polls, now - KEEP_POLLS)
    _forget(context, forget_gaps, now - KEEP_POLLS)
    with parts.database.begin() as session:
        forget_signs(session, now - KEEP_SIGNS)
        expire_orphans(session, now - KEEP_ORPHANS)
    if parts.backups is not None and not context.is_stopping():
        back_up_today(parts.database, parts.backups, now, KEEP_BACKUPS)


def _forget(context: JobContext, some: Callable[..., int], before: datetime) -> None:
    while not context.is_stopping():
        with context.parts.database.begin() as session:
            if some(session, before) == 0:
                return


JOBS = (
    Job("plan", plan, timedelta(seconds=1)),
    Job("read", read, timedelta(seconds=1)),
    Job("watch", watch, timedelta(seconds=30)),
    Job("tend", tend, timedelta(minutes=5), after=timedelta(minutes=1)),
    Job("subscribe", subscribe, timedelta(seconds=10), after=timedelta(seconds=5)),
    Job("maintain", maintain, timedelta(hours=24), after=timedelta(minutes=1)),
)
