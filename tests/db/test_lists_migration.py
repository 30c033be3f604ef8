"""What was stored before lists went by their own columns is found in them after the migration, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, insert, select, text

from db import connect, open_database, schema
from db.facts import (
    CountRole,
    EventCount,
    EventFacts,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Status,
    to_json,
)
from db.models import EventRow
from db.people import list_namings
from db.queries import EventFilter, events_after

SEEN = datetime(2025, 9, 12, 10, tzinfo=UTC)
LATE = datetime(2025, 9, 11, 23, 30, tzinfo=UTC)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE)
LOSIK = (Person("Ihar Losik", Outcome.FREED),)
COUNTS = (
    EventCount(CountRole.HELD, 1100),
    EventCount(CountRole.RELEASED, 50, 60),
    EventCount(CountRole.RELEASED, None),
)
EVENTS = (  # its date, its first report, its facts; the day and the figure that lists then go by
    (date(2025, 9, 10), LATE, replace(FACTS, counts=COUNTS), date(2025, 9, 10), 60),
    (None, LATE, replace(FACTS, people=LOSIK), date(2025, 9, 11), None),
    (None, None, FACTS, date(2025, 9, 12), None),
)
QUOTE = Evidence("people[0]", "ru.people", 0, 12, "Игоря\nЛосика")
SAID = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", people=LOSIK, evidence=(QUOTE,))
ARTICLE = {
    "id": 1,
    "generation": 0,
    "url": "u",
    "url_key": "u",
    "text": "x",
    "first_seen_at": SEEN,
    "fields": {},
    "is_partial": False,
    "alerting": "normal",
    "revision": 1,
    "text_hash": "h",
    "read_attempts": 0,
}
MENTION = {
    "article_id": 1,
    "article_revision": 1,
    "event_id": 2,
    "kind": "release",
    "modality": "completed",
    "polarity": "positive",
    "plover": "0841",
    "role": "first",
    "is_current": True,
    "facts": to_json(SAID),
    "match": {},
    "created_at": SEEN,
}


def event(number: int, day: date | None, published: datetime | None, facts: EventFacts) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "release",
        "status": "reported",
        "polarity": "positive",
        "revision": 1,
        "announced_revision": 1,
        "event_date": day,
        "first_published_at": published,
        "first_seen_at": SEEN,
        "updated_at": SEEN,
        "facts": to_json(facts),
        "is_baseline": False,
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite3'}"
    url = str(request.getfixturevalue("make_postgresql_database")())
    emptied = connect(url)
    with emptied.begin() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    emptied.close()
    return url


def test_events_learn_their_day_and_figure_and_mentions_their_names(old_url: str) -> None:
    old = connect(old_url)
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0010")
        tables = MetaData()
        tables.reflect(session.connection(), only=("articles", "events", "mentions"))
        session.execute(insert(tables.tables["articles"]), ARTICLE)
        session.execute(
            insert(tables.tables["events"]), [event(number, *row[:3]) for number, row in enumerate(EVENTS, 1)]
        )
        session.execute(insert(tables.tables["mentions"]), MENTION)
    old.close()
    database = open_database(old_url)
    with database.read() as session:
        told = {view.id: view.day for view in events_after(session, EventFilter(), None, 9)}
        figures = dict(session.execute(select(EventRow.id, EventRow.released)).all())
        (naming,) = list_namings(session)
    database.close()
    assert [(told[number], figures[number]) for number in (1, 2, 3)] == [row[3:] for row in EVENTS]
    assert naming.spellings == (("Ihar Losik", "Игоря Лосика"),)
