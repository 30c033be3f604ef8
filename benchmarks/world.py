"""150 outlets with every kind of entry point, a fifth of all requests fails: every article has to be found, and once.

    python benchmarks/world.py --outlets 150 --articles 2000 --seed 1

The articles appear in waves, each followed by a round of the real crawl process (`crawl_once`, every time a new process
over the same database); after the last wave come rounds until all is there, at most twelve. Pauses are short
(`download_delay`, `retry_base`), all else is as it is in the service. Requests fail by the seed in the ways of
reliability.md §7 that a server can play; each path at most twice in a row. Exit 0 only if every outlet was found by its
entry point, and every article is stored exactly once under its title.

A page that is refused for good (403, 404, 410, a challenge, a log-in form) is not asked for again: of such an article
there is what its outlet's list told of it, and it is counted apart.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from db import Database, open_database
from db.models import ArticleRow
from newsroom.faults import WAYS
from newsroom.landscape import Landscape, Printed

MOST_ROUNDS = 12  # after the last wave
FAILING = 0.15  # of all requests, at least: a fifth is drawn, what a redirect leads to is true
LONGEST_TEASER = 320  # characters, of what a list tells of an article; the article is longer
LIMITS = {"download_delay": 0.0, "retry_base": 0.05, "tick": 0.05, "download_timeout": 2.0, "page_deadline": 20.0}


@dataclass(frozen=True, slots=True)
class Account:
    """What is stored of what was printed, by kind of entry point; `strange` are articles that nobody printed."""

    printed: Counter[str]
    whole: Counter[str]
    told: Counter[str]
    missing: tuple[Printed, ...]
    twice: tuple[Printed, ...]
    strange: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether each is there once, and nothing else."""
        return not (self.missing or self.twice or self.strange)


def main() -> int:
    """Run as told on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--outlets", type=int, default=150)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--waves", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the database there, to look into")
    parser.add_argument("--crawl", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.crawl:
        return crawl(*given.crawl)
    with tempfile.TemporaryDirectory() as folder, Landscape(given.seed, given.outlets) as landscape:
        return play(landscape, given.keep or Path(folder), given.articles, given.waves)


def play(landscape: Landscape, folder: Path, articles: int, waves: int) -> int:
    """Publish and crawl in turn until all is there; print what came of it; return the exit code."""
    database = open_database(f"sqlite:///{folder / 'world.sqlite3'}")
    (folder / "outlets.json").write_text(json.dumps(landscape.tables()))
    printed: list[Printed] = []
    for number in range(1, waves + MOST_ROUNDS + 1):
        share = articles * min(number, waves) // waves
        printed += landscape.publish(share - len(printed))
        seconds = crawl_round(folder)
        account = accounted(database, printed)
        print(
            f"round {number:2}: {len(printed):5} printed, {len(account.missing):5} missing, {seconds:5.1f} s",
            flush=True,
        )
        if number >= waves and not account.missing:
            break
    database.close()
    return report(landscape, account)


def crawl_round(folder: Path) -> float:
    """Let the crawl process poll every outlet once and fetch what is new; return the seconds."""
    started = time.monotonic()
    command = [
        sys.executable,
        __file__,
        "--crawl",
        f"sqlite:///{folder / 'world.sqlite3'}",
        str(folder / "outlets.json"),
    ]
    subprocess.run(command, check=True)  # noqa: S603 (ourselves)
    return time.monotonic() - started


def crawl(url: str, file: str) -> int:
    """Be the crawl process for a round."""
    from crawler.outlets import load_outlets  # noqa: PLC0415 (only the child loads the crawler)
    from crawler.worker import WorkerOptions, crawl_once  # noqa: PLC0415

    logging.basicConfig(level=logging.CRITICAL)
    tables = json.loads(Path(file).read_text())
    outlets = load_outlets(own=tables, selected=[table["name"] for table in tables])
    crawl_once(open_database(url), WorkerOptions(outlets, allow_addresses=("127.0.0.0/8",), **LIMITS))
    return 0


def accounted(database: Database, printed: Sequence[Printed]) -> Account:
    """Compare what is stored with what was printed: by outlet and title, which no two articles share."""
    with database.read() as session:
        query = select(ArticleRow.outlet, ArticleRow.title, ArticleRow.text)
        rows = session.execute(query).all()
    times = Counter((outlet, title) for outlet, title, _ in rows)
    whole = {(outlet, title) for outlet, title, text in rows if len(text) > LONGEST_TEASER}
    by_key = {(one.outlet, one.publication.story.title): one for one in printed}
    return Account(
        printed=Counter(one.kind for one in printed),
        whole=Counter(one.kind for key, one in by_key.items() if key in whole),
        told=Counter(one.kind for key, one in by_key.items() if key in times and key not in whole),
        missing=tuple(one for key, one in by_key.items() if key not in times),
        twice=tuple(one for key, one in by_key.items() if times[key] > 1),
        strange=tuple(f"{outlet}: {title}" for outlet, title in times if (outlet, title) not in by_key),
    )


def report(landscape: Landscape, account: Account) -> int:
    """Print the counts by kind of entry point and by kind of fault; return 0 if all holds."""
    outlets = Counter(landscape.kinds.values())
    print(
        f"\n{'entry point':26}{'outlets':>8}{'articles':>9}{'whole':>7}{'as told':>9}{'missing':>9}{'twice':>7}{'faults':>8}"
    )
    faults = by_kind(landscape)
    for kind, number in outlets.items():
        missing, twice = (sum(one.kind == kind for one in some) for some in (account.missing, account.twice))
        counts = (number, account.printed[kind], account.whole[kind], account.told[kind], missing, twice, faults[kind])
        print("{:26}{:8}{:9}{:7}{:9}{:9}{:7}{:8}".format(kind, *counts))
    print_faults(landscape)
    share = faults.total() / landscape.requests
    print(f"\n{landscape.requests} requests, {faults.total()} failed ({share:.1%})")
    print(f"{account.printed.total()} articles: {len(account.missing)} missing, {len(account.twice)} twice, "
          f"{len(account.strange)} that nobody printed")  # fmt: skip
    for line in (*(f"missing: {one.kind}: {one.publication.path}" for one in account.missing), *account.strange):
        print(f"  {line}")
    return 0 if account.is_right and share >= FAILING else 1


def by_kind(landscape: Landscape) -> Counter[str]:
    """Return how many requests failed, by kind of entry point."""
    counts: Counter[str] = Counter()
    for (kind, _), count in landscape.faults.items():
        counts[kind] += count
    return counts


def print_faults(landscape: Landscape) -> None:
    """Print a line a fault, by the identifiers of reliability.md."""
    counts: Counter[str] = Counter()
    for (_, fault), count in landscape.faults.items():
        counts[f"{WAYS[fault]:6}{fault}"] += count
    print()
    for line, count in sorted(counts.items(), key=lambda found: _place(found[0])):
        print(f"{line:34}{count:6}")


def _place(line: str) -> tuple[str, int, str]:
    letters, _, number = line[:6].strip().partition("-")
    return letters, int(number), line


if __name__ == "__main__":
    sys.exit(main())
