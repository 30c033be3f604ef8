"""What it costs to know copies: storing one article beside 1,000 and beside 200,000 stored ones, in one run.

    python benchmarks/copies.py           # or: make bench

Rows of made-up articles are inserted at once, each with a sketch and its bands; a tenth of them share a paragraph at
the foot, as texts of an outlet do. Then articles that end with that paragraph are stored one by one by the real
`store_article`, each in a transaction of its own, now here, now there: half of them new, half reprints of those. The
ratio is what to compare (goal: at most 1.5), and the memory of the process, which must not grow with the database.
Exit 1 if a copy was missed, or found where there is none.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import delete, insert, select, text  # noqa: E402

from db import Database, Session, open_database  # noqa: E402
from db.articles import NewArticle, store_article  # noqa: E402
from db.models import ArticleRow, SketchBandRow  # noqa: E402
from db.sketch import PERMUTATIONS, bands_of, shingles_of, sketch_of  # noqa: E402

FEW, MANY = 1_000, 200_000
BATCH = 2_000
SHARING = 10  # every tenth stored text ends with the shared paragraph
SHARED_SLOTS = 19  # of 128: the paragraph is about 15 % of such a text
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOCABULARY = [f"word{number}" for number in range(4_000)]


def main() -> int:
    """Fill two databases, store the same articles in both, print what it took."""
    parser = argparse.ArgumentParser(description="What it costs to know copies.")
    parser.add_argument(
        "--articles", type=int, default=300, help="stored one by one in each database, and as many copies"
    )
    number = parser.parse_args().articles
    chance = random.Random(1)  # noqa: S311 (made-up texts)
    foot = made_up(chance, 40)
    with tempfile.TemporaryDirectory(prefix="volya-copies-") as folder:
        databases = {rows: open_database(f"sqlite:///{folder}/{rows}.sqlite3") for rows in (FEW, MANY)}
        for rows, database in databases.items():
            fill(database, rows, foot, chance)
        before = memory()
        times, wrong = measure(databases, list(articles(number, foot, chance)))
        print_times(times)
        for rows, database in databases.items():
            print(f"index beside {rows:,}: {bytes_of_index(database) / rows:,.0f} bytes an article")
        print(f"memory of the process: {before:.0f} MB before, {memory():.0f} MB after")
        print(f"copies missed, or found where there is none: {wrong}")
    return 1 if wrong else 0


def fill(database: Database, rows: int, foot: str, chance: random.Random) -> None:
    """Insert rows at once. Their sketches are random, for so are those of strangers; a tenth shares some slots."""
    shared = sketch_of(shingles_of(foot)) or b""
    for start in range(0, rows, BATCH):
        made = [stored(number, shared, chance) for number in range(start + 1, min(start + BATCH, rows) + 1)]
        bands = [
            {"band": band, "value": value, "article_id": row["id"]}
            for row in made
            for band, value in enumerate(bands_of(row["sketch"]))
        ]
        with database.begin() as session:
            session.execute(insert(ArticleRow), made)
            session.connection().execute(insert(SketchBandRow.__table__), bands)  # type: ignore[arg-type]


def stored(number: int, shared: bytes, chance: random.Random) -> dict[str, Any]:
    """Return the row of a made-up article that was stored before."""
    sketch = bytearray(chance.randbytes(4 * PERMUTATIONS))
    if number % SHARING == 0:
        for slot in chance.sample(range(PERMUTATIONS), SHARED_SLOTS):
            sketch[4 * slot : 4 * slot + 4] = shared[4 * slot : 4 * slot + 4]
    url = f"https://outlet{number % 50}.example/{number}"
    hour = NOON - timedelta(minutes=number % 40_000)
    return {
        "id": number, "url": url, "url_key": url, "outlet": f"outlet{number % 50}", "text": "x" * 1500, "fields": {},
        "text_hash": f"{number:064x}", "sketch": bytes(sketch), "first_seen_at": hour, "published_at": hour, "read_at": hour,
    }  # fmt: skip


def articles(number: int, foot: str, chance: random.Random) -> Iterator[NewArticle]:
    """Yield articles of about 260 words, each followed by its reprint in another outlet."""
    for index in range(number):
        body = f"{made_up(chance, 220)}\n{foot}"
        url = f"https://first.example/{index}"
        first = NewArticle(url, url, body, title=made_up(chance, 8), outlet="first", published_at=NOON)
        yield first
        url = f"https://second.example/{index}"
        yield replace(first, url=url, url_key=url, outlet="second", text=f"{body} {made_up(chance, 20)}")


def made_up(chance: random.Random, words: int) -> str:
    """Return words in a row."""
    return " ".join(chance.choice(VOCABULARY) for _ in range(words))


def measure(databases: dict[int, Database], new: list[NewArticle]) -> tuple[dict[tuple[int, str], list[float]], int]:
    """Store every article in every database; return milliseconds by database and kind, and how many went wrong."""
    times: dict[tuple[int, str], list[float]] = {}
    wrong = 0
    for index, article in enumerate(new):
        kind = "copy" if index % 2 else "new"
        for rows, database in databases.items():
            started = time.perf_counter()
            with database.begin() as session:
                number = store_article(session, article, NOON).id
            times.setdefault((rows, kind), []).append(1000 * (time.perf_counter() - started))
            with database.read() as session:
                wrong += is_copy(session, number) != (kind == "copy")
    return times, wrong


def is_copy(session: Session, number: int) -> bool:
    """Tell whether a stored article is marked as a copy."""
    return session.scalar(select(ArticleRow.copy_of).where(ArticleRow.id == number)) is not None


def print_times(times: dict[tuple[int, str], list[float]]) -> None:
    """Print median and mean (which has the checkpoints in it) of each kind, and the ratios."""
    for kind in ("new", "copy"):
        few, many = times[FEW, kind], times[MANY, kind]
        for name, of in (("median", statistics.median), ("mean", statistics.fmean)):
            ratio = of(many) / of(few)
            print(
                f"{kind:>5}, {name:6}: {of(few):5.2f} ms beside {FEW:,}, {of(many):5.2f} ms beside {MANY:,}: ratio {ratio:.2f}"
            )


def bytes_of_index(database: Database) -> int:
    """Return the size of the index: the pages that are free when it is gone."""
    with database.begin() as session:
        session.execute(delete(SketchBandRow))
        return int(session.scalar(text("PRAGMA freelist_count")) * session.scalar(text("PRAGMA page_size")))


def memory() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
