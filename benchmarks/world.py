"""150 outlets with every kind of entry point, a fifth of all requests fails: every article has to be found, and once.

    python benchmarks/world.py --outlets 150 --articles 2000 --seed 1

The articles appear in waves, each followed by a round of the real crawl process (`crawl_once`, every time a new process
over the same database, forked as forking.py says); after the last wave come rounds until all is there, at most twelve. Pauses are short
(`download_delay`, `retry_base`), all else is as it is in the service. Requests fail by the seed in the ways of
reliability.md §7 that a server can play; each path at most twice in a row. What is no answer of one server, but takes all of
them or takes days (F-2, F-15, F-16, F-18), is played in the same run (`trials.py`). Exit 0 only if every outlet was found
by its entry point, every article is stored exactly once under its title, and those trials came out as they have to.

A page that is refused for good (403, 404, 410, a challenge, a log-in form) is not asked for again where its outlet's list
told something of it: of such an article there is that, and it is counted apart. So are those whose address Google hides.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from forking import ForkedProcess, Nursery
from sqlalchemy import select
from trials import Proof, Trials

from db import Database, open_database
from db.models import ArticleRow
from newsroom.faults import WAYS
from newsroom.landscape import KINDS, Landscape, Printed

MOST_ROUNDS = 12  # until what was published last is there
OUTAGE_AFTER = 3  # waves
FAILING = 0.15  # of all requests, at least: a fifth is drawn, what a redirect leads to is true
LONGEST_TEASER = 320  # characters, of what a list tells of an article; the article is longer
LIMITS = {"download_delay": 0.0, "retry_base": 0.05, "tick": 0.05, "download_timeout": 2.0, "page_deadline": 20.0}
NO_NETWORK = "http://127.0.0.1:1"  # a proxy where nobody listens: so it looks when nothing can be reached


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


@dataclass(slots=True)
class World:
    """A landscape, the folder of its database, whence its crawl processes come, and what it has printed so far."""

    landscape: Landscape
    folder: Path
    database: Database
    nursery: Nursery
    extractors: int = 2
    printed: list[Printed] = field(default_factory=list)
    rounds: int = 0

    def publish(self, number: int) -> None:
        """Publish so many ordinary stories; and every list of people tells another number."""
        self.printed = [replace(one, is_overtaken=KINDS[one.kind].is_figure) for one in self.printed]
        self.printed += [*self.landscape.publish(number), *self.landscape.recount()]

    def crawl(self, outlets: Sequence[str] = (), *, is_down: bool = False) -> Account:
        """Let the crawl process poll outlets (all) once and fetch what is new, perhaps without a network; tell of it."""
        started = time.monotonic()
        down = [*(["--down"] if is_down else []), *(["--only", *outlets] if outlets else [])]
        given = [f"sqlite:///{self.folder / 'world.sqlite3'}", str(self.folder / "outlets.json")]
        self._run(["--crawl", *given, "--extractors", str(self.extractors), *down])
        account, seconds = accounted(self.database, self.printed), time.monotonic() - started
        self.rounds += 1
        note = ", no network" if is_down else ""
        told = f"{len(self.printed):5} printed, {len(account.missing):5} missing, {seconds:5.1f} s{note}"
        print(f"round {self.rounds:2}: {told}", flush=True)
        return account

    def _run(self, arguments: Sequence[str]) -> None:
        log = self.folder / "crawl.log"
        process = ForkedProcess(self.nursery, self.nursery.start(arguments, os.environ, log, "world:main"))
        if process.wait() != 0:
            raise SystemExit(f"round {self.rounds + 1} of crawling failed: {log.read_text('utf-8', 'replace')}")

    def crawl_all(self, outlets: Sequence[str] = ()) -> Account:
        """Crawl until all is there, a dozen times at most."""
        for _ in range(MOST_ROUNDS):
            account = self.crawl(outlets)
            if not account.missing:
                break
        return account


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as told, by default on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--outlets", type=int, default=150)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--waves", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--extractors", type=int, default=2, help="processes that extract, of each crawl process")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the database there, to look into")
    parser.add_argument("--crawl", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--down", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="+", default=[], help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.crawl:
        return crawl(*given.crawl, given.only, given.extractors, is_down=given.down)
    if given.outlets < 2 * len(KINDS):
        parser.error(f"--outlets: at least {2 * len(KINDS)}, two of each kind")
    with ExitStack() as opened:
        folder = given.keep or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        landscape = opened.enter_context(Landscape(given.seed, given.outlets))
        nursery = opened.enter_context(Nursery("world:warm_up"))
        database = opened.enter_context(closing(open_database(f"sqlite:///{folder / 'world.sqlite3'}")))
        return play(World(landscape, folder, database, nursery, given.extractors), given.articles, given.waves)


def warm_up() -> None:
    """Import what a crawl process needs."""
    import_module("crawler.worker")


def play(world: World, articles: int, waves: int) -> int:
    """Publish and crawl in turn until all is there, with the trials between; print what came of it; return the exit code."""
    (world.folder / "outlets.json").write_text(json.dumps(world.landscape.tables()))
    trials = Trials(world)
    trials.print_history()
    for number in range(1, waves + 1):
        world.publish(articles * number // waves - articles * (number - 1) // waves)
        world.crawl()
        if number == min(OUTAGE_AFTER, waves):
            trials.lose_network()
    world.crawl_all()
    trials.live_through_days()
    return report(world.landscape, accounted(world.database, world.printed), trials.proofs)


def crawl(url: str, file: str, only: Sequence[str], extractors: int, *, is_down: bool) -> int:
    """Be the crawl process for a round."""
    from crawler.outlets import load_outlets  # noqa: PLC0415 (only the child loads the crawler)
    from crawler.worker import WorkerOptions, crawl_once  # noqa: PLC0415

    logging.basicConfig(level=logging.CRITICAL)
    tables = json.loads(Path(file).read_text())
    outlets = load_outlets(own=tables, selected=[table["name"] for table in tables])
    proxy = NO_NETWORK if is_down else ""
    own = {"allow_addresses": ("127.0.0.0/8",), "proxy": proxy, "extraction_workers": extractors}
    crawl_once(open_database(url), WorkerOptions(outlets, **own, **LIMITS), only)
    return 0


def accounted(database: Database, printed: Sequence[Printed]) -> Account:
    """Compare what is stored with what was printed: by outlet and title, which no two articles share."""
    with database.read() as session:
        query = select(ArticleRow.outlet, ArticleRow.title, ArticleRow.text)
        rows = session.execute(query).all()
    times = Counter((outlet, title) for outlet, title, _ in rows)
    whole = {(outlet, title) for outlet, title, text in rows if len(text) > LONGEST_TEASER}
    by_key = {one.key: one for one in printed}
    return Account(
        printed=Counter(one.kind for one in printed),
        whole=Counter(one.kind for key, one in by_key.items() if key in whole),
        told=Counter(one.kind for key, one in by_key.items() if key in times and key not in whole),
        missing=tuple(one for key, one in by_key.items() if key not in times and not one.is_overtaken),
        twice=tuple(one for key, one in by_key.items() if times[key] > 1),
        strange=tuple(f"{outlet}: {title}" for outlet, title in times if (outlet, title) not in by_key),
    )


def report(landscape: Landscape, account: Account, proofs: Iterable[Proof]) -> int:
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
    for proof in proofs:
        print(f"{proof.fault:6}{proof.name:28}{'' if proof.holds else 'NOT AS IT HAS TO BE: '}{proof.told}")
    share = faults.total() / landscape.requests
    print(f"\n{landscape.requests} requests, {faults.total()} failed ({share:.1%})")
    print(f"{account.printed.total()} articles: {len(account.missing)} missing, {len(account.twice)} twice, "
          f"{len(account.strange)} that nobody printed")  # fmt: skip
    for line in (*(f"missing: {one.kind}: {one.publication.path}" for one in account.missing), *account.strange):
        print(f"  {line}")
    is_right = account.is_right and share >= FAILING and all(proof.holds for proof in proofs)
    return 0 if is_right else 1


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
