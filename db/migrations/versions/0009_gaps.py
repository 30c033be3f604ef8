"""Gaps and how they are filled; pages that are fetched again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_entries", sa.Column("looks", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "gaps",
        sa.Column("entry_point_id", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.String(length=80), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("since", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("found_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("steps", db.types.Json, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("closed_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_point_id"], ["entry_points.id"], name=op.f("fk_gaps_entry_point_id")),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.name"], name=op.f("fk_gaps_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_index(op.f("ix_gaps_entry_point_id"), "gaps", ["entry_point_id"])
    op.create_index(op.f("ix_gaps_outlet"), "gaps", ["outlet"])
    op.create_index("ix_gaps_queue", "gaps", ["state", "next_attempt_at"])
