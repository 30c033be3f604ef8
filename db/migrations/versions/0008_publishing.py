"""How entry points publish, and what they say of their freshness; events by when they were first seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "publishing",
        sa.Column("entry_point_id", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("by_hour", json, nullable=False),
        sa.Column("by_weekday", json, nullable=False),
        sa.Column("quiet_since", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("learned_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_point_id"], ["entry_points.id"], name=op.f("fk_publishing_entry_point_id")),
        sa.PrimaryKeyConstraint("entry_point_id", name=op.f("pk_publishing")),
    )
    with op.batch_alter_table("entry_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ttl", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("skipped_hours", json, nullable=True))
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fresh_for", sa.Integer(), nullable=True))
    op.drop_index(op.f("ix_feed_entries_entry_point_id"), "feed_entries")
    op.create_index("ix_feed_entries_found", "feed_entries", ["entry_point_id", "found_at"])
    op.create_index(op.f("ix_events_first_seen_at"), "events", ["first_seen_at"])
