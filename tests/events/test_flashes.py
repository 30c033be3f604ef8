"""Titles with their leads, as news desks write them: what the news is, its counts and its price; and what only looks like it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.facts import Analysis
from events.analyse import analyse
from events.document import document

DATA = Path(__file__).parents[1] / "data" / "flashes"
DAY = datetime(2026, 3, 19, 12, tzinfo=UTC)  # a Thursday
ROLES = ("released", "pardoned", "political", "left_country", "subset")
ROWS = [
    pytest.param(path.stem, row, id=f"{path.stem}-{number}")
    for path in sorted(DATA.glob("*.toml"))
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["row"], start=1)
]


def _analysed(language: str, row: dict[str, Any]) -> Analysis:
    published = datetime.fromisoformat(row["published"]) if "published" in row else DAY
    return analyse(
        document(row["title"], row["text"], language=language, outlet_languages=(language,), published_at=published)
    )


@pytest.mark.parametrize(("language", "row"), ROWS)
def test_a_title_and_its_lead_are_understood(language: str, row: dict[str, Any]) -> None:
    analysis = _analysed(language, row)
    assert (str(analysis.decision), [str(kind) for kind in analysis.kinds]) == (row["decision"], row.get("kinds", []))
    if analysis.kinds:
        counts = {(str(c.role), c.value, c.nationality) for m in analysis.mentions for c in m.counts}
        told = {(one["role"], one["value"], one.get("nationality")) for one in row.get("counts", ())}
        assert {count for count in counts if count[0] in ROLES} == told
        concessions = {step.object for mention in analysis.mentions for step in mention.concessions}
        assert concessions == set(row.get("concessions", []))
