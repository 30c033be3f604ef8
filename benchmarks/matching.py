"""What an archive costs: one article matched, folded and stored, with 1,000 and with 200,000 articles stored before.

    python benchmarks/matching.py           # or: make bench

The archives are made up (benchmarks/archive.py) and as dense as each other. Into each, the same 200 articles are read by
`read_new`, one at a time: reports of the newest events, new releases, undated reports, follow-ups, and news that is not
ours. The understanding of each is timed apart and taken off. Times are CPU of the process, which other work on the machine
sways less. Memory is how far the peak of the resident set rises over what it was with all texts understood once. Each
archive is measured by a process of its own. The goal is a ratio of the medians of at most 1.5; exit 1 if it is missed, or
if the archive's length changes what becomes of an article.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import FREED, NOON, OUTLETS, WORDS, Archived, build  # noqa: E402 (the path comes first)

from db import Database, open_database  # noqa: E402
from db.articles import NewArticle, store_article  # noqa: E402
from db.queries import get_article  # noqa: E402
from events import Document, analyse, read_new  # noqa: E402

GOAL = 1.5
SIZES = (1_000, 200_000)
NOW = datetime(2028, 1, 1, tzinfo=UTC)
WARMING = 10  # articles read before the clock counts
MIX = ("report", "report", "none", "report", "follow-up", "new", "none", "report", "undated", "none")
PROBES = 200


def main() -> int:
    """Build and measure each archive; print the medians and their ratio. Or measure one (in a process of its own)."""
    parser = argparse.ArgumentParser(description="What an archive costs.")
    parser.add_argument("--articles", type=int, nargs=2, default=SIZES, metavar="N", help="the sizes to compare")
    parser.add_argument("--measure", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return 0
    print(f"{'archive':>8} {'built in':>9} {'median':>9} {'mean':>9} {'95 %':>9} {'memory':>8}")
    small, large = (show(size) for size in given.articles)
    ratio = large["median"] / small["median"]
    print(f"ratio of the medians {ratio:.2f}, of the means {large['mean'] / small['mean']:.2f}; goal {GOAL}")
    is_same = large["outcomes"] == small["outcomes"]
    print("the same became of every sort" if is_same else "WRONG: what became of an article depends on the archive")
    return int(ratio > GOAL or not is_same)


def show(size: int) -> dict[str, Any]:
    """Build an archive, measure it, print a line and a line by kind of article; return the figures."""
    with tempfile.TemporaryDirectory(prefix="volya-matching-") as folder:
        url = f"sqlite:///{folder}/volya.sqlite3"
        started = time.perf_counter()
        build(url, size)
        built = time.perf_counter() - started
        command = [sys.executable, __file__, "--measure", url]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  our own program
    figures: dict[str, Any] = json.loads(ended.stdout)
    times = "".join(f" {figures[name]:6.2f} ms" for name in ("median", "mean", "late"))
    print(f"{size:8} {built:7.1f} s{times} {figures['memory']:5.1f} MB")
    print("".join(f"  {kind} {took:.2f}" for kind, took in sorted(figures["kinds"].items())), end="; ")
    print(", ".join(f"{what} {number}" for what, number in figures["outcomes"].items()))
    return figures


# What is read


def probes() -> Iterator[tuple[str, NewArticle]]:
    """Yield the articles to read, each with its sort, the warming ones first. The same for every archive."""
    for number in range(WARMING + PROBES):
        kind = MIX[number % len(MIX)]
        yield kind, PROBE_OF[kind](number)


def probe(number: int, title: str, text: str, at: datetime | None) -> NewArticle:
    """Return an article to read; filled up, as an article is longer than its news."""
    address = f"wire-{number}.example/news"
    return NewArticle(
        url=f"https://{address}",
        url_key=address,
        title=title,
        text=f"{text}\n\n{WORDS * 5}\n\nNote {number} of the desk.",  # so that none is a copy of another
        outlet=f"paper-{number % OUTLETS}",
        language="en",
        published_at=at,
        published_precision="instant" if at else None,
    )


def report(number: int) -> NewArticle:
    """Return a report of the newest release, or of the newest talks."""
    root = ("Reuters reported", "the human rights group Viasna said")[number % 2]
    event = Archived(number // 2 % 2)
    at = datetime(event.day.year, event.day.month, event.day.day, 9, tzinfo=UTC) + timedelta(minutes=number)
    if event.is_release:
        text = f"Belarus on {at:%A} released {event.amount} political prisoners after talks with John Coale, {root}."
        return probe(number, f"Belarus frees {event.amount} political prisoners", text, at)
    text = (
        f"The United States and Belarus on {at:%A} discussed the release of {event.amount} political prisoners, {root}."
    )
    return probe(number, f"U.S. and Belarus discuss freeing {event.amount} political prisoners", text, at)


def new(number: int) -> NewArticle:
    """Return the first report of a release that the archive does not know."""
    at = NOON + timedelta(days=10 + number)
    amount = 60 + number
    text = f"Belarus on {at:%A} released {amount} political prisoners, the human rights group Viasna said."
    return probe(number, f"Belarus frees {amount} political prisoners", text, at)


def undated(number: int) -> NewArticle:
    """Return a report of the newest release that does not say when."""
    text = "Belarus released 52 political prisoners after talks with John Coale, Reuters reported."
    return probe(number, "Belarus frees 52 political prisoners", text, None)


def follow_up(number: int) -> NewArticle:
    """Return an interview with somebody whom the newest release freed."""
    at = NOON + timedelta(days=1, minutes=number)
    text = (
        f"{FREED}, a political prisoner released this week, spoke in an interview about Belarus and his years in jail."
    )
    return probe(number, f"Interview: {FREED} on life after a Belarusian prison", text, at)


def none(number: int) -> NewArticle:
    """Return news that is not ours."""
    return probe(number, "Late rain delays the ferry", "The ferry did not sail on Tuesday.", NOON)


PROBE_OF = {"report": report, "new": new, "undated": undated, "follow-up": follow_up, "none": none}


# The measurement


def measure(url: str) -> dict[str, Any]:
    """Read the probes into an archive; return times in ms, growth of memory in MB, and what became of the probes."""
    database = open_database(url)
    chosen = list(probes())
    with database.begin() as session:
        ids = [store_article(session, article, NOW).id for _, article in chosen]
    understanding = [understand(article) for _, article in chosen]
    before = resident()
    took: dict[str, list[float]] = defaultdict(list)
    for (kind, _), apart in zip(chosen, understanding, strict=True):
        took[kind].append(max(0.0, read_one(database) - apart))
    memory = max(0.0, peak() - before)
    outcomes = outcomes_of(database, chosen, ids)
    database.close()
    return {**figures_of(took), "memory": memory, "outcomes": outcomes}


def figures_of(took: dict[str, list[float]]) -> dict[str, Any]:
    """Return the figures of all articles together, and the median by sort, without the warming ones."""
    warm = {kind: times[WARMING * MIX.count(kind) // len(MIX) :] for kind, times in took.items()}
    every = [one for times in warm.values() for one in times]
    return {
        "median": statistics.median(every),
        "mean": statistics.mean(every),
        "late": statistics.quantiles(every, n=20)[-1],
        "kinds": {kind: statistics.median(times) for kind, times in warm.items()},
    }


def understand(article: NewArticle) -> float:
    """Return how many ms of CPU it takes to understand an article: the middle one of three, all words looked up before."""
    document = Document(
        title=article.title,
        text=article.text,
        language=article.language,
        outlet=article.outlet,
        outlet_title=f"Paper {(article.outlet or '').partition('-')[2]}",
        outlet_kind="independent",
        outlet_languages=("en",),
        published_at=article.published_at,
        published_precision=article.published_precision,
        timezone="UTC",
    )
    analyse(document)
    times = []
    for _ in range(3):
        started = time.process_time()
        analyse(document)
        times.append(1000 * (time.process_time() - started))
    return statistics.median(times)


def read_one(database: Database) -> float:
    """Read the next article; return how many ms of CPU that took. Raises RuntimeError if it could not be read."""
    started = time.process_time()
    done = read_new(database, owner="benchmark", now=NOW, limit=1)
    took = 1000 * (time.process_time() - started)
    if (done.read, done.failed) != (1, 0):
        raise RuntimeError(f"an article was not read: {done}")
    return took


def outcomes_of(database: Database, chosen: list[tuple[str, NewArticle]], ids: list[int]) -> dict[str, int]:
    """Return how many of each sort began an event, joined one, or stayed alone."""
    counts: Counter[str] = Counter()
    with database.read() as session:
        for (kind, _), number in zip(chosen, ids, strict=True):
            view = get_article(session, number)
            if view is None:
                raise RuntimeError(f"article {number} is gone")
            roles = {match.role for match in view.matches if match.event is not None}
            counts[f"{kind} {'began' if 'first' in roles else 'joined' if roles else 'alone'}"] += 1
    return dict(sorted(counts.items()))


def resident() -> float:
    """Return the resident set of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def peak() -> float:
    """Return the highest resident set so far in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
