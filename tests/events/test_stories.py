"""The labelled stories: no floor of `make score` may be undercut, and every fact shows the words it is read from."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from db.facts import Mention

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "stories"
ROWS = [row for path in sorted(DATA.glob("*.toml")) for row in tomllib.loads(path.read_text(encoding="utf-8"))["story"]]
FILLED = ("counts", "people", "negotiators", "mediators", "transit", "concessions")


def test_no_floor_is_undercut() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "score.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_every_story_has_its_own_name() -> None:
    assert [name for name, times in Counter(row["name"] for row in ROWS).items() if times > 1] == []


@pytest.mark.parametrize("name", [row["name"] for row in ROWS])
def test_every_filled_field_has_evidence_that_quotes_the_text(stories: Mapping[str, Any], name: str) -> None:
    story = stories[name]
    text = story.document.full_text
    assert story.analysis.language == story.language
    for mention in (*story.mentions, *story.analysis.background):
        assert _filled(mention, story.document.outlet_title) <= {row.field for row in mention.evidence}
        for row in mention.evidence:
            assert row.quote == text[row.start : row.end] != ""
            assert row.rule


def _filled(mention: Mention, outlet: str | None) -> set[str]:
    """The fields that need evidence. That an outlet itself is the source needs no words."""
    filled = {f"{field}[{index}]" for field in FILLED for index in range(len(getattr(mention, field)))}
    if mention.plover:
        filled.add("kind")
    if mention.event_date:
        filled.add("event_date")
    if mention.root not in (None, outlet):
        filled |= {"attribution", "root"}
    return filled


def test_no_background_is_an_event_and_no_mention_is_background(stories: Mapping[str, Any]) -> None:
    for story in stories.values():
        assert not any(count.background for mention in story.mentions for count in mention.counts)
        assert all(count.background for mention in story.analysis.background for count in mention.counts)
