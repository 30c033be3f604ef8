"""The history of those held: what articles tell of it, whose figure it is, and what goes when an article is read anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from db import Database, open_database, schema
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import NewMention, add_mention, retire_mentions
from db.facts import Count, CountRole, Kind, Mention, Modality, Polarity, Qualifier
from db.held import HeldCount, held_counts, is_stock
from db.outlets import sync_outlets
from newsroom.declared import Outlet

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
DAY = date(2025, 9, 11)
MIGRATION = "0015"
HELD = Count(CountRole.HELD, 1140, counter="Viasna", as_of=DAY)


def tell(database: Database, number: int, *counts: Count, outlet: str | None = None, at: datetime | None = NOON) -> int:
    """Store an article whose mention has these counts; return its id."""
    url = f"https://outlet.example/{number}"
    mention = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "", counts=counts)
    with database.begin() as session:
        stored = store_article(session, NewArticle(url, url, f"Text {number}.", outlet=outlet, published_at=at), NOON)
        claim = Claim(stored.id, url, outlet, None, "en", at, mention)
        add_mention(session, NewMention(claim, 1, None, {}), NOON)
    return stored.id


def history(database: Database, *span: date | None) -> list[HeldCount]:
    with database.read() as session:
        return held_counts(session, "Viasna", *span)


@pytest.mark.parametrize(
    ("count", "is_whole"),
    [
        (HELD, True),
        (replace(HELD, qualifier=Qualifier.OVER), True),
        (replace(HELD, counter=None), True),
        (replace(HELD, value=None), False),
        (replace(HELD, nationality="PL"), False),
        (replace(HELD, of_count=1300), False),
        (replace(HELD, background=True), False),
        (replace(HELD, role=CountRole.RELEASED), False),
    ],
)
def test_a_number_of_all_who_are_held_is_the_stock(count: Count, is_whole: bool) -> None:
    assert is_stock(count) is is_whole


def test_figures_of_a_day_that_are_the_same_stand_together_and_the_counters_own_apart(
    database: Database,
) -> None:
    with database.begin() as session:
        sync_outlets(
            session,
            [Outlet("viasna", title="Viasna", kind="ngo"), Outlet("harbour-post", title="Harbour Post", kind="ngo")],
            NOON,
        )
    own = tell(database, 1, HELD, HELD, outlet="viasna")
    quoted = tell(database, 2, HELD, outlet="harbour-post")
    tell(database, 3, HELD)
    tell(database, 4, replace(HELD, value=1100, qualifier=Qualifier.OVER), replace(HELD, counter="Dissidentby"))
    assert sorted(history(database), key=lambda one: one.article) == [
        HeldCount(DAY, 1140, Qualifier.EXACT, True, 1, own),
        HeldCount(DAY, 1140, Qualifier.EXACT, False, 2, quoted),
        HeldCount(DAY, 1100, Qualifier.OVER, False, 1, 4),
    ]


def test_a_figure_without_a_day_is_of_the_day_of_its_article_and_without_that_of_none(database: Database) -> None:
    tell(database, 1, replace(HELD, as_of=None))
    tell(database, 2, replace(HELD, as_of=None), at=None)
    tell(database, 3, replace(HELD, as_of=date(2024, 1, 2)), at=None)
    assert [(one.day, one.articles) for one in history(database)] == [(date(2024, 1, 2), 1), (DAY, 1)]


def test_a_span_takes_both_of_its_ends(database: Database) -> None:
    for number in range(1, 5):
        tell(database, number, replace(HELD, as_of=date(2025, 1, number)))
    assert [one.day.day for one in history(database, date(2025, 1, 2), date(2025, 1, 3))] == [2, 3]
    assert [one.day.day for one in history(database, date(2025, 1, 3))] == [3, 4]
    assert [one.day.day for one in history(database, None, date(2025, 1, 1))] == [1]


def test_an_article_that_is_read_anew_takes_back_what_it_told(database: Database) -> None:
    article = tell(database, 1, HELD)
    tell(database, 2, HELD)
    with database.begin() as session:
        retire_mentions(session, article)
    assert [(one.value, one.articles, one.article) for one in history(database)] == [(1140, 1, 2)]


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request: pytest.FixtureRequest) -> str:
    """The address of a database whose tables a test may change."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    make: Callable[[], str] = request.getfixturevalue("make_postgresql_database")
    return make()


def test_an_upgrade_finds_the_history_in_the_mentions_that_are_there(own_url: str) -> None:
    database = open_database(own_url)
    article = tell(database, 1, HELD, replace(HELD, nationality="PL"))
    tell(database, 2, replace(HELD, as_of=None, value=1226))
    tell(database, 3, Count(CountRole.RELEASED, 52))
    gone = tell(database, 4, replace(HELD, value=7))
    with database.begin() as session:
        retire_mentions(session, gone)
    before = history(database)
    with database.begin() as session:
        _go_back(session)
    database.close()
    database = open_database(own_url)
    assert history(database) == before
    assert (before[0].article, [one.value for one in before]) == (article, [1140, 1226])
    database.close()


def _go_back(session: Any) -> None:
    """Make the database one of the version before its table."""
    for later in ("ix_events_counted", "ix_mentions_current"):
        session.execute(text(f"DROP INDEX {later}"))
    session.execute(text("CREATE INDEX ix_mentions_naming ON mentions (event_id)"))
    for table in ("held_counts", "withheld_names"):
        session.execute(text(f"DROP TABLE {table}"))
    before = ScriptDirectory.from_config(schema._alembic()).get_revision(MIGRATION).down_revision
    session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})


def test_the_history_is_read_from_its_index_alone(plans_of: Callable[..., str]) -> None:
    plan = plans_of(lambda session: held_counts(session, "Viasna", DAY, DAY))
    assert "USING COVERING INDEX ix_held_counts_history (counter=? AND day>? AND day<?)" in plan
    assert "SCAN held_counts" not in plan
