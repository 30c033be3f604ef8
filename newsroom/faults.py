"""How outlets fail: a seed draws which request gets which fault, and a true answer is spoiled by it (pure).

Every path recovers: after two faults in a row the next request is answered truly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random

from newsroom.press import MadeUpOutlet
from newsroom.serving import Answer, Reset

# With at most two in a row and this chance of the first and of the second, a third of all requests are faulty,
# whether a path is asked for ever (a feed) or until it is answered once (a page).
_CHANCE = 0.366
_MOST_IN_A_ROW = 2
_DELAY_SECONDS = 0.5
_DRIP_SECONDS = 0.05  # a page of 60 kB would take most of an hour
_HANG_SECONDS = 120.0  # longer than any client of ours waits
_HUGE_BYTES = 6 * 1024 * 1024  # above every cap of the crawler (SEC-4)
_SOON = {"Retry-After": "1"}


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


# Too big is refused for good where it is a page, so pages are never that; a robots.txt that is not there may mean
# that nothing is allowed (RFC 9309), so it is only ever late.
_OF_FEEDS = tuple(fault for fault in Fault if fault is not Fault.CHARSET)
_OF_PAGES = tuple(fault for fault in _OF_FEEDS if fault not in (Fault.HUGE, Fault.ENDLESS))
_OF_ROBOTS = (Fault.DELAY,)
_CYRILLIC = (Fault.CHARSET,) * 3  # it would be rare: in English, and where there is no body, it does not show


@dataclass(slots=True)
class FaultDice:
    """Throws for one outlet. Equal seeds give the requests of a path the same faults in the same order."""

    seed: int
    outlet: MadeUpOutlet
    counts: dict[Fault, int] = field(default_factory=dict)
    _throws: dict[str, Iterator[Fault | None]] = field(default_factory=dict)

    def next_fault(self, path: str) -> Fault | None:
        """Return the fault of the next request of `path`, and count it."""
        # Without the folders, which hold the day: a seed means the same on every day.
        name = path.rsplit("/", 1)[-1]
        if path not in self._throws:
            self._throws[path] = _throws(Random(f"{self.seed}/{self.outlet.name}/{name}"), self._kinds(path))  # noqa: S311  play
        fault = next(self._throws[path])
        if fault is not None:
            self.counts[fault] = self.counts.get(fault, 0) + 1
        return fault

    def _kinds(self, path: str) -> tuple[Fault, ...]:
        if path == "/robots.txt":
            return _OF_ROBOTS
        kinds = _OF_PAGES if path.endswith(".html") else _OF_FEEDS
        return kinds if self.outlet.language == "en" else (*kinds, *_CYRILLIC)


def spoil(answer: Answer, fault: Fault) -> Answer:
    """Return what comes instead of the true `answer`."""
    return _SPOILERS[fault](answer)


def _throws(random: Random, kinds: tuple[Fault, ...]) -> Iterator[Fault | None]:
    in_a_row = 0
    while True:
        is_faulty = in_a_row < _MOST_IN_A_ROW and random.random() < _CHANCE
        in_a_row = in_a_row + 1 if is_faulty else 0
        yield random.choice(kinds) if is_faulty else None


def _recoded(answer: Answer) -> Answer:
    body = answer.body.decode().encode("cp1251", "xmlcharrefreplace")
    return replace(answer, body=body)


def _big(answer: Answer) -> Answer:
    kept = {name: value for name, value in answer.headers.items() if name == "Content-Type"}
    return Answer(200, b" " * _HUGE_BYTES, kept)


def _endless(answer: Answer) -> Answer:
    return replace(_big(answer), body=b"<!-- and so on -->\n" * 4_096, endless=True)


_SPOILERS: Mapping[Fault, Callable[[Answer], Answer]] = {
    Fault.ERROR: lambda _: Answer(500, b"<h1>500</h1>", {"Content-Type": "text/html"}),
    Fault.UNAVAILABLE: lambda _: Answer(503, b"<h1>503</h1>", {"Content-Type": "text/html", **_SOON}),
    Fault.TOO_MANY: lambda _: Answer(429, b"", _SOON),
    Fault.DELAY: lambda answer: replace(answer, delay=_DELAY_SECONDS),
    Fault.DRIP: lambda answer: replace(answer, drip=_DRIP_SECONDS),
    Fault.RESET: lambda answer: replace(answer, reset=Reset.AFTER_RECORDING),
    Fault.HANG: lambda answer: replace(answer, delay=_HANG_SECONDS),
    Fault.CHARSET: _recoded,
    Fault.HUGE: _big,
    Fault.ENDLESS: _endless,
}
