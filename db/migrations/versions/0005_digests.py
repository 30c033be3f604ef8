"""First messages may wait for a digest, and be told by one (D-25 to D-27)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_deliveries_digest_id", "deliveries", ["digest_id"], ["id"])
        batch_op.create_index("ix_deliveries_digest_id", ["digest_id"])
