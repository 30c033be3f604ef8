"""What the tests of understanding share: documents, marked sentences, mentions, claims, labelled stories."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import Database
from db.announcing import find_due_events
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.claims import Claim
from db.facts import Analysis, Decision, Kind, Mention, Modality, Polarity, Precision
from db.leases import LeaseRequest
from db.queries import get_article, get_event, list_events
from db.views import ArticleView, EventView
from events.analyse import analyse
from events.document import Document, document
from events.lexicon import lexicon_of
from events.marks import MarkedSentence, mark_sentences
from events.placing import place

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


class Desk:
    """Stores articles and puts them where they belong, each with the mentions that a test gives it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._texts = itertools.count(1)

    def tell(
        self,
        name: str,
        *mentions: Mention,
        at: datetime | None = THURSDAY,
        now: datetime | None = None,
        background: tuple[Mention, ...] = (),
        **known: Any,
    ) -> int:
        """Let an outlet tell of something, `at` a time (None: not told which); return the article.

        Told again under its name, the article is rewritten.
        """
        moment = now or at or THURSDAY
        url = f"https://{name}.example/1"
        article = NewArticle(
            url=url,
            url_key=url,
            published_at=at,
            published_precision="instant" if at else None,
            **{"text": f"Text {next(self._texts)} of {name}.", **known},
        )
        with self.database.begin() as session:
            number = store_article(session, article, moment).id
        kinds = tuple(mention.kind for mention in mentions)
        is_event = any(kind is not Kind.RELATED for kind in kinds)
        decision = Decision.EVENT if is_event else Decision.RELATED if kinds else Decision.NONE
        self._place(Analysis("en", kinds, decision, "told", mentions, background), moment)
        return number

    def _place(self, analysis: Analysis, now: datetime) -> None:
        with self.database.begin(lock="events") as session:
            [article] = claim_unread(session, LeaseRequest("desk", now, now + timedelta(minutes=5), 2))
            place(session, article, analysis, now)
            assert finish_reading(session, article, analysis, now)

    def events(self) -> list[EventView]:
        """Return the events, the newest first."""
        with self.database.read() as session:
            return list_events(session)

    def event(self, number: int) -> EventView:
        """Return one event, merged ones too."""
        with self.database.read() as session:
            view = get_event(session, number)
        assert view is not None
        return view

    def article(self, number: int) -> ArticleView:
        """Return one article whole."""
        with self.database.read() as session:
            view = get_article(session, number)
        assert view is not None
        return view

    def groups(self) -> set[frozenset[str]]:
        """Return the names of the articles of each event."""
        return {frozenset(one.url.split("//")[1].split(".")[0] for one in event.articles) for event in self.events()}

    def due(self) -> list[int]:
        """Return the events that wait to be announced."""
        with self.database.read() as session:
            return find_due_events(session, 100)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk over an empty database: once SQLite, once PostgreSQL."""
    return Desk(database)
