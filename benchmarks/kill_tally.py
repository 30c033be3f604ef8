"""What a kill trial came to: where the kills fell, what each receiver heard, and what did not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsroom.heard import Account

PLACES = ("sending, heard", "sending, not heard", "reading", "announcing", "queued", "idle")
WINDOW_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: the moment that was waited for, where it fell, the channels in flight, and whether all is whole."""

    round: int
    moment: str
    place: str
    in_flight: tuple[str, ...]
    is_corrupt: bool


@dataclass
class Tally:
    """What all rounds came to; `accounts` are those of each event, by channel, `keyed` the channels with keys."""

    kills: list[Kill] = field(default_factory=list)
    accounts: dict[str, list[Account]] = field(default_factory=dict)
    heard: Counter[str] = field(default_factory=Counter)
    keyed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    articles: int = 0

    def windows(self, channel: str) -> int:
        """Return how many kills fell while a message to this receiver was in flight."""
        return sum(channel in kill.in_flight for kill in self.kills)

    def sum_of(self, channel: str, name: str) -> int:
        """Return the sum of one figure of all accounts of a channel."""
        return sum(int(getattr(account, name)) for account in self.accounts.get(channel, ()))

    @property
    def share(self) -> float:
        """Return which part of the kills fell between the first commit and the last delivery."""
        return sum(kill.place != "idle" for kill in self.kills) / max(len(self.kills), 1)


def print_kill(number: int, kill: Kill) -> None:
    """Print one kill."""
    in_flight = f" ({', '.join(kill.in_flight)})" if kill.in_flight else ""
    print(
        f"{number:4}  {kill.round:5}  {kill.moment:9}  {kill.place}{in_flight}{' CORRUPT' * kill.is_corrupt}",
        flush=True,
    )


def print_end(tally: Tally, seconds: float) -> None:
    """Print where the kills fell and what every receiver heard."""
    places = Counter(kill.place for kill in tally.kills)
    print("\nwhere the kills fell")
    for place in PLACES:
        print(f"  {place:18} {places[place]:4}")
    print(
        f"\n{'channel':10} {'heard':>6} {'lost':>5} {'disorder':>9} {'same key':>9} {'repeats':>8} {'unmarked':>9} {'kills in flight':>16}"
    )
    for channel in tally.accounts:
        figures = [tally.sum_of(channel, name) for name in ("is_lost", "disorders", "known", "repeats", "unmarked")]
        lost, disorders, known, repeats, unmarked = figures
        print(
            f"{channel:10} {tally.heard[channel]:6} {lost:5} {disorders:9} {known:9} {repeats:8} {unmarked:9}"
            f" {tally.windows(channel):16}"
        )
    events = max((len(accounts) for accounts in tally.accounts.values()), default=0)
    start = sorted(tally.starts)[len(tally.starts) // 2]
    print(
        f"\nkills {len(tally.kills)}, {tally.articles} articles, {events} events, {seconds:.0f} s; a start {start:.2f} s"
    )
    print(f"between the first commit and the last delivery {tally.share:.0%}")
    print(f"databases corrupt {sum(kill.is_corrupt for kill in tally.kills)}")


def verdict(tally: Tally) -> Iterator[str]:
    """Yield what did not hold, a sentence each."""
    yield from tally.faults
    corrupt = sum(kill.is_corrupt for kill in tally.kills)
    if corrupt:
        yield f"{corrupt} databases are corrupt"
    if tally.share < WINDOW_SHARE:
        yield f"only {tally.share:.0%} of the kills fell where it matters"
    for channel in tally.accounts:
        yield from _verdict_on(channel, tally)


def _verdict_on(channel: str, tally: Tally) -> Iterable[str]:
    repeats, most = tally.sum_of(channel, "repeats"), 0 if channel in tally.keyed else tally.windows(channel)
    problems = {
        "events were lost": tally.sum_of(channel, "is_lost"),
        "steps back": tally.sum_of(channel, "disorders"),
        "repeats are not marked": tally.sum_of(channel, "unmarked"),
        f"repeats, {most} may be": repeats if repeats > most else 0,
    }
    return [f"{channel}: {number} {problem}" for problem, number in problems.items() if number]
