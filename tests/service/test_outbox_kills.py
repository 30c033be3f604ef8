"""T-KILL in CI: sixty kills on the way to seven receivers, and a death at every commit on the way to one.

`make soak` does 500 of the first, and the second for all receivers.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PATIENCE_SECONDS = 600  # a busy machine is slow; an idle one needs a good minute


def said_by(script: str, *arguments: str) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    sys.stdout.write(done.stdout)  # with -s: the tables
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_sixty_kills_lose_nothing_and_repeat_only_what_is_marked() -> None:
    said = said_by("outbox_kills.py", "--kills", "60", "--seed", "20250911")
    assert "kills 60," in said
    assert said.endswith("as it has to be\n")


def test_a_death_at_every_commit_loses_nothing_where_a_message_can_be_edited_and_answered() -> None:
    said = said_by("failpoints.py", "--channels", "telegram")
    assert "committed, " in said  # both places were passed
    assert said.endswith("as it has to be\n")
