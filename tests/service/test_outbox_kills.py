"""T-KILL: sixty kills between the stored article and six receivers (`make soak` does 500 and more)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "outbox_kills.py"
KILLS = 60
PATIENCE_SECONDS = 600  # a busy machine is slow; an idle one needs a good minute


def test_sixty_kills_lose_nothing_and_repeat_only_what_is_marked() -> None:
    command = [sys.executable, str(SCRIPT), "--kills", str(KILLS), "--seed", "20250911"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"kills {KILLS}," in done.stdout
