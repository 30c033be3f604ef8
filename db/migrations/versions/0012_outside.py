"""What feeds and the metrics ask: when events changed, pages given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_changes_at"), ["at"])
    given_up = sa.text("last_error IS NOT NULL")
    op.create_index("ix_pages_parked", "pages", ["attempts"], sqlite_where=given_up, postgresql_where=given_up)
