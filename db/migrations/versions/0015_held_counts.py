"""The history of how many are held: a row a figure, filled from the mentions that are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    held = op.create_table(
        "held_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.String(length=80), nullable=True),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("qualifier", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"], name=op.f("fk_held_counts_mention_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_held_counts_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_counts")),
    )
    with op.batch_alter_table("held_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_counts_mention_id"), ["mention_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_counts_day"), ["day"], unique=False)
        batch_op.create_index(
            "ix_held_counts_history", ["counter", "day", "value", "qualifier", "outlet", "article_id"], unique=False
        )
    _fill(held)


def _fill(held: sa.Table) -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    mentions = sa.table(
        "mentions", sa.column("id"), sa.column("article_id"), sa.column("is_current", sa.Boolean()),
        sa.column("facts", json),
    )  # fmt: skip
    articles = sa.table(
        "articles", sa.column("id"), sa.column("outlet"),
        sa.column("published_at", db.types.UtcDateTime(timezone=True)),
    )  # fmt: skip
    query = (
        sa.select(mentions.c.id, mentions.c.article_id, articles.c.outlet, articles.c.published_at, mentions.c.facts)
        .join(articles, articles.c.id == mentions.c.article_id)
        .where(
            mentions.c.is_current,
            sa.cast(mentions.c.facts, sa.Text()).like('%"held"%'),
            mentions.c.id > sa.bindparam("last"),
        )
        .order_by(mentions.c.id)
        .limit(BATCH)
    )
    last = 0
    while found := op.get_bind().execute(query, {"last": last}).all():
        last = found[-1].id
        rows = [row for mention in found for row in _rows(mention)]
        if rows:
            op.bulk_insert(held, rows)


def _rows(mention: Any) -> Iterator[dict[str, Any]]:
    """Yield the figures of a mention once each, as `db.held.note_held` would note them."""
    told = set()
    for count in mention.facts.get("counts", ()):
        is_whole = not (count.get("nationality") or count.get("of_count") or count.get("background"))
        as_of = count.get("as_of")
        day = date.fromisoformat(as_of) if as_of else mention.published_at and mention.published_at.date()
        if count["role"] == "held" and count.get("value") is not None and is_whole and day:
            told.add((count.get("counter"), day, count["value"], count.get("qualifier", "exact")))
    for counter, day, value, qualifier in sorted(told, key=str):
        yield {
            "mention_id": mention.id, "article_id": mention.article_id, "outlet": mention.outlet,
            "counter": counter, "day": day, "value": value, "qualifier": qualifier,
        }  # fmt: skip
