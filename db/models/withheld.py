"""Names that are withheld at the wish of those who bear them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class WithheldNameRow(Base):
    """A name that is shown no more, by keyed hashes of its forms: the name itself is not stored.

    Unfinished, while `done_at` is empty, is the putting of place-holders into what was stored before. `found` tells how
    much that was by now, `touched` the events that are to be told anew. Lifted, it holds for nothing that comes.
    """

    __tablename__ = "withheld_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(12))  # in the gazetteer: prisoner, opposition; "" for who is not in it
    forms: Mapped[dict[str, Any]]  # `db.withholding.Forms`
    by: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    found: Mapped[dict[str, Any]]
    touched: Mapped[list[Any]]
    lifted_by: Mapped[str | None]
    lifted_note: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
