"""Some deliveries go out in quiet hours too; some silences end with a major change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("is_urgent", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("silences", sa.Column("until_change", sa.Boolean(), server_default=sa.false(), nullable=False))
