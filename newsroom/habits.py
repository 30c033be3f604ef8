"""When made-up outlets publish: seven habits over a month, and events that many of them tell of. Pure, by a seed.

Times are seconds from the start of the month, a Monday 0:00 UTC; outlets began to publish long before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

HOUR, DAY = 3600.0, 86400.0
MONTH = 30 * DAY
EARLIER = 60 * DAY  # so long before the month the outlets began
EVENTS = 14
_FEED = 30


@dataclass(slots=True)
class Diary:
    """When an outlet publishes, in order, and which of these items tell of an event."""

    habit: str
    priority: int
    items: list[float]
    telling: set[float] = field(default_factory=set)

    @property
    def month(self) -> list[float]:
        """The items that are published within the month."""
        return [item for item in self.items if item > 0]


def diaries(seed: int) -> list[Diary]:
    """Return the diaries of 36 outlets, of each habit some, of each priority twelve."""
    random = Random(seed)  # noqa: S311 (a made-up world)
    habits = [habit for habit, (many, _) in HABITS.items() for _ in range(many)]
    kept = [_diary(habit, 1 + number % 3, random) for number, habit in enumerate(habits)]
    awake = [diary for diary in kept if diary.habit not in ("dead", "weekly")]
    for _ in range(EVENTS):
        _tell(random, awake, random.uniform(DAY, MONTH - DAY))
    return kept


def _diary(habit: str, priority: int, random: Random) -> Diary:
    publish = HABITS[habit][1]
    return Diary(habit, priority, sorted(item for item in publish(random) if -EARLIER < item < MONTH))


def _tell(random: Random, outlets: Sequence[Diary], at: float) -> None:
    """Let an event break, at any hour: one outlet is first, others follow within hours, and they come back to it."""
    first = random.choice([outlet for outlet in outlets if outlet.priority < 3])  # noqa: PLR2004 (3 repeats news)
    for outlet in outlets:
        if outlet is first or random.random() < 0.9 - 0.2 * outlet.priority:
            begins = at if outlet is first else at + random.expovariate(1 / (1.5 * HOUR))
            told = {begins, *(begins + random.expovariate(1 / HOUR) for _ in range(random.randint(0, 3)))}
            outlet.telling |= told
            outlet.items = sorted({*outlet.items, *told})


def _poisson(random: Random, rate: Callable[[float], float], most: float) -> Iterator[float]:
    """Yield times at a rate (items a second) that changes with time and is never above `most`."""
    at = -EARLIER
    while (at := at + random.expovariate(most)) < MONTH:
        if random.random() * most < rate(at):
            yield at


def _wire(random: Random) -> Iterator[float]:
    """Yield hundreds a day, less than half as many at night."""
    rate, opens = random.uniform(150, 400) / DAY, random.uniform(4, 7)
    return _poisson(random, lambda at: rate * (1.0 if _is_open(at, opens, 16) else 0.4), rate)


def _night_silent(random: Random) -> Iterator[float]:
    """Yield the items of a newsroom that sleeps, half as many at weekends."""
    rate, opens = random.uniform(20, 60) / (16 * HOUR), random.uniform(4, 7)
    return _poisson(random, lambda at: rate * _is_open(at, opens, 16) * (1.0 if _is_workday(at) else 0.5), rate)


def _weekdays(random: Random) -> Iterator[float]:
    """Yield the items of an office: some a day from Monday to Friday."""
    rate, opens = random.uniform(3, 12) / (9 * HOUR), random.uniform(5, 8)
    return _poisson(random, lambda at: rate * (_is_open(at, opens, 9) and _is_workday(at)), rate)


def _batches(random: Random, every: float, most: int) -> Iterator[float]:
    """Yield some items within an hour, every day or week at nearly the same time."""
    first = -EARLIER + random.uniform(0, every)
    for number in range(int((MONTH + EARLIER) / every)):
        at = first + number * every + random.gauss(0, 0.5 * HOUR)
        yield from (at + random.uniform(0, HOUR) for _ in range(random.randint(2, most)))


def _bursty(random: Random) -> Iterator[float]:
    """Yield nothing for a day or two, then a dozen items within some hours, at any time."""
    for start in _poisson(random, lambda _: 0.8 / DAY, 0.8 / DAY):
        yield from (start + random.expovariate(1 / (1.5 * HOUR)) for _ in range(random.randint(5, 18)))


def _dead(random: Random) -> Iterator[float]:
    """Yield items the last of which is weeks old."""
    yield from (-EARLIER + random.uniform(0, 10 * DAY) for _ in range(_FEED))


def _is_open(at: float, opens: float, hours: float) -> bool:
    return opens <= at % DAY / HOUR < opens + hours


def _is_workday(at: float) -> bool:
    return at // DAY % 7 < 5  # noqa: PLR2004 (Saturday)


HABITS: Mapping[str, tuple[int, Callable[[Random], Iterator[float]]]] = {
    "wire": (4, _wire),
    "night-silent": (7, _night_silent),
    "weekdays": (6, _weekdays),
    "daily": (6, lambda random: _batches(random, DAY, 6)),
    "weekly": (3, lambda random: _batches(random, 7 * DAY, 10)),
    "bursty": (6, _bursty),
    "dead": (4, _dead),
}
