"""Two readers at once: 2,000 articles in seven languages about 50 releases, read by two processes into one database.

    python benchmarks/readers.py            # or: make bench

Right is: every article read, as many events as there were releases, each told by all its articles and by no other, and
no error. Exit 1 otherwise. The articles are told by templates (tests/data/releases.toml); the releases lie six days
apart, and numbers come again. `--url` reads into a database of one's own (empty, any address that `db.url` may have).
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from db import Database, open_database  # noqa: E402 (the path comes first)
from db.articles import NewArticle, store_article  # noqa: E402
from db.queries import list_articles, list_events  # noqa: E402
from db.views import EventView  # noqa: E402
from events import Document, analyse, read_new  # noqa: E402
from newsroom.dates import date_words  # noqa: E402

TEMPLATES = ROOT / "tests" / "data" / "releases.toml"
FIRST_DAY = date(2024, 1, 8)
APART = timedelta(days=6)
NUMBERS = (14, 30, 17, 17, 40, 19, 16, 20)
FORMS = ("whole", "whole", "whole and part", "whole", "none", "whole and part", "none", "part")
LATE = (0, 0, 0, 1, 0, 2)  # days between the release and the report
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDINGS = 3  # of a day; the fourth says "today", which a late report cannot
BATCH = 10
PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the readers made of the articles; `problems` is empty if it is right."""

    read: tuple[int, ...]
    seconds: float
    problems: tuple[str, ...]


def main() -> int:
    """Let two readers work and print what came of it; or be one of them."""
    parser = argparse.ArgumentParser(description="Two readers at once.")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--releases", type=int, default=50)
    parser.add_argument("--url", help="an empty database; without it a throwaway SQLite file")
    parser.add_argument("--reader", nargs=2, metavar=("URL", "OWNER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.reader:
        return be_reader(*given.reader)
    with tempfile.TemporaryDirectory(prefix="volya-readers-") as folder:
        url = given.url or f"sqlite:///{folder}/volya.sqlite3"
        outcome = trial(url, given.articles, given.releases)
    print(f"{given.articles} articles about {given.releases} releases, read by two: {outcome.seconds:.1f} s")
    print("articles of each reader: " + ", ".join(str(number) for number in outcome.read))
    print("\n".join(f"WRONG: {problem}" for problem in outcome.problems) or "as it has to be: one event a release")
    return 1 if outcome.problems else 0


def trial(url: str, articles: int, releases: int) -> Outcome:
    """Store the articles, let two processes read them, and judge what is in the database then."""
    database = open_database(url)
    try:
        store(database, articles, releases)
        started = time.perf_counter()
        read, problems = run_readers(url)
        took = time.perf_counter() - started
        return Outcome(read, took, (*problems, *judge(database, articles, releases)))
    finally:
        database.close()


def store(database: Database, articles: int, releases: int) -> None:
    """Store the articles in an order of chance."""
    numbered = [(number % releases, number // releases) for number in range(articles)]
    random.Random(1).shuffle(numbered)  # noqa: S311  a fixed order
    with database.begin() as session:
        for release, number in numbered:
            store_article(session, article(release, number), NOW)


def article(release: int, number: int) -> NewArticle:
    """Return report `number` of a release; equal arguments, equal article."""
    chance = random.Random(f"{release}/{number}")  # noqa: S311  a fixed draw
    day = FIRST_DAY + release * APART
    language, words = chance.choice(sorted(templates().items()))
    title, text = told(words, FORMS[number % len(FORMS)], release, chance, date_words(day, language, number % WORDINGS))
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(days=LATE[number % len(LATE)])
    address = f"paper-{number}.example/{release}"
    return NewArticle(
        url=f"https://{address}",
        url_key=address,
        title=title,
        text=text,
        outlet=f"paper-{number}",
        language=language,
        published_at=at + timedelta(minutes=chance.randrange(600)),
        published_precision="instant",
    )


def told(
    words: dict[str, Any], form: str, release: int, chance: random.Random, dates: Mapping[str, str]
) -> tuple[str, str]:
    """Return title and text of a report in one of FORMS."""
    places = {"number": NUMBERS[release % len(NUMBERS)], "part": 5 + release % 5, "when": dates["when"]}
    title, lead = chance.choice(words[form.removesuffix(" and part")])
    more = [words["with_part"]] if form.endswith("and part") else []
    tails = chance.sample(words["tails"], 2)
    filled = [line.format(**places, source=chance.choice(words["sources"])) for line in (title, lead, *more, *tails)]
    return filled[0], "\n\n".join(filled[1:])


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Return the templates by language."""
    return tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))


def run_readers(url: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Let two processes read, begun at the same moment; return how many articles each read, and what went wrong."""
    command = [sys.executable, __file__, "--reader", url]
    readers = [
        subprocess.Popen(  # noqa: S603  our own program
            [*command, f"reader-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in (1, 2)
    ]
    try:
        begin(readers)
        said = [reader.communicate(timeout=PATIENCE_SECONDS) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    complaints = [line for _, errors in said for line in errors.splitlines()]
    ends = [f"a reader ended with {reader.returncode}" for reader in readers if reader.returncode]
    return tuple(int(out or 0) for out, _ in said), (*ends, *complaints)


def begin(readers: Sequence[subprocess.Popen[str]]) -> None:
    """Wait until every reader is ready, then let them all begin."""
    for reader in readers:
        assert reader.stdout is not None  # noqa: S101  it is a pipe
        reader.stdout.readline()
    for reader in readers:
        assert reader.stdin is not None  # noqa: S101  it is a pipe
        reader.stdin.write("begin\n")
        reader.stdin.flush()


def be_reader(url: str, owner: str) -> int:
    """Read until nothing is left, and print how many articles were read; what fails is logged to standard error."""
    database = open_database(url)
    analyse(Document("Belarus frees 41 political prisoners", "Belarus freed 41 political prisoners."))  # loads all
    print("ready", flush=True)
    sys.stdin.readline()
    total = 0
    while (report := read_new(database, owner=owner, now=NOW, limit=BATCH)).read or report.failed:
        total += report.read
    print(total)
    database.close()
    return 0


def judge(database: Database, articles: int, releases: int) -> tuple[str, ...]:
    """Return what is not as it has to be, a sentence each."""
    with database.read() as session:
        stored, events = list_articles(session), list_events(session)
    unread = sum(one.decision is None for one in stored)
    found = Counter((event.facts.kind.value, len(event.articles), len(releases_of(event))) for event in events)
    wanted = Counter(("release", len(range(number, articles, releases)), 1) for number in range(releases))
    problems = {
        f"{len(stored)} articles are stored": len(stored) == articles,
        f"{unread} articles are unread": unread == 0,
        f"{len(events)} events, there were {releases} releases": len(events) == releases,
        f"events (kind, articles, releases) {dict(found)}, should be {dict(wanted)}": found == wanted,
    }
    return tuple(problem for problem, is_well in problems.items() if not is_well)


def releases_of(event: EventView) -> set[str]:
    """Return which releases the articles of an event are about; their addresses tell."""
    return {one.url.rpartition("/")[2] for one in event.articles}


if __name__ == "__main__":
    sys.exit(main())
