"""What tells whether an event, or any, has changed, and how many there are of a kind: from an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_counted", "events", ["kind", "status", "merged_into", "revision", "updated_at"])
    op.drop_index("ix_mentions_naming", table_name="mentions")
    op.create_index(
        "ix_mentions_current",
        "mentions",
        ["event_id", "id"],
        sqlite_where=sa.text("is_current = 1"),
        postgresql_where=sa.text("is_current"),
    )
