"""Numbers of people held: dated as they are stored, and at the upgrade those that were stored before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from db import connect, open_database, schema
from db.facts import Count, CountRole, Kind, Mention, Modality, Polarity, to_json
from db.held import held_figures, held_on

BARE = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "010")
DAY = date(2026, 3, 5)
HELD = Count(CountRole.HELD, 1140, counter="Viasna", as_of=DAY)


@pytest.mark.parametrize(
    ("counts", "day"),
    [
        ((HELD,), DAY),
        ((HELD, replace(HELD, as_of=date(2025, 12, 12))), DAY),
        ((replace(HELD, as_of=None),), None),
        ((replace(HELD, value=None),), None),
        ((replace(HELD, nationality="LT"),), None),
        ((replace(HELD, of_count=1200),), None),
        ((replace(HELD, role=CountRole.RELEASED),), None),
        ((), None),
    ],
)
def test_a_mention_is_dated_by_its_newest_number_of_all_who_are_held(
    counts: tuple[Count, ...], day: date | None
) -> None:
    assert held_on(replace(BARE, counts=counts)) == day


def upgraded(url: str, mentions: list[Mention]) -> tuple[list[bool], list[tuple[date, int]]]:
    """Which mentions have a day, and the figures, after an upgrade of a database that had them before."""
    old = connect(url)
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0010")
        session.execute(
            text(
                "INSERT INTO articles (id, url, url_key, text, first_seen_at, fields, is_partial, alerting, revision, "
                "text_hash, read_attempts, generation) VALUES (1, 'u', 'u', 'x', '2026-03-05 12:00:00', '{}', false, "
                "'normal', 1, 'h', 0, 0)"
            )
        )
        for mention in mentions:
            session.execute(
                text(
                    "INSERT INTO mentions (article_id, article_revision, kind, modality, polarity, plover, role, is_current, "
                    "facts, match, created_at) VALUES (1, 1, 'related', 'completed', 'positive', '010', 'report', true, "
                    ":facts, '{}', '2026-03-05 12:00:00')"
                ),
                {"facts": json.dumps(to_json(mention))},
            )
    old.close()
    database = open_database(url)
    with database.read() as session:
        days = session.execute(text("SELECT held_on IS NOT NULL FROM mentions ORDER BY id")).scalars().all()
        figures = held_figures(session, 10)
    database.close()
    return [bool(day) for day in days], [(figure.day, figure.value) for figure in figures]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite3'}"
    make: Callable[[], str] = request.getfixturevalue("make_postgresql_database")
    url = make()
    database: Any = connect(url)
    with database.begin() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    database.close()
    return url


def test_figures_that_were_stored_before_are_dated_at_the_upgrade(empty_url: str) -> None:
    later = replace(
        BARE, counts=(replace(HELD, value=1100, as_of=date(2026, 4, 1)), replace(HELD, role=CountRole.RELEASED))
    )
    dated, figures = upgraded(empty_url, [replace(BARE, counts=(HELD,)), BARE, later])
    assert dated == [True, False, True]
    assert figures == [(date(2026, 4, 1), 1100), (DAY, 1140)]
