"""When to look at an entry point again, from what the last looks found (pure).

An outlet that had something new at most looks is looked at more often, one that had nothing less often, between
a floor and a ceiling by priority. Trouble doubles the wait up to a day. What a server asks for is honoured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from random import Random

from db.planning import PastPoll

LONGEST = timedelta(hours=24)
FIRST_IN_OWN_OUTAGE = timedelta(minutes=1)
LONGEST_IN_OWN_OUTAGE = timedelta(minutes=10)
JITTER = 0.1
LEARNED_FROM = 8
TROUBLE = frozenset({"failed", "refused", "blocked"})

# Priority 1 is where such news appears first, 3 repeats it; other numbers count as the nearest of these.
LIMITS = {
    1: (timedelta(minutes=2), timedelta(minutes=15)),
    2: (timedelta(minutes=5), timedelta(minutes=30)),
    3: (timedelta(minutes=10), timedelta(minutes=60)),
}


@dataclass(frozen=True, slots=True)
class Hints:
    """What else is known: a fixed interval of the outlet's table, and whether our own network seems to be down."""

    priority: int = 2
    check_every: timedelta | None = None
    is_own_outage: bool = False


def next_check(history: Sequence[PastPoll], hints: Hints, now: datetime, random: Random) -> datetime:
    """Return when to poll again, never before `now`; `history` is newest first.

    A poll dated later than `now` (the clock was set back) counts as of now, so that no wait grows by it.
    """
    if not history:
        return now
    latest = history[0]
    wait = max(_wait(history, hints, random), timedelta(seconds=max(0, latest.retry_after or 0)))
    return max(now, min(latest.at, now) + min(wait, LONGEST))


def _wait(history: Sequence[PastPoll], hints: Hints, random: Random) -> timedelta:
    regular = hints.check_every or _adapted(history, hints.priority)
    troubles = list(takewhile(lambda poll: poll.outcome in TROUBLE, history))
    if not troubles:
        return regular if hints.check_every else regular * random.uniform(1 - JITTER, 1 + JITTER)
    longest = LONGEST
    if hints.is_own_outage and troubles[0].outcome == "failed":  # nobody is spared by our waiting: be back soon
        regular, longest = hints.check_every or FIRST_IN_OWN_OUTAGE, LONGEST_IN_OWN_OUTAGE
    return min(_backed_off(regular, troubles), max(longest, regular)) * (1 - 2 * JITTER * random.random())


def _backed_off(regular: timedelta, troubles: Sequence[PastPoll]) -> timedelta:
    """Twice the wait for each failure after the first; four times for each refusal to let us in (F-7)."""
    factor = 4.0 if troubles[0].outcome == "blocked" else 2.0
    steps = len(troubles) if troubles[0].outcome == "blocked" else len(troubles) - 1
    return min(regular * factor**steps, LONGEST)


def _adapted(history: Sequence[PastPoll], priority: int) -> timedelta:
    """Interpolate between floor and ceiling, evenly in ratios, by the share of polls that found something new.

    The share starts at a half and needs evidence to move. A feed in which everything was new may have pushed
    out entries between two polls: then the floor at once (not for the first poll ever, where all is new).
    """
    floor, ceiling = LIMITS[min(max(priority, min(LIMITS)), max(LIMITS))]
    learned = [poll for poll in history if poll.outcome not in TROUBLE]
    if len(learned) > 1 and learned[0].items_new == learned[0].items_seen > 1:
        return floor
    recent = learned[:LEARNED_FROM]
    share = (1 + sum(poll.items_new > 0 for poll in recent)) / (2 + len(recent))
    return ceiling * math.pow(floor / ceiling, share)
