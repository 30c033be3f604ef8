"""Lists are read page by page in an order that an index has: events know their day and figure, mentions their names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.text import clean_line

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
DAYS = {  # of the first report, in UTC, where no date is told
    "sqlite": "UPDATE events SET day = coalesce(event_date, date(coalesce(first_published_at, first_seen_at)))",
    "postgresql": "UPDATE events SET day = coalesce(event_date, "
    "CAST(coalesce(first_published_at, first_seen_at) AT TIME ZONE 'UTC' AS date))",
}


def upgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day", sa.Date(), server_default="1970-01-01", nullable=False))
        batch_op.add_column(sa.Column("released", sa.Integer(), nullable=True))
    connection = op.get_bind()
    op.execute(DAYS[connection.dialect.name])
    _count_released(connection)
    with op.batch_alter_table("mentions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("spellings", JSON, nullable=True))
    _note_spellings(connection)
    named = sa.text("spellings IS NOT NULL")
    op.create_index("ix_mentions_naming", "mentions", ["event_id"], sqlite_where=named, postgresql_where=named)
    op.create_index("ix_events_listed", "events", ["day", "id"])
    op.create_index("ix_articles_listed", "articles", ["id", "decision", "outlet", "language", "published_at"])
    op.create_index("ix_deliveries_by_state", "deliveries", ["state", "id"])
    op.create_index("ix_deliveries_by_destination", "deliveries", ["destination_id", "id"])


def _note_spellings(connection: sa.Connection) -> None:
    mentions = sa.table("mentions", sa.column("id"), sa.column("facts", JSON), sa.column("spellings", JSON))
    names_people = mentions.c.facts[("people", 0, "name")].as_string().is_not(None)
    for number, facts in connection.execute(sa.select(mentions.c.id, mentions.c.facts).where(names_people)).all():
        spellings = _spellings(facts)
        connection.execute(sa.update(mentions).where(mentions.c.id == number).values(spellings=spellings))


def _spellings(facts: dict[str, Any]) -> list[list[str]]:
    quotes = {row["field"]: row["quote"] for row in facts.get("evidence", ())}
    names = enumerate(person["name"] for person in facts["people"])
    return [[name, clean_line(quotes.get(f"people[{index}]", "")) or name] for index, name in names]


def _count_released(connection: sa.Connection) -> None:
    events = sa.table("events", sa.column("id"), sa.column("released"), sa.column("facts", JSON))
    for number, facts in connection.execute(sa.select(events.c.id, events.c.facts)).all():
        released = _most(facts)
        if released:
            connection.execute(sa.update(events).where(events.c.id == number).values(released=released))


def _most(facts: dict[str, Any]) -> int:
    counts = [count for count in facts.get("counts", ()) if count["role"] == "released"]
    return max((max(count["value"] or 0, count["value_max"] or 0) for count in counts), default=0)
