"""Must show 2: away for a day while outlets publish beyond the windows of their feeds; afterwards nothing is missing.

    python benchmarks/gaps.py --articles 300 --stop kill        # or: make gaps

Made-up outlets whose feeds show their newest 10 or 20 are crawled by the real crawl process over real HTTP. It is
stopped, by SIGKILL or in order, and a day goes by: the newsroom's clock is put forward, and every time in the database
back. In this day the outlets publish. Then the crawl process is started again, killed in the middle of filling its gaps
(right after a page of an archive was stored, and when some articles were), and left to end its work.

Exit 0 only if every article is there once, no gap is open and none was given up. The counts are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from passing import put_back  # noqa: E402
from sqlalchemy import select  # noqa: E402

from db import Database, open_database  # noqa: E402
from db.gaps import list_gaps  # noqa: E402
from db.models import ArticleRow  # noqa: E402
from newsroom.archives import DAYS_INDEX, archive_urls  # noqa: E402
from newsroom.outlets import OutletServer  # noqa: E402
from newsroom.press import NEWS_SITEMAP, ROBOTS, Archive, Dialect, made_up_outlets  # noqa: E402
from newsroom.stories import find_story, tell  # noqa: E402

DAY = timedelta(days=1)
WAIT_LINES = 4000  # signs of life (five a second) that a run may take


@dataclass(frozen=True, slots=True)
class Plan:
    """An outlet of the trial: its archives, and what of them its table and its robots.txt tell."""

    model: str
    archives: frozenset[Archive] = frozenset()
    is_wide: bool = False  # its feed shows twice as many
    is_told: bool = False  # its table names the archives
    sitemap: str | None = None  # robots.txt names it
    feed_path: str | None = None
    dialect: Dialect | None = None


PLANS = (
    Plan("amber", frozenset({Archive.FEED_PAGES}), feed_path="/feed/"),  # by the way of WordPress
    Plan("neman", frozenset({Archive.DAYS}), is_wide=True, is_told=True),
    Plan("ranok", sitemap=NEWS_SITEMAP),
    Plan("vezha", frozenset({Archive.SECTION}), is_told=True),
    Plan("most", frozenset({Archive.DAYS}), is_wide=True, sitemap=DAYS_INDEX),
    Plan("polissia", dialect=Dialect.TELEGRAM),  # twenty posts a page, and the page names the one before
)


@dataclass
class Clock:
    """The newsroom's clock: the real one, `behind` by what has not yet passed."""

    behind: timedelta = DAY

    def __call__(self) -> datetime:
        """Tell the time."""
        return datetime.now(UTC) - self.behind


@dataclass
class Trial:
    """Outlets, database and the settings of one run."""

    url: str
    clock: Clock
    random: Random
    window: int = 10
    servers: list[OutletServer] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)

    def open(self, stack: ExitStack) -> None:
        """Start the outlets, each on an address of its own: politeness is per site."""
        for number, plan in enumerate(PLANS, 1):
            server = stack.enter_context(OutletServer(_outlet(plan, self.window), self.clock, f"127.1.0.{number}"))
            if plan.sitemap:
                server.outlet = replace(server.outlet, robots=f"{ROBOTS}Sitemap: {server.url}{plan.sitemap}\n")
            self.servers.append(server)
            self.tables.append(_table(server, plan))

    def publish(self, number: int, since: datetime, until: datetime) -> None:
        """Let the outlets publish `number` articles in all, at moments drawn between two times."""
        for one in range(number):
            server = self.servers[one % len(self.servers)]
            story = find_story(server.outlet.ordinary[0])
            at = since + (until - since) * self.random.random()
            told = tell(story, at.date())
            server.publish_told(replace(told, title=f"{told.title} ({at:%H:%M:%S}, {one})"), at)

    def let_a_day_pass(self) -> None:
        """Put the newsroom's clock forward and every stored time back: to both a day has passed."""
        self.clock.behind -= DAY
        database = open_database(self.url)
        put_back(database, DAY)
        database.close()


def _outlet(plan: Plan, window: int) -> Any:
    known = made_up_outlets()[plan.model]
    path = plan.feed_path or known.feed_path
    given = {"archives": plan.archives, "feed_path": path, "dialect": plan.dialect or known.dialect}
    return replace(known, window=window * (1 + plan.is_wide), **given)


def _table(server: OutletServer, plan: Plan) -> dict[str, Any]:
    archive = [{"type": type_, "url": url} for type_, url in archive_urls(server.outlet, server.url)]
    return {
        "name": server.outlet.name,
        "title": server.outlet.title,
        "kind": "independent",
        "languages": [server.outlet.language],
        "timezone": server.outlet.timezone,
        "entry_points": [{"type": str(server.outlet.dialect), "url": server.entry_url}],
        **({"archive": archive} if plan.is_told else {}),
    }


@contextmanager
def crawling(trial: Trial, failpoint: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run the crawl process; it is killed at the end, if it still lives."""
    environment = {**os.environ, **({"VOLYA_FAILPOINT": failpoint} if failpoint else {})}
    given = json.dumps({"url": trial.url, "outlets": trial.tables})
    command = [sys.executable, str(Path(__file__).resolve()), "--worker", given]
    with subprocess.Popen(  # noqa: S603 (this very script)
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait(process: subprocess.Popen[str], holds: Callable[[], bool]) -> bool:
    """Look at each sign of life of the crawl process whether `holds`; say so. False if the process ends before."""
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    return any(holds() for _, _ in zip(range(WAIT_LINES), process.stdout, strict=False))


def work(given: dict[str, Any]) -> int:
    """Be the crawl process."""
    from crawler.outlets import load_outlets  # noqa: PLC0415 (the parent needs none of it)
    from crawler.worker import WorkerOptions, run_worker  # noqa: PLC0415 (the same)

    outlets = load_outlets(given["outlets"], [table["name"] for table in given["outlets"]])
    quick = {"download_delay": 0.0, "tick": 0.05, "retry_base": 0.05, "beat": 0.2, "extraction_workers": 2}
    options = WorkerOptions(outlets, allow_addresses=("127.0.0.0/8",), concurrency_per_outlet=4, **quick)  # type: ignore[arg-type]
    return run_worker(open_database(given["url"]), options)


def published(trial: Trial) -> set[str]:
    """Return outlet and title (no two are alike) of all that was published by now."""
    return {f"{server.outlet.name}: {one.story.title}" for server in trial.servers for one in server.visible()}


def stored(database: Database) -> Counter[str]:
    """Return outlet and title of all articles."""
    with database.read() as session:
        rows = session.execute(select(ArticleRow.outlet, ArticleRow.title)).all()
    return Counter(f"{outlet}: {title}" for outlet, title in rows)


def is_done(trial: Trial, database: Database) -> bool:
    """Say whether all is there and no gap is open."""
    with database.read() as session:
        is_open = any(gap.state == "open" for gap in list_gaps(session))
    return not is_open and published(trial) <= set(stored(database))


def run(trial: Trial, articles: int, stop: str) -> bool:
    """Play the trial; print the counts; say whether nothing is missing."""
    now = trial.clock()
    trial.publish(trial.window * len(PLANS), now - timedelta(hours=6), now)
    database = open_database(trial.url)
    with crawling(trial) as process:
        wait(process, lambda: is_done(trial, database))
        process.send_signal(signal.SIGKILL if stop == "kill" else signal.SIGTERM)
        process.wait(30)
    before = len(stored(database))
    trial.publish(articles, now + timedelta(minutes=1), now + DAY - timedelta(minutes=1))
    database.close()
    trial.let_a_day_pass()
    database = open_database(trial.url)
    with crawling(trial, "gap-page-stored") as process:
        wait(process, lambda: False)
    with crawling(trial) as process:
        wait(process, lambda: len(stored(database)) > before + articles // 3)
    with crawling(trial) as process:
        wait(process, lambda: is_done(trial, database))
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)
    is_well = tell_counts(trial, database, before, code)
    database.close()
    return is_well


def tell_counts(trial: Trial, database: Database, before: int, code: int) -> bool:
    """Print what came of it; say whether it is as it has to be."""
    found, there = stored(database), published(trial)
    missing, twice = there - set(found), [one for one, number in found.items() if number > 1]
    with database.read() as session:
        gaps = list_gaps(session)
    for gap in sorted(gaps, key=lambda gap: gap.outlet):
        note = gap.note or gap.last_error or ""
        print(f"  {gap.outlet:10} {gap.reason:10} {gap.state:8} {gap.pages:3} pages {gap.entries:4} new  {note}")
    for one in sorted(missing)[:10]:
        print(f"  missing: {one}")
    states = Counter(gap.state for gap in gaps)
    print(f"published {len(there)}, before {before}, found after {len(found) - before}, missing {len(missing)}, "
          f"twice {len(twice)}, gaps {len(gaps)} ({', '.join(f'{n} {s}' for s, n in states.items())}), exit {code}")  # fmt: skip
    return not missing and not twice and set(states) == {"filled"} and code == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(description="Nothing missed after a day away.")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--stop", choices=("kill", "term"), default="kill")
    parser.add_argument("--window", type=int, default=10, help="how many a feed shows; some show twice as many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="an empty one; default: SQLite in a folder that is thrown away")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.worker:
        return work(json.loads(given.worker))
    with tempfile.TemporaryDirectory(prefix="volya-gaps-") as folder, ExitStack() as stack:
        url = given.database or f"sqlite:///{folder}/volya.sqlite3"
        trial = Trial(url, Clock(), Random(given.seed), given.window)  # noqa: S311 (it draws times)
        trial.open(stack)
        is_well = run(trial, given.articles, given.stop)
    print("as it has to be" if is_well else "NOT as it has to be")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
