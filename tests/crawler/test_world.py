"""A small world of every kind of entry point, a fifth of its requests failing (`make world` plays the large one)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "world.py"


def test_every_article_of_the_world_is_found_once_though_requests_fail(record_property: pytest.RecordProperty) -> None:
    command = [sys.executable, str(SCRIPT), "--outlets", "30", "--articles", "60", "--waves", "1", "--extractors", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counted = re.search(r"(\d+) articles: (\d+) missing, (\d+) twice", ended.stdout)
    failed = re.search(r"(\d+) requests, (\d+) failed", ended.stdout)
    assert counted is not None
    assert failed is not None
    record_property("world", dict(zip(("articles", "missing", "twice"), map(int, counted.groups()), strict=True)))
    record_property("world", dict(zip(("requests", "failed"), map(int, failed.groups()), strict=True)))
    articles, missing, twice = map(int, counted.groups())
    assert (missing, twice) == (0, 0)
    assert articles >= 60  # those of the outlets, and what searches and registers tell
