"""What the tests of understanding share: documents, marked sentences, mentions, claims, labelled stories."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from db.claims import Claim
from db.facts import Analysis, Kind, Mention, Modality, Polarity, Precision
from events.analyse import analyse
from events.document import Document, document
from events.lexicon import lexicon_of
from events.marks import MarkedSentence, mark_sentences

STORIES = Path(__file__).parents[1] / "data" / "stories"
TIMEZONES = {
    "uk": "Europe/Kyiv",
    "ru": "Europe/Moscow",
    "be": "Europe/Minsk",
    "en": "Europe/London",
    "pl": "Europe/Warsaw",
    "lt": "Europe/Vilnius",
    "de": "Europe/Berlin",
}
THURSDAY = datetime(2025, 9, 11, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """A labelled text with what was understood of it. `expect` holds minima (see the head of the data files)."""

    name: str
    language: str
    split: str
    expect: dict[str, Any]
    document: Document
    analysis: Analysis

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.analysis.mentions


@pytest.fixture(scope="session")
def stories() -> dict[str, Story]:
    """Every labelled story, read once."""
    found = {}
    for path in sorted(STORIES.glob("*.toml")):
        language = path.stem[:2]
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            text = document(
                row.get("title"),
                row["text"],
                outlet_title=row.get("outlet"),
                published_at=datetime.fromisoformat(row["published"]),
                timezone=TIMEZONES[language],
            )
            found[row["name"]] = Story(row["name"], language, row["split"], row["expect"], text, analyse(text))
    return found


@pytest.fixture(scope="session")
def understand() -> Callable[..., Analysis]:
    """Return a function that analyses a text published on Thursday, 11 September 2025 (or as told)."""

    def understand(title: str | None, text: str, **known: object) -> Analysis:
        return analyse(document(title, text, **{"published_at": THURSDAY, **known}))

    return understand


@pytest.fixture(scope="session")
def mark() -> Callable[..., tuple[MarkedSentence, ...]]:
    """Return a function that marks the sentences of a body, published on Thursday, 11 September 2025 (or as told)."""

    def mark(language: str, text: str, title: str | None = None, **known: object) -> tuple[MarkedSentence, ...]:
        return mark_sentences(document(title, text, **{"published_at": THURSDAY, **known}), lexicon_of(language))

    return mark


@pytest.fixture(scope="session")
def release() -> Mention:
    """A completed release of 11 September 2025, bare of all other facts: `replace` what a test is about."""
    return Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", date(2025, 9, 11), Precision.DAY)


@pytest.fixture(scope="session")
def negotiation() -> Mention:
    """Talks of 11 September 2025, bare of all other facts."""
    return Mention(
        Kind.NEGOTIATION, Modality.UNDER_DISCUSSION, Polarity.POSITIVE, "046", date(2025, 9, 11), Precision.DAY
    )


@pytest.fixture(scope="session")
def claim_of() -> Callable[..., Claim]:
    """Return a function that makes a mention a claim by article `number`, told `minutes` after noon by its root."""

    def claim_of(mention: Mention, number: int, minutes: int = 0, **known: Any) -> Claim:
        bare = Claim(number, f"https://a.example/{number}", f"outlet-{number}", "independent", "en", THURSDAY, mention)
        return replace(bare, **{"published_at": THURSDAY.replace(minute=minutes), **known})

    return claim_of
