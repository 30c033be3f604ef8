"""What the adaptive rhythm is worth: how soon news is found with it, and with fixed intervals, at how many requests.

    python benchmarks/rhythm.py --seed 11 12        # or: make bench

Thirty-six made-up outlets of seven habits publish for thirty days (`newsroom.habits`); now and then an event breaks,
and outlets tell of it. The real `next_check` plans each poll with what the real `learn` took from the items found so
far, from the first poll on, burst mode included. Each fixed way is given the same number of requests; then it is told
how many it would need for the same median. Fixed intervals are drawn from this very month: perfect foresight.

The numbers of `scheduler.pacing` were chosen on seeds 1 to 3, never on those that are printed. A seed always gives the
same figures. Exit 1 where the goal is missed: 40 % less delay in the median at equal requests than with one interval
for all, and than with one a priority.
"""

from __future__ import annotations

import argparse
import heapq
import math
import sys
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from db.bursts import ALL_FOR, TOLD_FOR
from db.planning import HISTORY, PastPoll
from db.publishing import Publishing
from newsroom.habits import DAY, EVENTS, HABITS, MONTH, Diary, diaries
from scheduler.learning import learn
from scheduler.planning import LEARNED_AGAIN
from scheduler.rhythm import Hints, brought_forward, next_check

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
FEED = 30  # entries of a feed
READ_AFTER = 60.0  # seconds from the poll that finds an event's first article to the event
GOAL = 0.4
BY_HINDSIGHT = "one an outlet"

Polls = Sequence[Sequence[float]]  # of each outlet, in order


# The adaptive way: the code of the service, on a simulated clock.


@dataclass(slots=True)
class Asked:
    """An outlet as the service knows it."""

    diary: Diary
    due: float
    polls: list[float] = field(default_factory=list)
    history: deque[PastPoll] = field(default_factory=lambda: deque(maxlen=HISTORY))
    publishing: Publishing | None = None
    told_until: float = -1.0

    def poll(self, at: float) -> bool:
        """Look, remember what was found, learn once a day; return whether an event was told of."""
        items = self.diary.items
        last = self.polls[-1] if self.polls else -math.inf
        new = items[bisect_right(items, last) : bisect_right(items, at)]
        self.polls.append(at)
        self.history.appendleft(PastPoll(moment(at), "new" if new else "same", FEED, min(len(new), FEED)))
        if self.publishing is None or moment(at) - self.publishing.learned_at >= LEARNED_AGAIN:
            begun = bisect_right(items, self.polls[0])
            known = items[max(0, begun - FEED) : bisect_right(items, at)]
            self.publishing = learn([moment(item) for item in known], moment(self.polls[0]), moment(at))
        return not self.diary.telling.isdisjoint(new)


def moment(at: float) -> datetime:
    """Return a time of the simulation as the code under trial knows times."""
    return START + timedelta(seconds=at)


def adaptive(outlets: Sequence[Diary], seed: int) -> Polls:
    """Let the rhythm of the service plan every poll of the month."""
    random = Random(seed)  # noqa: S311 (it spreads polls)
    asked = [Asked(diary, random.uniform(0, 60)) for diary in outlets]
    queue = [(known.due, number) for number, known in enumerate(asked)]
    heapq.heapify(queue)
    broke = -math.inf  # when the newest event did
    while queue[0][0] < MONTH:
        at, number = heapq.heappop(queue)
        known = asked[number]
        if at != known.due:  # it was brought forward
            continue
        if known.poll(at):
            known.told_until = at + READ_AFTER + TOLD_FOR.total_seconds()
            if at > broke + TOLD_FOR.total_seconds():
                broke = at + READ_AFTER
                bring_forward(asked, broke, random, queue)
        is_fresh = broke <= at < broke + ALL_FOR.total_seconds()
        priority = known.diary.priority
        is_burst = at < known.told_until or (is_fresh and priority == 1)
        hints = Hints(priority, is_burst=is_burst, publishing=known.publishing)
        known.due = seconds(next_check(tuple(known.history), hints, moment(at), random))
        heapq.heappush(queue, (known.due, number))
    return [known.polls for known in asked]


def bring_forward(asked: Sequence[Asked], now: float, random: Random, queue: list[tuple[float, int]]) -> None:
    """Let those of the first priority be asked sooner, as `plan` does when an event breaks."""
    for number, known in enumerate(asked):
        if known.diary.priority == 1 and known.polls and known.due > now:
            sooner = brought_forward(moment(known.polls[-1]), moment(known.due), 1, moment(now), random)
            if sooner is not None:
                known.due = seconds(sooner)
                heapq.heappush(queue, (known.due, number))


def seconds(at: datetime) -> float:
    """Return a time as the simulation counts it."""
    return (at - START).total_seconds()


# The fixed ways.


def fixed(weights: Sequence[float], requests: float, seed: int) -> Polls:
    """Ask each outlet at a fixed interval, from any moment on, so often as its weight is; so many requests in all."""
    random = Random(seed)  # noqa: S311 (phases)
    polls = []
    for weight in weights:
        wait = MONTH * sum(weights) / (requests * weight)
        phase = random.uniform(0, wait)
        polls.append([phase + number * wait for number in range(math.ceil((MONTH - phase) / wait))])
    return polls


def ways(outlets: Sequence[Diary], ours: Polls) -> dict[str, list[float]]:
    """Return how often each outlet is asked, in relation to the others, by fixed ways.

    One interval a priority may be shared out in two ways: so that items are found soonest in the mean (by the square
    root of what is published, as true for this month), or as the adaptive rhythm shares its requests out.
    """
    priorities = [outlet.priority for outlet in outlets]
    items = mean_by(priorities, [len(outlet.month) for outlet in outlets])
    requests = mean_by(priorities, [len(polls) for polls in ours])
    return {
        "one interval": [1.0] * len(outlets),
        "one a priority, best": [math.sqrt(items[priority]) for priority in priorities],
        "one a priority, alike": [requests[priority] for priority in priorities],
        BY_HINDSIGHT: [math.sqrt(max(1, len(outlet.month))) for outlet in outlets],
    }


def mean_by(groups: Sequence[int], values: Sequence[float]) -> Mapping[int, float]:
    """Return the mean of each group."""
    totals: Counter[int] = Counter()
    for group, value in zip(groups, values, strict=True):
        totals[group] += value  # type: ignore[assignment] # a float is counted as well
    return {group: total / groups.count(group) for group, total in totals.items()}


# What it came to.


@dataclass(frozen=True, slots=True)
class Figures:
    """Delays in minutes, median and the ninth tenth: of all items, with each outlet counted alike, of events' items."""

    requests: int
    items: tuple[float, float]
    outlets: tuple[float, float]
    events: tuple[float, float]


def figures(outlets: Sequence[Diary], polls: Polls) -> Figures:
    """Measure a way."""
    every, alike, events = [], [], []
    for outlet, its_polls in zip(outlets, polls, strict=True):
        found = delays(outlet, its_polls)
        every += [(delay, 1.0) for delay in found.values()]
        alike += [(delay, 1 / len(found)) for delay in found.values()]
        events += [(found[item], 1.0) for item in outlet.telling if item in found]
    return Figures(sum(map(len, polls)), quantiles(every), quantiles(alike), quantiles(events))


def delays(outlet: Diary, polls: Sequence[float]) -> dict[float, float]:
    """Return for each item of the month how many minutes later it was found; at the end all count as found."""
    ends = [*polls, MONTH]
    return {item: (ends[bisect_right(polls, item)] - item) / 60 for item in outlet.month}


def quantiles(weighted: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the median and the ninth tenth of values with weights."""
    ordered = sorted(weighted)
    whole, sums = 0.0, []
    for _, weight in ordered:
        whole += weight
        sums.append(whole)
    at = (min(bisect_right(sums, share * whole), len(ordered) - 1) for share in (0.5, 0.9))
    median, ninth = (ordered[number][0] for number in at)
    return median, ninth


def requests_for(outlets: Sequence[Diary], weights: Sequence[float], median: float, seed: int) -> float:
    """Return how many requests a fixed way needs to find items with this median delay, by halving."""
    few, many = 1e3, 1e7
    while many / few > 1.01:  # noqa: PLR2004 (to one in a hundred)
        middle = math.sqrt(few * many)
        is_enough = figures(outlets, fixed(weights, middle, seed)).items[0] <= median
        few, many = (few, middle) if is_enough else (middle, many)
    return many


def trial(seed: int) -> bool:
    """Compare on one month; return whether the goal is met."""
    outlets = diaries(seed)
    began = time.process_time()
    ours = adaptive(outlets, seed)
    spent = time.process_time() - began
    adapted = figures(outlets, ours)
    items = sum(len(outlet.month) for outlet in outlets)
    print(f"\nSeed {seed}: {len(outlets)} outlets, 30 days, {items:,} items, {EVENTS} events. Delay in minutes.")
    print(f"{'':22}{'requests':>9}{'all items':>15}{'outlets alike':>15}{'events':>15}{'less':>12}"
          f"{'requests for the same':>24}\n{'':31}{'median    p90':>15}{'median    p90':>15}{'median    p90':>15}"
          f"{'all alike':>12}{'median of all items':>24}")  # fmt: skip
    print_row("adaptive", adapted, "", "")
    is_met = True
    for name, weights in ways(outlets, ours).items():
        rival = figures(outlets, fixed(weights, adapted.requests, seed))
        less, alike = 1 - adapted.items[0] / rival.items[0], 1 - adapted.outlets[0] / rival.outlets[0]
        needed = requests_for(outlets, weights, adapted.items[0], seed)
        print_row(name, rival, f"{less:5.0%}{alike:6.0%}", f"{needed:,.0f} ({needed / adapted.requests - 1:+.0%})")
        is_met &= less >= GOAL or name == BY_HINDSIGHT
    print_priorities(outlets, ours, seed)
    print_habits(outlets, ours)
    print(f"planning, with learning once a day: {1000 * spent / adapted.requests:.2f} ms of CPU a poll")
    return is_met


def print_row(name: str, row: Figures, less: str, needed: str) -> None:
    """Print the figures of one way."""
    pairs = "".join(f"{median:8.2f}{ninth:7.1f}" for median, ninth in (row.items, row.outlets, row.events))
    print(f"{name:22}{row.requests:9,}{pairs}{less:>12}{needed:>24}")


def print_priorities(outlets: Sequence[Diary], ours: Polls, seed: int) -> None:
    """Print how much less the delay is within each priority, against one interval and as many requests for it."""
    print("less than one interval, at equal requests within a priority: all items, outlets alike, events")
    for priority in (1, 2, 3):
        chosen = [number for number, outlet in enumerate(outlets) if outlet.priority == priority]
        its = [outlets[number] for number in chosen]
        adapted = figures(its, [ours[number] for number in chosen])
        rival = figures(its, fixed([1.0] * len(its), adapted.requests, seed))
        pairs = ((adapted.items, rival.items), (adapted.outlets, rival.outlets), (adapted.events, rival.events))
        print(f"  priority {priority}   " + "".join(f"{1 - one[0] / other[0]:8.0%}" for one, other in pairs))


def print_habits(outlets: Sequence[Diary], ours: Polls) -> None:
    """Print the median delay and the polls a day by habit and priority."""
    print("adaptive, median delay (polls a day), by habit, for priority 1, 2, 3:")
    for habit in HABITS:
        cells = []
        for priority in (1, 2, 3):
            chosen = [n for n, outlet in enumerate(outlets) if (outlet.habit, outlet.priority) == (habit, priority)]
            found = [(delay, 1.0) for n in chosen for delay in delays(outlets[n], ours[n]).values()]
            daily = sum(len(ours[n]) for n in chosen) / max(1, len(chosen)) / (MONTH / DAY)
            cells.append(f"{quantiles(found)[0]:8.1f} ({daily:3.0f})" if found else f"{'–':>8} ({daily:3.0f})")
        print(f"  {habit:14}{''.join(cells)}")


def main() -> int:
    """Run the trials."""
    parser = argparse.ArgumentParser(description="What the adaptive rhythm is worth.")
    parser.add_argument("--seed", type=int, nargs="+", default=[11, 12], help="of the made-up months")
    met = [trial(seed) for seed in parser.parse_args().seed]
    print(f"\nThe goal, {GOAL:.0%} less delay at equal requests, is {'met' if all(met) else 'missed'}.")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
