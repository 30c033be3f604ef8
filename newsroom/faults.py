"""How outlets fail: a seed draws which request gets which fault; what comes of it is `newsroom.spoiling`'s (pure).

Every path recovers: after two faults in a row the next request is answered truly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from types import MappingProxyType

from newsroom.press import MadeUpOutlet

MOVED = "/moved"  # where what has moved now stands: below it nothing fails
_MOST_IN_A_ROW = 2


class Fault(StrEnum):
    """What may go wrong with an answer. CHARSET: windows-1251 that is declared as utf-8."""

    ERROR = "status 500"
    UNAVAILABLE = "status 503"
    TOO_MANY = "status 429"
    DELAY = "delay"
    DRIP = "drip"
    RESET = "reset"
    HANG = "hang"
    CHARSET = "charset"
    HUGE = "huge body"
    ENDLESS = "endless body"
    NO_NAME = "name that does not resolve"
    EXPIRED = "expired certificate"
    REFUSED = "connection refused"
    BAD_GATEWAY = "status 502"
    CHALLENGE = "challenge with status 403"
    CHALLENGE_OK = "challenge with status 200"
    FORBIDDEN = "status 403"
    NOT_FOUND = "status 404"
    MOVED_301 = "moved, 301"
    MOVED_308 = "moved, 308"
    ELSEWHERE = "elsewhere, 302"
    GONE = "status 410"
    LOGIN = "login page"
    AT_WORK = "notice of works"
    PAYWALL = "paywall"
    EMPTY = "empty body"
    HTML = "html instead of a feed"
    CUT = "broken off"
    STALE = "stale 304"
    RENAMED = "other guids and tracking"


# The identifiers of reliability.md §7; what has none there is of SEC-4, or of plain bad luck.
WAYS: Mapping[Fault, str] = MappingProxyType({
    Fault.NO_NAME: "F-1", Fault.EXPIRED: "F-3", Fault.REFUSED: "F-4", Fault.HANG: "F-4", Fault.RESET: "F-4",
    Fault.DRIP: "F-5", Fault.DELAY: "F-5", Fault.ERROR: "F-6", Fault.UNAVAILABLE: "F-6", Fault.TOO_MANY: "F-6",
    Fault.BAD_GATEWAY: "F-6", Fault.CHALLENGE: "F-7", Fault.CHALLENGE_OK: "F-7", Fault.FORBIDDEN: "F-7",
    Fault.NOT_FOUND: "F-8", Fault.MOVED_301: "F-9", Fault.MOVED_308: "F-9", Fault.ELSEWHERE: "F-9",
    Fault.GONE: "F-10", Fault.LOGIN: "F-11", Fault.AT_WORK: "F-11", Fault.PAYWALL: "F-11", Fault.EMPTY: "F-11",
    Fault.HTML: "F-12",
    Fault.CUT: "F-12", Fault.CHARSET: "F-13", Fault.STALE: "F-14", Fault.RENAMED: "F-17",
    Fault.HUGE: "SEC-4", Fault.ENDLESS: "SEC-4",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """How often a request fails (`chance`, of the first and of the second in a row), and how, by what is asked for.

    `cyrillic` is added where an outlet does not write English.
    """

    chance: float
    of_lists: tuple[Fault, ...]
    of_pages: tuple[Fault, ...]
    of_robots: tuple[Fault, ...]
    cyrillic: tuple[Fault, ...]


_PLAIN = (Fault.ERROR, Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.DELAY, Fault.DRIP, Fault.RESET, Fault.HANG)
_LARGE = (Fault.HUGE, Fault.ENDLESS)
_PASSING = (Fault.NO_NAME, Fault.EXPIRED, Fault.REFUSED, Fault.BAD_GATEWAY,
            Fault.MOVED_301, Fault.MOVED_308, Fault.ELSEWHERE)  # fmt: skip
_FINAL = (Fault.CHALLENGE, Fault.CHALLENGE_OK, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.GONE,
          Fault.LOGIN, Fault.PAYWALL, Fault.EMPTY)  # fmt: skip
# Too big is refused for good where it is a page, so pages are never that; a robots.txt that is not there may mean
# that nothing is allowed (RFC 9309), so it is only ever late.
# A wrong charset would be rare: in English, and where there is no body, it does not show.
# The demonstration: a third of all requests, whether a path is asked for ever (a feed) or until it is answered once.
DEMONSTRATION = FaultPlan(0.366, (*_PLAIN, *_LARGE), _PLAIN, (Fault.DELAY,), (Fault.CHARSET,) * 3)
# A fifth of all requests or more, in every way that a server can play; what a redirect leads to counts as a request, too.
EVERY_WAY = FaultPlan(
    0.28,
    (*_PLAIN, *_LARGE, *_PASSING, *_FINAL, Fault.HTML, Fault.CUT, Fault.STALE, Fault.RENAMED),
    (*_PLAIN, *_PASSING, *_FINAL, Fault.AT_WORK),
    (Fault.DELAY,),
    (Fault.CHARSET,) * 3,
)


@dataclass(slots=True)
class FaultDice:
    """Throws for one outlet. Equal seeds give the requests of a path the same faults in the same order."""

    seed: int
    outlet: MadeUpOutlet
    plan: FaultPlan = DEMONSTRATION
    counts: dict[Fault, int] = field(default_factory=dict)
    _throws: dict[str, Iterator[Fault | None]] = field(default_factory=dict)

    def next_fault(self, path: str) -> Fault | None:
        """Return the fault of the next request of `path`, and count it."""
        if path.startswith(MOVED):
            return None
        # Without the folders, which hold the day: a seed means the same on every day.
        name = path.rsplit("/", 1)[-1]
        if path not in self._throws:
            random = Random(f"{self.seed}/{self.outlet.name}/{name}")  # noqa: S311  play
            self._throws[path] = _throws(random, self._kinds(path), self.plan.chance)
        fault = next(self._throws[path])
        if fault is not None:
            self.counts[fault] = self.counts.get(fault, 0) + 1
        return fault

    def _kinds(self, path: str) -> tuple[Fault, ...]:
        if path == "/robots.txt":
            return self.plan.of_robots
        kinds = self.plan.of_pages if path.endswith(".html") else self.plan.of_lists
        return kinds if self.outlet.language == "en" else (*kinds, *self.plan.cyrillic)


def _throws(random: Random, kinds: tuple[Fault, ...], chance: float) -> Iterator[Fault | None]:
    in_a_row = 0
    while True:
        is_faulty = in_a_row < _MOST_IN_A_ROW and random.random() < chance
        in_a_row = in_a_row + 1 if is_faulty else 0
        yield random.choice(kinds) if is_faulty else None
