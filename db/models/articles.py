"""Articles, their earlier texts, and the index in which near copies are found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Leased


class ArticleRow(Leased, Base):
    """An article at its latest revision. Queue of `read`: `read_at IS NULL`, not parked."""

    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_queue", "read_at", "read_attempts"),
        # Everything lists are filtered by, beside the order they have: no row is read that is not shown.
        Index("ix_articles_listed", "id", "decision", "outlet", "language", "published_at"),
    )

    page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"))
    outlet: Mapped[str | None] = mapped_column(String(80), index=True)
    url: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    canonical_url: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(10))
    title: Mapped[str | None]
    text: Mapped[str]
    author: Mapped[str | None]
    section: Mapped[str | None]
    image: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_precision: Mapped[str | None] = mapped_column(String(10))  # instant or day
    modified_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    fields: Mapped[dict[str, Any]]  # each extracted field's source and confidence
    is_partial: Mapped[bool] = mapped_column(default=False)
    alerting: Mapped[str] = mapped_column(String(10), default="normal")  # normal, silent, loaded, forced
    revision: Mapped[int] = mapped_column(default=1)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the text as it is now; see db.sketch
    canonical_key: Mapped[str | None] = mapped_column(index=True)  # where its canonical address is at another host
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)
    copy_reason: Mapped[str | None] = mapped_column(String(12))  # same text, near copy, syndicated
    read_at: Mapped[datetime | None]
    read_attempts: Mapped[int] = mapped_column(default=0)
    read_error: Mapped[str | None]
    decision: Mapped[str | None] = mapped_column(String(10), index=True)
    analysis: Mapped[dict[str, Any] | None]


class ArticleRevisionRow(Base):
    """An earlier text of an article that was rewritten in place."""

    __tablename__ = "article_revisions"
    __table_args__ = (UniqueConstraint("article_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    revision: Mapped[int]
    title: Mapped[str | None]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class SketchBandRow(Base):
    """A band of an original's MinHash sketch: the index in which near copies are looked up.

    One tree holds it (no rowid on SQLite), in the order in which it is asked: a fifth of a table with an index beside it.
    """

    __tablename__ = "sketch_bands"
    __table_args__ = ({"sqlite_with_rowid": False},)

    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
