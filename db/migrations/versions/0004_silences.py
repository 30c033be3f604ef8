"""Some deliveries go out in quiet hours too; some silences end with a major change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_urgent", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("silences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until_change", sa.Boolean(), server_default=sa.false(), nullable=False))
