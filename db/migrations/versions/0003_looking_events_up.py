"""Mentions are looked up by facts where no date leads to them; a person may say where an article belongs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mention_keys",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"], name=op.f("fk_mention_keys_mention_id")),
        sa.PrimaryKeyConstraint("mention_id", "key", name=op.f("pk_mention_keys")),
    )
    with op.batch_alter_table("mention_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_keys_key"), ["key"], unique=False)
    op.create_table(
        "pins",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_pins_article_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_pins_event_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_pins")),
    )
    with op.batch_alter_table("pins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pins_event_id"), ["event_id"], unique=False)
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_date", sa.Date(), nullable=True))
    op.execute("UPDATE events SET last_date = event_date")
