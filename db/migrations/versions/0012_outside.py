"""What feeds, the badge and the metrics ask: when events changed, numbers of people held by day, pages given up."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mentions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_mentions_held_on"), ["held_on"])
    with op.batch_alter_table("event_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_changes_at"), ["at"])
    given_up = sa.text("last_error IS NOT NULL")
    op.create_index("ix_pages_parked", "pages", ["attempts"], sqlite_where=given_up, postgresql_where=given_up)
    _date_figures(op.get_bind())


def _date_figures(connection: sa.Connection) -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    mentions = sa.table("mentions", sa.column("id"), sa.column("held_on", sa.Date()), sa.column("facts", json))
    dated = []
    for number, facts in connection.execute(sa.select(mentions.c.id, mentions.c.facts)):
        day = _held_on(facts)
        if day is not None:
            dated.append((number, day))
    for number, day in dated:
        connection.execute(sa.update(mentions).where(mentions.c.id == number).values(held_on=day))


def _held_on(facts: dict[str, Any]) -> date | None:
    days = [
        date.fromisoformat(count["as_of"])
        for count in facts.get("counts", ())
        if count["role"] == "held" and count["value"] is not None and count["as_of"] is not None
        if count["nationality"] is None and count["of_count"] is None
    ]
    return max(days, default=None)
