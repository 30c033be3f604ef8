"""How a copy was recognised, what an article names as its canonical, and the index of sketches as one tree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("canonical_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("copy_reason", sa.String(length=12), nullable=True))
        batch_op.create_index(batch_op.f("ix_articles_canonical_key"), ["canonical_key"], unique=False)
    # Until now only texts equal to the letter were found.
    op.execute("UPDATE articles SET copy_reason = 'same text' WHERE copy_of IS NOT NULL")
    op.drop_table("sketch_bands")  # nothing was written to it
    op.create_table(
        "sketch_bands",
        sa.Column("band", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_sketch_bands_article_id")),
        sa.PrimaryKeyConstraint("band", "value", "article_id", name=op.f("pk_sketch_bands")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise RuntimeError("go back by restoring the backup that was made before the migration")
