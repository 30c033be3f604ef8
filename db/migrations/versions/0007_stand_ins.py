"""Some entry points are asked only while those before them are dead; some name their links by a selector."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry_points", sa.Column("is_stand_in", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("entry_points", sa.Column("links", sa.Text(), nullable=True))
