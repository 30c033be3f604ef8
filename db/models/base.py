"""What all tables share: the names of constraints, the types of columns, and the lease on a row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import Json, UtcDateTime


class Base(DeclarativeBase):
    """All tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own convention)
        datetime: UtcDateTime,
        date: Date,
        str: Text,
        dict[str, Any]: Json,
        list[Any]: Json,
    }


class Leased:
    """Columns of a row that one worker at a time may own: until `lease_until`, fenced by `generation`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=0)
