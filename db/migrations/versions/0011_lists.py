"""Lists are read page by page in an order that an index has; events know their day and how many were released."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DAYS = {  # of the first report, in UTC, where no date is told
    "sqlite": "UPDATE events SET day = coalesce(event_date, date(coalesce(first_published_at, first_seen_at)))",
    "postgresql": "UPDATE events SET day = coalesce(event_date, "
    "CAST(coalesce(first_published_at, first_seen_at) AT TIME ZONE 'UTC' AS date))",
}


def upgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day", sa.Date(), server_default=sa.text("'1970-01-01'"), nullable=False))
        batch_op.add_column(sa.Column("released", sa.Integer(), nullable=True))
    connection = op.get_bind()
    op.execute(DAYS[connection.dialect.name])
    _count_released(connection)
    op.create_index("ix_events_listed", "events", ["day", "id"])
    op.create_index("ix_articles_listed", "articles", ["id", "decision", "outlet", "language", "published_at"])
    op.create_index("ix_deliveries_by_state", "deliveries", ["state", "id"])
    op.create_index("ix_deliveries_by_destination", "deliveries", ["destination_id", "id"])


def _count_released(connection: sa.Connection) -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    events = sa.table("events", sa.column("id"), sa.column("released"), sa.column("facts", json))
    for number, facts in connection.execute(sa.select(events.c.id, events.c.facts)).all():
        released = _most(facts)
        if released:
            connection.execute(sa.update(events).where(events.c.id == number).values(released=released))


def _most(facts: dict[str, Any]) -> int:
    counts = [count for count in facts.get("counts", ()) if count["role"] == "released"]
    return max((max(count["value"] or 0, count["value_max"] or 0) for count in counts), default=0)
