"""One sentence a row, in every language: for each frame its inflections, word orders, passives, synonyms; and what
looks like it and is none."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.facts import Analysis
from events.analyse import analyse
from events.document import document

DATA = Path(__file__).parents[1] / "data" / "sentences"
DAY = datetime(2026, 3, 19, 12, tzinfo=UTC)  # a Thursday
ROWS = [
    pytest.param(path.stem, row, id=f"{path.stem}-{number}")
    for path in sorted(DATA.glob("*.toml"))
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["row"], start=1)
]


def _analysed(language: str, text: str) -> Analysis:
    return analyse(document(text, "", language=language, outlet_languages=(language,), published_at=DAY))


@pytest.mark.parametrize(("language", "row"), ROWS)
def test_a_sentence_is_understood(language: str, row: dict[str, Any]) -> None:
    analysis = _analysed(language, row["text"])
    assert [str(kind) for kind in analysis.kinds] == row.get("kinds", []), analysis.reason
    if row.get("kinds"):
        mention = analysis.mentions[0]
        told = {(str(count.role), count.value) for count in mention.counts}
        assert {
            (role, row[role]) for role in ("released", "pardoned", "planned", "held", "demanded") if role in row
        } <= told
        assert str(mention.modality) == row.get("modality", str(mention.modality))
        assert {step.object for step in mention.concessions} >= set(row.get("concessions", []))
        assert set(mention.negotiators) >= set(row.get("negotiators", []))
        assert str(mention.event_date) == row.get("event_date", str(mention.event_date))
        assert mention.root == row.get("root", mention.root)
        assert mention.nationalities.items() >= row.get("nationalities", {}).items()
