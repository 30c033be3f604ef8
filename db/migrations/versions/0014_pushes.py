"""Pushes: the hubs that entry points announce, and what each was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entry_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hubs", db.types.Json, nullable=True))
        batch_op.add_column(sa.Column("topic", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("pushed_at", db.types.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_point_id", sa.Integer(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("secret", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ends_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("pushed_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.Column("forged", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["entry_point_id"], ["entry_points.id"], name=op.f("fk_pushes_entry_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("entry_point_id", name=op.f("uq_pushes_entry_point_id")),
    )
    op.create_index(op.f("ix_pushes_next_attempt_at"), "pushes", ["next_attempt_at"])
