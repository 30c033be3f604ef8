"""Must show 2 in CI: a day away, small; `make gaps` does 300 articles and feeds of ten and twenty."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "gaps.py"
PATIENCE_SECONDS = 600  # a busy machine is slow


@pytest.fixture(params=[("sqlite", "kill"), ("postgresql", "term")], ids=["killed, SQLite", "in order, PostgreSQL"])
def away(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The address of an empty database, and how the crawl process ends before the day away."""
    database, stop = request.param
    return str(request.getfixturevalue(f"{database}_url")), stop


def test_after_a_day_away_no_article_beyond_the_windows_of_the_feeds_is_missing(away: tuple[str, str]) -> None:
    url, stop = away
    command = [sys.executable, str(SCRIPT), "--articles", "40", "--window", "3", "--database", url, "--stop", stop]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    sys.stdout.write(done.stdout)  # with -s: the counts
    assert done.returncode == 0, done.stdout + done.stderr
    assert "found after 40, missing 0, twice 0" in done.stdout
