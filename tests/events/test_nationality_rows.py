"""Two sentences a row, in every language: whose citizens the freed are, however it is told, and which countries are
only passed through or speak."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from events.analyse import analyse
from events.document import document

DATA = Path(__file__).parents[1] / "data" / "nationalities.toml"
DAY = datetime(2026, 3, 19, 12, tzinfo=UTC)
LANGUAGES = ("uk", "ru", "be", "en", "pl", "lt", "de")
LEAST = 12  # rows a language
TABLE = tomllib.loads(DATA.read_text(encoding="utf-8"))
ROWS = [
    pytest.param(language, row, id=f"{language}-{number}")
    for language, rows in TABLE.items()
    for number, row in enumerate(rows, start=1)
]


@pytest.mark.parametrize(("language", "row"), ROWS)
def test_the_freed_are_counted_by_nation(language: str, row: dict[str, Any]) -> None:
    article = document(row["title"], row["lead"], language=language, outlet_languages=(language,), published_at=DAY)
    told = {nation for mention in analyse(article).mentions for nation in mention.nationalities.items()}
    assert told == set(row["nationalities"].items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_enough_rows_and_some_without_nations(language: str) -> None:
    rows = TABLE[language]
    assert len(rows) >= LEAST
    assert any(not row["nationalities"] for row in rows)
