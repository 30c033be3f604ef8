"""When to look at an entry point again, from what was found there so far (pure).

Between a floor and a ceiling by priority, the wait goes by how many new items are expected (`scheduler.pacing`). In a
burst it is the floor. Where a hub keeps telling of news it is the ceiling. Trouble doubles the wait up to a day. What a
server asks for is honoured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from random import Random

from db.planning import PastPoll
from db.publishing import Publishing
from db.pushes import Promise
from scheduler.pacing import Pace, limits_of, paced

LONGEST = timedelta(hours=24)
FIRST_IN_OWN_OUTAGE = timedelta(minutes=1)
LONGEST_IN_OWN_OUTAGE = timedelta(minutes=10)
JITTER = 0.1
TOLD_TOGETHER = timedelta(minutes=10)  # a push and the poll that finds its news are no further apart
TROUBLE = frozenset({"failed", "refused", "blocked"})


@dataclass(frozen=True, slots=True)
class Hints:
    """What else is known.

    `check_every` is the fixed interval of the outlet's table; `is_own_outage`: our own network seems to be down;
    `is_burst`: an event is being told of; `publishing`: what was learned of the entry point; `ttl`: how long its feed
    says that a copy may be kept; `skipped`: hours of the week (0 is Monday 0:00 UTC) in which it says it is not updated;
    `promise`: what a hub has promised, if it has kept it before.
    """

    priority: int = 2
    check_every: timedelta | None = None
    is_own_outage: bool = False
    is_burst: bool = False
    publishing: Publishing | None = None
    ttl: timedelta | None = None
    skipped: frozenset[int] = frozenset()
    promise: Promise | None = None


def next_check(history: Sequence[PastPoll], hints: Hints, now: datetime, random: Random) -> datetime:
    """Return when to poll again, never before `now`; `history` is newest first.

    A poll dated later than `now` (the clock was set back) counts as of now, so that no wait grows by it.
    """
    if not history:
        return now
    latest = history[0]
    since = min(latest.at, now)
    wait = max(_wait(history, hints, since, random), timedelta(seconds=max(0, latest.retry_after or 0)))
    return max(now, since + min(wait, LONGEST))


def brought_forward(
    last_check: datetime, next_check: datetime, priority: int, now: datetime, random: Random
) -> datetime | None:
    """Return the sooner time of an entry point that waits while a burst begins; None if its own is soon enough."""
    floor = limits_of(priority)[0]
    if next_check <= last_check + floor * (1 + JITTER):
        return None
    return max(now, last_check + floor * (1 + JITTER * random.random()))


def _wait(history: Sequence[PastPoll], hints: Hints, since: datetime, random: Random) -> timedelta:
    regular = hints.check_every or _adapted(history, hints, since, random.random())
    troubles = list(takewhile(lambda poll: poll.outcome in TROUBLE, history))
    if not troubles:
        return regular
    longest = LONGEST
    if hints.is_own_outage and troubles[0].outcome == "failed":  # nobody is spared by our waiting: be back soon
        regular, longest = hints.check_every or FIRST_IN_OWN_OUTAGE, LONGEST_IN_OWN_OUTAGE
    return min(_backed_off(regular, troubles), max(longest, regular)) * (1 - 2 * JITTER * random.random())


def _backed_off(regular: timedelta, troubles: Sequence[PastPoll]) -> timedelta:
    """Twice the wait for each failure after the first; four times for each refusal to let us in (F-7)."""
    factor = 4.0 if troubles[0].outcome == "blocked" else 2.0
    steps = len(troubles) if troubles[0].outcome == "blocked" else len(troubles) - 1
    return min(regular * factor**steps, LONGEST)


def _adapted(history: Sequence[PastPoll], hints: Hints, since: datetime, chance: float) -> timedelta:
    """Return the floor in a burst, else the paced wait, but no less than the answer or its feed says it stays fresh.

    Such advice can slow us down to the ceiling and no further: a feed that may be kept for a week would be lost else.
    In a burst it is not heard, for news is worth a conditional request. A feed in which everything was new may have
    pushed out entries between two polls: then the floor too (not for the first poll ever, where all is new). By
    `chance` up to a tenth is added to the floor, or taken off a wait: what is due together need not stay together.
    A hub that keeps its promise is waited for up to the ceiling, but in no burst.
    """
    floor, ceiling = limits_of(hints.priority)
    floor *= 1 + JITTER * chance
    learned = [poll for poll in history if poll.outcome not in TROUBLE]
    if hints.is_burst or (len(learned) > 1 and learned[0].items_new == learned[0].items_seen > 1):
        return floor
    fresh = max(hints.ttl or timedelta(0), timedelta(seconds=history[0].fresh_for or 0))
    wait = paced(learned, Pace(hints.priority, hints.publishing, hints.skipped), since, 1 - JITTER * chance)
    if hints.promise is not None and is_kept(hints.promise, learned, since):
        wait = max(wait, ceiling * (1 - JITTER * chance))
    return max(wait, min(fresh, ceiling), floor)


def is_kept(promise: Promise, learned: Sequence[PastPoll], now: datetime) -> bool:
    """Say whether a hub may be relied on: nothing new was found that it did not tell of, and what it told of was found.

    `learned` are the polls without trouble, newest first. Who told of something that is not to be found yet (a cache may
    stand between) is not waited for, for ten minutes; then it may have been a change of what was known.
    """
    if promise.ends_at <= now:
        return False
    found_at = next((poll.at for poll in learned if poll.items_new), None)
    if found_at is not None and found_at > promise.pushed_at + TOLD_TOGETHER:
        return False
    is_found = found_at is not None and found_at >= promise.pushed_at - TOLD_TOGETHER
    return is_found or now - promise.pushed_at >= TOLD_TOGETHER
