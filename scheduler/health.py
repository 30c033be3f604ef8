"""How entry points and outlets are, and what is worth an alarm (pure).

How an entry point answered is its stored state: new, alive, moved, degraded, challenged, robots-denied, blocked, gone.
Time adds to those that answer: quiet (longer without news than its habits explain, F-15), stale (nothing newer than two
weeks) and zombie (it answers as if it lived: nothing in it, or the same newest item although a day off would not explain
that, or although the outlet's other entry points bring newer).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from statistics import median
from typing import Any, Literal
from zoneinfo import ZoneInfo

from db.answers import Redirects
from db.health import RECENT, OutletAlarm, OutletPast
from db.outlets import EntryPointView, OutletView
from scheduler.silence import Habit, Silence, learn_habit, silence_of

AlarmKind = Literal["unreachable", "blocked", "gone", "moved", "silent", "unread"]

ANSWERING = frozenset({"alive", "moved", "zombie"})
KEEPING_OUT = frozenset({"challenged", "robots-denied", "blocked"})
# A news sitemap holds two days, and a search may find nothing: only with these is emptiness a sign.
NEVER_EMPTY = frozenset({"rss", "atom", "rdf", "json_feed", "section", "telegram"})
STALE_AFTER = timedelta(days=14)
FROZEN_AFTER = timedelta(days=2)  # behind the outlet's other entry points
UNREACHABLE_AFTER = timedelta(hours=3)
UNREACHABLE_FAILURES = 5
SHORTEST_TROUBLE = timedelta(minutes=15)
SURE_FAILURES = 2  # one refusal, or one failure long ago, is an accident
MOVED_AFTER = 3
YIELD_DAYS = 14
LEAST_YIELD_DAYS = 3
YIELD_SHARE = 0.5
SAMPLES = 2
HABITS_KEPT = 500


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the entry points themselves: `failures` and `redirects` are by the entry point's id."""

    past: Mapping[str, OutletPast] = field(default_factory=dict)
    failures: Mapping[int, Sequence[datetime]] = field(default_factory=dict)
    redirects: Mapping[int, Redirects] = field(default_factory=dict)
    calm_since: datetime | None = None  # the end of the last outage of our own: what failed before is our fault

    def past_of(self, outlet: OutletView) -> OutletPast:
        """Return what is remembered of an outlet."""
        return self.past.get(outlet.name, OutletPast())


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to alarm of, with what the notice says beside the outlet's name."""

    kind: AlarmKind
    details: Mapping[str, Any] = field(default_factory=dict)


def judged(outlet: OutletView, past: OutletPast, now: datetime) -> OutletView:
    """Return an outlet with the state of each entry point as time has made it."""
    silence = outlet_silence(outlet, past)
    points = tuple(replace(point, state=state_of(point, outlet, silence, now)) for point in outlet.entry_points)
    return replace(outlet, entry_points=points)


def state_of(point: EntryPointView, outlet: OutletView, silence: Silence, now: datetime) -> str:
    """Return the state of one entry point, given its outlet's silence."""
    if point.state not in ANSWERING or point.is_waiting:
        return point.state
    if is_empty(point) or _is_frozen(point, outlet) or silence == "silent":
        return "zombie"
    if point.newest_at is not None and now - point.newest_at > STALE_AFTER:
        return "stale"
    if silence == "quiet":
        return "quiet"
    return "moved" if point.redirects_to else "alive"


def risen_and_fallen(outlet: OutletView, past: OutletPast, now: datetime) -> dict[int, str]:
    """Return the entry points whose stored state is to change, because they have become zombies or are none any more.

    Only so can a stand-in take over from one that answers and brings nothing.
    """
    after = judged(outlet, past, now).entry_points
    pairs = zip(outlet.entry_points, after, strict=True)
    changed = [new for old, new in pairs if _is_asked(new) and (old.state == "zombie") != (new.state == "zombie")]
    return {point.id: "zombie" if point.state == "zombie" else "alive" for point in changed}


def is_empty(point: EntryPointView) -> bool:
    """Tell whether nothing is in an entry point that once brought something and always has something in it."""
    return point.type in NEVER_EMPTY and point.items == 0 and point.last_new_at is not None


def _is_frozen(point: EntryPointView, outlet: OutletView) -> bool:
    """Tell whether the newest item stayed the same while the outlet's other entry points brought newer ones."""
    others = [one.newest_at for one in outlet.entry_points if one.id != point.id and one.newest_at is not None]
    return point.newest_at is not None and bool(others) and max(others) - point.newest_at > FROZEN_AFTER


def outlet_silence(outlet: OutletView, past: OutletPast) -> Silence:
    """Return how an outlet's silence is to be taken: from its last news to the last look at it that went well.

    Not until now: while we did not look, or could not, nobody was silent.
    """
    points = _asked(outlet)
    last_new = max((point.last_new_at for point in points if point.last_new_at is not None), default=None)
    last_look = max((point.last_success_at for point in points if point.last_success_at is not None), default=None)
    if last_new is None or last_look is None or last_look - last_new < timedelta(hours=6):
        return "none"
    return silence_of(_habit(past.published, outlet.timezone), last_new, last_look)


@lru_cache(maxsize=HABITS_KEPT)
def _habit(published: tuple[datetime, ...], timezone: str) -> Habit | None:
    """Return an outlet's habit; learned once, for pages ask for it more often than it changes."""
    return learn_habit(published, ZoneInfo(timezone))


def troubles_of(outlet: OutletView, knowledge: Knowledge, now: datetime) -> Iterator[Trouble]:
    """Yield what is wrong with an outlet as a whole; an entry point that fails beside one that works is only shown."""
    points = _asked(outlet)
    if not points:
        return
    gone = [point.url for point in points if point.state == "gone"]
    if gone:
        yield Trouble("gone", {"url": gone[0]})
    if any(not point.failures for point in points):
        yield from _troubles_of_the_living(outlet, points, knowledge)
    elif len(gone) < len(points):
        yield from _troubles_of_the_failing(points, knowledge, now)


def _troubles_of_the_living(
    outlet: OutletView, points: Sequence[EntryPointView], knowledge: Knowledge
) -> Iterator[Trouble]:
    away = [point for point in points if _has_moved_away(point, knowledge.redirects.get(point.id))]
    if away:
        yield Trouble("moved", {"url": away[0].redirects_to})
    past = knowledge.past_of(outlet)
    if outlet_silence(outlet, past) == "silent":
        yield Trouble("silent")
    trouble = unread(past)
    if trouble is not None:
        yield trouble


def _has_moved_away(point: EntryPointView, redirects: Redirects | None) -> bool:
    """Tell whether a redirect for good is settled, yet not followed: then it leads to another domain (F-9)."""
    if redirects is None or point.last_checked_at is None:
        return False
    return redirects.number >= MOVED_AFTER and redirects.since.date() < point.last_checked_at.date()


def _troubles_of_the_failing(
    points: Sequence[EntryPointView], knowledge: Knowledge, now: datetime
) -> Iterator[Trouble]:
    """Refused at every entry point twice (F-7), or out of reach for three hours or five periods (F-1).

    What is over within a quarter of an hour is no trouble, however often an outlet is asked.
    """
    calm = knowledge.calm_since
    failed = [[at for at in knowledge.failures.get(p.id, ()) if calm is None or at > calm] for p in points]
    most, lasting = max(map(len, failed)), now - min(chain.from_iterable(failed), default=now)
    if most < SURE_FAILURES or lasting < SHORTEST_TROUBLE:
        return
    if all(point.state in KEEPING_OUT or point.state == "gone" for point in points):
        yield Trouble("blocked", {"url": points[0].url})
    elif most >= UNREACHABLE_FAILURES or lasting >= UNREACHABLE_AFTER:
        yield Trouble("unreachable", {"error": points[0].last_error or ""})


def unread(past: OutletPast, usual: float | None = None) -> Trouble | None:
    """Return the trouble if fewer than half as many of the last 20 articles are whole as usually are (F-16).

    `usual` is what was so when an alarm began; else the median of the 14 days before those articles.
    """
    if len(past.recent) < RECENT:
        return None
    found = sum(article.is_whole for article in past.recent) / RECENT
    usual = usual_yield(past) if usual is None else usual
    if usual is None or found >= YIELD_SHARE * usual:
        return None
    samples = [article.url for article in past.recent if not article.is_whole][:SAMPLES]
    return Trouble("unread", {"usual": usual, "found": found, "samples": samples})


def usual_yield(past: OutletPast) -> float | None:
    """Return the median yield of the last 14 days with articles before the newest 20 came; None for too few days."""
    first = min(article.seen_on for article in past.recent)
    days = [share for day, share in sorted((past.yields or {}).items()) if day < first][-YIELD_DAYS:]
    return median(days) if len(days) >= LEAST_YIELD_DAYS else None


def is_over(alarm: OutletAlarm, outlet: OutletView | None, knowledge: Knowledge) -> bool:
    """Tell whether the trouble of an alarm has ended; it has too if the outlet is no longer watched."""
    points = _asked(outlet) if outlet is not None else ()
    if outlet is None or not points:
        return True
    past = knowledge.past_of(outlet)
    if alarm.kind == "gone":
        return all(point.state != "gone" for point in points)
    if alarm.kind == "moved":
        return all(point.redirects_to != alarm.details.get("url") for point in points)
    if alarm.kind == "silent":
        return outlet_silence(outlet, past) != "silent"
    if alarm.kind == "unread":
        return unread(past, alarm.details.get("usual")) is None
    return any(not point.failures for point in points)


def _asked(outlet: OutletView) -> tuple[EntryPointView, ...]:
    if not outlet.is_enabled:
        return ()
    return tuple(point for point in outlet.entry_points if _is_asked(point))


def _is_asked(point: EntryPointView) -> bool:
    """Tell whether an answer says something of today: a stand-in that waits is not asked."""
    return point.is_enabled and not point.is_waiting and point.last_checked_at is not None
