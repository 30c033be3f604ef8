"""What reading an article costs: 3,000 characters understood, beside one 100 kB page parsed by lxml in the same run.

    python benchmarks/reading.py            # or: make bench

Every labelled story is cut or filled to 3,000 characters and analysed: those about Belarus, where all is looked for,
and those that are not, which a first look at the names dismisses (nearly all articles an outlet publishes). Models
and lexicons are loaded before the clock starts; their memory is the growth of the resident set. Times are those of
this machine and one core; compare the ratios.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lxml import html  # noqa: E402 (the path comes first)

STORIES = ROOT / "tests" / "data" / "stories"
LENGTH = 3_000
PAGE = 100_000
ROUNDS = 5
PUBLISHED = datetime(2026, 3, 19, 12, tzinfo=UTC)


def resident() -> float:
    """Return the resident set of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def texts(*, of_ours: bool) -> list[str]:
    """Return the bodies of the stories that are about Belarus's prisoners, or that are not, filled to LENGTH."""
    found = []
    for path in sorted(STORIES.rglob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            text = f"{row.get('title') or ''}\n\n{row['text']}\n\n"
            if (row["expect"]["decision"] != "none") == of_ours:
                found.append((text * (LENGTH // len(text) + 1))[:LENGTH])
    return found


def milliseconds(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Return the best mean time of `work` over `items`, in ms."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for item in items:
            work(item)
        best = min(best, time.perf_counter() - started)
    return best / len(items) * 1000


def page() -> bytes:
    """Return a page of about PAGE bytes, made like a news page: nested blocks, links, short paragraphs."""
    block = '<div class="card"><h3><a href="/news/{0}">Headline {0}</a></h3><p>Two lines of text about {0}.</p></div>'
    blocks = "".join(block.format(number) for number in range(PAGE // 112))
    return f"<html><head><title>Page</title></head><body>{blocks}</body></html>".encode()


def main() -> int:
    """Print the times and their ratio to parsing a page."""
    bodies = [texts(of_ours=flag) for flag in (True, False)]
    before = resident()
    from events.analyse import analyse  # noqa: PLC0415 (its memory is measured)
    from events.document import Document  # noqa: PLC0415

    ours, others = ([Document(None, text, published_at=PUBLISHED) for text in body] for body in bodies)
    for document in (*ours, *others):
        analyse(document)
    memory = resident() - before
    body = page()
    parse = milliseconds(html.fromstring, [body] * 50)
    print(f"{'lxml parses a page of ' + str(len(body) // 1000) + ' kB':46} {parse:7.2f} ms")
    for name, documents in (("an article about Belarus is read", ours), ("another article is read", others)):
        took = milliseconds(analyse, documents)
        print(f"{name:46} {took:7.2f} ms {1000 / took:7.0f} a second {took / parse:6.1f} pages' parsing")
    print(f"memory of models and lexicons {memory:.0f} MB ({len(ours)} and {len(others)} articles)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
