"""Health of outlets: what entry points hold and where they moved, when outlets publish, and what is alarmed of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("entry_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("newest_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("redirects_to", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.Text(), nullable=True))
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("redirects_to", sa.Text(), nullable=True))
    # Each body is read once more, so that what it holds is known of those too that never change.
    op.execute("UPDATE entry_points SET etag = NULL, last_modified = NULL, body_hash = NULL")
    op.create_table(
        "outlet_health",
        sa.Column("outlet", sa.String(length=80), nullable=False),
        sa.Column("marks", json, nullable=False),
        sa.Column("yields", json, nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("last_article", sa.Integer(), nullable=False),
        sa.Column("learned_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.name"], name=op.f("fk_outlet_health_outlet")),
        sa.PrimaryKeyConstraint("outlet", name=op.f("pk_outlet_health")),
    )
    op.create_table(
        "outlet_alarms",
        sa.Column("outlet", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("since", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("details", json, nullable=False),
        sa.Column("told_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("over_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.name"], name=op.f("fk_outlet_alarms_outlet")),
        sa.PrimaryKeyConstraint("outlet", "kind", name=op.f("pk_outlet_alarms")),
    )
