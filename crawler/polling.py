"""What a poll's answer means, and when to ask again. Pure: `now` and the throw of the dice are passed in.

The time left here is a safe provisional one: crawling goes on without `plan`, which only improves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from crawler.sites import site_of
from db.answers import NOT_FOUND, Redirects
from db.polls import GONE, DueEntryPoint

Outcome = Literal["new", "same", "unmodified", "failed", "refused", "blocked"]
Refusal = Literal["challenged", "robots-denied"]
LONGEST = 24 * 3600
LONGEST_IN_OUTAGE = 15 * 60
GONE_AFTER = 3
MOVED_AFTER = 3
BLOCKED_STATUSES = (401, 403, 451)
_JITTER = 0.1
_CHALLENGE_MARKS = (b"<title>Just a moment", b"cf-challenge", b"challenge-platform", b"_cf_chl_opt")
DEFAULT_INTERVALS: Mapping[int, int] = MappingProxyType({1: 300, 2: 900, 3: 3600})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from an entry point. `is_unreachable`: by DNS or connection, so perhaps our own fault (F-2).

    `refusal`: by what means we were kept out, where that is known. `redirects_to`: where redirects for good led.
    """

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    is_unreachable: bool = False
    refusal: Refusal | None = None
    redirects_to: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between polls by the outlet's priority, where the outlet does not fix them itself."""

    by_priority: Mapping[int, int] = field(default_factory=lambda: DEFAULT_INTERVALS)

    def interval(self, entry_point: DueEntryPoint) -> int:
        """Return the seconds between two polls that both went well."""
        return entry_point.check_every or self.by_priority.get(entry_point.priority, DEFAULT_INTERVALS[3])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a poll leaves its entry point."""

    state: str
    failures: int
    next_check_at: datetime


def standing_after(
    entry_point: DueEntryPoint,
    answer: Answer,
    rhythm: Rhythm,
    now: datetime,
    chance: float,
    *,
    is_own_outage: bool = False,
) -> Standing:
    """Return state, failures in a row, and the next check; `chance` is uniform in 0..1.

    After failures the interval doubles (when blocked it grows fourfold, F-7) up to a day; during an outage of our
    own it stays under a quarter of an hour, so that all are back soon after it.
    """
    is_well = answer.outcome in ("new", "same", "unmodified")
    failures = 0 if is_well else entry_point.failures + 1
    seconds = float(rhythm.interval(entry_point))
    if not is_well:
        factor = 4 if answer.outcome in ("blocked", "refused") else 2
        cap = LONGEST_IN_OUTAGE if is_own_outage and answer.is_unreachable else LONGEST
        seconds = min(max(cap, seconds), seconds * factor ** min(failures, 20))
    if not is_well or entry_point.check_every is None:
        seconds *= 1 - _JITTER + 2 * _JITTER * chance
    seconds = min(LONGEST, max(seconds, answer.retry_after or 0))
    return Standing(_state(answer, entry_point, is_well=is_well), failures, now + timedelta(seconds=seconds))


def _state(answer: Answer, entry_point: DueEntryPoint, *, is_well: bool) -> str:
    if is_well:
        return "moved" if answer.redirects_to else "alive"
    if answer.status == GONE or (answer.status == NOT_FOUND and entry_point.not_found + 1 >= GONE_AFTER):
        return "gone"
    if answer.outcome in ("blocked", "refused"):
        return answer.refusal or "blocked"
    return "degraded"


def is_settled(redirects: Redirects | None, now: datetime) -> bool:
    """Tell whether a redirect for good is to be believed: three equal answers, on two days at least (F-9)."""
    return redirects is not None and redirects.number >= MOVED_AFTER and redirects.since.date() < now.date()


def stays_at_home(url: str, moved_to: str) -> bool:
    """Tell whether an entry point has moved within its own registered domain: only then it is followed for good (F-9)."""
    return site_of(urlsplit(url).hostname or "") == site_of(urlsplit(moved_to).hostname or "")


def answer_of_status(status: int, retry_after: int | None = None, *, is_challenge: bool = False) -> Answer:
    """Return what an HTTP status other than 200 and 304 means for a feed."""
    if is_challenge:
        return Answer("blocked", status, "a challenge page instead of the feed", refusal="challenged")
    if status in BLOCKED_STATUSES:
        return Answer("blocked", status, f"HTTP {status}: access refused")
    return Answer("failed", status, f"HTTP {status}", retry_after=retry_after)


def is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether an answer is a bot check and not content, whatever its status says (F-7)."""
    return "cf-mitigated" in headers or any(mark in body[:16_384] for mark in _CHALLENGE_MARKS)


def retry_delay(attempts: int, base: float, chance: float) -> timedelta:
    """Return how long to wait before attempt number `attempts` + 1 at a page: base, then four times the last."""
    seconds = min(LONGEST, base * 4.0 ** (attempts - 1))
    return timedelta(seconds=seconds * (1 - _JITTER + 2 * _JITTER * chance))


@dataclass(slots=True)
class OutageWatch:
    """Tells our own outage (most outlets unreachable at once) from an outlet's (F-2), and what to log of each.

    Looks at the newest answer of each entry point. `settle` is called when a round of polls is over, so that the
    first failures of an outage are not logged one by one before it is recognised.
    """

    is_outage: bool = False
    _unreachable: dict[int, bool] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)

    def note(self, entry_point: DueEntryPoint, answer: Answer, state: str) -> None:
        """Remember an answer; a change for the worse makes a line."""
        if not entry_point.is_stand_in:  # it may not be asked again for months: its answer soon says nothing
            self._unreachable[entry_point.id] = answer.is_unreachable
        if state != entry_point.state and state not in ("alive", "new"):
            self._lines.append(
                f"{entry_point.outlet}: {entry_point.url} is {state}: {answer.error or answer.redirects_to}"
            )
        elif state == "alive" and entry_point.state not in ("alive", "new"):
            self._lines.append(f"{entry_point.outlet}: {entry_point.url} is alive again")

    @property
    def seems_outage(self) -> bool:
        """Whether at least three were asked and four of five cannot be reached."""
        asked = len(self._unreachable)
        return asked >= 3 and sum(self._unreachable.values()) >= 0.8 * asked  # noqa: PLR2004 (the rule of F-2)

    def settle(self) -> list[str]:
        """Return the lines to log at the end of a round: one for an outage that began or ended, else one each."""
        lines, self._lines = self._lines, []
        was, self.is_outage = self.is_outage, self.seems_outage
        if self.is_outage:
            failed = sum(self._unreachable.values())
            return [] if was else [f"own outage: {failed} of {len(self._unreachable)} entry points cannot be reached"]
        return ["own outage is over: entry points can be reached again"] if was else lines
